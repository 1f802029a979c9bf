"""From a recipe to trained weights.

In: pairs of a noisy image and its target, a validation set, an untrained network and a recipe.
Out: the network with trained weights, and the loss curve. `denoise.training.fit.train` is where to
start reading: it plans blocks of batches (`block_plan`), builds the trainer (`pair_trainer`), goes
on from the last checkpoint (`progress`), and fits to shuffled blocks (`pair_blocks`).

Stages: train, classifier.
Studies: train, reading, train_pictures, trial.
"""
