"""Checks of the repository as a whole: what is committed against what it was made from."""
