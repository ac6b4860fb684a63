"""What the commands do that make several runs: twins, and one scheme under several seeds."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any

import polars as pl

from upstanding.commands import Show
from upstanding.finding import WIDTH
from upstanding.lab.ensemble import Ensemble, ensemble
from upstanding.progress import counting, watching
from upstanding.run import new_folder
from upstanding.scheme import Scheme
from upstanding.side_by_side import PER, side_by_side
from upstanding.twins.compare import AFTER, BEFORE, compare
from upstanding.twins.twins import Twins
from upstanding.words import counted, hundredths, picture_of

FIRST = 5
"""People of whom it is printed where their two lives part."""


def twins(
    before: Scheme, after: Scheme, *, out: Path | None, show: Show, weeks: int, **options: Any
) -> None:
    """Simulate two schemes on the same lives; say who is spared and newly harmed."""
    folder = out or new_folder(f"{before.name}-twins")
    several = watching(
        f"{before.name} and its twin",
        options["citizens"],
        2 * weeks,
        quiet=show.quiet,
        several=True,
    )
    with several as watch:
        found = compare(before, after, out=folder, weeks=weeks, watch=watch, **options)
    runs = f"The runs are in {folder / BEFORE} and {folder / AFTER}"
    show.result("\n".join([*_told(found), "", runs]), _numbers(found) | {"directory": str(folder)})


def _told(twins: Twins) -> Iterator[str]:
    yield from wrap(str(twins), WIDTH, break_on_hyphens=False)
    if twins.is_unchanged:
        return
    whole, each = twins.bounds().iter_rows(named=True)
    yield from wrap(
        f"Whatever the luck of each, the net effect leaves room for {whole['spared_least']:,} to "
        f"{whole['spared_most']:,} spared and {whole['newly_harmed_least']:,} to "
        f"{whole['newly_harmed_most']:,} newly harmed; within strata of age, sex, income, place, "
        f"group and occupation for {each['spared_least']:,} to {each['spared_most']:,} and "
        f"{each['newly_harmed_least']:,} to {each['newly_harmed_most']:,}.",
        WIDTH,
    )
    for title, people in (("spared", twins.spared), ("newly harmed", twins.newly_harmed)):
        for person in people.head(FIRST).iter_rows(named=True):
            yield f"  {title}: citizen {person['citizen']}, {_parting(person)}"


def _parting(person: dict[str, Any]) -> str:
    weeks = (
        f"barred in {counted(person['weeks_before'], 'week')} before and "
        f"{person['weeks_after']:,} after"
    )
    if "kind" not in person:
        return weeks
    if person["kind"] is None:
        return f"{weeks}; the same entries in both lives, which do not close the same"
    whose = "" if person["subject"] == person["citizen"] else f" of citizen {person['subject']}"
    points = f", {hundredths(person['points'], '+')} points" if person["points"] else ""
    what = " ".join(filter(None, (person["kind"], person["act"] or person["object"])))
    return (
        f"{weeks}; the lives part in week {person['week']}, with an entry{whose} that only the "
        f"life {person['in_life']} has: {what} ({person['rule'] or 'no clause'}){points}"
    )


def _numbers(twins: Twins) -> dict[str, Any]:
    one, other = twins.labels
    return {
        "before": one,
        "after": other,
        "picture": twins.picture,
        "unchanged": twins.is_unchanged,
        "spared": twins.spared.to_dicts(),
        "newly-harmed": twins.newly_harmed.to_dicts(),
        "bounds": twins.bounds().to_dicts(),
        "changes": [change.key for change in twins.changes],
    }


def seeds(scheme: Scheme, number: int, *, out: Path | None, show: Show, **options: Any) -> None:
    """Simulate a scheme under several seeds; print the range of what came out."""
    folder = out or new_folder(f"{scheme.name}-seeds")
    with counting(f"{scheme.name}, {number} seeds", number, quiet=show.quiet) as watch:
        made = ensemble([scheme], seeds=number, out=folder, watch=watch, **options)
    table = _over_seeds(made)
    show.result(
        "\n".join([*_ranges(scheme, made, table), "", f"The runs are in {folder}"]),
        {
            "scheme": scheme.label,
            "seeds": list(made.seeds),
            "over-seeds": table.to_dicts(),
            "directory": str(folder),
        },
    )


def _over_seeds(made: Ensemble) -> pl.DataFrame:
    """Return a row a line of `side_by_side`, its mean and range over seeds."""
    rows = [
        {"what": line.what, "value": line.values[0]}
        for run in made.of(made.schemes[0])
        for line in side_by_side([run]).lines
        if line.values[0] is not None
    ]
    value = pl.col("value")
    return (
        pl.DataFrame(rows, schema={"what": pl.String, "value": pl.Float64})
        .group_by("what", maintain_order=True)
        .agg(
            mean=value.mean(),
            lowest=value.min(),
            highest=value.max(),
            error=value.std() / pl.len().sqrt(),
        )
    )


def _ranges(scheme: Scheme, made: Ensemble, table: pl.DataFrame) -> Iterator[str]:
    plan = made.of(made.schemes[0])[0].plan
    picture = picture_of(scheme.file.status)
    under = f"`{scheme.label}`, {picture}" if picture else f"`{scheme.label}`"
    yield from wrap(
        f"In this model of synthetic people, under {under}, {plan.citizens:,} people lived "
        f"{counted(plan.weeks, 'week')} under each of {counted(len(made.seeds), 'seed')}. Events "
        f"and hours are per year and {PER:,} people. The range is that of luck alone.",
        WIDTH,
    )
    yield f"  {'':40}{'mean':>12}{'lowest':>12}{'highest':>12}{'std. error':>12}"
    for row in table.iter_rows(named=True):
        error = "-" if row["error"] is None else f"{row['error']:,.2f}"
        yield (
            f"  {row['what']:40}{row['mean']:12,.2f}{row['lowest']:12,.2f}{row['highest']:12,.2f}"
            f"{error:>12}"
        )
