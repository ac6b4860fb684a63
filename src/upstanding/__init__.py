"""Upstanding: a laboratory for social scoring, on people who do not exist."""

__version__ = "0.1.0"
