"""params.yaml, datasets.yaml and studies/params.yaml as typed values, checked as they are read."""
