"""Section 1: what a councillor reads."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from markupsafe import Markup

from upstanding.charts.figure import Figure
from upstanding.charts.scheme import shown
from upstanding.measures.harms import Harms
from upstanding.report.draft import Draft
from upstanding.report.figures import served
from upstanding.report.shipped import Departures, departures


def fill(draft: Draft) -> Mapping[str, Any]:
    """Return the headline, the figures of the first page, and what departs from the shipped."""
    impact = draft.impact
    plan = impact.run.plan
    both = [departures(document) for document in (plan.scheme, plan.society)]
    return {
        "headline": [
            *_headline(draft, impact.harms),
            *_benefits(draft),
            *_over_seeds(draft),
        ],
        "figures": draft.show("R2", "R1"),
        "departures": [words for found in both for words in _departed(draft, found)],
        "changes": _changes(draft, both),
    }


def _headline(draft: Draft, found: Harms) -> Iterator[Markup]:
    """Yield what happened, harm by harm."""
    picture = draft.impact.picture
    whose = f"This is {picture}. " if picture else ""
    share = found.barred / max(found.people, 1)
    yield draft.say(
        "barred",
        "{whose}Under this scheme the model gives: {barred} of {people:person|people} ({share:%}) "
        "{barred:=is|are} barred from something in some week, and {end} at the end.",
        whose=whose,
        barred=found.barred,
        people=found.people,
        share=share,
        end=found.barred_at_the_end,
    )
    yield draft.say(
        "causes",
        "Of them {wrongly} {wrongly:=is|are} barred in part by a record of what they did not do, "
        "and {others} in part by what somebody else did or stands at.",
        wrongly=found.wrongly,
        others=found.by_others,
    )
    if found.never_told is not None:
        yield draft.say(
            "untold",
            "Nobody is told of a record when it is made: {never_told} {never_told:=is|are} barred "
            "and never told why.",
            never_told=found.never_told,
        )


def _over_seeds(draft: Draft) -> Iterator[Markup]:
    """Yield between which numbers the headline lies under other luck, if it was run."""
    barred = [found.barred for found in draft.impact.harms_over_seeds]
    if len(barred) > 1:
        yield draft.say(
            "seeds",
            "Over {seeds} seeds {low} to {high} are barred in some week.",
            seeds=len(barred),
            low=min(barred),
            high=max(barred),
        )


def _benefits(draft: Draft) -> Iterator[Markup]:
    """Yield what the scheme brings, if ordinary law was run on the same lives."""
    for found in served(draft.impact):
        yield draft.say(
            "benefits",
            "Against ordinary law on the same lives the model gives {fewer} {way} "
            "{fewer:=harmful act|harmful acts} and {paid} {side} {paid:=debt|debts} paid.",
            fewer=abs(found.fewer),
            way="fewer" if found.fewer >= 0 else "more",
            paid=abs(found.paid),
            side="more" if found.paid >= 0 else "fewer",
        )


def _departed(draft: Draft, found: Departures) -> Iterator[Markup]:
    """Yield how a document differs from the shipped one."""
    name = found.name
    if not found.is_shipped:
        yield draft.say(
            f"departures.{name}",
            "“{name}” is not shipped: all that it says is its author's.",
            name=name,
        )
    elif not found.changes:
        yield draft.say(f"departures.{name}", "“{name}” is as it is shipped.", name=name)
    else:
        patches = [patch for patch in found.patches if patch != "values"]
        by = f", by {', '.join(patches)}" if patches else ""
        yield draft.say(
            f"departures.{name}",
            "“{name}” differs from the shipped one in {number:clause|clauses}{by}.",
            name=name,
            number=len(found.changes),
            by=by,
        )


def _changes(draft: Draft, both: list[Departures]) -> Figure | None:
    """Return the clauses that differ from the shipped ones as a table."""
    rows = [
        (found.name, change.key, _value(change.before), _value(change.after))
        for found in both
        for change in found.changes
    ]
    if not rows:
        return None
    schema = ["of", "clause", "as shipped", "here"]
    number = len(rows)
    figure = Figure(
        "changes",
        f"{number} {'clause differs' if number == 1 else 'clauses differ'} from what is shipped",
        pl.DataFrame(rows, schema=schema, orient="row"),
        f"A table of {number} lines.",
        None,
        picture=draft.impact.picture,
        numbers={"changes": number},
    )
    draft.figures[figure.key] = figure
    return figure


def _value(value: object) -> str:
    return "(absent)" if value is None else shown(value)
