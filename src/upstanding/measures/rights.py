"""What of a run shows that a right is engaged: events, people, how long, whether it is over.

Each way of counting answers for one kind of harm of EVIDENCE 9.2. Planted people and their
households are in none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.clockwork.names import bits
from upstanding.counts import Counts
from upstanding.measures.lives import Lives
from upstanding.run import Run


@dataclass(frozen=True)
class Indicator:
    """One harm, counted; None is what a run cannot tell."""

    unit: str
    """What an event is."""
    of: int
    """Of how many people."""
    events: int | None = None
    people: int | None = None
    """To whom it happened at least once."""
    each: float | None = None
    """The median of `each_unit` over those people."""
    each_unit: str = ""
    lasting: int | None = None
    """For how many of them it was not over, or never put right, at the end."""
    beside: str = ""
    """With whom they are compared."""


class Rights:
    """Ways of counting harms in one run."""

    def __init__(self, run: Run, lives: Lives, ordinary: Run | None = None) -> None:
        """Count in `run`; what was given up is counted against `ordinary`, if there is one."""
        self._run, self._lives, self._ordinary = run, lives, ordinary
        self._counts = Counts(run)
        self._citizens = int(lives.counted.sum())
        self._pupil = run.citizens["school"].is_not_null().to_numpy()

    def count(self, how: str, **which: Any) -> Indicator | None:
        """Return a harm counted one of the WAYS; None where it cannot be, or could not occur."""
        return WAYS[how](self, **which)

    @cached_property
    def _rows(self) -> pl.DataFrame:
        """Entries of the ledger that harm, of people who are in figures."""
        kinds = ("denial", "publication", "points", "list-in")
        keep = pl.Series(np.flatnonzero(self._lives.counted), dtype=pl.UInt32)
        rows = self._run.ledger.select("subject", "points", pl.col(_TEXTS).cast(pl.String)).filter(
            pl.col("kind").is_in(kinds), pl.col("subject").is_in(keep.implode())
        )
        return rows.collect()

    def closed(self, services: Sequence[str]) -> Indicator | None:
        """People to whom one of the services was closed, and their weeks."""
        return self._closed(services, np.ones(self._pupil.size, np.bool_))

    def children(self, services: Sequence[str]) -> Indicator | None:
        """Children who go to school to whom one of the services was closed."""
        return self._closed(services, self._pupil)

    def _closed(self, services: Sequence[str], whom: NDArray[np.bool_]) -> Indicator | None:
        known = frozenset(services) & frozenset(self._lives.services)
        whom = whom & self._lives.counted
        if not known:
            return None
        shut = self._lives.closed & np.uint32(bits(known, self._lives.services)) != 0
        weeks = shut[:, whom].sum(axis=0)
        held = weeks > 0
        refused = self._rows.filter(pl.col("kind") == "denial", pl.col("object").is_in(known))
        among = pl.Series(np.flatnonzero(whom), dtype=pl.UInt32)
        return Indicator(
            "refused attempts",
            int(whom.sum()),
            refused.filter(pl.col("subject").is_in(among.implode())).height,
            int(held.sum()),
            float(np.median(weeks[held])) if held.any() else None,
            "weeks closed",
            int(shut[-1, whom].sum()),
        )

    def kin(self) -> Indicator:
        """Refusals on account of somebody else's list or tier."""
        rows = self._rows.filter(pl.col("kind") == "denial", pl.col("mechanism") == "kin")
        return self._told(rows, "refused attempts")

    def family(self, services: Sequence[str]) -> Indicator | None:
        """Refusals on account of kin, and children to whom a school is closed."""
        barred, refused = self.children(services), self.kin()
        if barred is None:
            return refused
        return Indicator(
            "refusals for a parent or spouse",
            barred.of,
            refused.events,
            barred.people,
            barred.each,
            barred.each_unit,
            barred.lasting,
            beside="people are children with a school closed",
        )

    def ties(self) -> Indicator | None:
        """People whose score friends lowered at the end."""
        if self._run.plan.scheme.file.association is None:
            return None
        people = self._run.citizens.filter(self._lives.counted)
        lowered = people.filter(pl.col("association") < 0)["association"]
        median = lowered.median()
        return Indicator(
            "lowered scores",
            people.height,
            None,
            lowered.len(),
            -float(median) / 100 if isinstance(median, int | float) else None,
            "points taken",
            lowered.len(),
        )

    def published(self) -> Indicator | None:
        """Entries shown in public."""
        if not self._counts.sums("publications"):
            return None
        return self._told(self._rows.filter(pl.col("kind") == "publication"), "times shown")

    def defamed(self) -> Indicator | None:
        """Entries shown in public that are about what somebody else did, or nobody."""
        if not self._counts.sums("publications"):
            return None
        rows = self._rows.filter(pl.col("kind") == "publication", pl.col("truth") != "true")
        return self._told(rows, "times shown")

    def wrong(self) -> Indicator:
        """Entries about what their subject did not do, and how many were never put right."""
        rows = self._rows.filter(
            pl.col("kind").is_in(("points", "list-in")), pl.col("truth") != "true"
        )
        found = self._told(rows, "entries")
        righted = self._counts.sums("reversed").get("false", 0)
        return found if righted else _lasting(found, found.people)

    def untold(self) -> Indicator:
        """Entries against somebody; whom nobody told of any, if nobody is told."""
        against = (pl.col("kind") == "list-in") | (pl.col("points") < 0)
        rows = self._rows.filter(against, pl.col("truth").is_not_null())
        found = self._told(rows, "entries against somebody")
        notices = sum(self._counts.sums("notices").values())
        if notices == 0:
            return _lasting(found, found.people)
        return Indicator(
            "entries against somebody",
            found.of,
            found.events,
            beside=f"{notices:,} notices; which entries they were about is not kept",
        )

    def unsaid(self) -> Indicator | None:
        """Things that somebody would have said, and did not."""
        if not self._counts.sums("speech-censored"):
            return None
        events = sum(self._counts.sums("speech-censored").values())
        return Indicator("acts left unsaid", self._citizens, events)

    def given_up(self) -> Indicator | None:
        """Acts that exercise a right, fewer than under ordinary law."""
        if self._ordinary is None:
            return None
        acts = self._run.plan.society.file.act
        done, lawful = self._counts.sums("acts"), Counts(self._ordinary).sums("acts")
        events = sum(max(lawful[a] - n, 0) for a, n in done.items() if acts[a].protects)
        return Indicator("acts fewer than under ordinary law", self._citizens, events)

    def minority(self) -> Indicator | None:
        """People of the minority to whom something was closed, beside those of the majority."""
        groups = self._run.citizens["group"].cast(pl.String).to_numpy()
        few = self._lives.counted & (groups == "minority")
        many = self._lives.counted & (groups == "majority")
        if few.sum() < 10 or many.sum() < 10:
            return None
        weeks = self._lives.barred.sum(axis=0)
        held = weeks[few] > 0
        others = int((weeks[many] > 0).sum())
        size = int(many.sum())
        return Indicator(
            "people barred",
            int(few.sum()),
            None,
            int(held.sum()),
            float(np.median(weeks[few][held])) if held.any() else None,
            "weeks barred",
            int(self._lives.barred[-1, few].sum()),
            f"of the majority {others:,} of {size:,} ({others / size:.1%})",
        )

    def exposed(self) -> Indicator | None:
        """People in stores that were breached, once for each time."""
        if not (found := self._counts.sums("people-exposed")):
            return None
        return Indicator("times somebody was exposed", self._citizens, sum(found.values()))

    def records(self, place: str) -> Indicator:
        """Records of what is done at a kind of place."""
        events = self._counts.sums("records").get(place, 0)
        return Indicator("records", self._citizens, events)

    def _told(self, rows: pl.DataFrame, unit: str) -> Indicator:
        """Return entries, their subjects, and how many one of these has in the median."""
        each = rows.group_by("subject").len()["len"]
        median = each.median()
        return Indicator(
            unit,
            self._citizens,
            rows.height,
            each.len(),
            float(median) if isinstance(median, int | float) else None,
            unit,
        )


_TEXTS = ("kind", "mechanism", "object", "truth")
WAYS: Mapping[str, Callable[..., Indicator | None]] = {
    "closed": Rights.closed,
    "children": Rights.children,
    "kin": Rights.kin,
    "family": Rights.family,
    "ties": Rights.ties,
    "published": Rights.published,
    "defamed": Rights.defamed,
    "wrong": Rights.wrong,
    "untold": Rights.untold,
    "unsaid": Rights.unsaid,
    "given-up": Rights.given_up,
    "minority": Rights.minority,
    "exposed": Rights.exposed,
    "records": Rights.records,
}


def _lasting(found: Indicator, people: int | None) -> Indicator:
    return replace(found, lasting=people)
