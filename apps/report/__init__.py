"""The report to read: one HTML file that needs no network."""
