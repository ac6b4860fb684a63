"""Where figures come from: each has a source, which begins with its status.

A `source` is one text for the whole table, or a table with one entry per key. An entry covers what
stands under its key; a dotted entry ("leave.other-per-year") covers that much less, and wins.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal, get_args

from upstanding.documents.raw import Path, Raw, Segment, Value, dotted, nearest, quoted, value_at
from upstanding.documents.shape import Shape
from upstanding.errors import Problem

Status = Literal[
    "seen",
    "derived",
    "recalled",
    "validation",
    "model",
    "essay",
    "assumption",
    "invented",
    "definition",
    "fitted",
    "set by hand",
]
"""What a figure rests on. Seen, derived and recalled are the letters S, D and R of the evidence."""
STATUSES: tuple[Status, ...] = get_args(Status)
BY_HAND = "set by hand"

_EVIDENCE: dict[str, Status] = {"S": "seen", "D": "derived", "R": "recalled"}
_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_END = r"(?=[\s,:;]|\Z)"
_SECTION = r"\d+(?:\.\d+)*"
_BEGINNING = re.compile(
    rf"EV {_SECTION}(?:, {_SECTION})* (?P<letter>[SDR])/[HML]{_END}"
    rf"|(?P<number>VALIDATION|MODEL) \d+(?:\.\d+)*{_END}"
    rf"|(?P<range>assumption|invented) {_NUMBER}\.\.{_NUMBER}{_END}"
    rf"|(?P<word>essay|definition|fitted|{BY_HAND}){_END}"
    rf"|patch [a-z0-9-]+: (?P<patch>.*)",
    re.DOTALL,
)
BEGINNINGS = (
    'a text that begins with its status: "EV 1.4 S/H", "VALIDATION 2", "MODEL 7", "essay E11",'
    ' "assumption 0..1", "invented 0..1", "definition" or "fitted"'
)


def status_of(source: str) -> Status | None:
    """Return the status with which a source begins, or None if it begins with none.

    >>> status_of("EV 1.4, 1.5 S/H; EV 2 R/L"), status_of("patch expiry: assumption 1..5")
    ('seen', 'assumption')
    """
    match = _BEGINNING.match(source)
    if match is None:
        return None
    if match["patch"] is not None:
        return status_of(match["patch"])
    if match["letter"]:
        return _EVIDENCE[match["letter"]]
    word = (match["number"] or match["range"] or match["word"]).lower()
    return next(status for status in STATUSES if status == word)


def sourced_tables(
    tree: Value, shape: Shape, path: Path = ()
) -> Iterator[tuple[Path, Value, Shape]]:
    """Yield path, table and shape of every table that says where its figures come from."""
    if not isinstance(tree, dict):
        return
    if shape.is_sourced:
        yield path, tree, shape
    for key, value in tree.items():
        if (below := shape.child(key)) is not None:
            yield from sourced_tables(value, below, (*path, key))


def leaves(
    table: Value, shape: Shape, path: tuple[Segment, ...] = ()
) -> Iterator[tuple[Path, Value]]:
    """Yield path and value of what the `source` of a table speaks for; lists count as one."""
    for key, value in table.items():
        below = shape.child(key)
        if below is None or (not path and key == "source"):
            continue
        if not isinstance(value, dict):
            yield (*path, key), value
        elif not below.is_sourced:
            yield from leaves(value, below, (*path, key))


def is_figure(value: Value) -> bool:
    """Whether a value is a number, or a list with numbers."""
    if isinstance(value, list):
        return any(map(is_figure, value))
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def is_readable(source: Value) -> bool:
    """Whether a source is a text or a table of texts."""
    if isinstance(source, dict):
        return all(isinstance(text, str) for text in source.values())
    return isinstance(source, str)


def source_for(source: str | Mapping[str, str], path: Path) -> str | None:
    """Return the text that speaks for what stands at a path of the table, the most exact one."""
    if isinstance(source, str):
        return source
    for length in range(len(path), 0, -1):
        if (text := source.get(dotted(path[:length]))) is not None:
            return text
    return None


def source_problems(raw: Raw, shape: Shape) -> Iterator[Problem]:
    """Yield what is wrong with the sources: one is missing, speaks for nothing or has no status."""
    for path, table, below in sourced_tables(raw.tree, shape):
        source = table.get("source")
        if source is None or not is_readable(source):
            continue
        texts = {None: source} if isinstance(source, str) else source
        for key, text in texts.items():
            at = (*path, "source") if key is None else (*path, "source", key)
            if status_of(text) is None:
                yield raw.problem(at, quoted(text), BEGINNINGS)
        if isinstance(source, dict):
            yield from _entry_problems(raw, path, table, below)


def _entry_problems(raw: Raw, path: Path, table: Value, shape: Shape) -> Iterator[Problem]:
    source = table["source"]
    known = set()
    missing = {}
    for leaf, value in leaves(table, shape):
        known.add(dotted(leaf))
        if is_figure(value) and source_for(source, leaf) is None:
            begun = any(entry.startswith(f"{leaf[0]}.") for entry in source)
            missing[leaf if begun else leaf[:1]] = value
    for leaf in missing:
        what = f'an entry "{dotted(leaf)}" in the source of {dotted(path)}'
        yield raw.problem((*path, *leaf), "no source", f"given one: {what}")
    for entry in source:
        if entry not in known and value_at(table, tuple(entry.split("."))) is None:
            yield raw.problem(
                (*path, "source", entry),
                "an entry for a key that is not there",
                "the name of a key of the same table",
                nearest(entry, known),
            )
