"""What a report reads: a run, and whatever was run beside it on the same lives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.errors import InputError, Problem
from upstanding.lab.study import Study
from upstanding.measures.causes import exclusion
from upstanding.measures.contexts import Contexts, contexts_of
from upstanding.measures.harms import Harms, harms_of
from upstanding.measures.ladder import ladder_of
from upstanding.measures.lives import Lives, lives_of
from upstanding.run import Run
from upstanding.scheme.scheme import ABLATIONS
from upstanding.side_by_side import same_lives, side_by_side
from upstanding.twins.but_for import Attribution
from upstanding.twins.safeguards import Tested
from upstanding.twins.twins import Twins
from upstanding.words import picture_of

ORDINARY_LAW = "baseline"
"""The name of the scheme under which nobody is scored."""


@dataclass(frozen=True)
class Impact:
    """A run of the scheme as it is proposed, and its twins."""

    run: Run
    ordinary: Twins | None = None
    """Under ordinary law: `before` is the scheme as proposed, `after` the baseline."""
    ablations: Mapping[str, Twins] = field(default_factory=dict)
    """By the part that is taken away, one of `scheme.ABLATIONS`."""
    safeguards: Mapping[str, Twins] = field(default_factory=dict)
    """By the names of the patches that are added."""
    others: Mapping[str, Twins] = field(default_factory=dict)
    """Other schemes on the same lives."""
    seeds: tuple[Run, ...] = ()
    """The same plan under other seeds."""
    lawful: tuple[Run, ...] = ()
    """Ordinary law under the same other seeds."""
    tested: Tested | None = None
    """Safeguards added first and removed last."""
    attribution: Attribution | None = None
    """For whom each cause was necessary, each in her own life."""
    society: Mapping[str, Twins] = field(default_factory=dict)
    """By cause, the whole society run again without it."""
    study: Study | None = None
    """What is not known, drawn from its ranges."""

    @cached_property
    def lives(self) -> Lives:
        """How everybody stood every week under the scheme as proposed."""
        return lives_of(self.run)

    @property
    def name(self) -> str:
        """What the scheme as proposed is called."""
        return self.run.plan.scheme.label

    @cached_property
    def exclusion(self) -> pl.DataFrame:
        """Weeks of exclusion by what they rest on; see `causes.exclusion`."""
        return exclusion(self.run, self.lives)

    @cached_property
    def contexts(self) -> Contexts:
        """Where data came from, and where the penalty lands."""
        return contexts_of(self.run, self.lives)

    @cached_property
    def ladder(self) -> pl.DataFrame:
        """How grave acts are, and how many weeks of exclusion they led to."""
        return ladder_of(self.run, self.lives)

    @cached_property
    def harms(self) -> Harms:
        """The four harms that a report begins with."""
        return harms_of(self.run, self.lives)

    @cached_property
    def over_seeds(self) -> Mapping[str, tuple[float, ...]]:
        """By line of `side_by_side`, its value under each seed; empty with one seed alone."""
        runs = [[self.run], *([run] for run in self.seeds)]
        if self.ordinary and self.lawful:
            lawful = [self.ordinary.after, *self.lawful]
            runs = [[law, *scheme] for law, scheme in zip(lawful, runs, strict=True)]
        found: dict[str, tuple[float, ...]] = {}
        if len(runs) > 1:
            for line in zip(*(side_by_side(pair).lines for pair in runs), strict=True):
                values = tuple(v for each in line if (v := each.values[-1]) is not None)
                if len(values) == len(runs):
                    found[line[0].what] = values
        return found

    @property
    def picture(self) -> str | None:
        """Whose picture it is, if the scheme is told and not on record."""
        return picture_of(self.run.plan.scheme.file.status)

    @cached_property
    def people(self) -> pl.DataFrame:
        """Citizens who are in figures."""
        return self.run.citizens.filter(self.lives.counted)

    @cached_property
    def ever_barred(self) -> NDArray[np.bool_]:
        """(citizens,) to whom something was closed in some week; the planted are not in it."""
        ever: NDArray[np.bool_] = self.lives.barred.any(axis=0) & self.lives.counted
        return ever

    @property
    def when(self) -> str:
        """The end of the run in words."""
        return f"after week {self.run.plan.weeks}"


def gathered(runs: Sequence[Run]) -> Impact:
    """Return what runs come to, of which the first is that of the scheme as proposed.

    A run of the same plan under another seed is one of `seeds`; all others must be of the same
    lives, and are told apart by their schemes.

    Raises:
        InputError: if a run fits nowhere, or is given twice.

    """
    first, *others = runs
    same_rules = [run for run in others if _is_seed(run, first)]
    twins = [run for run in others if not _is_seed(run, first)]
    same_lives([first.plan, *(run.plan for run in twins)])
    seeds = [run.plan.seed for run in (first, *same_rules)]
    labels = [run.plan.scheme.label for run in (first, *twins)]
    for what, names in (("seed", seeds), ("scheme", labels)):
        if twice := next((name for at, name in enumerate(names) if name in names[:at]), None):
            raise InputError([Problem("runs", None, what, str(twice), "given once")])
    own = first.plan.scheme
    ordinary: Twins | None = None
    ablations: dict[str, Twins] = {}
    safeguards: dict[str, Twins] = {}
    more: dict[str, Twins] = {}
    for run in twins:
        scheme, pair = run.plan.scheme, Twins(first, run)
        added = scheme.patches[len(own.patches) :]
        if scheme.name == ORDINARY_LAW and not scheme.patches:
            ordinary = pair
        elif scheme.name == own.name and scheme.patches == (*own.patches, *added) and added:
            # An ablation is a patch of its own name after one of values, which has none.
            kind = ablations if added[-1] in ABLATIONS else safeguards
            kind[added[-1] if kind is ablations else " + ".join(added)] = pair
        else:
            more[scheme.label] = pair
    return Impact(first, ordinary, ablations, safeguards, more, tuple(same_rules))


def _is_seed(run: Run, first: Run) -> bool:
    one, other = run.plan, first.plan
    return (
        (one.scheme, one.society, one.citizens, one.weeks)
        == (other.scheme, other.society, other.citizens, other.weeks)
    ) and one.seed != other.seed
