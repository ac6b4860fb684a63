"""What can go wrong, and how it is told.

UpstandingError
├── InputError           a scheme, society, patch or option that cannot be used
└── RunDirectoryError    a run directory that is damaged, foreign or cannot be written
"""

from collections.abc import Iterable
from dataclasses import dataclass


class UpstandingError(Exception):
    """Base of all errors that this package raises for people to read."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input.

    >>> print(Problem("a.toml", 3, "rule.x.points", "-20000", "a number between -10000 and 10000"))
    a.toml:3: rule.x.points: found -20000; it must be a number between -10000 and 10000
    """

    file: str
    line: int | None
    key: str
    """Dotted, in the spelling of the file."""
    found: str
    allowed: str
    nearest: str | None = None
    """The nearest known name."""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        hint = "" if self.nearest is None else f"; did you mean {self.nearest}?"
        return one_line(f"{place}: {self.key}: found {self.found}; it must be {self.allowed}{hint}")


class InputError(UpstandingError):
    """An input that cannot be used: every problem found, one per line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class RunDirectoryError(UpstandingError):
    """A run directory that is damaged, was made by no run of ours, or cannot be written."""


def one_line(text: str) -> str:
    """Escape whatever would break a line or could not be shown."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
