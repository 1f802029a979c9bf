"""Pages: results to read, and a denoiser to play with."""
