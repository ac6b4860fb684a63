"""Dots and flat bars in rows, under headings, with the values in columns at the right.

One view, so that rows, labels and columns stay in line however long the labels are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import altair as alt
import polars as pl

from upstanding.charts.theme import EDGE, HAIRLINE, INK, INK_2, INTERVAL

Mark = Literal["dot", "bar"]
ROW, DRAWN = 22, 340
"""Pixels of a row, and of the width in which values are drawn."""
_LABEL = 420
"""Pixels of a label at most."""
_SPAN: dict[str, Any] = {**INTERVAL}
_GAP, _DIGIT, _LETTER = 14, 7.2, 6.4
"""Pixels before a column, of a digit of 12 px and of a letter of 11 px."""


@dataclass(frozen=True)
class Line:
    """One row: a value with its bounds, and what its columns say; a heading has neither."""

    label: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    columns: tuple[str, ...] = ()
    color: str = INK
    heading: bool = False


@dataclass(frozen=True)
class Rows:
    """What is drawn in rows."""

    lines: Sequence[Line]
    title: str
    """Of the axis."""
    headings: tuple[str, ...] = ()
    """Of the columns."""
    mark: Mark = "dot"
    scale: Mapping[str, Any] = field(default_factory=dict)
    """Of the axis, as Vega-Lite has it."""
    reference: float | None = None
    """A value at which a rule is drawn."""
    ticks: tuple[float, ...] = ()
    """Of the axis; chosen where not given."""
    axis: bool = True
    """Whether values can be read off an axis; not where sections have scales of their own."""


def drawn(rows: Rows) -> alt.TopLevelMixin:
    """Return rows as a chart."""
    frame = pl.DataFrame(
        {
            "at": list(range(len(rows.lines))),
            "label": [line.label for line in rows.lines],
            "value": [line.value for line in rows.lines],
            "low": [line.low for line in rows.lines],
            "high": [line.high for line in rows.lines],
            "color": [line.color for line in rows.lines],
            "heading": [line.heading for line in rows.lines],
        },
        schema_overrides={name: pl.Float64() for name in ("value", "low", "high")},
    )
    told = frame.filter(pl.col("value").is_not_null())
    height = ROW * len(rows.lines)
    y = alt.Y("at:O", axis=None, scale=alt.Scale(domain=frame["at"].to_list(), paddingInner=0))
    ticks = {"values": list(rows.ticks)} if rows.ticks else {"tickCount": 5}
    axis = alt.Axis(title=rows.title, grid=True, **ticks) if rows.axis else None
    scale = alt.Scale(**{"nice": True, **rows.scale})
    x = alt.X("value:Q", axis=axis, scale=scale)
    layers: list[Any] = [
        alt.Chart(frame.filter(~pl.col("heading")))
        .mark_rule(color=HAIRLINE, strokeDash=[1, 3])
        .encode(y=y, x=alt.value(0), x2=alt.value(DRAWN))
    ]
    if rows.reference is not None:
        where = pl.DataFrame({"value": [rows.reference]})
        layers.append(alt.Chart(where).mark_rule(color=EDGE).encode(x=x))
    between = told.filter(pl.col("low").is_not_null(), pl.col("high").is_not_null())
    colour = alt.Color("color:N", scale=None)
    if rows.mark == "bar":
        bars = alt.Chart(told).mark_bar(height=ROW - 12, baseline="middle")
        layers.append(bars.encode(y=y, x=x, color=colour))
    if between.height:
        spans = alt.Chart(between).mark_bar(**_SPAN)
        layers.append(spans.encode(y=y, x=alt.X("low:Q", axis=axis, scale=scale), x2="high:Q"))
    if rows.mark == "dot":
        points = alt.Chart(told).mark_point(shape="square", filled=True, size=52, opacity=1)
        layers.append(points.encode(y=y, x=x, color=colour))
    layers += _labels(frame, y) + _columns(rows, frame, y)
    return alt.layer(*layers).properties(width=DRAWN, height=height)


def _labels(frame: pl.DataFrame, y: alt.Y) -> list[Any]:
    """Return the names of rows and headings, at the left."""

    def text(of: pl.DataFrame, **mark: Any) -> Any:
        named = alt.Chart(of).mark_text(align="right", dx=-10, limit=_LABEL, **mark)
        return named.encode(y=y, x=alt.value(0), text="label:N")

    heads = frame.filter(pl.col("heading"))
    names = [text(frame.filter(~pl.col("heading")), color=INK, fontSize=12)]
    return names + ([text(heads, color=INK_2, fontSize=12, fontWeight=600)] if heads.height else [])


def _columns(rows: Rows, frame: pl.DataFrame, y: alt.Y) -> list[Any]:
    """Return the columns at the right, each set flush right under its heading."""
    charts, right = [], float(DRAWN)
    for place, heading in enumerate(rows.headings):
        said = [line.columns[place] if place < len(line.columns) else "" for line in rows.lines]
        widest = max(_DIGIT * max(map(len, said), default=0), _LETTER * len(heading))
        right += _GAP + widest
        body = frame.select("at").with_columns(pl.Series("said", said))
        charts.append(
            alt.Chart(body.filter(pl.col("said") != ""))
            .mark_text(align="right", color=INK, fontSize=12)
            .encode(y=y, x=alt.value(right), text="said:N")
        )
        top = pl.DataFrame({"said": [heading]})
        charts.append(
            alt.Chart(top)
            .mark_text(align="right", baseline="bottom", color=INK_2, fontSize=11)
            .encode(y=alt.value(-4), x=alt.value(right), text="said:N")
        )
    return charts


def brief(title: str) -> str:
    """Return a title without what explains it.

    >>> brief("Talking with a friend, which is held against her if the friend is of low standing")
    'Talking with a friend'
    """
    return title.partition(",")[0]


def rounded(value: float | None) -> str:
    """Return a number with no more digits than it is worth reading.

    >>> rounded(1234.5), rounded(12.34), rounded(0.1234), rounded(0), rounded(None)
    ('1,234', '12.3', '0.12', '0', '-')
    """
    if value is None:
        return "-"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:.2g}" if size < 0.1 else f"{value:.2f}".rstrip("0").rstrip(".")


def span(low: float | None, high: float | None) -> str:
    """Return an interval as a column has it.

    >>> span(25.19, 29.04), span(None, None)
    ('25.2 to 29', '-')
    """
    if low is None or high is None:
        return "-"
    return f"{rounded(low)} to {rounded(high)}"


def percent(share: float) -> str:
    """Return a share in words of a hundred.

    >>> percent(0.8316), percent(0.004), percent(0), percent(0.00001)
    ('83 %', '0.4 %', '0 %', 'under 0.1 %')
    """
    if 0 < share < 0.001:
        return "under 0.1 %"
    digits = 0 if share >= 0.1 else 1
    return f"{100 * share:.{digits}f} %".replace(".0 %", " %")
