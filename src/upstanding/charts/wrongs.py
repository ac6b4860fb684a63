"""R11 and R12: who is barred with a wrong record against her, and who for somebody else's acts."""

import polars as pl

from upstanding.charts.dots import Line, Rows, drawn, percent, rounded, span
from upstanding.charts.figure import Figure
from upstanding.charts.theme import INK, SEAL
from upstanding.measures.causes import OWN, TIES, TRAIT, UNKNOWN, WRONG
from upstanding.measures.metrics import share_interval
from upstanding.measures.rates import FEWEST, PER
from upstanding.words import counted, joined

KIN = "a parent's or the spouse's standing"
OTHERS = (KIN, TIES, WRONG)
"""On what exclusion rests that is no act of one's own."""
_HAS = {True: "a wrong record against them", False: "no wrong record"}


def errors(
    table: pl.DataFrame,
    resting: tuple[float, float, int],
    scheme: str,
    *,
    key: str = "R11",
    picture: str | None = None,
) -> Figure:
    """Return people by whether a record against them was wrong, and by whether they were barred.

    Args:
        table: `measures.error.table`.
        resting: `measures.error.resting_on_wrong_records`.
        scheme: Its name.
        key: By which a report names the figure.
        picture: Whose picture it is.

    """
    cells = {(w, b): n for w, b, n in table.iter_rows()}
    sizes = {wrong: cells[wrong, False] + cells[wrong, True] for wrong in (True, False)}
    barred = cells[True, True] + cells[False, True]
    rows, lines, small = [], [], []
    for wrong, name in _HAS.items():
        n, out = sizes[wrong], cells[wrong, True]
        enough = n >= FEWEST
        value = PER * out / n if enough else None
        low, high = (PER * bound for bound in share_interval(out, n)) if enough else (None, None)
        rows.append(
            (name, n, out if enough else None, n - out if enough else None, value, low, high)
        )
        if enough:
            columns = (rounded(value), span(low, high), f"{out:,}", f"{n - out:,}")
            lines.append(Line(name, value, low, high, columns, SEAL if wrong else INK))
        elif n:
            small.append(name)
    names = (
        "people with",
        "people",
        "barred",
        "never barred",
        f"barred per {PER:,}",
        "low",
        "high",
    )
    data = pl.DataFrame(rows, schema=names, orient="row")
    title = _error_title(cells, sizes, barred, scheme)
    weeks, whole, people = resting
    share = f" ({percent(weeks / whole)} of all)" if whole else ""
    notes = (
        f"By the ledger, {rounded(weeks)} weeks of exclusion{share}, of "
        f"{counted(people, 'person', 'people')}, rest on wrong records. What would be without them "
        f"is for the twin in which every record is true.",
    )
    heads = (f"of {PER:,}", "interval", "barred", "never barred")
    axis = f"barred at some time, of {PER:,} people"
    chart = drawn(Rows(lines, axis, heads, scale={"domainMin": 0})) if barred and lines else None
    return Figure(key, title, data, f"{title}.", chart, notes, tuple(small), picture)


def _error_title(
    cells: dict[tuple[bool, bool], int], sizes: dict[bool, int], barred: int, scheme: str
) -> str:
    if not barred:
        wrong = counted(sizes[True], "person", "people")
        if not sizes[True]:
            return f"Under {scheme} nobody was shut out, and no record named anybody wrongly"
        return f"Under {scheme} nobody was shut out, though {wrong} had a wrong record"
    if not sizes[True]:
        return f"Under {scheme} nobody has a wrong record against her, and {barred:,} are barred"
    share = cells[True, True] / barred
    return (
        f"Under {scheme} {percent(share)} of those who are barred have a wrong record against "
        f"them, as have {percent(sizes[True] / sum(sizes.values()))} of all"
    )


def spillover(
    weeks: pl.DataFrame, scheme: str, *, key: str = "R12", picture: str | None = None
) -> Figure:
    """Return how much exclusion came from somebody else: kin, friends, a wrong record.

    Args:
        weeks: `measures.causes.exclusion`.
        scheme: Its name.
        key: By which a report names the figure.
        picture: Whose picture it is.

    """
    of_kin = pl.col("due_to") != pl.col("citizen")
    placed = weeks.with_columns(
        pl.when(of_kin).then(pl.lit(KIN)).otherwise(pl.col("rests_on")).alias("rests_on")
    )
    sums = {
        str(name): (float(part["weeks"].sum()), part["citizen"].n_unique())
        for (name,), part in placed.group_by("rests_on")
    }
    total = sum(value for value, _ in sums.values())
    order = (KIN, TIES, WRONG, TRAIT, OWN, UNKNOWN)
    rows = [(name, *sums.get(name, (0.0, 0))) for name in order if name != UNKNOWN or name in sums]
    data = pl.DataFrame(
        [(n, w, w / total if total else None, p, n in OTHERS) for n, w, p in rows],
        schema={
            "what it rests on": pl.String(),
            "weeks of exclusion": pl.Float64(),
            "share": pl.Float64(),
            "people": pl.Int64(),
            "somebody else's doing": pl.Boolean(),
        },
        orient="row",
    )
    notes = (
        "By the ledger: a week counts once, shared alike among what closed something; what a tier "
        "closes is shared out among the points lost. The net effect of friends is the twin without "
        "association.",
    )
    if not total:
        title = f"Under {scheme} nobody was shut out, for her own acts or anybody else's"
        return Figure(key, title, data, f"{title}.", None, notes, (), picture)
    others = [(name, w) for name, w, _ in rows if name in OTHERS and w]
    borne = sum(w for _, w in others)
    ranked = sorted(others, key=lambda one: -one[1])
    parts = [f"{name} ({percent(w / total)})" for name, w in ranked]
    title = (
        f"Under {scheme} {percent(borne / total)} of exclusion comes from somebody else: "
        f"{joined(parts)}"
        if others
        else f"Under {scheme} nobody is shut out for what somebody else did"
    )
    lines = [
        Line(
            name,
            100 * w / total,
            columns=(percent(w / total), f"{w:,.0f}", f"{people:,}"),
            color=SEAL if name in OTHERS else INK,
        )
        for name, w, people in rows
    ]
    heads = ("share", "weeks", "people")
    shown = Rows(lines, "percent of all weeks of exclusion", heads, "bar", {"domain": [0, 100]})
    told = f"Bars by what exclusion rests on, of {total:,.0f} weeks. {title}."
    return Figure(key, title, data, told, drawn(shown), notes, (), picture)
