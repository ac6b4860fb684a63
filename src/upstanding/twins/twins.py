"""Two runs of the same lives under different rules, citizen by citizen.

A citizen is *barred* in a week if something is closed to her when it ends. Whoever is barred in
some week under the first scheme and in none under the second is *spared*; the other way round, she
is *newly harmed*. Who they are rests on a convention, that both lives have the same luck
(SAME_LUCK); how many more are barred under one scheme than under the other does not, and
`twins.bounds` says how far the first may be from what the second allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.measures.lives import Lives, lives_of
from upstanding.run import Run
from upstanding.side_by_side import same_lives
from upstanding.twins.bounds import bounds, bounds_by
from upstanding.twins.changes import Change, changes, why_nothing_changed
from upstanding.twins.parting import partings
from upstanding.words import counted, picture_of

SAME_LUCK = (
    "The net effect is what the rules do. Which persons it falls on is told under a convention: "
    "that each has the same luck under both schemes."
)
SCHEMA = pl.Schema(
    {
        "citizen": pl.UInt32(),
        "weeks_before": pl.Int64(),
        "weeks_after": pl.Int64(),
        "parts": pl.Int64(),
    }
)


@dataclass(frozen=True, repr=False)
class Twins:
    """A run, and the run of the same lives under other rules."""

    before: Run
    """Under the scheme as it is proposed."""
    after: Run
    """Under the scheme that it is held against."""

    def __post_init__(self) -> None:
        same_lives([self.before.plan, self.after.plan])

    @property
    def labels(self) -> tuple[str, str]:
        """What the two schemes are called."""
        return self.before.plan.scheme.label, self.after.plan.scheme.label

    @property
    def picture(self) -> str | None:
        """Whose picture the schemes are, if one of them is told and not on record."""
        plans = (self.before.plan, self.after.plan)
        return next(filter(None, (picture_of(p.scheme.file.status) for p in plans)), None)

    @cached_property
    def lives(self) -> tuple[Lives, Lives]:
        """How everybody stood every week under both."""
        return lives_of(self.before), lives_of(self.after)

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """(citizens,) who is in figures."""
        return self.lives[0].counted

    @cached_property
    def weeks_barred(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(citizens,) in how many weeks each was barred under both."""
        before, after = (lives.barred.sum(axis=0, dtype=np.int64) for lives in self.lives)
        return before, after

    @property
    def crossing(self) -> dict[tuple[bool, bool], int]:
        """How many were ever barred or not, under the first scheme and under the second."""
        before, after = (weeks[self.counted] > 0 for weeks in self.weeks_barred)
        return {
            (was, will): int(((before == was) & (after == will)).sum())
            for was in (True, False)
            for will in (True, False)
        }

    @cached_property
    def spared(self) -> pl.DataFrame:
        """Whom something was closed to under the first scheme alone; see `people`."""
        before, after = self.weeks_barred
        return self.people((before > 0) & (after == 0))

    @cached_property
    def newly_harmed(self) -> pl.DataFrame:
        """Whom something was closed to under the second scheme alone; see `people`."""
        before, after = self.weeks_barred
        return self.people((before == 0) & (after > 0))

    def people(self, chosen: NDArray[np.bool_]) -> pl.DataFrame:
        """Return chosen citizens, those of them who are in figures.

        A row holds in how many weeks something was closed to her before and after, `parts`, the
        first week at whose close she stood otherwise, and, if both runs kept their rows, the first
        entry that one life has and the other has not: its `subject` (herself, or head or spouse of
        her household), `in_life` ("before" or "after"), `week`, `kind`, `rule`, `act`, `object` and
        `points` in hundredths.
        """
        who = np.flatnonzero(chosen & self.counted)
        before, after = (weeks[who] for weeks in self.weeks_barred)
        frame = pl.DataFrame([who, before, after, self._parts(who)], schema=SCHEMA)
        if any(run.plan.ledger != "all" for run in (self.before, self.after)):
            return frame
        first = partings(
            self.before.ledger,
            self.after.ledger,
            self.before.citizens,
            frame.select("citizen", "parts"),
        )
        return frame.join(first, on="citizen", how="left", maintain_order="left")

    def _parts(self, who: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the first week at whose close each stood otherwise; -1 if none."""
        one, other = self.lives
        differs = one.closed[:, who] != other.closed[:, who]
        return np.where(differs.any(axis=0), differs.argmax(axis=0), -1)

    def bounds(self) -> pl.DataFrame:
        """Return between which numbers of spared and newly harmed the net effect leaves room."""
        return bounds(*self._shares())

    def bounds_by(self, split: str) -> pl.DataFrame:
        """Return the same for each stratum of a split of people; see `twins.bounds`."""
        return bounds_by(split, *self._shares())

    def _shares(self) -> tuple[pl.DataFrame, NDArray[np.bool_], NDArray[np.bool_]]:
        before, after = (weeks > 0 for weeks in self.weeks_barred)
        people = self.before.citizens.filter(self.counted)
        return people, before[self.counted], after[self.counted]

    @cached_property
    def changes(self) -> Sequence[Change]:
        """Clauses that differ between the schemes."""
        return changes(self.before.plan.scheme, self.after.plan.scheme)

    @property
    def is_unchanged(self) -> bool:
        """Whether both lives of everybody are the same: candidates, rows, standing and measures."""
        names = ("citizens", "measures", "candidates")
        one, other = (run.manifest["hashes"] for run in (self.before, self.after))
        return all(one[name] == other[name] for name in names)

    def __repr__(self) -> str:
        return f"Twins({self.before!r}, {self.after!r})"

    def _repr_html_(self) -> str:
        # Drawn above this module; asked for by a notebook alone.
        shown: str = import_module("upstanding.display").of_twins(self)
        return shown

    def __str__(self) -> str:
        one, other = self.labels
        spared, harmed = self.spared.height, self.newly_harmed.height
        barred = int((self.weeks_barred[0][self.counted] > 0).sum())
        under = f"`{one}`, {self.picture}" if self.picture else f"`{one}`"
        head = f"In this model of synthetic people, under {under}"
        people = counted(int(self.counted.sum()), "person", "people")
        barred_words = f"something was closed to {barred:,} of {people} in some week"
        if self.is_unchanged:
            why = "; ".join(why_nothing_changed(self.changes, self.before, self.after))
            return f"{head}, {barred_words}. Under `{other}` nothing changes: {why}."
        return (
            f"{head}, {barred_words}. Under `{other}` {spared:,} of them are spared and "
            f"{counted(harmed, 'other is', 'others are')} newly harmed. {SAME_LUCK}"
        )
