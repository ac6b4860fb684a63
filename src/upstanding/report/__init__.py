"""The rights impact report: one file that opens offline, and a folder with every number in it."""
