"""Safeguards tested: what each does when it is added first, and when it is removed last.

Safeguards interact, so that no single number says what one of them did (MODEL 5). *Added first*
holds the scheme against the scheme with that one alone; *removed last* holds the scheme with all
but that one against the scheme with all. Either way persons are counted as `twins.Twins` does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.documents import shelf
from upstanding.documents.patch import FOLDER, Patch
from upstanding.run import Run, simulate
from upstanding.scheme.scheme import Scheme
from upstanding.twins.changes import why_nothing_changed
from upstanding.twins.twins import Twins

SHIPPED = shelf.shipped(FOLDER)
"""The names of the shipped safeguards."""
ALL, ALONE, ALL_BUT = "all", "alone", "all-but"


@dataclass(frozen=True)
class Tested:
    """A scheme under each of some safeguards alone, under all, and under all but each."""

    before: Run
    safeguards: tuple[Patch, ...]
    alone: tuple[Run, ...]
    """With each of them and no other."""
    all_but: tuple[Run, ...]
    """With all but each of them."""
    all: Run

    @cached_property
    def together(self) -> Twins:
        """The scheme, and the scheme with all safeguards."""
        return Twins(self.before, self.all)

    def added_first(self, name: str) -> Twins:
        """The scheme, and the scheme with one safeguard."""
        return Twins(self.before, self.alone[self._at(name)])

    def removed_last(self, name: str) -> Twins:
        """The scheme with all safeguards but one, and with all."""
        return Twins(self.all_but[self._at(name)], self.all)

    def _at(self, name: str) -> int:
        return [patch.name for patch in self.safeguards].index(name)

    @cached_property
    def table(self) -> pl.DataFrame:
        """A row a safeguard: persons spared and newly harmed, and person-weeks that fall away.

        `weeks` are person-weeks in which something was closed, before less after; `first_` stands
        for added first, `last_` for removed last. `why` says why a safeguard changes no life where
        it is added first, and is empty where it changes one.
        """
        return pl.DataFrame([self._row(patch.name, patch.title) for patch in self.safeguards])

    def _row(self, name: str, title: str) -> dict[str, object]:
        row: dict[str, object] = {"safeguard": name, "title": title}
        for way, twins in (("first", self.added_first(name)), ("last", self.removed_last(name))):
            crossing = twins.crossing
            before, after = (weeks[twins.counted].sum() for weeks in twins.weeks_barred)
            row |= {
                f"{way}_spared": crossing[True, False],
                f"{way}_newly_harmed": crossing[False, True],
                f"{way}_weeks": int(before - after),
            }
            if way == "first":
                unchanged = twins.is_unchanged
                why = why_nothing_changed(twins.changes, twins.before, twins.after)
                row["why"] = "; ".join(why) if unchanged else ""
        return row

    @cached_property
    def not_spared(self) -> NDArray[np.bool_]:
        """(citizens,) those in figures to whom something is closed under all safeguards too."""
        before, after = self.together.weeks_barred
        barred: NDArray[np.bool_] = (before > 0) & (after > 0) & self.together.counted
        return barred


def safeguards_tested(
    run: Run,
    names: Sequence[str] = SHIPPED,
    *,
    out: Path,
    watch: Callable[[int, int], None] | None = None,
) -> Tested:
    """Test safeguards on the lives of a run, which kept how everybody stands.

    Args:
        run: A run of the scheme as it is proposed.
        names: Shipped safeguards, or paths of patches.
        out: A directory for the runs, which must not exist.
        watch: Called after each run with how many are done, and how many there are.

    """
    patches = tuple(map(Patch.load, names))
    scheme, plan = run.plan.scheme, run.plan
    rules: dict[str, Scheme] = {}
    for patch in patches:
        others = [other for other in patches if other is not patch]
        rules[f"{ALONE}-{patch.name}"] = scheme.with_safeguards(patch)
        rules[f"{ALL_BUT}-{patch.name}"] = scheme.with_safeguards(*others)
    rules[ALL] = scheme.with_safeguards(*patches)
    made: dict[str, Run] = {}
    for name, scheme_ in rules.items():
        made[name] = simulate(
            scheme_,
            society=plan.society,
            citizens=plan.citizens,
            weeks=plan.weeks,
            seed=plan.seed,
            ledger="off",
            standing=True,
            out=out / name,
        )
        if watch:
            watch(len(made), len(rules))
    return Tested(
        run,
        patches,
        tuple(made[f"{ALONE}-{patch.name}"] for patch in patches),
        tuple(made[f"{ALL_BUT}-{patch.name}"] for patch in patches),
        made[ALL],
    )
