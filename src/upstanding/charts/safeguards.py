"""Safeguards, tested: whom each spares (R18), which did the work (R19), whom none spares (R20)."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from upstanding.charts.dots import Line, Rows, drawn, rounded
from upstanding.charts.figure import Figure
from upstanding.charts.theme import EDGE, HAIRLINE, HARMED, INK, INK_2, PROPOSED, SAFEGUARDED
from upstanding.twins.twins import SAME_LUCK

ROW, DRAWN, COLUMN = 24, 330, 84
FEWEST = 10
"""People of a group at least; smaller groups are named and not drawn."""


def spared_by_each(table: pl.DataFrame, barred: int, *, picture: str | None = None) -> Figure:
    """Return R18 of `Tested.table`: persons spared and newly harmed by each safeguard alone.

    `barred` are those in figures to whom something is closed in some week as proposed.
    """
    ordered = table.sort("first_spared", "safeguard", descending=[True, False])
    rows = ordered.select(
        pl.col("safeguard"),
        pl.col("first_spared").alias("spared"),
        pl.col("first_newly_harmed").alias("newly harmed"),
        pl.col("first_weeks").alias("person-weeks fewer"),
        pl.col("why").alias("why nothing changes"),
    )
    idle = ordered.filter(pl.col("why") != "").height
    harmful = ordered.filter(pl.col("first_newly_harmed") > pl.col("first_spared"))
    best = rows.row(0, named=True)
    title = (
        f"“{best['safeguard']}” alone spares {best['spared']:,} of {barred:,}, more than any other"
    )
    if not best["spared"]:
        title = f"No safeguard alone spares any of the {barred:,} to whom something is closed"
    notes = [SAME_LUCK]
    if idle:
        notes.append(
            f"{idle} of {rows.height} change no life: the table says why. A safeguard counts here "
            f"for what it does, not for being declared."
        )
    notes += [
        f"“{row['safeguard']}” harms more than it spares: {row['first_newly_harmed']:,} to "
        f"{row['first_spared']:,}."
        for row in harmful.iter_rows(named=True)
    ]
    base = _base(rows, "safeguard")
    x = _scale(rows, ["spared", "newly harmed"], "people")
    layers = [
        *_names(base),
        base.mark_point(**SAFEGUARDED).encode(x=alt.X("spared:Q", **x)),
        base.transform_filter("datum['newly harmed'] > 0")
        .mark_point(**HARMED)
        .encode(x=alt.X("newly harmed:Q", **x)),
        *_columns(base, ["spared", "newly harmed"]),
    ]
    told = (
        "For each safeguard alone, a blue ring for the people spared and a red triangle for those "
        f"newly harmed. {title}."
    )
    numbers = {"barred": barred, "idle": idle, "safeguards": rows.height}
    return Figure(
        "R18",
        title,
        rows,
        told,
        _sized(layers, rows.height),
        tuple(notes),
        picture=picture,
        numbers=numbers,
    )


def first_and_last(table: pl.DataFrame, *, picture: str | None = None) -> Figure:
    """Return R19 of `Tested.table`: person-weeks that fall away, added first and removed last."""
    rows = table.select(
        pl.col("safeguard"),
        pl.col("first_weeks").alias("added first"),
        pl.col("last_weeks").alias("removed last"),
    ).sort("removed last", "safeguard", descending=[True, False])
    kept = rows.row(0, named=True)
    both = [max(rows[column].to_list(), default=0) for column in ("added first", "removed last")]
    if not any(both):
        title = "No safeguard takes a week of exclusion away"
    elif kept["removed last"] <= 0:
        title = "Beside all others no safeguard is missed: each takes away what another would"
    else:
        title = (
            f"“{kept['safeguard']}” may least be traded away: without it {kept['removed last']:,} "
            f"person-weeks of exclusion come back"
        )
    base = _base(rows, "safeguard")
    x = _scale(rows, ["added first", "removed last"], "person-weeks of exclusion that fall away")
    layers = [
        *_names(base),
        base.mark_rule(color=EDGE).encode(x=alt.X("added first:Q", **x), x2="removed last:Q"),
        base.mark_point(**PROPOSED).encode(x=alt.X("added first:Q", **x)),
        base.mark_point(**SAFEGUARDED).encode(x=alt.X("removed last:Q", **x)),
        *_columns(base, ["added first", "removed last"]),
    ]
    told = (
        "For each safeguard, an ink square for the person-weeks of exclusion that fall away when "
        "it is added first, and a blue ring for those that come back when it is removed last. "
        f"{title}."
    )
    note = "Safeguards interact: one that does much alone may do little beside the others."
    return Figure("R19", title, rows, told, _sized(layers, rows.height), (note,), picture=picture)


def not_spared(groups: pl.DataFrame, *, picture: str | None = None) -> Figure:
    """Return R20: who is barred although all safeguards are in force.

    Args:
        groups: `split`, `group`, `people`, `barred` as proposed and `not_spared` under all, the
            first row of everybody.
        picture: Whose picture it is.

    """
    whole = groups.row(0, named=True)
    still, barred = whole["not_spared"], whole["barred"]
    if not barred:
        title = "Nobody is barred, so that there is nobody to spare"
    elif not still:
        title = f"All safeguards together spare everybody: all {barred:,}"
    else:
        title = f"No combination of these safeguards spares {still:,} of {barred:,}"
    large = groups.filter(pl.col("people") >= FEWEST)
    small = groups.filter(pl.col("people") < FEWEST)
    lines: list[Line] = []
    split = None
    for row in large.iter_rows(named=True):
        if row["split"] != split:
            split = row["split"]
            lines.append(Line(split, heading=True))
        rate = 1000 * row["not_spared"] / row["people"]
        columns = (f"{row['not_spared']:,}", f"{row['barred']:,}", f"{row['people']:,}")
        lines.append(Line(row["group"], rate, columns=(rounded(rate), *columns)))
    chart = drawn(
        Rows(
            lines,
            "not spared, of 1,000 people of the group",
            ("of 1,000", "not spared", "barred", "people"),
            reference=1000 * still / whole["people"],
        )
    )
    told = (
        "By group, of 1,000 people, those to whom something is closed in some week both as "
        f"proposed and with all safeguards. {title}."
    )
    note = "The rule is everybody's rate: of groups to its right more are not spared."
    return Figure(
        "R20",
        title,
        groups,
        told,
        chart,
        (note,),
        tuple(f"{row['split']}: {row['group']}" for row in small.iter_rows(named=True)),
        picture=picture,
    )


def _base(rows: pl.DataFrame, of: str) -> Any:
    order = rows[of].to_list()
    return alt.Chart(rows).encode(
        y=alt.Y(f"{of}:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0))
    )


def _scale(rows: pl.DataFrame, columns: Sequence[str], title: str) -> dict[str, Any]:
    least = min(0, *(min(rows[column].to_list(), default=0) for column in columns))
    most = max(1, *(max(rows[column].to_list(), default=0) for column in columns))
    return {
        "title": title,
        "scale": alt.Scale(domain=[least, most], nice=True),
        "axis": alt.Axis(tickCount=5, format=",d"),
    }


def _names(base: Any) -> list[Any]:
    rule = base.mark_rule(color=HAIRLINE, strokeDash=[1, 3])
    text = base.mark_text(align="right", dx=-10, color=INK, fontSize=12, limit=260)
    return [
        rule.encode(x=alt.value(0), x2=alt.value(DRAWN)),
        text.encode(x=alt.value(0), text="safeguard:N"),
    ]


def _columns(base: Any, columns: Sequence[str]) -> list[Any]:
    layers = []
    for nth, column in enumerate(columns, 1):
        right = alt.value(DRAWN + nth * COLUMN)
        values = base.mark_text(align="right", color=INK, fontSize=12)
        layers.append(values.encode(x=right, text=alt.Text(f"{column}:Q", format=",d")))
        top = alt.Chart(pl.DataFrame({"said": [column]}))
        heading = top.mark_text(align="right", baseline="bottom", color=INK_2, fontSize=11)
        layers.append(heading.encode(x=right, y=alt.value(-4), text="said:N"))
    return layers


def _sized(layers: Sequence[Any], rows: int) -> alt.TopLevelMixin:
    return alt.layer(*layers).properties(width=DRAWN, height=ROW * rows)
