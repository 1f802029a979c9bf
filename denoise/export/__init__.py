"""Trained models on disk, for Keras and for ONNX Runtime.

In: a trained network of plain Keras layers. Out: a folder with ``model.keras`` and ``model.onnx``,
always the same bytes for the same weights.

Stages: train, classifier.
Studies: train, reading, train_pictures.
"""
