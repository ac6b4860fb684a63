"""Twins: the same people, choices and luck under other rules; who is spared, and by what."""
