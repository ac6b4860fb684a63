"""R9, R10 and R14: who is shut out, for how long, and whether it is always the same people."""

from typing import Any

import altair as alt
import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.charts.dots import Line, Rows, drawn, percent, rounded, span
from upstanding.charts.figure import Figure
from upstanding.charts.theme import DOUBT, EDGE, INK, INK_2
from upstanding.measures.metrics import Survival, lorenz
from upstanding.measures.rates import FEWEST, PER
from upstanding.words import counted

YEAR = 52
WIDE = 5
"""Times the middle group from which the largest rate squeezes the others."""
POINTS = 200
"""Of a curve, at most."""
SIZE: tuple[int, int] = (480, 260)
SPLITS = {
    "all": "",
    "age": "by age",
    "sex": "by sex",
    "income": "by income fifth, 1 the lowest",
    "place": "by place",
    "group": "by group",
    "occupation": "by occupation",
}
_SAID = {"income": "income fifth {}", "place": "{} people", "group": "the {}"}
_PEOPLE = {
    "business-owner": "owners of a business",
    "official": "officials",
    "journalist": "journalists",
    "student": "students",
    "other": "people of other occupations",
    "female": "women",
    "male": "men",
}


def barred_by_group(
    ratios: pl.DataFrame, scheme: str, *, key: str = "R9", picture: str | None = None
) -> Figure:
    """Return how many of 1,000 were ever barred, by group, with intervals.

    Args:
        ratios: `measures.equality.barred_ratios`.
        scheme: Its name.
        key: By which a report names the figure.
        picture: Whose picture it is.

    """
    told = ratios.filter(pl.col("n") >= FEWEST)
    few = ratios.filter(pl.col("n") < FEWEST)
    small = tuple(f"{split}: {cell}" for split, cell in few.select("split", "cell").iter_rows())
    data = told.select(
        pl.col("split").replace_strict(SPLITS).alias("groups"),
        pl.col("cell").alias("group"),
        pl.col("n").alias("people"),
        pl.col("value").alias(f"barred per {PER:,}"),
        "low",
        "high",
        pl.col("compared_with").alias("compared with"),
        pl.col("ratio").alias("times as often"),
        pl.col("ratio_low").alias("ratio, low"),
        pl.col("ratio_high").alias("ratio, high"),
        pl.col("at_equal_conduct").alias(f"per {PER:,} at equal conduct"),
        pl.col("ratio_at_equal_conduct").alias("times as often at equal conduct"),
        pl.col("equal_low").alias("at equal conduct, low"),
        pl.col("equal_high").alias("at equal conduct, high"),
    )
    title = _group_title(told, scheme)
    lines: list[Line] = []
    for split, heading in SPLITS.items():
        part = told.filter(pl.col("split") == split)
        if part.height:
            lines.append(Line(heading, heading=True))
        for row in part.iter_rows(named=True):
            value, low, high = row["value"], row["low"], row["high"]
            lines.append(
                Line(
                    row["cell"].replace("-", " "),
                    value,
                    low,
                    high,
                    (
                        rounded(value),
                        span(low, high),
                        f"{row['n']:,}",
                        "compared" if row["cell"] == row["compared_with"] else _times(row["ratio"]),
                        "" if row["cell"] == row["compared_with"] else _equal(row),
                    ),
                )
            )
    values = told["value"].to_numpy()
    wide = values.size > 0 and values.max() > WIDE * np.median(values)
    rows = Rows(
        lines,
        f"barred at some time, of {PER:,} people{' (square-root scale)' if wide else ''}",
        (f"of {PER:,}", "interval", "people", "times", "at equal conduct"),
        scale={"domainMin": 0, "type": "sqrt" if wide else "linear"},
    )
    notes = (
        "Times: as often as the largest group of the same heading. At equal conduct: the same, if "
        "both had as many people with few and with many acts that harm somebody, counted before "
        "any rule holds them back. The title names a group only if it differs by more than luck "
        "gives among so many comparisons (Bonferroni).",
    )
    drawing = drawn(rows) if float(told["value"].sum()) else None
    return Figure(key, title, data, f"{title}.", drawing, notes, small, picture)


_EQUAL = "ratio_at_equal_conduct"


def _times(ratio: float | None) -> str:
    return "-" if ratio is None else f"{rounded(ratio)} x"


def _equal(row: dict[str, Any]) -> str:
    bounds = f" ({span(row['equal_low'], row['equal_high'])})" if row["equal_low"] else ""
    return f"{_times(row[_EQUAL])}{bounds}"


def _group_title(told: pl.DataFrame, scheme: str) -> str:
    """Return whom exclusion meets most, of groups that differ by more than luck would."""
    if not float(told["value"].sum()):
        return f"Under {scheme} nobody was shut out of anything"
    apart = told.filter("apart", pl.col("ratio") > 1).sort("ratio_low", descending=True)
    if not apart.height:
        return f"Under {scheme} no group is shown to be barred more often than the largest one"
    first = apart.row(0, named=True)
    more = f"{rounded(first['ratio'])} times as often as {_named(first, 'compared_with')}"
    equal = first[_EQUAL]
    also = f", and {rounded(equal)} times at equal conduct" if equal is not None else ""
    who = _named(first, "cell")
    many = (
        f"all {first['n']:,}" if first["value"] == PER else f"{rounded(first['value'])} of {PER:,}"
    )
    return f"Under {scheme} {many} {who} are barred at some time, {more}{also}"


def _named(row: dict[str, Any], side: str) -> str:
    """Return the people of a group, as a sentence has them."""
    cell = str(row[side])
    if row["split"] == "age":
        return f"people of the age band {cell}"
    if row["split"] == "income":
        return f"people of income fifth {cell}"
    if row["split"] == "place":
        return f"{cell} people"
    if row["split"] == "group":
        return f"people of the {cell}"
    return _PEOPLE.get(cell, cell)


def time_in_exclusion(
    lasting: Survival | None, scheme: str, *, key: str = "R10", picture: str | None = None
) -> Figure:
    """Return how long it takes until nothing is closed any more.

    Args:
        lasting: `measures.standing.time_barred`: spells that began within the run.
        scheme: Its name.
        key: By which a report names the figure.
        picture: Whose picture it is.

    """
    names = ("weeks since it began", "share still shut out", "low", "high")
    if lasting is None:
        title = f"Under {scheme} nobody was shut out within the run, so nothing had to end"
        empty = pl.DataFrame(schema=dict.fromkeys(names, pl.Float64()))
        return Figure(key, title, empty, f"{title}.", None, (), (), picture)
    if lasting.n < FEWEST:
        title = f"Under {scheme} too few are shut out within the run to say for how long"
        empty = pl.DataFrame(schema=dict.fromkeys(names, pl.Float64()))
        few = (f"{counted(lasting.n, 'spell')} of exclusion",)
        return Figure(key, title, empty, f"{title}.", None, (), few, picture)
    values = (lasting.times, lasting.share, lasting.low, lasting.high)
    data = pl.DataFrame(dict(zip(names, values, strict=True)))
    seen = float(lasting.times[-1])
    year = lasting.at(min(YEAR, seen))
    when = "a year" if seen >= YEAR else counted(round(seen), "week")
    title = (
        f"Under {scheme} {percent(year)} of those who are shut out are still out after {when}"
        if year
        else f"Under {scheme} everybody who is shut out is back within {when}"
    )
    median = lasting.median
    half = (
        f"Half are back after {counted(round(median), 'week')}."
        if median is not None
        else f"Fewer than half came back in the {counted(round(seen), 'week')} watched."
    )
    bounds = (
        f"{percent(lasting.low[_at(lasting, YEAR)])} to {percent(lasting.high[_at(lasting, YEAR)])}"
    )
    told = (
        f"Curve of the share still shut out by weeks since it began: {percent(year)} after {when} "
        f"({bounds}). {half}"
    )
    notes = (
        f"{counted(lasting.n, 'spell')} that began within the run, {lasting.ended:,} of which "
        f"ended in it (Kaplan-Meier). What had begun before is in none: nobody knows when.",
        half,
    )
    return Figure(key, title, data, told, _curve(data, names, median), notes, (), picture)


def _at(lasting: Survival, weeks: float) -> int:
    return int(np.searchsorted(lasting.times, weeks, side="right") - 1)


def _curve(data: pl.DataFrame, names: tuple[str, ...], median: float | None) -> alt.TopLevelMixin:
    weeks, share, low, high = names
    x = alt.X(f"{weeks}:Q", axis=alt.Axis(title=weeks), scale=alt.Scale(nice=False))
    axis = alt.Axis(title=share, format="%", tickCount=5, titleX=-30)
    whole = alt.Scale(domain=[0, 1])
    y = alt.Y(f"{share}:Q", axis=axis, scale=whole)
    least = alt.Y(f"{low}:Q", axis=axis, scale=whole)
    base: Any = alt.Chart(data)
    spread = base.mark_area(color=DOUBT, opacity=0.25, line=False, interpolate="step-after")
    band = spread.encode(x=x, y=least, y2=f"{high}:Q")
    line = base.mark_line(interpolate="step-after", color=INK).encode(x=x, y=y)
    layers = [band, line]
    if median is not None:
        where: Any = alt.Chart(pl.DataFrame({weeks: [median], share: [0.5]}))
        layers.append(
            where.mark_point(shape="square", size=60, color=INK, filled=True).encode(x=x, y=y)
        )
        layers.append(
            where.mark_text(align="left", dx=8, dy=-8, color=INK_2).encode(
                x=x, y=y, text=alt.value(f"half are back after {median:g} weeks")
            )
        )
    return alt.layer(*layers).properties(width=SIZE[0], height=SIZE[1])


def concentration(
    weeks: NDArray[Any],
    shares: dict[str, float | int],
    scheme: str,
    *,
    key: str = "R14",
    picture: str | None = None,
) -> Figure:
    """Return whether the same people bear it all: a Lorenz curve of weeks barred.

    Args:
        weeks: (people,) in which something was closed to each who is in figures.
        shares: `measures.equality.concentration`.
        scheme: Its name.
        key: By which a report names the figure.
        picture: Whose picture it is.

    """
    people, borne = lorenz(weeks)
    kept = np.unique(np.r_[0, np.linspace(0, people.size - 1, POINTS).astype(int), _bend(borne)])
    x_name, y_name = "share of people, least barred first", "share of all weeks barred"
    data = pl.DataFrame({x_name: people[kept], y_name: borne[kept]})
    n, barred = int(shares["people"]), int(shares["barred"])
    if not barred:
        title = f"Under {scheme} nobody was shut out, so there is nothing to share out"
        return Figure(key, title, data, f"{title}.", None, (), (), picture)
    top = float(shares["top 1 %"])
    title = (
        f"Under {scheme} one person in a hundred bears {percent(top)} of all weeks of exclusion"
        if top < 1
        else f"Under {scheme} all weeks of exclusion fall on {percent(barred / n)} of people"
    )
    told = (
        f"Lorenz curve of weeks barred among {n:,} people: {barred:,} were ever barred; the most "
        f"barred tenth bears {percent(float(shares['top 10 %']))}. Gini {shares['gini']:.3f}."
    )
    x = alt.X(f"{x_name}:Q", axis=alt.Axis(format="%", tickCount=5))
    y = alt.Y(f"{y_name}:Q", axis=alt.Axis(format="%", tickCount=5, titleX=-30))
    equal: Any = alt.Chart(pl.DataFrame({x_name: [0.0, 1.0], y_name: [0.0, 1.0]}))
    curve: Any = alt.Chart(data)
    drawing = alt.layer(
        equal.mark_line(color=EDGE, strokeDash=[3, 3]).encode(x=x, y=y),
        curve.mark_line(color=INK).encode(x=x, y=y),
    ).properties(width=SIZE[1] + 40, height=SIZE[1])
    notes = (
        f"Of {n:,} people {barred:,} were ever barred. Dashed: all bear the same. "
        f"Gini {shares['gini']:.3f}.",
    )
    return Figure(key, title, data, told, drawing, notes, (), picture)


def _bend(borne: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return places where the curve begins to rise, spread evenly in what is borne."""
    return np.unique(np.searchsorted(borne, np.linspace(0, 1, POINTS // 2)).clip(0, borne.size - 1))
