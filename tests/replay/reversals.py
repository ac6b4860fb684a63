"""Corrections: what a reversal follows from and gives back, and that a record is reversed whole."""

from typing import NamedTuple

import polars as pl

from replay.reading import YEAR, ReplayError, Rules, Run

Place = tuple[int, int]
"""Week and seq of a row, within the rows of one citizen."""


class Reversals(NamedTuple):
    """The rows of kind reversal of a run."""

    of: dict[tuple[int, Place], Place]
    """By subject and the row reversed, the row that reverses it."""
    first: dict[tuple[int, int], Place]
    """By subject and week, the first reversal of points."""


def check_reversals(run: Run, seen: pl.DataFrame) -> Reversals:
    """Check every reversal against the row of a record that it reverses.

    `seen` are the rows of records, see `check_records`.
    """
    rows = run.ledger.filter(pl.col("kind") == "reversal").with_row_index("nth")
    both = rows.join(
        seen,
        left_on=["subject", "origin_week", "origin_seq"],
        right_on=["subject", "week", "seq"],
        how="left",
        suffix="_of",
        maintain_order="left",
    )
    same = [pl.col(c).eq_missing(pl.col(f"{c}_of")) for c in ("act", "truth", "category", "object")]
    twice = pl.struct("subject", "origin_week", "origin_seq").is_duplicated()
    faults = {
        "a scheme with a remedy": pl.lit(not run.rules.remedies),
        "an origin that is a record's row": pl.col("record").is_null(),
        "an origin of an earlier week": pl.col("origin_week") >= pl.col("week"),
        "act, truth, category and object of its origin": ~pl.all_horizontal(same),
        "a row reversed once": twice,
        "a record that may be reversed": pl.col("truth").is_in(_never(run.rules)),
    }
    for expected, bad in faults.items():
        _first(both.filter(bad.fill_null(value=True)), expected)
    _whole(seen, both)
    back = both.select("origin_week", "week", "points_of", "points")
    for nth, (posted, week, points, found) in enumerate(back.iter_rows()):
        expected = -_left(run.rules, points, posted, week)
        if found != expected:
            _first(both[nth : nth + 1], f"{expected} hundredths given back, not {found},")
    of, first = {}, {}
    for subject, week, seq, *origin, category in rows.select(
        "subject", "week", "seq", "origin_week", "origin_seq", "category"
    ).iter_rows():
        of[subject, (origin[0], origin[1])] = week, seq
        if category is not None:
            first.setdefault((subject, week), (week, seq))
    return Reversals(of, first)


def _first(wrong: pl.DataFrame, expected: str) -> None:
    if wrong.height:
        row = wrong.row(0, named=True)
        found = f"another in row {row['seq']} (reversal)"
        raise ReplayError.at(row["week"], row["subject"], expected, found)


def _never(rules: Rules) -> list[str]:
    """Return the truths of records that are never reversed."""
    told = rules.remedy
    never = [] if told.get("right-reversed") else ["true"]
    return never + (
        ["false match", "fabricated", "stolen"] if told.get("wrong-upheld") == 1 else []
    )


def _whole(seen: pl.DataFrame, both: pl.DataFrame) -> None:
    """Check that adverse records are reversed, and all rows of each at one close."""
    marked = seen.join(
        both.select("subject", week="origin_week", seq="origin_seq", at="week"),
        on=["subject", "week", "seq"],
        how="left",
        maintain_order="left",
    )
    adverse = (pl.col("points") < 0) | (pl.col("kind") == "record")
    records = marked.group_by("record", maintain_order=True).agg(
        pl.col("subject", "week", "seq").first(),
        closes=pl.col("at").n_unique(),
        reversed=pl.col("at").is_not_null().any(),
        adverse=adverse.any(),
    )
    _first(records.filter(pl.col("closes") > 1), "all rows of a record reversed at one close")
    _first(records.filter("reversed", ~pl.col("adverse")), "an adverse record")


def _left(rules: Rules, points: int, posted: int, week: int) -> int:
    """Return what is left of points, in hundredths, before the ticks of a close."""
    own = (points * 65536 + 50) // 100
    sign, size = (1 if own > 0 else -1), abs(own)
    for earlier in range(posted, week):
        size = size * rules.decay >> 32
        if (rules.score or {}).get("yearly-reset") and earlier % YEAR == YEAR - 1:
            size = 0
    return (sign * size * 100 + 32768) // 65536
