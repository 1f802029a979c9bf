"""The study of training noise: which range to train on for which noise to be removed."""
