"""The engine: a world, cut into blocks, week by week, into a run directory."""
