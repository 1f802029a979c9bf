"""One short script per claim of speed; each prints ratios measured side by side."""
