"""The first finding: claims registered before the run, and what the runs say of them."""
