"""On one page (R1): harms and benefits in the same units, with what is known of their doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import polars as pl

from upstanding.charts.figure import Figure
from upstanding.charts.theme import DOUBT, INK, INK_2

HARM, BENEFIT = "harm", "benefit"


@dataclass(frozen=True)
class Line:
    """One harm or benefit of a scheme."""

    part: str
    """HARM or BENEFIT."""
    what: str
    unit: str
    """"people" or "events"."""
    number: float
    of_1000: float
    """The same per 1,000 people in figures, over the whole run."""
    seeds: tuple[float, float] | None = None
    """Least and most of `of_1000` over seeds."""
    ensemble: tuple[float, float] | None = None
    """Its 5 % and 95 % quantiles over sets of draws that fit the calibration targets."""
    sign_share: float | None = None
    """Share of that ensemble in which its sign is the same."""
    break_even: str | None = None
    """The value of a parameter that would turn the sign."""


def headline(lines: Sequence[Line], title: str, *, picture: str | None = None) -> Figure:
    """Return R1 of harms and benefits."""
    ranges = {
        f"{end} over {over}": [None if pair is None else pair[at] for pair in pairs]
        for over, pairs in (
            ("seeds", [line.seeds for line in lines]),
            ("the ensemble", [line.ensemble for line in lines]),
        )
        for at, end in enumerate(("least", "most"))
    }
    data = pl.DataFrame(
        {
            "harm or benefit": [line.part for line in lines],
            "what": [line.what for line in lines],
            "number": [float(line.number) for line in lines],
            "of": [line.unit for line in lines],
            "of 1,000 people": [float(line.of_1000) for line in lines],
            **{name: pl.Series(values, dtype=pl.Float64) for name, values in ranges.items()},
            "share of ensemble with this sign": pl.Series(
                [line.sign_share for line in lines], dtype=pl.Float64
            ),
            "turns at": pl.Series([line.break_even for line in lines], dtype=pl.String),
        }
    )
    known = [name for name in data.columns if data[name].null_count() < data.height]
    told = "; ".join(f"{line.what} {line.of_1000:,.1f}" for line in lines)
    numbers = {line.what: line.of_1000 for line in lines}
    notes = ("Bars: the range over seeds, and, paler, over what is not known.",)
    return Figure(
        "R1",
        title,
        data.select(known),
        f"Of 1,000 people over the whole run: {told}.",
        _chart(data),
        notes if any(line.seeds or line.ensemble for line in lines) else (),
        picture=picture,
        numbers=numbers | {"of": 1000},
    )


def _chart(data: pl.DataFrame) -> alt.FacetChart:
    """Return points on one scale, on which few people and many events can both be read."""
    told = data.rename(
        {
            "of 1,000 people": "rate",
            "least over seeds": "low",
            "most over seeds": "high",
            "least over the ensemble": "lowest",
            "most over the ensemble": "highest",
            "harm or benefit": "part",
        }
    )
    base = alt.Chart(told).encode(y=alt.Y("what:N", title=None, sort=None))
    scale = alt.Scale(type="symlog", constant=1, nice=False)
    ticks = alt.Axis(values=[0, 1, 10, 100, 1_000, 10_000], format=",d", grid=True)
    across = alt.X("rate:Q", title="of 1,000 people, over the whole run", scale=scale, axis=ticks)
    points = base.mark_point(shape="square", filled=True, color=INK, size=60).encode(x=across)
    values = base.mark_text(align="left", dx=9, color=INK_2).encode(
        x=across, text=alt.Text("rate:Q", format=",.1f")
    )
    spread = base.mark_bar(height=9, color=DOUBT, opacity=0.35).encode(
        x=alt.X("low:Q", scale=scale), x2="high:Q"
    )
    wide = base.mark_bar(height=9, color=DOUBT, opacity=0.2).encode(
        x=alt.X("lowest:Q", scale=scale), x2="highest:Q"
    )
    ranges = [(wide, "lowest"), (spread, "low")]
    layers: list[Any] = [bars for bars, low in ranges if told[low].null_count() < told.height]
    layers += [points, values]
    parts = told["part"].unique(maintain_order=True).to_list()
    header = alt.Header(labelOrient="top", labelAnchor="start")
    chart: alt.FacetChart = (
        alt.layer(*layers)
        .properties(width=380, height=alt.Step(20))
        .facet(row=alt.Row("part:N", title=None, sort=parts, header=header), spacing=8)
        .resolve_scale(y="independent")
    )
    return chart
