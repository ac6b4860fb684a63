"""On what figures rest (R26): how many are seen, derived, assumed, invented."""

import altair as alt
import polars as pl

from upstanding.charts.figure import Figure
from upstanding.charts.theme import DOUBT, INK

UNCERTAIN = ("assumption", "invented")


def statuses(tallies: pl.DataFrame, *, picture: str | None = None) -> Figure:
    """Return R26 of tallies: `document`, `status` and `figures`, in the order from seen to set."""
    whole = int(tallies["figures"].sum())
    unsure = int(tallies.filter(pl.col("status").is_in(UNCERTAIN))["figures"].sum())
    share = unsure / max(whole, 1)
    title = f"{unsure:,} of {whole:,} figures ({share:.0%}) rest on assumption or invention"
    unsafe = alt.FieldOneOfPredicate(field="status", oneOf=list(UNCERTAIN))
    base = alt.Chart(tallies).encode(
        y=alt.Y("status:N", title=None, sort=None),
        x=alt.X("figures:Q", title="figures", axis=alt.Axis(format=",d", tickCount=5)),
    )
    bars = base.mark_bar(height=10).encode(
        color=alt.condition(unsafe, alt.value(DOUBT), alt.value(INK))
    )
    values = base.mark_text(align="left", dx=4, fontSize=11).encode(
        text=alt.Text("figures:Q", format=",d")
    )
    chart = (
        alt.layer(bars, values)
        .properties(width=420, height=alt.Step(17))
        .facet(
            row=alt.Row(
                "document:N",
                title=None,
                sort=tallies["document"].unique(maintain_order=True).to_list(),
                header=alt.Header(labelOrient="top", labelAnchor="start"),
            )
        )
        .resolve_scale(y="independent")
    )
    told = f"Bars by what figures rest on: {unsure:,} of {whole:,} on assumption or invention."
    numbers = {"unsure": unsure, "figures": whole, "share": share}
    return Figure("R26", title, tallies, told, chart, picture=picture, numbers=numbers)
