"""The engine held to closed forms and to published arithmetic, through simulation."""
