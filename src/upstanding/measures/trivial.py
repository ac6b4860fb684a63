"""The smallest set of trivial entries that costs travel (E34).

"Over a library book", the essay fears, "or a free-spirited friend". Trivial is here what harms
nobody and breaks no duty, and the library book that the essay names. Two answers: by the scheme's clauses alone, how
few such entries take somebody who starts like everybody else to where a journey is refused; and in
a run, for those whom a tier kept from a journey, how few of their trivial entries, left out of her
own, would have kept it open (`but_for`: all else as it was).
"""

from dataclasses import dataclass
from math import floor

import polars as pl

from upstanding.but_for import score_at
from upstanding.measures.ladder import points_of
from upstanding.measures.stays import ledger_of
from upstanding.run import Run
from upstanding.scheme.limited import limited

NAMED = "library-book-late"
"""The entry that the essay names."""
TRAVEL = "travel"
MANY = 2_000
"""Refusals by a tier looked through at most."""


@dataclass(frozen=True)
class Trivial:
    """Entries that would cost a journey."""

    act: str
    entries: int
    way: str
    """The tier or list that then closes it, as a clause begins."""


def trivial_acts(run: Run) -> list[str]:
    """Return acts that harm nobody and are no breach of duty, and the one that the essay names."""
    acts = run.plan.society.file.act.items()
    return [n for n, act in acts if (not act.harms and act.kind != "duty") or n == NAMED]


def journeys(run: Run) -> set[str]:
    """Return the services that are travel."""
    services = run.plan.society.file.service.items()
    return {name for name, service in services if service.domain == TRAVEL}


def smallest_sets(run: Run) -> list[Trivial]:
    """Return how few entries of each trivial act cost a journey by the clauses alone, fewest first.

    From the score that everybody starts with, without fading, friends and good acts. An act is
    absent where no number of them does; all are where nothing trivial is scored or listed, or no
    journey is closed for it.
    """
    file = limited(run.plan.scheme.file, run.plan.society.file)
    trips, found = journeys(run), []
    trivial = trivial_acts(run)
    for name, table in file.list_.items():
        if not table.closes & trips:
            continue
        if table.enter.record in trivial and table.enter.share != 0:
            found.append(Trivial(str(table.enter.record), 1, f"list.{name}"))
        if (strikes := table.enter.strikes) and table.of == "persons":
            acts = [file.rule[rule].act or rule for rule in sorted(strikes.rules)]
            scored = [act for act in acts if act in trivial]
            found += [Trivial(act, strikes.count, f"list.{name}") for act in scored]
    for name, tier in file.tier.items():
        if not tier.closes & trips or tier.below is None or file.score is None:
            continue
        gap = float(file.score.start - tier.below)
        for act in trivial:
            cost = -points_of(run, act) * _weight(run, act)
            if cost > 0:
                found.append(Trivial(act, max(floor(gap / cost) + 1, 1), f"tier.{name}"))
    fewest: dict[str, Trivial] = {}
    for one in sorted(found, key=lambda one: (one.entries, one.act)):
        fewest.setdefault(one.act, one)
    return list(fewest.values())


def _weight(run: Run, act: str) -> float:
    """Return the weight of the category in which an act costs points."""
    file = run.plan.scheme.file
    rules = [r for name, r in file.rule.items() if (r.act or name) == act and r.points < 0]
    return max((float(file.category[rule.category].weight) for rule in rules), default=0.0)


@dataclass(frozen=True)
class KeptHome:
    """People whom a tier kept from a journey, and how few trivial entries made the difference."""

    refused: int
    """People refused a journey by a tier, and looked at."""
    over_trivial: int
    """Those who would not have been but for trivial entries."""
    fewest: int | None
    """The smallest number of trivial entries that made the difference to anybody."""
    citizen: int | None
    """To whom, the first by number."""
    acts: tuple[str, ...]
    """Which."""


def kept_home(run: Run) -> KeptHome:
    """Return who would have travelled but for trivial entries of her own.

    Of each person the first refusal by a tier; entries are left out from the costliest on, until
    the score at the close before is no longer in the tier.
    """
    trivial = set(trivial_acts(run))
    by_tier = pl.col("rule").str.starts_with("tier.") & (pl.col("mechanism") != "kin")
    refused = (
        ledger_of(run, "denial")
        .filter(by_tier, pl.col("object").is_in(sorted(journeys(run))))
        .sort("subject", "week")
        .unique("subject", keep="first", maintain_order=True)
        .head(MANY)
        .collect()
    )
    if not refused.height:
        return KeptHome(0, 0, None, None, ())
    hers = ledger_of(run, "points", "association", "reversal").join(
        refused.lazy().select("subject"), on="subject", how="semi"
    )
    rows_of = hers.collect().partition_by("subject", as_dict=True)
    found = []
    for denial in refused.iter_rows(named=True):
        rows = rows_of[denial["subject"],].to_dicts()
        tier = run.plan.scheme.file.tier[denial["rule"].split(".")[1]]
        before = denial["week"] - 1
        if not tier.holds(score_at(run, rows, before)):
            continue
        costly = [
            row
            for row in rows
            if row["kind"] == "points"
            and row["act"] in trivial
            and row["points"] < 0
            and row["week"] <= before
        ]
        costly.sort(key=lambda row: (row["points"], -row["week"]))
        left = list(rows)
        for number, row in enumerate(costly, 1):
            left.remove(row)
            if not tier.holds(score_at(run, left, before)):
                acts = tuple(sorted({str(each["act"]) for each in costly[:number]}))
                found.append((number, int(denial["subject"]), acts))
                break
    best = min(found, default=None)
    return KeptHome(
        refused.height,
        len(found),
        best[0] if best else None,
        best[1] if best else None,
        best[2] if best else (),
    )
