"""The mechanisms of the essay: one file each, with its own parameter table, tables and kernel."""
