"""R21 and R22: what drifts once a scheme is in use, and what somebody must keep an eye on."""

from typing import Any

import altair as alt
import polars as pl

from upstanding.charts.dots import rounded
from upstanding.charts.figure import Figure
from upstanding.charts.theme import ACCESS, INK
from upstanding.measures.drift import UNITS
from upstanding.words import joined

QUARTER = 13
PANEL = (480, 84)
CHANGED = 1.2
"""Times as much, or as little, in the last quarter as in the second, from which a title speaks."""


def drifting(
    series: pl.DataFrame, scheme: str, *, key: str = "R21", picture: str | None = None
) -> Figure:
    """Return gaming, informants' reports and waiting appeals through time.

    Args:
        series: `measures.drift.drift`.
        scheme: Its name.
        key: By which a report names the figure.
        picture: Whose picture it is.

    """
    quarters = (
        series.with_columns((pl.col("week") // QUARTER).alias("quarter"))
        .group_by("indicator", "quarter", maintain_order=True)
        .agg(pl.col("value").mean().alias("mean of the quarter"))
    )
    data = series.join(
        quarters,
        left_on=["indicator", pl.col("week") // QUARTER],
        right_on=["indicator", "quarter"],
        how="left",
        maintain_order="left",
    ).select("week", "indicator", "unit", "n", "count", "value", "mean of the quarter")
    missing = [name for name in UNITS if name not in series["indicator"].unique().to_list()]
    notes = ["Thin: week by week; thick: the mean of the quarter."]
    if missing:
        notes.append(f"Not seen in this run: {joined(missing)}.")
    if not series.height:
        title = f"Under {scheme} nothing of what may drift is seen: {joined(UNITS, 'or')}"
        return Figure(key, title, data, f"{title}.", None, tuple(notes[1:]), (), picture)
    said = [_change(name, quarters) for name in UNITS if name not in missing]
    title = f"Under {scheme} {joined(said)}"
    panels: list[Any] = [_panel(data, name) for name in UNITS if name not in missing]
    told = f"Lines by week: {joined([n for n in UNITS if n not in missing])}. {title}."
    return Figure(key, title, data, told, alt.vconcat(*panels), tuple(notes), (), picture)


def _change(indicator: str, quarters: pl.DataFrame) -> str:
    """Return how the last quarter compares with the second, or with the first of a short run."""
    values = quarters.filter(pl.col("indicator") == indicator)["mean of the quarter"].to_list()
    early, late = values[1 if len(values) > 2 else 0], values[-1]
    if early and late / early >= CHANGED:
        how = f"rise from {rounded(early)} to {rounded(late)}"
    elif late and early / late >= CHANGED:
        how = f"fall from {rounded(early)} to {rounded(late)}"
    elif early or late:
        how = f"come to {rounded(late)}" if not early else f"stay near {rounded(late)}"
    else:
        how = "end"
    subject = indicator.replace("praise against", "utterances of praise against")
    return f"{subject} {how} {UNITS[indicator]}"


def _panel(data: pl.DataFrame, indicator: str) -> alt.TopLevelMixin:
    part: Any = alt.Chart(data.filter(pl.col("indicator") == indicator))
    x = alt.X("week:Q", axis=alt.Axis(title="week", tickCount=8), scale=alt.Scale(nice=False))

    def y(column: str) -> alt.Y:
        return alt.Y(
            f"{column}:Q", axis=alt.Axis(title="", tickCount=3), scale=alt.Scale(domainMin=0)
        )

    return alt.layer(
        part.mark_line(color=ACCESS[4], strokeWidth=1).encode(x=x, y=y("value")),
        part.mark_line(color=INK, strokeWidth=2, interpolate="step").encode(
            x=x, y=y("mean of the quarter")
        ),
    ).properties(
        width=PANEL[0],
        height=PANEL[1],
        title=alt.TitleParams(f"{indicator}, {UNITS[indicator]}", fontSize=12, anchor="start"),
    )


def tripwires(
    rows: pl.DataFrame, scheme: str, *, key: str = "R22", picture: str | None = None
) -> Figure:
    """Return what to watch, as measured, with empty fields for the level and for who must act.

    Args:
        rows: `measures.drift.tripwires`.
        scheme: Its name.
        key: By which a report names the figure.
        picture: Whose picture it is.

    """
    data = rows.select(
        "indicator",
        pl.col("measured").alias("measured in the last year"),
        "low",
        "high",
        "unit",
        pl.col("n").alias("of how many"),
        pl.col("level").alias("level at which somebody must act"),
        "who must act",
    )
    set_ = rows.filter(pl.col("level").is_not_null()).height
    title = (
        f"Of {rows.height} indicators under {scheme}, "
        f"{'none has' if not set_ else f'{set_} have'} a level at which somebody must act"
    )
    notes = ("Levels, and who must act, are for people to fill in: the model sets none.",)
    return Figure(key, title, data, f"Table of indicators. {title}.", None, notes, (), picture)
