"""Files, parameters and the terminal: nothing that a result could hang on."""
