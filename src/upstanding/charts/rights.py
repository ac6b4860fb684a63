"""Right by right: what is harmed (R15) and what is served (R16), as tables."""

import polars as pl

from upstanding.charts.figure import Figure


def rights_table(rows: pl.DataFrame, *, picture: str | None = None) -> Figure:
    """Return R15 of a row a harm; `people` to whom it happened is null where that is not kept."""
    met = rows.filter((pl.col("people") > 0) | (pl.col("events") > 0)).height
    title = f"{met} of {rows.height} ways in which a right may be engaged occur in this run"
    told = f"A table of {rows.height} harms with the articles that they engage."
    notes = ("How grave a harm is, is for people to say: the table has no weights and no sum.",)
    numbers = {"met": met, "harms": rows.height}
    return Figure("R15", title, rows, told, None, notes, picture=picture, numbers=numbers)


def served_table(
    rows: pl.DataFrame, fewer: int, paid: int, *, picture: str | None = None
) -> Figure:
    """Return R16 of a row a kind of benefit, against ordinary law on the same lives."""
    title = (
        f"Against ordinary law the model gives {_more(-fewer, 'harmful act')} and "
        f"{_more(paid, 'debt')} paid"
    )
    told = f"A table of {rows.height} acts that harm somebody, or are owed to somebody."
    numbers = {"fewer": abs(fewer), "paid": abs(paid), "acts": rows.height}
    return Figure("R16", title, rows, told, None, picture=picture, numbers=numbers)


def _more(number: int, noun: str) -> str:
    many = f"{noun}{'' if abs(number) == 1 else 's'}"
    return f"{abs(number):,} {'more' if number >= 0 else 'fewer'} {many}"
