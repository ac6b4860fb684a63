"""Figures of what happens to people, from the measures of an impact's runs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from upstanding.charts import after, aim, chilling, exclusion, screening, wrongs
from upstanding.charts.figure import Figure
from upstanding.measures import benefit, drift, equality, error, standing, trivial
from upstanding.measures import chilling as forgone
from upstanding.measures.ladder import inversions
from upstanding.measures.rates import PER
from upstanding.report.impact import Impact
from upstanding.twins.trivial import kept_home


def contexts(impact: Impact) -> Iterator[Figure]:
    """R3: where data came from, and where the penalty lands."""
    found = impact.contexts
    figure = screening.context_matrix(found, impact.name, picture=impact.picture)
    numbers = {
        "weeks of closure": float(found.matrix["weeks"].sum()),
        "off the diagonal": found.off_diagonal(),
        "refused attempts off the diagonal": found.off_diagonal("denials"),
        "weeks with no context stated": found.untold(),
    }
    yield _with(figure, numbers)


def ladder(impact: Impact) -> Iterator[Figure]:
    """R4: how grave an act is, and how many weeks of exclusion it led to."""
    inverted, sets = inversions(impact.ladder), trivial.smallest_sets(impact.run)
    kept = kept_home(impact.run, impact.lives)
    figure = screening.proportionality(
        impact.ladder, inverted, impact.name, trivial=sets, kept=kept, picture=impact.picture
    )
    numbers: dict[str, float | None] = {
        f"times as many weeks: {one.lesser}": one.lesser_weeks / one.graver_weeks
        for one in inverted
        if one.graver_weeks
    }
    numbers |= {f"trivial entries that cost a journey: {one.act}": one.entries for one in sets}
    numbers |= {
        "people whom a tier kept from a journey": kept.refused,
        "people who would have travelled but for trivial entries": kept.over_trifles,
        "fewest trivial entries that made the difference": min(kept.entries, default=None),
    }
    yield _with(figure, numbers)


def by_group(impact: Impact) -> Iterator[Figure]:
    """R9: who is barred, by group."""
    conduct = equality.conduct_of(impact.run)
    ratios = equality.barred_ratios(impact.run, impact.lives, conduct)
    yield exclusion.barred_by_group(ratios, impact.name, picture=impact.picture)


def duration(impact: Impact) -> Iterator[Figure]:
    """R10: how long exclusion lasts."""
    lasting = standing.time_barred(impact.lives)
    figure = exclusion.time_in_exclusion(lasting, impact.name, picture=impact.picture)
    numbers = {"spells": lasting.n, "ended": lasting.ended} if lasting else {}
    yield _with(figure, numbers)


def errors(impact: Impact) -> Iterator[Figure]:
    """R11: right and wrong records, and who is barred."""
    table = error.table(impact.run, impact.lives)
    resting = error.resting_on_wrong_records(impact.run, impact.lives)
    figure = wrongs.errors(table, resting, impact.name, picture=impact.picture)
    cells = {(wrong, barred): number for wrong, barred, number in table.iter_rows()}
    wronged, barred = cells[True, True] + cells[True, False], impact.harms.barred
    weeks, whole, people = resting
    numbers = {
        "of the barred, with a wrong record": cells[True, True] / barred if barred else None,
        "of all, with a wrong record": wronged / impact.harms.people,
        "people with a wrong record": wronged,
        "people barred": barred,
        "weeks that rest on wrong records": weeks,
        "of all weeks": weeks / whole if whole else None,
        "people whose exclusion rests on wrong records": people,
    }
    yield _with(figure, numbers)


def spillover(impact: Impact) -> Iterator[Figure]:
    """R12: who is harmed by others' acts."""
    figure = wrongs.spillover(impact.exclusion, impact.name, picture=impact.picture)
    yield _with(figure, {"weeks of exclusion": float(impact.exclusion["weeks"].sum())})


def given_up(impact: Impact) -> Iterator[Figure]:
    """R13: lawful acts given up, against ordinary law."""
    if impact.ordinary is None:
        return
    lawful = impact.ordinary.after
    acts = forgone.given_up(impact.run, lawful)
    law = lawful.plan.scheme.label
    figure = chilling.given_up(acts, impact.name, law, picture=impact.picture)
    rate = acts.filter(pl.col("given_up") > 0)["per_1000_a_year"].sum()
    yield _with(figure, {"given up a year and 1,000 people": float(rate)})


def concentration(impact: Impact) -> Iterator[Figure]:
    """R14: whether the same people bear it all."""
    weeks = impact.lives.barred.sum(axis=0)[impact.lives.counted]
    shares = equality.concentration(impact.lives)
    figure = exclusion.concentration(weeks, shares, impact.name, picture=impact.picture)
    barred = float(shares["barred"]) / max(float(shares["people"]), 1)
    yield _with(figure, {**shares, "share of people barred": barred})


def achieved(impact: Impact) -> Iterator[Figure]:
    """R17: the aim against no scheme and milder means, if these were run beside."""
    if impact.ordinary is None:
        return
    milder = [pair.after for pair in (*impact.others.values(), *impact.safeguards.values())]
    beside = benefit.beside([impact.ordinary.after, *milder, impact.run])
    figure = aim.aim(beside, impact.name, picture=impact.picture)
    yield _with(figure, {"rates are of so many people": PER})


def drifting(impact: Impact) -> Iterator[Figure]:
    """R21: gaming, informants, waiting appeals."""
    yield after.drifting(drift.drift(impact.run), impact.name, picture=impact.picture)


def tripwires(impact: Impact) -> Iterator[Figure]:
    """R22: what to watch after deployment."""
    rows = drift.tripwires(impact.run, impact.lives)
    yield after.tripwires(rows, impact.name, picture=impact.picture)


def _with(figure: Figure, numbers: Mapping[str, float | None]) -> Figure:
    """Return a figure with the numbers that its words say and that are no cell of its data."""
    known = {name: number for name, number in numbers.items() if number is not None}
    return replace(figure, numbers={**figure.numbers, **known})
