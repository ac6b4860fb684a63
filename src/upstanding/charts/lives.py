"""Lives: a dossier (R23) with its twin as two strips of weeks; what taking a part away changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.charts.blinds import levels_of
from upstanding.charts.figure import Figure
from upstanding.charts.theme import ACCESS, EDGE, HAIRLINE, INK, INK_2, SANS
from upstanding.story import Story
from upstanding.twins.but_for import OWN_LIFE, WHOLE_SOCIETY
from upstanding.twins.twins import SAME_LUCK
from upstanding.words import counted

CELL, HIGH, YEAR = 11, 15, 52
"""Pixels across a week and down a strip; weeks of a row."""
LEFT = 132
READINGS = [OWN_LIFE, WHOLE_SOCIETY]
_AXIS = alt.Axis(format=",d", tickCount=5)


@dataclass(frozen=True)
class Dossier:
    """One citizen who does not exist, chosen by a rule."""

    key: str
    """What the rule is called: "median", "worst", "wrongly"."""
    rule: str
    """By which she was chosen, in words."""
    story: Story
    closed: NDArray[np.uint32]
    """(weeks,) a bit for each service closed to her, as proposed."""
    closed_after: NDArray[np.uint32] | None
    """(weeks,) the same under all safeguards, if that was run."""


def dossier(told: Dossier) -> Figure:
    """Return R23 for one dossier: what happened to her, and her weeks in both worlds."""
    barred = int((told.closed != 0).sum())
    strips = [("as proposed", told.closed)]
    numbers = {"citizen": told.story.citizen, "weeks": barred}
    words = f"{told.rule}: something is closed to citizen {told.story.citizen} in "
    words += counted(barred, "week")
    if told.closed_after is not None:
        after = int((told.closed_after != 0).sum())
        strips.append(("with all safeguards", told.closed_after))
        numbers["weeks with all safeguards"] = after
        words += f", and in {after:,} of them with all safeguards"
    rows = [
        (sentence.date.isoformat(), sentence.text, len(sentence.rows))
        for sentence in told.story.sentences
    ]
    table = pl.DataFrame(
        [("", told.story.head, 0), *rows, ("", told.story.standing, 0)],
        schema={"date": pl.String(), "what the ledger says": pl.String(), "entries": pl.Int64()},
        orient="row",
    )
    told_of = f"Strips of weeks, dark where something is closed. {words}."
    return Figure(
        f"R23-{told.key}",
        words,
        table,
        told_of,
        _drawn(strips, told.story.picture),
        (SAME_LUCK,) if told.closed_after is not None else (),
        picture=told.story.picture,
        numbers=numbers,
    )


def _drawn(strips: Sequence[tuple[str, NDArray[np.uint32]]], picture: str | None) -> str:
    """Return an SVG: for each strip rows of a year, a cell a week."""
    years = -(-strips[0][1].shape[0] // YEAR)
    block = years * HIGH + 22
    width, height = LEFT + YEAR * CELL + 2, len(strips) * block + 26
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{escape(SANS)}" font-size="12">'
    ]
    for nth, (name, closed) in enumerate(strips):
        top = 6 + nth * block
        parts.append(_text(LEFT - 10, top + HIGH - 3, name, INK, "end"))
        levels = levels_of(closed)
        for week, level in enumerate(levels.tolist()):
            year, at = divmod(week, YEAR)
            x, y = LEFT + at * CELL, top + year * HIGH
            edge = INK if closed[week] else HAIRLINE
            parts.append(
                f'<rect x="{x}" y="{y}" width="{CELL - 1}" height="{HIGH - 2}" '
                f'fill="{ACCESS[level]}" stroke="{edge}" stroke-width="0.6"/>'
            )
        for year in range(1, years):
            y = top + year * HIGH + HIGH - 3
            parts.append(_text(LEFT - 10, y, f"year {year + 1}", INK_2, "end"))
        if picture:
            middle = LEFT + YEAR * CELL / 2
            parts.append(
                f'<text x="{middle}" y="{top + years * HIGH / 2 + 5}" text-anchor="middle" '
                f'font-size="15" font-weight="600" fill="{EDGE}" fill-opacity="0.55">'
                f"{escape(picture, quote=False)}</text>"
            )
    foot = "a cell is a week, the darker the more is closed; an ink line where anything is"
    parts.append(_text(LEFT, height - 8, foot, INK_2, "start"))
    return "".join([*parts, "</svg>"])


def _text(x: float, y: float, words: str, colour: str, anchor: str) -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(words, quote=False)}</text>"
    )


def parts_taken_away(rows: pl.DataFrame, *, picture: str | None = None) -> Figure:
    """Return what remains of exclusion without a part: the three ablations.

    Args:
        rows: `part`, `barred`, `spared`, `newly_harmed` and `weeks` of exclusion, the first row
            being the scheme as proposed.
        picture: Whose picture it is.

    """
    whole = rows.row(0, named=True)
    true = rows.filter(pl.col("part") == "every record true")
    if not whole["weeks"]:
        title = "Nothing is closed to anybody, so that nothing is to be taken away"
    elif true.height:
        left = true["weeks"][0] / whole["weeks"]
        title = f"With every record true, {left:.1%} of the weeks of exclusion remain"
    else:
        title = "What remains of exclusion when a part is taken away"
    base = alt.Chart(rows).encode(y=alt.Y("part:N", sort=None, title=None))
    bars = base.mark_bar(height=12, color=INK).encode(
        x=alt.X("weeks:Q", title="person-weeks of exclusion", axis=_AXIS)
    )
    values = base.mark_text(align="left", dx=4, fontSize=11).encode(
        x="weeks:Q", text=alt.Text("weeks:Q", format=",d")
    )
    chart: Any = alt.layer(bars, values).properties(width=400, height=alt.Step(24))
    told = f"Bars of person-weeks of exclusion, as proposed and without each part. {title}."
    notes = (
        "Every record true: nobody is taken for another, nothing is made up or stolen. Nobody "
        "responds: no act depends on what the scheme does. No association: friends count nothing.",
        SAME_LUCK,
    )
    numbers = {"share": 0.0 if not whole["weeks"] or not true.height else left}
    return Figure("ablations", title, rows, told, chart, notes, picture=picture, numbers=numbers)


def causes(rows: pl.DataFrame, joint: tuple[int, int], *, picture: str | None = None) -> Figure:
    """Return for whom each cause was necessary, in both readings of but-for.

    Args:
        rows: `cause`, `her life alone` (people), `the whole society` (people, null where it was
            not run again), the most first.
        joint: For how many no single cause was necessary, of how many barred.
        picture: Whose picture it is.

    """
    first = rows.row(0, named=True)
    none, barred = joint
    title = (
        f"But for “{first['cause']}” nothing would be closed to {first['her life alone']:,} of "
        f"{barred:,}, each in her own life"
    )
    long = rows.unpivot(READINGS, index="cause", variable_name="reading", value_name="people")
    long = long.drop_nulls()
    order = rows["cause"].to_list()
    chart: Any = (
        alt.Chart(long)
        .mark_point(filled=True, size=60)
        .encode(
            y=alt.Y("cause:N", sort=order, title=None),
            x=alt.X("people:Q", axis=_AXIS),
            shape=alt.Shape(
                "reading:N",
                scale=alt.Scale(domain=READINGS, range=["square", "circle"]),
            ),
            color=alt.Color(
                "reading:N",
                scale=alt.Scale(domain=READINGS, range=[INK, EDGE]),
            ),
        )
        .properties(width=360, height=alt.Step(22))
    )
    notes = (
        "Two readings. Her life alone keeps what all others did, and what she did, and takes away "
        "the cause's entries. The whole society is run again without it: people act otherwise, and "
        "it was done for the causes that the first reading puts highest.",
        f"For {none:,} of {barred:,} no single cause was necessary: several do it together.",
    )
    told = f"Squares for her life alone, circles for the whole society run again. {title}."
    numbers = {"joint": none, "barred": barred}
    return Figure("but-for", title, rows, told, chart, notes, picture=picture, numbers=numbers)
