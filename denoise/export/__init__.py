"""Trained models on disk, for Keras and for ONNX Runtime."""
