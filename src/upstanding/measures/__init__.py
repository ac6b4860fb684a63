"""Measures: what is counted in a run, and how it is read (MODEL 4).

Integers are what a run stores; floating point begins here. Nothing here draws.
"""
