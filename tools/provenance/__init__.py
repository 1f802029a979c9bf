"""What the results are and where they came from, in the forms that archives and catalogues read."""
