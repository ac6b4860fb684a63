"""People as data: the format of a society, and the society as a value."""

from upstanding.society.society import Society, society_schema

__all__ = ["Society", "society_schema"]
