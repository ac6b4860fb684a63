"""R13: lawful acts that exercise a right and are given up."""

import polars as pl

from upstanding.charts.dots import Line, Rows, brief, drawn, percent, rounded
from upstanding.charts.figure import Figure
from upstanding.charts.theme import ACCESS, SEAL
from upstanding.measures.rates import PER
from upstanding.words import named, titled


def given_up(
    acts: pl.DataFrame,
    scheme: str,
    baseline: str,
    *,
    key: str = "R13",
    picture: str | None = None,
) -> Figure:
    """Return acts that exercise a right, given up against a run of the same lives.

    Args:
        acts: `measures.chilling.given_up`.
        scheme: Its name.
        baseline: The name of what it is held against.
        key: By which a report names the figure.
        picture: Whose picture it is.

    """
    data = acts.select(
        pl.col("title").alias("act"),
        "right",
        pl.col("before").alias("done without the scheme"),
        pl.col("after").alias("done under it"),
        pl.col("given_up").alias("given up"),
        pl.col("per_1000_a_year").alias(f"given up a year and {PER:,} people"),
        pl.col("share").alias("share of those without it"),
    )
    lost = acts.filter(pl.col("given_up") > 0)
    rate = float(lost["per_1000_a_year"].sum())
    same = acts.filter(pl.col("given_up") == 0)["act"].to_list()
    notes = [
        "Fear acts here on what is said and on no other act, so that this is a lower bound.",
        "Both runs have the same lives and luck: what is missing, the rules held back. How it "
        "varies with luck is for other seeds to tell.",
    ]
    if same:
        notes.append(f"As many as before: {named(same)}.")
    changed = acts.filter(pl.col("given_up") != 0)
    if not lost.height:
        title = f"Under {scheme} no act that exercises a right is given up against {baseline}"
    else:
        most = lost.sort("given_up", descending=True).row(0, named=True)
        share = f", {percent(most['share'])} of it" if most["share"] else ""
        title = (
            f"Under {scheme} {rounded(rate)} acts a year and {PER:,} people that exercise a right "
            f"are given up, most often {titled(most['title'], 'her')}{share}"
        )
    told = f"Rows by act with what is given up a year and {PER:,} people. {title}."
    if not changed.height:
        return Figure(key, title, data, told, None, tuple(notes), (), picture)
    lines: list[Line] = []
    for (right,), part in changed.group_by("right", maintain_order=True):
        lines.append(Line(str(right), heading=True))
        for row in part.sort("given_up", descending=True).iter_rows(named=True):
            missing = row["given_up"]
            share = percent(row["share"]) if missing > 0 and row["share"] else "more"
            lines.append(
                Line(
                    brief(row["title"]),
                    row["per_1000_a_year"],
                    columns=(
                        rounded(row["per_1000_a_year"]),
                        share,
                        f"{row['before']:,}",
                        f"{row['after']:,}",
                    ),
                    color=SEAL if missing > 0 else ACCESS[4],
                )
            )
    heads = (f"a year and {PER:,}", "of those without", "without", "under it")
    rows = Rows(lines, f"given up a year and {PER:,} people", heads, "bar", reference=0)
    return Figure(key, title, data, told, drawn(rows), tuple(notes), (), picture)
