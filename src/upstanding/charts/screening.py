"""R3 and R4: is it what the AI Act's article 5(1)(c) forbids? Contexts, and proportion."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from upstanding.charts.dots import Line, Rows, brief, drawn, percent, rounded, span
from upstanding.charts.figure import Figure
from upstanding.charts.theme import ACCESS, EDGE, INK, SEAL, SHEET
from upstanding.measures.contexts import Contexts
from upstanding.measures.ladder import GRAVITY, RIGHT, Inversion
from upstanding.measures.rates import FEWEST
from upstanding.measures.trivial import Trivial
from upstanding.twins.trivial import KeptHome
from upstanding.words import counted, joined

_CELL = (84, 30)
"""Pixels of a cell of the matrix."""
PER_RECORDS = 100
"""Records to which weeks are told."""


def context_matrix(
    contexts: Contexts, scheme: str, *, key: str = "R3", picture: str | None = None
) -> Figure:
    """Return where data came from against where the penalty lands, in weeks of closure."""
    matrix, total = contexts.matrix, float(contexts.matrix["weeks"].sum())
    data = matrix.select(
        pl.col("source").alias("where the data came from"),
        pl.col("target").alias("where the penalty lands"),
        pl.col("weeks").alias("weeks of closure"),
        (pl.col("weeks") / total).alias("share of all weeks"),
        pl.col("denials").alias("refused attempts"),
        pl.col("people").alias("people"),
    )
    off = contexts.off_diagonal()
    if not total or off is None:
        title = f"Under {scheme} nothing was closed to anybody, so no context is crossed"
        if total:
            title = (
                f"Under {scheme} contexts are stated for nothing that was closed: nobody can tell"
            )
        return Figure(key, title, data, f"{title}.", None, _notes(contexts), (), picture)
    denied = contexts.off_diagonal("denials")
    title = (
        f"Under {scheme} {percent(off)} of the weeks in which something was closed fall outside "
        f"the context that the data came from"
    )
    most = matrix.filter(pl.col("source") != pl.col("target")).sort("weeks", descending=True)
    largest = [
        f"{source} to {target} {percent(weeks / total)}"
        for source, target, weeks in most.head(3).select("source", "target", "weeks").iter_rows()
    ]
    told = (
        f"Matrix of {counted(round(total), 'week')} of closure. Off the diagonal {percent(off)}"
        + (f", and {percent(denied)} of refused attempts" if denied is not None else "")
        + (f". Most: {joined(largest)}." if largest else ".")
    )
    return Figure(key, title, data, told, _matrix(matrix, total), _notes(contexts), (), picture)


def _notes(contexts: Contexts) -> tuple[str, ...]:
    untold = contexts.untold()
    notes = [
        "A week counts once for each service that was closed in it. Lists state their context; "
        "that of a rule is read here from the kind of the act, where the rule states none.",
        "What a tier closes is shared out among the points lost by each act: an account, and no "
        "but-for.",
    ]
    if untold:
        notes.append(f"{counted(round(untold), 'week')} without a stated context are in no share.")
    return tuple(notes)


def _matrix(matrix: pl.DataFrame, total: float) -> alt.TopLevelMixin:
    by_target = matrix.group_by("target").agg(pl.col("weeks").sum())
    targets = by_target.sort("weeks", descending=True)["target"].to_list()
    by_source = matrix.group_by("source").agg(pl.col("weeks").sum())
    sources = by_source.sort("weeks", descending=True)["source"].to_list()
    cells = matrix.with_columns(
        (pl.col("weeks") / total).alias("share"),
        (pl.col("source") == pl.col("target")).alias("same"),
    ).with_columns(
        pl.col("share").map_elements(percent, return_dtype=pl.String).alias("said"),
        (pl.col("share") > 0.15 * pl.col("share").max()).alias("dark"),
    )
    x = alt.X(
        "target:N",
        sort=targets,
        scale=alt.Scale(domain=targets),
        axis=alt.Axis(
            title="where the penalty lands", orient="top", labelAngle=0, labelLimit=_CELL[0]
        ),
    )
    y = alt.Y(
        "source:N",
        sort=sources,
        scale=alt.Scale(domain=sources),
        axis=alt.Axis(title="where the data came from", titleY=-22, titleX=-8, titleAlign="right"),
    )
    base: Any = alt.Chart(cells).encode(x=x, y=y)
    ramp = alt.Scale(range=list(reversed(ACCESS)), type="sqrt", domainMin=0)
    fill = base.mark_rect(stroke=SHEET, strokeWidth=2).encode(
        color=alt.Color("share:Q", scale=ramp, legend=None)
    )
    same = base.transform_filter("datum.same").mark_rect(
        fill=None, stroke=EDGE, strokeWidth=2, strokeDash=[4, 2]
    )
    words = base.mark_text(fontSize=12).encode(
        text="said:N",
        color=alt.condition("datum.dark", alt.value(SHEET), alt.value(INK)),
    )
    return alt.layer(fill, same, words).properties(
        width=_CELL[0] * len(targets), height=_CELL[1] * len(sources)
    )


def proportionality(
    ladder: pl.DataFrame,
    inverted: Sequence[Inversion],
    scheme: str,
    *,
    trivial: Sequence[Trivial] = (),
    kept: KeptHome | None = None,
    key: str = "R4",
    picture: str | None = None,
) -> Figure:
    """Return how grave each recorded act is against the weeks of exclusion that it led to.

    Args:
        ladder: `measures.ladder.ladder_of`.
        inverted: `measures.ladder.inversions`, the worst first.
        scheme: Its name.
        trivial: `measures.trivial.smallest_sets`, the fewest first.
        kept: `twins.trivial.kept_home`.
        key: By which a report names the figure.
        picture: Whose picture it is.

    """
    titles = dict(ladder.select("act", "title").iter_rows())
    data = ladder.select(
        pl.col("title").alias("act"),
        pl.col("gravity").cast(pl.String).alias("how grave"),
        pl.col("points").alias("points by the scheme"),
        pl.col("n").alias("adverse records"),
        pl.col("people").alias("people recorded"),
        pl.col("weeks").alias("weeks of exclusion"),
        pl.col("kin_weeks").alias("of which of kin"),
        *(
            (PER_RECORDS * pl.col(name)).alias(f"{said} per {PER_RECORDS} records")
            for name, said in (("per_record", "weeks"), ("low", "low"), ("high", "high"))
        ),
    )
    small = ladder.filter(pl.col("per_record").is_null())["title"].to_list()
    title = _ladder_title(ladder, inverted, titles, scheme)
    notes = [
        f"{titles[one.lesser]}: {rounded(PER_RECORDS * one.lesser_weeks)} weeks; "
        f"{titles[one.graver].lower()}: {rounded(PER_RECORDS * one.graver_weeks)}, though the "
        f"first {one.because.removeprefix('it ')}."
        for one in inverted
    ]
    if trivial:
        first = trivial[0]
        notes.append(
            f"By the clauses alone, the smallest set of trivial entries that costs a journey is "
            f"{counted(first.entries, 'entry', 'entries')} for {first.act} ({first.way})."
        )
    if kept and kept.refused:
        fewest = kept.entries[0] if kept.entries else 0
        notes.append(
            f"In the run, {kept.over_trifles:,} of {counted(kept.refused, 'person', 'people')} "
            f"whom a tier kept from a journey would have travelled but for trivial entries of "
            f"their own"
            + (f", some but for {counted(fewest, 'entry', 'entries')}." if fewest else ".")
        )
    told = f"Acts from the least to the most grave with weeks of exclusion per record. {title}."
    if not ladder.filter(pl.col("per_record").is_not_null()).height:
        return Figure(key, title, data, told, None, tuple(notes), tuple(small), picture)
    rows = Rows(
        _ladder_lines(ladder),
        f"weeks of exclusion per {PER_RECORDS} records (compressed scale)",
        (f"per {PER_RECORDS} records", "interval", "records"),
        scale={"type": "symlog", "constant": 1, "domainMin": 0},
        ticks=(0, 1, 10, 100, 1_000, 10_000),
    )
    return Figure(key, title, data, told, drawn(rows), tuple(notes), tuple(small), picture)


def _ladder_lines(ladder: pl.DataFrame) -> list[Line]:
    lines: list[Line] = []
    for gravity in GRAVITY:
        part = ladder.filter(
            pl.col("gravity").cast(pl.String) == gravity, pl.col("people") >= FEWEST
        )
        if not part.height:
            continue
        lines.append(Line(gravity, heading=True))
        for row in part.iter_rows(named=True):
            value = PER_RECORDS * row["per_record"]
            # Where nobody was excluded the bound is for comparisons, and no estimate.
            bounds = (row["low"], row["high"]) if value else (None, None)
            low, high = (None if at is None else PER_RECORDS * at for at in bounds)
            lines.append(
                Line(
                    brief(row["title"]),
                    value,
                    low,
                    high,
                    (rounded(value), span(low, high), f"{row['n']:,}"),
                    SEAL if gravity == RIGHT else INK,
                )
            )
    return lines


def _ladder_title(
    ladder: pl.DataFrame, inverted: Sequence[Inversion], titles: dict[str, str], scheme: str
) -> str:
    if not ladder.height:
        return f"Under {scheme} no record costs anybody anything, so no penalty can be weighed"
    if not float(ladder["weeks"].sum()):
        return f"Under {scheme} acts are recorded, and none of them led to exclusion"
    if not inverted:
        return f"Under {scheme} no lesser act is shown to cost more weeks than a graver one"
    worst = inverted[0]
    times = worst.lesser_weeks / worst.graver_weeks if worst.graver_weeks else None
    more = f"{rounded(times)} times as many weeks as" if times else "weeks of exclusion, unlike"
    return (
        f"Under {scheme} a lesser act can cost more: a record of "
        f"{titles[worst.lesser].lower()} led to {more} one of {titles[worst.graver].lower()}"
    )
