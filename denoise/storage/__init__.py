"""What stages leave for each other: arrays and tables, read as the same values everywhere.

In: arrays, tables and metrics, or the folders and files that hold them. Out: the other of the two.

Stages: all.
Studies: all.
"""
