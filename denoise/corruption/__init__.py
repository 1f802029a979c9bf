"""Blur and noise: how a clean image becomes a noisy one.

In: clean uint8 images, ranges of blur and amplitude, and a random stream. Out: noisy grey values
with white at 1, not clipped; for the training set as a folder on disk.

Stages: generate, train, baseline, evaluate, robustness, confusion, latent, summarize.
Studies: train, measure, measure_joined, gains, ensemble, reading, train_pictures,
measure_pictures, trial, mixtures.
"""
