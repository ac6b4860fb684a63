"""A whole replay: every check in turn, then citizens and measures, compared cell by cell."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from replay.entries import Counts, check_entries, count_stays
from replay.form import check_form
from replay.publicity import check_publications
from replay.ranking import ranks
from replay.reading import KINDS, ReplayError, Run, read_run
from replay.records import check_kept_out, check_records
from replay.reversals import check_reversals
from replay.standing import Standing, fold, scored_from
from replay.stays import check_stays
from replay.terms import check_terms
from replay.totals import RESTING, TOLD, check_measures, check_seen


@dataclass(frozen=True)
class Replayed:
    """How much was replayed."""

    rows: dict[str, int]
    """Rows of each kind."""
    cells: int
    """Cells of measures."""
    terms: int
    """What ties added to a score at a close, where it could be nothing else."""
    scores: int
    """Scores of somebody at a close."""


def replay_directory(folder: Path) -> Replayed:
    """Replay a run directory."""
    return replay(read_run(folder))


def replay(run: Run) -> Replayed:
    """Replay a run.

    Raises:
        ReplayError: if a row, a citizen or a measure is not what the ledger, the scheme, the
            society and the calendar give.
    """
    check_form(run)
    since = scored_from(run)
    seen = check_records(run, since)
    check_publications(run, seen)
    check_kept_out(run, since)
    reversals = check_reversals(run, seen)
    standing = fold(run, since)
    terms = check_terms(run, standing)
    moves = run.ledger.filter(pl.col("kind").is_in(["start", "list-in", "list-out"]))
    on = count_stays(run, moves)
    check_entries(run, standing, on, reversals)
    flagged = check_stays(run, standing, seen, reversals)
    mistaken = {
        measure: count_stays(run, moves.filter(pl.col("truth") == truth))
        for measure, truth in RESTING.items()
        if truth == "false match" or TOLD[truth](run.rules)
    }
    _check_citizens(run, standing, on)
    cells = check_measures(run, standing, on, mistaken, flagged)
    check_seen(run, seen)
    counts = dict(run.ledger.group_by("kind").len().iter_rows())
    return Replayed(
        {kind: counts.get(kind, 0) for kind in KINDS}, cells, terms, int(standing.has[1:].sum())
    )


def _check_citizens(run: Run, standing: Standing, on: dict[str, Counts]) -> None:
    """Compare what citizens.parquet says of everybody after the last close."""
    has = standing.has[-1]
    rank, percentile = ranks(run, standing, run.weeks)
    tiers = np.array([*run.rules.tiers, None], object)
    denials = run.ledger.filter(pl.col("kind") == "denial")["subject"].to_numpy()
    points = zip(run.rules.categories, standing.own, strict=True)
    expected = {
        **{f"points.{name}": own for name, own in points},
        "association": standing.term[-1],
        "score": np.where(has, standing.score[-1].astype(object), None),
        "rank": np.where(rank > 0, rank.astype(object), None),
        "percentile": np.where(percentile >= 0, percentile.astype(object), None),
        "tier": tiers[standing.tier[-1]],
        **{f"list.{name}": counts[-1] > 0 for name, counts in on.items()},
        "refusals": np.minimum(np.bincount(denials, minlength=run.people), 255),
    }
    columns = {c for c in run.citizens.columns if c.startswith(("points.", "list."))}
    if strange := columns - expected.keys():
        raise ReplayError(f"the citizens: expected no columns {sorted(strange)}")
    for name, values in expected.items():
        found = run.citizens[name]
        made = pl.Series(name, values.tolist(), dtype=found.dtype)
        wrong = found.ne_missing(made)
        if wrong.any():
            who = int(wrong.arg_max() or 0)
            raise ReplayError.at(run.weeks - 1, who, f"{name} {made[who]}", str(found[who]))
