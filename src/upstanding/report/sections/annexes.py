"""Annexes: method (A), the register of assumptions (B), mapping to other instruments (C)."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from upstanding.charts.figure import Figure
from upstanding.charts.register import UNCERTAIN
from upstanding.charts.scheme import shown
from upstanding.report.draft import Draft
from upstanding.report.law import law
from upstanding.run import Run
from upstanding.twins.twins import Twins


def method(draft: Draft) -> Mapping[str, Any]:
    """Return what was run, with which hashes, and how to make it again."""
    impact = draft.impact
    twins: dict[str, Twins] = {**impact.ablations, **impact.safeguards, **impact.others}
    if impact.ordinary:
        twins = {"ordinary law": impact.ordinary, **twins}
    runs = {
        "as proposed": impact.run,
        **{name: pair.after for name, pair in twins.items()},
        **{f"seed {run.plan.seed}": run for run in impact.seeds},
    }
    words = draft.say(
        "method",
        "{runs:run|runs} of {citizens:person|people} over {weeks:week|weeks}. A run is a function "
        "of scheme, society, people, weeks and seed: the same bits on any machine.",
        runs=len(runs),
        citizens=impact.run.plan.citizens,
        weeks=impact.run.plan.weeks,
    )
    more = []
    if impact.tested and impact.study:
        tested = impact.tested
        more.append(
            draft.say(
                "method.more",
                "Beside these, of the same lives: {safeguards:run|runs} with safeguards and "
                "{again} of the whole society without a cause; and, of {people:person|people} "
                "each, {sets:set|sets} of draws of what is not known, each under ordinary law too, "
                "of which {refused} {refused:=does|do} not fit what the society is calibrated to.",
                safeguards=len(tested.alone) + len(tested.all_but) + 1,
                again=len(impact.society),
                people=impact.study.citizens,
                sets=len(impact.study.drawn) + impact.study.refused,
                refused=impact.study.refused,
            )
        )
    return {
        "sentences": [words, *more],
        "runs": [_made(name, run) for name, run in runs.items()],
        "figures": draft.show("R24", "R25"),
    }


def _made(name: str, run: Run) -> dict[str, Any]:
    manifest = run.manifest
    hashes = {name: manifest["hashes"][name] for name in ("measures", "citizens", "ledger")}
    plan = run.plan
    return {
        "name": name,
        "scheme": plan.scheme.label,
        "seed": plan.seed,
        "version": manifest["version"],
        "run": manifest["run"],
        "call": manifest["call"],
        "hashes": hashes,
    }


def register(draft: Draft) -> Mapping[str, Any]:
    """Return on what figures rest, and each of them that is assumed or invented."""
    plan = draft.impact.run.plan
    rows = [
        (document.name, figure.key, shown(figure.value), figure.status, figure.source)
        for document in (plan.scheme, plan.society)
        for figure in document.figures()
        if figure.status in UNCERTAIN
    ]
    names = ("of", "figure", "value", "rests on", "source and range")
    unsure = Figure(
        "B1",
        f"{len(rows):,} figures are assumed or invented",
        pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row"),
        f"A table of {len(rows):,} figures, each with the range to sweep.",
        None,
        picture=draft.impact.picture,
        numbers={"unsure": len(rows)},
    )
    draft.figures[unsure.key] = unsure
    return {"figures": draft.show("R26"), "unsure": unsure}


def mapping(_: Draft) -> Mapping[str, Any]:
    """Return which section answers what other instruments ask, and what is said of the law."""
    return {"law": law()}
