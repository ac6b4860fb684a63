"""Figures of a report, from its impact: each yields what can be drawn of it, or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from upstanding.charts import blinds, people, register
from upstanding.charts import headline as first
from upstanding.charts import rights as right
from upstanding.charts.figure import Figure
from upstanding.charts.scheme import Stage, clause_table
from upstanding.charts.scheme import flow as way
from upstanding.charts.windows import Windows
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.counts import Counts
from upstanding.documents.evidence import tally
from upstanding.engine.series import splits
from upstanding.lab.study import BARRED
from upstanding.measures.metrics import share_interval
from upstanding.measures.rights import Rights
from upstanding.mechanisms.strata import ADULT
from upstanding.report.impact import Impact
from upstanding.report.law import Harm, law
from upstanding.report.shipped import departures
from upstanding.run import Run

MOST_DISTRICTS = 64
"""More windows than these nobody reads: then regions are drawn."""
_SIZES = ("age", "sex", "income", "place", "group", "occupation")


def headline(impact: Impact) -> Iterator[Figure]:
    """R1: harms, and benefits against ordinary law if that was run beside."""
    size, seeds = impact.harms.people, impact.harms_over_seeds
    harms: dict[str, list[int | None]] = {
        "barred from something": [found.barred for found in seeds],
        "barred, some of it by a wrong record": [found.wrongly for found in seeds],
        "barred, some of it by somebody else's act": [found.by_others for found in seeds],
        "barred, and never told why": [found.never_told for found in seeds],
    }
    lines = [
        _line(first.HARM, what, "people", known, size)
        for what, numbers in harms.items()
        if len(known := [number for number in numbers if number is not None]) == len(seeds)
    ]
    if brought := list(served_over_seeds(impact)):
        fewer, paid = [each.fewer for each in brought], [each.paid for each in brought]
        lines += [
            _line(first.BENEFIT, "harmful acts prevented", "events", fewer, size),
            _line(first.BENEFIT, "debts paid beyond ordinary law", "events", paid, size),
        ]
    lines = [_doubted(impact, line) for line in lines]
    share = 1000 * impact.harms.barred / size
    title = f"Of 1,000 people {share:.1f} are barred from something in some week"
    yield first.headline(lines, title, picture=impact.picture)


def _line(part: str, what: str, unit: str, numbers: list[int], people: int) -> first.Line:
    """Return a harm or a benefit of the run, the first number, with its range over seeds."""
    rates = [1000 * number / people for number in numbers]
    seeds = (min(rates), max(rates)) if len(rates) > 1 else None
    return first.Line(part, what, unit, numbers[0], rates[0], seeds)


_DRAWN = {"barred from something": BARRED}
"""What the study of what is not known calls a line, where it has another name."""


def _doubted(impact: Impact, line: first.Line) -> first.Line:
    """Return a line with what is known of its doubt over sets of draws, if it was studied."""
    name = _DRAWN.get(line.what, line.what)
    if impact.study is None or name not in impact.study.spread.outputs:
        return line
    found = impact.study.spread.table.row(by_predicate=pl.col("output") == name, named=True)
    # People are counted over the whole run, events a year.
    years = 1.0 if line.unit == "people" else impact.study.weeks / WEEKS_A_YEAR
    turns = found["break_even"]
    return replace(
        line,
        ensemble=(found["low"] * years, found["high"] * years),
        sign_share=found["sign_share"],
        break_even=None if turns is None else f"{found['input']} = {turns:.3g}",
    )


@dataclass(frozen=True)
class Served:
    """What a scheme brings against ordinary law on the same lives."""

    fewer: int
    """Acts that harm somebody."""
    paid: int
    """Debts paid, and other obligations performed, more than under ordinary law."""
    table: pl.DataFrame
    """A row an act."""


def served(impact: Impact) -> Iterator[Served]:
    """Yield what the scheme brings, if ordinary law was run beside."""
    if impact.ordinary is not None:
        yield _served(impact.run, impact.ordinary.after)


def served_over_seeds(impact: Impact) -> Iterator[Served]:
    """Yield the same under each seed under which ordinary law was run too, its own first."""
    yield from served(impact)
    if impact.ordinary is not None:
        for run, lawful in zip(impact.seeds, impact.lawful, strict=False):
            yield _served(run, lawful)


def _served(run: Run, ordinary: Run) -> Served:
    acts = run.plan.society.file.act
    scheme, lawful = Counts(run), Counts(ordinary)
    done, done_lawful = scheme.sums("acts"), lawful.sums("acts")
    paid, paid_lawful = (of.sums("obligations-performed") for of in (scheme, lawful))
    rows = [
        ("harmful act", acts[name].title, done_lawful.get(name, 0), number)
        for name, number in done.items()
        if acts[name].harms
    ]
    rows.sort(key=lambda row: row[3] - row[2])
    owed = [
        ("debt paid or duty done", acts[name].title, paid_lawful.get(name, 0), number)
        for name, number in paid.items()
        if acts[name].obligation
    ]
    names = ("what", "act", "under ordinary law", "under the scheme")
    table = pl.DataFrame(
        rows + owed,
        schema={name: pl.String() if name in names[:2] else pl.Int64() for name in names},
        orient="row",
    )
    fewer = sum(before - after for _, _, before, after in rows)
    return Served(fewer, sum(after - before for _, _, before, after in owed), table)


def blinds_by_income(impact: Impact) -> Iterator[Figure]:
    """R2: the blinds at the end of the run, a window for each fifth of incomes."""
    lives = impact.lives
    windows = Windows.by(impact.run.citizens["income"], lives.counted, "income fifth {}")
    levels = blinds.levels_of(lives.closed[-1])
    yield blinds.blinds(levels, windows, when=impact.when, picture=impact.picture)


def blinds_by_place(impact: Impact) -> Iterator[Figure]:
    """The blinds at the end of the run, by district."""
    lives, citizens = impact.lives, impact.run.citizens
    levels = blinds.levels_of(lives.closed[-1])
    districts = citizens["district"]
    by, name = (
        (districts, "district {}")
        if districts.n_unique() <= MOST_DISTRICTS
        else (citizens["region"], "region {}")
    )
    windows = Windows.by(by, lives.counted, name)
    yield blinds.blinds(levels, windows, key="R2-places", when=impact.when, picture=impact.picture)


def clauses(impact: Impact) -> Iterator[Figure]:
    """R5: the clauses of the scheme."""
    scheme = impact.run.plan.scheme
    changed = frozenset(change.key for change in departures(scheme).changes)
    yield clause_table(scheme.clauses(), changed, picture=impact.picture)


def flow(impact: Impact) -> Iterator[Figure]:
    """R6: from signal to appeal, with the counts of this run."""
    run, lives = impact.run, impact.lives
    counts, file = Counts(run), run.plan.scheme.file
    seen = sum(counts.sums("records").get(name, 0) for name in ("state", "company"))
    wrong = sum(counts.sums("records-wrong").values())
    at_end = lives.barred[-1] & lives.counted
    lowest = counts.last("in-tier").get(lives.tiers[-1]) if lives.tiers else None
    listed = int(((lives.lists[-1] != 0) & lives.counted).sum()) if lives.list_names else None
    refused = sum(counts.sums("denials").values())
    appeals = sum(counts.sums("appeals").values())
    hears = file.remedy is not None and file.remedy.servers_per_100k is not None
    righted = sum(counts.sums("reversed").values())
    stages = [
        Stage("Signal", [("acts done", sum(counts.sums("acts").values()))]),
        Stage("Record", [("records", seen), ("in another's name", wrong)]),
        Stage(
            "Score",
            [
                ("entries", sum(counts.sums("entries").values())),
                ("people with a score", counts.n.get("score") if file.score else None),
            ],
        ),
        Stage("Tier, list", [("in the lowest tier", lowest), ("on a list", listed)]),
        Stage("Consequence", [("people barred", int(at_end.sum())), ("refusals", refused)]),
        Stage(
            "Appeal",
            [("appeals", appeals if hears else None), ("put right", righted if hears else None)],
        ),
    ]
    title = f"{seen:,} records end with {int(at_end.sum()):,} people barred {impact.when}"
    title += f" and {righted:,} put right" if hears else ", and nobody hears an appeal"
    yield way(stages, title, picture=impact.picture)


def population(impact: Impact) -> Iterator[Figure]:
    """R7: the synthetic population."""
    people_, plan = impact.people, impact.run.plan
    society = plan.society.file
    pupils = people_["school"].is_not_null().sum()
    young = people_.filter(pl.col("age") < ADULT).height
    left_out = plan.citizens - people_.height
    lines = [
        ("society", f"{plan.society.name}: {society.title}"),
        ("people who do not exist", f"{plan.citizens:,}"),
        ("of them in figures", f"{people_.height:,}"),
        ("left out: planted people and their households", f"{left_out:,}"),
        ("of them under eighteen at the end", f"{young:,}"),
        ("of them at school at the beginning", f"{pupils:,}"),
        ("households", f"{people_['household'].n_unique():,}"),
        ("districts", f"{people_['district'].n_unique():,}"),
        ("mean age in years", f"{people_['age'].to_numpy().mean():.1f}"),
        ("weeks lived", f"{plan.weeks:,}"),
    ]
    for role, occupation in society.occupation.items():
        if (factor := occupation.over_represented or 1) != 1:
            lines.append((f"times that {role} is over-represented", f"{factor:g}"))
    households = people_["household"].n_unique()
    yield people.population_card(lines, people_.height, households, picture=impact.picture)


def groups(impact: Impact) -> Iterator[Figure]:
    """R8: how large groups are."""
    run = impact.run
    last = run.long.filter(pl.col("week") == run.plan.weeks - 1, pl.col("measure") == "people")
    sizes = last.filter(pl.col("split").is_in(_SIZES)).select(
        "split", pl.col("cell").alias("group"), pl.col("value").alias("people")
    )
    order = [(split, cell) for split, cells in splits(run.world.names).items() for cell in cells]
    ranks = pl.DataFrame(order, schema=["split", "group"], orient="row").with_row_index("rank")
    ordered = sizes.join(ranks, on=["split", "group"]).sort("rank").drop("rank")
    yield people.group_sizes(ordered, picture=impact.picture)


def rights(impact: Impact) -> Iterator[Figure]:
    """R15: right by right."""
    ordinary = impact.ordinary.after if impact.ordinary else None
    ways = Rights(impact.run, impact.lives, ordinary)
    figures = list(impact.run.plan.scheme.figures())
    years = impact.run.plan.weeks / WEEKS_A_YEAR
    rows = []
    for harm in law().harms:
        found = ways.count(harm.count, **harm.which)
        if found is None:
            continue
        behind = [f for f in figures if f.key.split(".")[0] in harm.rests_on]
        unsure = sum(figure.status in register.UNCERTAIN for figure in behind)
        rows.append(
            {
                "right engaged by": harm.harm,
                "articles": harm.articles,
                "events": found.events,
                "what an event is": found.unit,
                "people": found.people,
                "of": found.of,
                **_bounds(found.people, found.of),
                "chance of a person a year": _a_year(found.people, found.of, years),
                "events a person and year": _per(found.events, found.of, years),
                "each of them, in the median": found.each,
                "counted in": found.each_unit,
                "not over, or not put right, at the end": found.lasting,
                "compared with": found.beside,
                "figures behind it": len(behind),
                "of them invented or assumed": unsure,
                "rows": _rows_command(harm),
            }
        )
    yield right.rights_table(pl.DataFrame(rows, infer_schema_length=None), picture=impact.picture)


def _bounds(people: int | None, of: int) -> dict[str, float | None]:
    """Return between which numbers of 1,000 people luck leaves room."""
    known = None if people is None or not of else share_interval(people, of)
    return {
        "least of 1,000": 1000 * known.low if known else None,
        "most of 1,000": 1000 * known.high if known else None,
    }


def _a_year(people: int | None, of: int, years: float) -> float | None:
    """Return the chance in a year that gives so many people over the whole run."""
    return None if people is None or not of else 1 - (1 - people / of) ** (1 / years)


def _per(events: int | None, of: int, years: float) -> float | None:
    return None if events is None or not of else events / of / years


_KIND = {
    "closed": "denial",
    "children": "denial",
    "kin": "denial",
    "family": "denial",
    "ties": "association",
    "published": "publication",
    "defamed": "publication",
    "wrong": "points",
    "untold": "points",
    "minority": "list-in",
}


def _rows_command(harm: Harm) -> str:
    """Return the options of `upstanding rows` that list entries behind a harm."""
    kind = _KIND.get(harm.count)
    if kind is None:
        return ""
    services = harm.which.get("services") or [""]
    return f"--kind {kind}" + (f" --object {services[0]}" if services[0] else "")


def rights_served(impact: Impact) -> Iterator[Figure]:
    """R16: what the scheme brings against ordinary law."""
    for found in served(impact):
        yield right.served_table(found.table, found.fewer, found.paid, picture=impact.picture)


def assumptions(impact: Impact) -> Iterator[Figure]:
    """R26: on what the figures of scheme and society rest."""
    plan = impact.run.plan
    rows = [
        (f"{kind} {document.name}", status, number)
        for kind, document in (("scheme", plan.scheme), ("society", plan.society))
        for status, number in tally(document.figures()).items()
    ]
    schema = {"document": pl.String(), "status": pl.String(), "figures": pl.Int64()}
    tallies = pl.DataFrame(rows, schema=schema, orient="row")
    yield register.statuses(tallies, picture=impact.picture)
