"""TensorFlow and JAX: which one computes, on which device, in which form.

In: a network of `denoise.networks`. Out: the same network, with the same weights, in the form that
trains quickest on this device; and the loss that it is trained by.

Stages: train, classifier.
Studies: train, reading, train_pictures, trial.
"""
