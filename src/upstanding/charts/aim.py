"""R17: does it achieve its aim? Measured change against no scheme, beside milder means."""

import polars as pl

from upstanding.charts.dots import Line, Rows, drawn, rounded
from upstanding.charts.figure import Figure
from upstanding.charts.theme import ACCESS, INK, SEAL
from upstanding.measures.benefit import BARRED, BRINGS
from upstanding.measures.rates import PER
from upstanding.words import joined

COST = "people barred at the end"
STATED = BRINGS[0]


def aim(
    beside: pl.DataFrame,
    scheme: str,
    *,
    stated: str = STATED,
    key: str = "R17",
    picture: str | None = None,
) -> Figure:
    """Return what a scheme brings of its stated aim, and at which cost, beside milder means.

    Args:
        beside: `measures.benefit.beside` of no scheme, milder means, and the scheme, in this order.
        scheme: Its label.
        stated: Which of BRINGS its aim is; somebody says so, no file does.
        key: By which a report names the figure.
        picture: Whose picture the scheme is; of the others `beside` tells.

    """
    part, what = BARRED
    cost = beside.filter(pl.col("part") == part, pl.col("what") == what)
    kept = pl.concat(
        [
            beside.filter(pl.col("what") == stated),
            beside.filter(pl.col("what").is_in(BRINGS), pl.col("what") != stated),
            cost.with_columns(what=pl.lit(COST)),
        ]
    )
    units = {COST: f"of {PER:,} people"}
    each = f"a year and {PER:,} people"
    data = kept.select(
        pl.col("what").alias("what is measured"),
        pl.col("what").replace_strict(units, default=each, return_dtype=pl.String).alias("unit"),
        "scheme",
        pl.col("picture").alias("picture of"),
        "value",
        pl.col("n").alias("people"),
    )
    schemes = kept["scheme"].unique(maintain_order=True).to_list()
    base, milder = schemes[0], [name for name in schemes[1:] if name != scheme]
    by = {(w, s): v for w, s, v in kept.select("what", "scheme", "value").iter_rows()}
    title = _title(by, scheme, base, milder, stated)
    lines: list[Line] = []
    for name in kept["what"].unique(maintain_order=True).to_list():
        values = {s: by[name, s] for s in schemes if by[name, s] is not None}
        most = max((abs(value) for value in values.values()), default=0) or 1
        aimed = " (the stated aim)" if name == stated else ""
        lines.append(Line(f"{name}, {units.get(name, each)}{aimed}", heading=True))
        for label, value in values.items():
            if name == COST:
                color = SEAL if label == scheme else ACCESS[4]
            else:
                color = INK if label == scheme else ACCESS[4]
            lines.append(Line(label, value / most, columns=(rounded(value),), color=color))
    rows = Rows(lines, "", ("",), reference=0, axis=False)
    notes = (
        f"Differences are from {base}, of the same lives and luck; each heading has a scale of its "
        f"own. To whom debts are owed is not in the model.",
        "An aim is shown with its cost, and a milder means beside it.",
    )
    told = f"Rows by what is brought, under {joined(schemes)}. {title}."
    return Figure(key, title, data, told, drawn(rows), notes, (), picture)


def _title(
    by: dict[tuple[str, str], float | None], scheme: str, base: str, milder: list[str], stated: str
) -> str:
    found, cost = by[stated, scheme], rounded(by[COST, scheme] or 0.0)
    if not found:
        reached = f"no change in its aim, {stated}, against {base}"
    elif found < 0:
        reached = f"the contrary of its aim, {rounded(found)} {stated} a year and {PER:,} people"
    else:
        reached = f"{rounded(found)} {stated} a year and {PER:,} people"
    others = [
        f"{name} {rounded(by[stated, name])} with {rounded(by[COST, name])}"
        for name in milder
        if by[stated, name] is not None
    ]
    beside = f"; {joined(others)}" if others else ""
    return f"Under {scheme} the model gives {reached}, with {cost} of {PER:,} barred{beside}"
