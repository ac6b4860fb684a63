"""A document as plain values, with the place where each key was written."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NamedTuple

from upstanding.errors import Problem

Segment = str | int
Path = tuple[Segment, ...]
"""Keys from the root down; an integer counts in a list."""
Value = Any
"""Tables as dict, arrays as list; str, int, bool, Decimal, date at the ends."""
Tree = dict[str, Value]

WHOLE_FILE = "(the file)"
_BARE = re.compile(r"[A-Za-z0-9_*-]+\Z")
_SHOWN = 60


class Place(NamedTuple):
    """Where a key was written."""

    file: str
    line: int | None


@dataclass(frozen=True)
class Raw:
    """A tree of plain values, equal to another that holds the same values."""

    tree: Tree
    file: str = field(compare=False)
    places: Mapping[Path, Place] = field(compare=False, repr=False)

    def place(self, path: Path) -> Place:
        """Return the place of a key, or of the nearest table above it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return Place(self.file, None)

    def problem(self, path: Path, found: str, allowed: str, nearest: str | None = None) -> Problem:
        """Return a problem at a key."""
        return Problem(*self.place(path), dotted(path), found, allowed, nearest)

    def names(self, *path: str) -> list[str]:
        """Return the keys of the table at a path, also of tables that are themselves faulty."""
        table = value_at(self.tree, path)
        return list(table) if isinstance(table, dict) else []

    def unknown(
        self, path: Path, names: Iterable[str], known: Iterable[str], what: str
    ) -> Iterator[Problem]:
        """Yield a problem for each name that is not known; `what` says what it should be."""
        known = list(known)
        here = value_at(self.tree, path)
        for name in sorted(set(names) - set(known)):
            at = (*path, here.index(name)) if isinstance(here, list) and name in here else path
            listing = one_of(known) if known else "none, for there is none"
            yield self.problem(at, quoted(name), f"{what}: {listing}", nearest(name, known))


def value_at(tree: Value, path: Path) -> Value:
    """Return the value at a path, or None."""
    for key in path:
        if isinstance(tree, dict):
            tree = tree.get(key)
        elif isinstance(tree, list) and isinstance(key, int) and key < len(tree):
            tree = tree[key]
        else:
            return None
    return tree


def dotted(path: Path) -> str:
    """Return a path as a file would spell it: `rule.jaywalking.points`.

    >>> dotted(("score", "range", 1))
    'score.range[1]'
    """
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            text += ("." if text else "") + (_shortened(key) if _BARE.match(key) else quoted(key))
    return text


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is nearest to `name`, if one is near."""
    return next(iter(get_close_matches(name[:_SHOWN], list(known), n=1)), None)


def one_of(names: Iterable[str]) -> str:
    """Return a choice in words."""
    names = list(names)
    return names[0] if len(names) == 1 else f"one of {', '.join(names)}"


def quoted(text: str) -> str:
    """Return text between quotes, shortened."""
    return f'"{_shortened(text)}"'


def shown(value: Value) -> str:
    """Return a value as a message shows it: short, and cheap whatever its size."""
    match value:
        case None:
            text = "nothing"
        case bool():
            text = str(value).lower()
        case str():
            text = quoted(value)
        case int() if (digits := value.bit_length() * 3 // 10) > _SHOWN:
            text = f"a whole number of about {digits} digits"
        case int() | Decimal():
            text = _shortened(str(value))
        case list():
            text = f"a list of {len(value)}"
        case dict():
            text = "a table"
        case date() | time():
            text = f"the date or time {value.isoformat()}"
        case _:
            text = f"a Python {type(value).__name__}"
    return text


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
