"""How sure a result is: luck against what is not known (R24), and what would change it (R25)."""

from collections.abc import Sequence

import polars as pl

from upstanding.charts.dots import Line, Rows, drawn, rounded, span
from upstanding.charts.figure import Figure
from upstanding.charts.theme import DOUBT, HAIRLINE, INK

SEEDS, SETS = "luck alone", "what is not known"


def two_ranges(
    ranges: pl.DataFrame, sets: int, seeds: int, *, picture: str | None = None
) -> Figure:
    """Return R24: beside each other the range over seeds and that over sets of draws.

    Args:
        ranges: A row an output: `output`, `proposed`, `seed_low`, `seed_high`, `set_low`,
            `set_high`, `sign_share`, `tag`.
        sets: How many sets of draws.
        seeds: How many seeds.
        picture: Whose picture it is.

    """
    wider = ranges.filter(
        (pl.col("set_high") - pl.col("set_low")) > (pl.col("seed_high") - pl.col("seed_low"))
    ).height
    title = (
        f"What is not known moves {wider} of {ranges.height} results more than luck does"
        if wider
        else "Luck moves every result at least as much as what is not known"
    )
    lines: list[Line] = []
    for row in ranges.iter_rows(named=True):
        lines.append(Line(row["output"], heading=True))
        for name, which, colour in ((SEEDS, "seed", INK), (SETS, "set", DOUBT)):
            low, high = row[f"{which}_low"], row[f"{which}_high"]
            size = max(abs(row["seed_high"]), abs(row["set_high"]), 1e-9)
            lines.append(
                Line(
                    name,
                    (row["proposed"] if which == "seed" else (low + high) / 2) / size,
                    low / size,
                    high / size,
                    (span(low, high), f"{row['sign_share']:.0%}" if which == "set" else ""),
                    colour,
                )
            )
    chart = drawn(
        Rows(lines, "each on its own scale", ("range", "same sign"), axis=False, reference=0.0)
    )
    told = (
        f"For each result a bar for its range over {seeds} seeds and one over {sets} sets. {title}."
    )
    notes = (
        f"Luck: lowest and highest of {seeds} seeds. What is not known: 5 % and 95 % of {sets} "
        "sets of draws of all that is invented or assumed of the scheme and of how people answer "
        "it, on fewer people, contested readings taking turns. A sign is claimed where 95 % of "
        "the sets have it.",
    )
    numbers = {"wider": wider, "results": ranges.height, "seeds": seeds, "sets": sets}
    return Figure("R24", title, ranges, told, chart, notes, picture=picture, numbers=numbers)


def tornado(
    carried: Sequence[tuple[str, float, float]],
    output: str,
    by_chance: float,
    spread: pl.DataFrame,
    *,
    picture: str | None = None,
) -> Figure:
    """Return R25: which unknown moves a result, and at which value its sign would turn.

    Args:
        carried: Key, squared rank correlation and its sign, of the inputs that carry most.
        output: The result in words.
        by_chance: What the luckiest of as many idle inputs carries.
        spread: `Spread.table`, told as the figure's data.
        picture: Whose picture it is.

    """
    real = [key for key, share, _ in carried if share > by_chance]
    turning = spread.filter(pl.col("break_even").is_not_null()).height
    if real:
        first = f"“{real[0]}” moves most how many there are {output}"
    else:
        first = f"No single unknown is seen to move how many there are {output}"
    lines = [
        Line(
            key.partition(".")[2],
            sign * share,
            columns=(rounded(share), "more" if sign > 0 else "less"),
            color=DOUBT if share > by_chance else HAIRLINE,
        )
        for key, share, sign in carried
    ]
    scale = {"domain": [-1, 1]}
    chart = drawn(
        Rows(
            lines,
            "share of the variance carried, to the right if more of it gives more",
            ("share", "more gives"),
            mark="bar",
            scale=scale,
            reference=0.0,
            ticks=(-1, -0.5, 0, 0.5, 1),
        )
    )
    told = f"Bars by unknown figure, the longest first. {first}."
    notes = (
        f"Pale bars carry no more than {by_chance:.2f}, which the luckiest of as many idle "
        f"figures would. For {turning} of {spread.height} results there is a value within the "
        "range at which the sign would turn: the table has it.",
    )
    numbers = {"by_chance": by_chance, "turning": turning, "results": spread.height}
    return Figure("R25", first, spread, told, chart, notes, picture=picture, numbers=numbers)
