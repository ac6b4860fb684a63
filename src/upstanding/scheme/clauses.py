"""Clauses: what each key of a scheme rests on in law, since when, and on whose word.

A clause is one key of a table that has a `source`: `rule.jaywalking.points`, say. Its ground stands
apart, so that many clauses share one:

    [clause."list.dishonest-personnel"]
    since       = 2013-10-01
    legal-basis = "Provisions of the Supreme People's Court on the list"
    provenance  = "documented law"

    [clause."list.*.closes"]
    since = 2015

A pattern speaks for what stands under it, `*` being any one segment. Of all the patterns that speak
for a clause, the most specific one that says a thing is heard: that with the most names, then the
longest, then that whose names come first. A scheme inherits the patterns of what it extends.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from upstanding.documents.raw import Raw, Value, dotted, nearest
from upstanding.documents.shape import Shape
from upstanding.documents.sources import BY_HAND, leaves, source_for, sourced_tables
from upstanding.documents.table import Table, Text
from upstanding.errors import Problem

Provenance = Literal[
    "documented law", "documented pilot", "reported", "proposed", "as told", "invented"
]
When = Annotated[date, Field(strict=True)] | Annotated[int, Field(strict=True, ge=1900, le=2100)]
"""A day, or a year where no more is known."""
_SEGMENT = r"(\*|[a-z0-9][a-z0-9-]*)"
Pattern = Annotated[
    str,
    StringConstraints(strict=True, pattern=rf"^{_SEGMENT}(\.{_SEGMENT})*$", max_length=160),
]
"""Keys joined by dots, `*` being any one segment; it speaks for all that stands under it."""


class Ground(Table):
    """What clauses rest on; what is not said here is inherited from a less specific pattern."""

    since: When | None = None
    """When it came into force; if it never did, when it was told, proposed or invented."""
    until: When | None = None
    """When it ended; with `since` only."""
    legal_basis: Text | None = None
    """The law or rule by which it holds, "none" if there is none."""
    provenance: Provenance | None = None


@dataclass(frozen=True)
class Clause:
    """One key of a scheme, and what it rests on; None is what nobody said."""

    key: str
    value: Value
    since: date | int | None
    until: date | int | None
    legal_basis: str | None
    provenance: Provenance | None
    source: str | None

    @property
    def is_grounded(self) -> bool:
        """Whether its date, legal basis and provenance are all said."""
        return None not in (self.since, self.legal_basis, self.provenance)


def clauses(raw: Raw, shape: Shape, grounds: Mapping[str, Ground]) -> Iterator[Clause]:
    """Yield every clause of a validated scheme, in the order of the file.

    What a patch set rests on no law: it is proposed, or, where set by hand, invented.
    """
    for path, table, below in sourced_tables(raw.tree, shape):
        for leaf, value in leaves(table, below):
            key = dotted((*path, *leaf))
            source = source_for(table["source"], leaf)
            if source is not None and source.startswith("patch "):
                word: Provenance = "invented" if source.endswith(BY_HAND) else "proposed"
                yield Clause(key, value, None, None, f"none ({source})", word, source)
            else:
                yield _grounded(key, value, source, grounds)


def _grounded(key: str, value: Value, source: str | None, grounds: Mapping[str, Ground]) -> Clause:
    segments = key.split(".")
    heard = sorted((p for p in grounds if _speaks(p, segments)), key=_specific, reverse=True)
    said = [grounds[pattern] for pattern in heard]
    dated = next((ground for ground in said if ground.since is not None), Ground())
    return Clause(
        key,
        value,
        dated.since,
        dated.until,
        next((ground.legal_basis for ground in said if ground.legal_basis), None),
        next((ground.provenance for ground in said if ground.provenance), None),
        source,
    )


def _speaks(pattern: str, segments: list[str]) -> bool:
    """Whether a pattern names a key or something above it."""
    named = pattern.split(".")
    return len(named) <= len(segments) and all(
        name in ("*", segment) for name, segment in zip(named, segments, strict=False)
    )


def _specific(pattern: str) -> tuple[int, int, list[bool]]:
    """Return how specific a pattern is; two that speak for one key are never equal."""
    names = [name != "*" for name in pattern.split(".")]
    return sum(names), len(names), names


def ground_problems(grounds: Mapping[str, Ground], raw: Raw) -> Iterator[Problem]:
    """Yield what is wrong with the grounds of a scheme, whatever they speak for."""
    for pattern, ground in grounds.items():
        if ground.until is None:
            continue
        path = ("clause", pattern, "until")
        if ground.since is None:
            yield raw.problem(path, "an end without since", "used with since")
        elif _year(ground.until) < _year(ground.since):
            found = f"{ground.until}, before {ground.since}"
            yield raw.problem(path, found, "the same as since, or later")


def _year(when: date | int) -> int:
    return when.year if isinstance(when, date) else when


def unmatched(grounds: Iterable[str], found: Iterable[Clause], raw: Raw) -> Iterator[Problem]:
    """Yield a problem for each pattern that speaks for no clause; a patch may take clauses away."""
    keys = [clause.key.split(".") for clause in found]
    for pattern in grounds:
        if not any(_speaks(pattern, key) for key in keys):
            allowed = "a key of the scheme, with * for any one segment"
            near = _nearest(pattern, keys)
            yield raw.problem(("clause", pattern), "a pattern that matches nothing", allowed, near)


def _nearest(pattern: str, keys: list[list[str]]) -> str | None:
    """Return a pattern that matches, each name replaced by the nearest of its place, if near."""
    names = []
    for at, name in enumerate(pattern.split(".")):
        keys = [key for key in keys if len(key) > at]
        known = sorted({key[at] for key in keys})
        right = name if name == "*" or name in known else nearest(name, known)
        if right is None:
            return None
        names.append(right)
        keys = [key for key in keys if right in ("*", key[at])]
    return ".".join(names) if keys else None
