"""What reports say of the law, from one dated file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "law.toml"


@dataclass(frozen=True)
class Instrument:
    """A legal text that a report names."""

    name: str
    sense: str
    read: str
    """How its text is known."""


@dataclass(frozen=True)
class Harm:
    """A harm, the articles that it engages, and how it is counted."""

    harm: str
    articles: str
    count: str
    """One of `measures.rights.WAYS`."""
    which: Mapping[str, Any]
    """What that way of counting is asked for."""
    rests_on: tuple[str, ...]
    """Tables of the scheme whose figures it hangs on."""


@dataclass(frozen=True)
class Law:
    """The whole file."""

    dated: date
    instruments: tuple[Instrument, ...]
    harms: tuple[Harm, ...]
    beyond: tuple[tuple[str, str], ...]
    """Harms that the model does not hold, and their articles."""
    mapping: tuple[tuple[str, str, str], ...]
    """Instrument, what it asks, the section that answers."""


@cache
def law() -> Law:
    """Read the file."""
    found = tomllib.loads(FILE.read_text())
    return Law(
        found["dated"],
        tuple(Instrument(**entry) for entry in found["instrument"].values()),
        tuple(
            Harm(
                entry.pop("harm"),
                entry.pop("articles"),
                entry.pop("count"),
                rests_on=tuple(entry.pop("rests-on")),
                which=entry,
            )
            for entry in found["harm"]
        ),
        tuple((entry["harm"], entry["articles"]) for entry in found["beyond"]),
        tuple((e["instrument"], e["asks"], e["section"]) for e in found["mapping"]),
    )
