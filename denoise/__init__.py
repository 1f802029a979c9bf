"""A denoising autoencoder for handwritten digits, as functions over arrays."""
