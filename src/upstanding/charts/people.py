"""Who is affected: the population in a few lines (R7), and the sizes of groups (R8)."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from upstanding.charts.figure import Figure
from upstanding.charts.theme import INK, INK_2
from upstanding.charts.windows import SMALLEST


def population_card(
    lines: Sequence[tuple[str, str]],
    people: int,
    households: int,
    *,
    picture: str | None = None,
) -> Figure:
    """Return R7: what the synthetic population is, a line each; who of it is in figures."""
    data = pl.DataFrame(lines, schema={"what": pl.String(), "how many": pl.String()}, orient="row")
    title = (
        f"{people:,} synthetic people in {households:,} households are counted; none of them exists"
    )
    told = f"A table of {len(lines)} lines."
    numbers = {"people": people, "households": households, "lines": len(lines)}
    return Figure("R7", title, data, told, None, picture=picture, numbers=numbers)


def group_sizes(sizes: pl.DataFrame, *, picture: str | None = None) -> Figure:
    """Return R8: how many people each group has; of the smallest nothing is ever shown.

    `sizes` has `split`, `group` and `people`, a row a group.
    """
    shown = sizes.filter(pl.col("people") >= SMALLEST)
    small = sizes.filter(pl.col("people") < SMALLEST)
    names = tuple(f"{split}: {group}" for split, group, _ in small.iter_rows())
    title = f"Of {sizes.height} groups {shown.height} have at least {SMALLEST} people and are shown"
    bars = (
        alt.Chart(shown)
        .mark_bar(color=INK, height=10)
        .encode(
            x=alt.X("people:Q", title="people", axis=alt.Axis(format=",d", tickCount=5)),
            y=alt.Y("group:N", title=None, sort=None),
        )
    )
    values = (
        alt.Chart(shown)
        .mark_text(align="left", dx=4, color=INK_2, fontSize=11)
        .encode(x="people:Q", y=alt.Y("group:N", sort=None), text=alt.Text("people:Q", format=",d"))
    )
    chart = (
        alt.layer(bars, values)
        .properties(width=420, height=alt.Step(17))
        .facet(
            row=alt.Row(
                "split:N",
                title=None,
                sort=shown["split"].unique(maintain_order=True).to_list(),
                header=alt.Header(labelOrient="top", labelAnchor="start"),
            )
        )
        .resolve_scale(y="independent")
    )
    largest, least = (
        shown.sort("people").row(-1, named=True),
        shown.sort("people").row(0, named=True),
    )
    told = (
        f"Bars by group, from {least['people']:,} people ({least['split']}: {least['group']}) to "
        f"{largest['people']:,} ({largest['split']}: {largest['group']})."
    )
    numbers = {"groups": sizes.height, "shown": shown.height, "smallest": SMALLEST}
    return Figure(
        "R8", title, shown, told, chart, suppressed=names, picture=picture, numbers=numbers
    )
