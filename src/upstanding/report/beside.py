"""What a report has run beside a scheme, on the same lives, so that it can tell what does what."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from upstanding.lab.ensemble import ensemble
from upstanding.lab.study import CITIZENS, study_unknowns
from upstanding.report.impact import ORDINARY_LAW, Impact
from upstanding.run import Run, simulate
from upstanding.scheme.scheme import ABLATIONS, Scheme
from upstanding.twins.but_for import Attribution, Cause, attribute, whole_society
from upstanding.twins.safeguards import SHIPPED, safeguards_tested
from upstanding.twins.twins import Twins

MILDER = ("documented", "court-list")
"""Milder means to hold the aim against: schemes on record that close less."""
AGAIN = 3
"""Causes without which the whole society is run again: those that were necessary to most."""
SEEDS, SETS = 5, 32
Watch = Callable[[int, int], object]


def beside(
    impact: Impact,
    out: Path,
    *,
    seeds: int = SEEDS,
    sets: int = SETS,
    watch: Watch | None = None,
) -> Impact:
    """Return an impact with all that is still lacking run beside it.

    Args:
        impact: What was given: a run that kept its rows, and perhaps others of the same lives.
        out: An empty directory for the runs.
        seeds: Under how many seeds the scheme is run in all, with rows.
        sets: How many sets of draws of what is not known.
        watch: Called after each run with how many are done, and how many there are.

    Raises:
        InputError: if the run kept no rows.

    """
    run = impact.run
    scheme = run.plan.scheme
    found = attribute(run, impact.lives)
    again = _first(found)
    milder = {name: Scheme.load(name) for name in MILDER if name != scheme.name}
    lacking = {} if impact.ordinary else {ORDINARY_LAW: Scheme.load(ORDINARY_LAW)}
    lacking |= {name: scheme.ablated(name) for name in ABLATIONS if name not in impact.ablations}
    lacking |= {name: rules for name, rules in milder.items() if name not in impact.others}
    fresh = 0 if impact.seeds else 2 * (seeds - 1)
    total = len(lacking) + 2 * len(SHIPPED) + 1 + len(again) + fresh + 2 * sets
    done = 0

    def ticked(_: object = None, __: object = None, *, runs: int = 1) -> None:
        nonlocal done
        done += runs
        if watch:
            watch(done, total)

    made = {}
    for name, rules in lacking.items():
        made[name] = Twins(run, _made(run, rules, out / name))
        ticked()
    tested = safeguards_tested(run, out=out / "safeguards", watch=ticked)
    society = {}
    for cause in again:
        society[cause.key] = whole_society(run, cause, out / f"without-{cause.key}")
        ticked()
    lucky, lawful = _seeds(impact, out / "seeds", seeds, ticked)
    study = (
        study_unknowns(
            run.plan.scheme,
            run.plan.society,
            out=out / "unknowns",
            sets=sets,
            citizens=min(run.plan.citizens, CITIZENS),
            weeks=run.plan.weeks,
            seed=run.plan.seed,
            watch=lambda _, __: ticked(runs=2),
        )
        if sets
        else None
    )
    return replace(
        impact,
        ordinary=impact.ordinary or made[ORDINARY_LAW],
        ablations={name: impact.ablations.get(name) or made[name] for name in ABLATIONS},
        others={**impact.others, **{name: made[name] for name in milder if name in made}},
        tested=tested,
        attribution=found,
        society=society,
        seeds=lucky,
        lawful=lawful,
        study=study,
    )


def _first(found: Attribution) -> tuple[Cause, ...]:
    """Return the causes that were necessary to most; errors have an ablation of their own."""
    order = found.table.with_row_index("at").sort("people", "cause", descending=[True, False])
    chosen = [found.causes[at] for at, people in order.select("at", "people").iter_rows() if people]
    return tuple(cause for cause in chosen if cause.kind != "error")[:AGAIN]


def _made(run: Run, scheme: Scheme, out: Path) -> Run:
    plan = run.plan
    return simulate(
        scheme,
        society=plan.society,
        citizens=plan.citizens,
        weeks=plan.weeks,
        seed=plan.seed,
        ledger="off",
        standing=True,
        out=out,
    )


def _seeds(
    impact: Impact, out: Path, seeds: int, watch: Watch
) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Return the runs under other seeds, and those of ordinary law under the same."""
    plan = impact.run.plan
    if impact.seeds or seeds < 2:
        return impact.seeds, ()
    fresh = [seed for seed in range(1, seeds + 1) if seed != plan.seed][: seeds - 1]
    law = Scheme.load(ORDINARY_LAW)
    made = ensemble(
        [plan.scheme, law],
        seeds=fresh,
        out=out,
        watch=watch,
        society=plan.society,
        citizens=plan.citizens,
        weeks=plan.weeks,
    )
    return made.of(plan.scheme.label), made.of(law.label)
