"""The search for recipes, on a held-out slice of the training images."""
