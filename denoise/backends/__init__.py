"""TensorFlow and JAX: which one computes, on what, in which form."""
