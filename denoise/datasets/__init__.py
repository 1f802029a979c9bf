"""Where clean images come from.

In: an entry of datasets.yaml, and the files that it names, here or on the network. Out: arrays of
images and labels for training and for testing, after every byte was checked.

Stages: prepare, summarize.
Studies: train_pictures, measure_pictures.
"""
