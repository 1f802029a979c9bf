"""Code that reads, writes and checks, and computes nothing that a result could hang on.

What takes hours to make, such as the models of comparison/, is not made anew when it changes.
"""

PLUMBING = {"arrays", "atomic", "command", "errors", "metric_files", "parameters", "terminal"}
