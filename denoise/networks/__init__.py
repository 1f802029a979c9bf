"""The networks, untrained.

In: the section ``model`` of params.yaml, and the size of images. Out: a Keras model of that many
pixels, from noisy grey values to denoised ones.

Stages: train.
Studies: train, train_pictures, trial.
"""
