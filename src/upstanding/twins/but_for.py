"""But-for: for whom a rule, an error or a tie was necessary, and which causes do it together.

Something is closed to a citizen because of a cause if, with that alone removed and every draw kept,
nothing is (MODEL 5). There are two readings, and both are named wherever one is printed. *Her life
alone* (`own_life`) keeps what all others did and takes away her own entries; it costs next to
nothing, because it reads the ledger. *The whole society* (`whole_society`) runs everybody again
without the cause: behaviour answers, ranks move, ties pull otherwise.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.clockwork.names import FORGED
from upstanding.errors import InputError, Problem
from upstanding.measures.lives import Lives, lives_of
from upstanding.mechanisms.kin import Reach
from upstanding.run import Run
from upstanding.scheme.scheme import Scheme
from upstanding.twins.compare import compare
from upstanding.twins.own_life import OwnLives, own_lives
from upstanding.twins.twins import Twins

OWN_LIFE, WHOLE_SOCIETY = "her life alone", "the whole society"
PAIRED = 12
"""Causes that are tried in pairs where none alone was necessary: those that took most points."""
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Cause:
    """Something that can be taken away."""

    key: str
    """As a patch would name it: "rule.jaywalking", "list.x", "tier.d", "error.stolen",
    "association", "kin"."""

    @property
    def kind(self) -> str:
        """What it is: a rule, a list, a tier, an error, association or kin."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """Which of its kind."""
        return self.key.partition(".")[2]


def causes_of(run: Run) -> tuple[Cause, ...]:
    """Return what may be a cause under the scheme of a run."""
    file = run.plan.scheme.file
    keys = [f"rule.{name}" for name in sorted(file.rule)]
    keys += [f"list.{name}" for name in sorted(file.list_)]
    keys += [f"tier.{name}" for name in sorted(file.tier) if file.tier[name].closes]
    keys += [f"error.{truth}" for truth in FORGED]
    keys += ["association"] if file.association is not None else []
    reaches: list[Reach | None] = [table.reach for table in file.list_.values()]
    reaches += [tier.reach for tier in file.tier.values()]
    keys += ["kin"] if any(reach and (reach.children or reach.spouse) for reach in reaches) else []
    return tuple(map(Cause, keys))


@dataclass(frozen=True)
class Attribution:
    """For whom each cause was necessary, each in her own life."""

    run: Run
    lives: Lives
    causes: tuple[Cause, ...]
    who: NDArray[np.int64]
    """(n,) the citizens concerned, in order."""

    @cached_property
    def own(self) -> OwnLives:
        """Their entries."""
        return own_lives(self.run, self.lives, self.who)

    def left(self, causes: Sequence[Cause]) -> NDArray[np.int64]:
        """Return (n,) in how many weeks something is closed without some causes together."""
        names, own = self.run.world.names, self.own
        removed = np.zeros(own.rows.height, bool)
        lists = tiers = -1
        for cause in causes:
            if cause.kind == "rule":
                removed |= own.rows["rule"].eq_missing(cause.key).to_numpy() & self._points
            elif cause.kind == "error":
                removed |= own.rows["truth"].eq_missing(cause.name).to_numpy()
            elif cause.kind == "association":
                removed |= (own.rows["kind"] == "association").to_numpy()
            elif cause.kind == "list":
                lists &= ~(1 << names.lists.index(cause.name))
            elif cause.kind == "tier":
                tiers &= ~(1 << names.tiers.index(cause.name))
        kin = any(cause.kind == "kin" for cause in causes)
        left = own.left(removed, lists=lists, tiers=tiers, kin=kin)
        weeks: NDArray[np.int64] = (left != 0).sum(axis=0, dtype=np.int64)
        return weeks

    @cached_property
    def _points(self) -> Flags:
        return (self.own.rows["kind"] == "points").to_numpy()

    @cached_property
    def weeks_left(self) -> NDArray[np.int64]:
        """(causes, n) in how many weeks something is closed without each cause."""
        return np.stack([self.left([cause]) for cause in self.causes])

    @cached_property
    def weeks(self) -> NDArray[np.int64]:
        """(n,) in how many weeks something was closed in fact."""
        weeks: NDArray[np.int64] = (self.own.actual != 0).sum(axis=0, dtype=np.int64)
        return weeks

    @property
    def table(self) -> pl.DataFrame:
        """A row a cause: for how many it was necessary, and how many weeks would fall away.

        `people` are those to whom nothing is closed without it, of `of_people`; `weeks` the
        person-weeks that fall away, of `of_weeks`.
        """
        return pl.DataFrame(
            {
                "cause": [cause.key for cause in self.causes],
                "kind": [cause.kind for cause in self.causes],
                "people": (self.weeks_left == 0).sum(axis=1),
                "of_people": self.who.shape[0],
                "weeks": (self.weeks - self.weeks_left).sum(axis=1),
                "of_weeks": int(self.weeks.sum()),
            }
        )

    @property
    def necessary(self) -> NDArray[np.int64]:
        """(n,) how many causes were each necessary: with any of them removed nothing is closed."""
        number: NDArray[np.int64] = (self.weeks_left == 0).sum(axis=0, dtype=np.int64)
        return number

    def pairs(self) -> pl.DataFrame:
        """Return the sets of two causes that were jointly necessary where none alone was.

        Tried are the PAIRED rules and other causes that took most from those concerned. A row a
        pair that did it for anybody: `people` to whom nothing is closed without both, of
        `of_people` for whom no single cause was necessary.
        """
        concerned = np.flatnonzero(self.necessary == 0)
        part = Attribution(self.run, self.lives, self.causes, self.who[concerned])
        fallen = (self.weeks - self.weeks_left)[:, concerned].sum(axis=1)
        tried = [self.causes[at] for at in np.argsort(-fallen, kind="stable")[:PAIRED]]
        found = [
            (
                f"{one.key} and {other.key}",
                int((part.left([one, other]) == 0).sum()),
                concerned.size,
            )
            for one, other in combinations(tried, 2)
        ]
        schema = {"causes": pl.String, "people": pl.Int64, "of_people": pl.Int64}
        frame = pl.DataFrame(found, schema=schema, orient="row")
        return frame.filter(pl.col("people") > 0).sort("people", "causes", descending=[True, False])


def attribute(run: Run, lives: Lives | None = None) -> Attribution:
    """Ask for each cause to whom of those in figures it was necessary, each in her own life.

    Asked are those to whom something was closed in some week; the run kept all rows, and how
    everybody stands.
    """
    if run.plan.ledger != "all":
        allowed = "a run with --ledger all, whose rows tell what followed from what"
        raise InputError([Problem("options", None, "ledger", run.plan.ledger, allowed)])
    lives = lives or lives_of(run)
    who = np.flatnonzero(lives.barred.any(axis=0) & lives.counted)
    return Attribution(run, lives, causes_of(run), who)


def without(scheme: Scheme, cause: Cause) -> Scheme:
    """Return a scheme without a cause, for running everybody again.

    A rule gives no points; a list or a tier closes nothing to anybody. Of errors all kinds go
    together (the ablation "every-record-true").
    """
    if cause.kind == "error":
        return scheme.ablated("every-record-true")
    if cause.kind == "association":
        return scheme.ablated("no-association")
    if cause.kind == "kin":
        return scheme.with_safeguards("no-kin-penalty")
    if cause.kind == "rule":
        return scheme.with_values({f"{cause.key}.points": 0})
    return scheme.without_keys(f"{cause.key}.closes", f"{cause.key}.reach")


def whole_society(run: Run, cause: Cause, out: str | os.PathLike[str]) -> Twins:
    """Run everybody again without a cause: the second reading."""
    return compare(run, without(run.plan.scheme, cause), out=out, ledger="off", cohort=())
