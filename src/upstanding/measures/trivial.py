"""The smallest set of trivial entries that costs travel (E34).

"Over a library book", the essay fears, "or a free-spirited friend". Trivial is here what harms
nobody and breaks no duty, and the library book that the essay names. By the clauses alone: how few
such entries take somebody who starts like everybody else to where a journey is refused.
"""

from dataclasses import dataclass
from math import floor

from upstanding.measures.ladder import points_of
from upstanding.run import Run
from upstanding.scheme.limited import limited

NAMED = "library-book-late"
"""The entry that the essay names."""
TRAVEL = "travel"


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
