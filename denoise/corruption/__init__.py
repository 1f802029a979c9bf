"""Blur and noise."""
