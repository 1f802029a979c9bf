"""The page to play with: draw or pick a digit, make it noisy, and see what becomes of it."""
