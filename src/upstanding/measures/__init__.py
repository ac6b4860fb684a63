"""How measures are read."""
