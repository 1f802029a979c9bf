"""Tables and figures of results.

In: the figures that `denoise.evaluation`, `denoise.analysis` and `denoise.uncertainty` measured,
as tables. Out: tables in Markdown and CSV, figures as PNG, and verdicts on what was claimed.

Stages: robustness, confusion, latent, summarize.
Studies: measure_joined, compare, convergence, matrix, spread, gains, ensemble, reading,
measure_pictures, rank, claims, mixtures.
"""
