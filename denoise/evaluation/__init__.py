"""How good a denoised image is, and what classical denoisers reach."""
