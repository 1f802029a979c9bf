"""What a trained model does beyond its task."""
