"""What a trained model does beyond its task.

In: the model and its latent code, and images other than those of the levels of noise: other
damage, and images without a digit. Out: figures for each image, or for each unit of the code.

Stages: robustness, confusion, latent.
"""
