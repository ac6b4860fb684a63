"""What is not known: figures that rest on invention or assumption, drawn from their ranges.

Every such figure names a range to sweep. A set of draws is a Latin hypercube over the ranges
(McKay, Beckman and Conover 1979), even on a logarithmic scale where a range spans two orders of
magnitude; contested readings of a mechanism take turns. A figure that the rest of a file forbids
keeps the shipped value in that set, and is named.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import exp, log
from typing import Any, TypeVar

from scipy.stats import qmc

from upstanding.documents.document import Document
from upstanding.documents.evidence import Figure
from upstanding.errors import InputError
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

Rules = TypeVar("Rules", Scheme, Society)
_RANGE = re.compile(
    r"(?:patch [a-z0-9-]+: )?(?:assumption|invented) (?P<low>[^.\s]\S*?)\.\.(?P<high>[^\s,:;]+)"
)
WIDE = 100
"""The ratio of the ends of a range from which on it is drawn on a logarithmic scale."""
CONTESTED = ("support.reading", ("fear", "persuasion"))
"""A key of a society, and the readings that take turns."""
FROM_SOCIETY = ("deterrence", "learning", "conviction", "shaming", "appeals", "support", "ties")
"""Tables of a society whose unknowns are drawn: how people answer, not who they are."""
SHAPES = ("ties.slots.",)
"""Keys that shape what is held of everybody: they cannot be drawn one by one."""


@dataclass(frozen=True)
class Unknown:
    """A figure that is not known."""

    key: str
    shipped: float
    low: float
    high: float
    whole: bool
    """Whether it is a whole number."""

    def drawn(self, share: float) -> int | Decimal:
        """Return the value at a share of the way through the range."""
        if self.low > 0 and self.high / self.low >= WIDE:
            value = exp(log(self.low) + share * (log(self.high) - log(self.low)))
        else:
            value = self.low + share * (self.high - self.low)
        return round(value) if self.whole else Decimal(f"{value:.6g}")


@dataclass(frozen=True)
class Drawn:
    """A scheme and a society with one set of draws."""

    scheme: Scheme
    society: Society
    values: Mapping[str, float]
    """By key, "scheme." or "society." first, what was drawn."""
    kept: tuple[str, ...]
    """Keys that the rest of their file forbade to draw."""


def unknowns(document: Document[Any]) -> Iterator[Unknown]:
    """Yield the single figures of a document that name a range."""
    for figure in document.figures():
        if figure.status in {"invented", "assumption"} and not isinstance(figure.value, list):
            yield from _unknown(figure, figure.value)


def _unknown(figure: Figure, shipped: int | Decimal) -> Iterator[Unknown]:
    match = _RANGE.match(figure.source)
    if match is None:
        return
    low, high = float(match["low"]), float(match["high"])
    if low < high:
        whole = isinstance(shipped, int) and low.is_integer() and high.is_integer()
        whole = whole and high - low > 1
        yield Unknown(figure.key, float(shipped), low, high, whole)


def draw(scheme: Scheme, society: Society, sets: int, *, seed: int = 1) -> Iterator[Drawn]:
    """Yield sets of draws of what is not known of a scheme and of how people answer it."""
    of_scheme = list(unknowns(scheme))
    of_society = [
        unknown
        for unknown in unknowns(society)
        if unknown.key.split(".")[0] in FROM_SOCIETY and not unknown.key.startswith(SHAPES)
    ]
    width = len(of_scheme) + len(of_society)
    shares = qmc.LatinHypercube(max(width, 1), rng=seed).random(sets)
    for nth, row in enumerate(shares):
        values = [u.drawn(share) for u, share in zip([*of_scheme, *of_society], row, strict=False)]
        first = dict(zip((u.key for u in of_scheme), values, strict=False))
        second = dict(zip((u.key for u in of_society), values[len(of_scheme) :], strict=True))
        contested: dict[str, Any] = {}
        if society.file.support is not None:
            key, readings = CONTESTED
            contested = {key: readings[nth % len(readings)]}
        rules, kept = _set(scheme, first)
        people, kept_too = _set(society, {**second, **contested})
        numbers = {f"scheme.{k}": float(v) for k, v in first.items() if k not in kept}
        numbers |= {f"society.{k}": float(v) for k, v in second.items() if k not in kept_too}
        yield Drawn(rules, people, numbers, (*kept, *kept_too))


def _set(document: Rules, values: Mapping[str, Any]) -> tuple[Rules, tuple[str, ...]]:
    """Return a document with values, and the keys of those that could not be set."""
    values, kept = dict(values), list[str]()
    while values:
        try:
            return document.with_values(values), tuple(kept)
        except InputError as error:
            named = {problem.key for problem in error.problems}
            tables = {key.split(".")[0] for key in named}
            refused = (
                {key for key in values if any(_concerns(name, key) for name in named)}
                or {key for key in values if key.split(".")[0] in tables}
                or set(values)
            )
            kept += sorted(refused)
            values = {key: value for key, value in values.items() if key not in refused}
    return document, tuple(kept)


def _concerns(named: str, key: str) -> bool:
    """Return whether a problem's key is a drawn key, or stands above or below it."""
    return named == key or named.startswith(f"{key}.") or key.startswith(f"{named}.")
