"""Denoising images of one's own."""
