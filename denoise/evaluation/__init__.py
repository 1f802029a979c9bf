"""How good a denoised image is, and what classical denoisers reach.

In: clean images, the same with the noise of a level, and a denoiser. Out: PSNR, SSIM, cross-entropy
and legibility of each image, their means and intervals; and the classical denoisers themselves.

Stages: baseline, evaluate, robustness, confusion, latent, summarize.
Studies: measure, measure_joined, compare, matrix, gains, ensemble, reading, measure_pictures,
claims, mixtures.
"""
