"""Studies: many runs, over seeds and over what is not known."""
