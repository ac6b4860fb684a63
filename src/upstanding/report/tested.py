"""Figures of what was run beside: safeguards, causes, parts taken away, dossiers, doubt."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.charts import doubt
from upstanding.charts import lives as told
from upstanding.charts import safeguards as charts
from upstanding.charts.figure import Figure
from upstanding.report.impact import Impact
from upstanding.side_by_side import side_by_side
from upstanding.twins.twins import Twins

SPLITS = ("sex", "income", "place", "group", "occupation")
OUTPUTS = (
    "to whom something is closed",
    "attempts refused",
    "records in a wrong name",
    "harmful acts prevented",
    "debts paid beyond ordinary law",
    "acts that exercise a right given up",
)
"""Lines of `side_by_side` whose ranges are shown."""
MOVED, MOST = "to whom something is closed", 10
MOST_CAUSES = 15


def spared_by_each(impact: Impact) -> Iterator[Figure]:
    """R18: whom each safeguard spares."""
    if impact.tested:
        barred = int(impact.ever_barred.sum())
        yield charts.spared_by_each(impact.tested.table, barred, picture=impact.picture)


def first_and_last(impact: Impact) -> Iterator[Figure]:
    """R19: which safeguard did the work."""
    if impact.tested:
        yield charts.first_and_last(impact.tested.table, picture=impact.picture)


def not_spared(impact: Impact) -> Iterator[Figure]:
    """R20: whom no safeguard spares."""
    if impact.tested is None:
        return
    marked = impact.run.citizens.with_columns(
        pl.Series("barred", impact.ever_barred), pl.Series("still", impact.tested.not_spared)
    ).filter(pl.Series(impact.lives.counted))
    sums = (
        pl.len().alias("people"),
        pl.col("barred").sum(),
        pl.col("still").sum().alias("not_spared"),
    )
    everybody = [pl.lit("everybody").alias(name) for name in ("split", "group")]
    parts = [marked.select(*everybody, *sums)]
    for split in SPLITS:
        by = marked.group_by(pl.col(split).cast(pl.String).alias("group")).agg(sums).sort("group")
        parts.append(by.select(pl.lit(split).alias("split"), pl.all()))
    groups = pl.concat(parts).with_columns(pl.col("people", "barred", "not_spared").cast(pl.Int64))
    yield charts.not_spared(groups, picture=impact.picture)


def parts_taken_away(impact: Impact) -> Iterator[Figure]:
    """What remains of exclusion without each part: the three ablations."""
    if not impact.ablations:
        return
    first = next(iter(impact.ablations.values()))
    barred, weeks = _exclusion(first, first.weeks_barred[0])
    rows = [("as proposed", barred, 0, 0, weeks)]
    for name, twins in impact.ablations.items():
        crossing = twins.crossing
        barred, weeks = _exclusion(twins, twins.weeks_barred[1])
        moved = crossing[True, False], crossing[False, True]
        rows.append((name.replace("-", " "), barred, *moved, weeks))
    names = ("part", "barred", "spared", "newly_harmed", "weeks")
    table = pl.DataFrame(rows, schema=names, orient="row")
    yield told.parts_taken_away(table, picture=impact.picture)


def _exclusion(twins: Twins, weeks: NDArray[np.int64]) -> tuple[int, int]:
    """Return how many were ever barred, and in how many person-weeks."""
    of = weeks[twins.counted]
    return int((of > 0).sum()), int(of.sum())


def causes(impact: Impact) -> Iterator[Figure]:
    """For whom each cause was necessary, in both readings."""
    found = impact.attribution
    if found is None or not found.who.size:
        return
    again = {key: twins.crossing[True, False] for key, twins in impact.society.items()}
    table = found.table.filter(pl.col("people") > 0)
    if not table.height:
        return
    rows = table.sort("people", "cause", descending=[True, False]).head(MOST_CAUSES)
    both = rows.select(
        "cause",
        pl.col("people").cast(pl.Int64).alias("her life alone"),
        pl.col("cause")
        .replace_strict(again, default=None, return_dtype=pl.Int64)
        .alias("the whole society"),
    )
    joint = (int((found.necessary == 0).sum()), found.who.shape[0])
    yield told.causes(both, joint, picture=impact.picture)


def dossiers(impact: Impact) -> Iterator[Figure]:
    """R23: three lives, chosen by rule."""
    weeks = impact.lives.barred.sum(axis=0)
    who = np.flatnonzero(impact.ever_barred)
    if not who.size:
        return
    ordered = np.sort(weeks[who])
    rules = [
        ("median", "The median of those barred", who[weeks[who] == ordered[(who.size - 1) // 2]]),
        ("worst", "In the worst tenth", who[weeks[who] >= ordered[who.size * 9 // 10]]),
    ]
    if impact.attribution is not None:
        found = impact.attribution
        errors = [at for at, cause in enumerate(found.causes) if cause.kind == "error"]
        fewer = (found.weeks_left[errors] < found.weeks).any(axis=0)
        rules.append(("wrongly", "Barred for what somebody else did", found.who[fewer]))
    after = impact.tested.together.lives[1].closed if impact.tested else None
    for key, rule, chosen in rules:
        if chosen.size:
            citizen = int(chosen[0])
            yield told.dossier(
                told.Dossier(
                    key,
                    rule,
                    impact.run.story(citizen),
                    impact.lives.closed[:, citizen],
                    None if after is None else after[:, citizen],
                )
            )


def ranges(impact: Impact) -> Iterator[Figure]:
    """R24: luck against what is not known."""
    study = impact.study
    if study is None or not impact.seeds or impact.ordinary is None:
        return
    table = study.spread.table
    proposed = _lines(impact)
    rows = []
    for name in OUTPUTS:
        spread = table.filter(pl.col("output") == name)
        of_seeds = impact.over_seeds.get(name)
        if not spread.height or name not in proposed or of_seeds is None:
            continue
        row = spread.row(0, named=True)
        rows.append(
            {
                "output": name,
                "proposed": proposed[name],
                "seed_low": min(of_seeds),
                "seed_high": max(of_seeds),
                "set_low": row["low"],
                "set_high": row["high"],
                "sign_share": row["sign_share"],
                "tag": row["tag"],
            }
        )
    if rows:
        yield doubt.two_ranges(
            pl.DataFrame(rows), len(study.drawn), len(impact.seeds) + 1, picture=impact.picture
        )


def _lines(impact: Impact) -> dict[str, float]:
    assert impact.ordinary is not None
    found = side_by_side([impact.ordinary.after, impact.run])
    return {line.what: value for line in found.lines if (value := line.values[1]) is not None}


def what_moves_it(impact: Impact) -> Iterator[Figure]:
    """R25: which unknown moves how many are barred."""
    study = impact.study
    if study is None or MOVED not in study.spread.outputs:
        return
    carried = study.spread.carried(MOVED)
    most = sorted(carried, key=lambda key: -carried[key])[:MOST]
    signed = [(key, carried[key], study.spread.sign(MOVED, key)) for key in most]
    yield doubt.tornado(
        signed, MOVED, study.spread.by_chance, study.spread.table, picture=impact.picture
    )
