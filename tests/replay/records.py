"""Records: each comes whole, with the rules that count it, then the lists that take it."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from replay.reading import ReplayError, Run

CASE = ("week", "subject", "day", "act", "sensor", "actor")


def check_records(run: Run, scored_from: NDArray[np.int64]) -> pl.DataFrame:
    """Check the rows of every record; return them, with the week of the act.

    A record of somebody who had a score in the week of the act has a row for each rule that counts
    it, by name; then, for anybody, one for each list that takes it, by name. `begins` marks the
    first row of each, as far as can be told: of two acts of a day, of which no points speak, each
    of two lists may have taken another. Rows of one number `record` are surely of one record.
    """
    rules = run.rules
    seen = run.ledger.filter(pl.col("kind").is_in(["points", "record"]))
    pairs = seen.select("act", "sensor").unique().iter_rows()
    places = {
        f"{act} {sensor} {clause}": (place, len(counting))
        for act, sensor in pairs
        for counting in [rules.counting(act, sensor)]
        for place, clause in enumerate(
            [f"rule.{name}" for name in counting]
            + [f"list.{name}.enter" for name in rules.listing(act)]
        )
    }
    key = pl.concat_str("act", "sensor", "rule", separator=" ")
    unknown = seen.filter(~key.is_in(list(places)))
    if unknown.height:
        row = unknown.row(0, named=True)
        found = f"{row['rule']} on {row['act']} seen by {row['sensor']} in row {row['seq']}"
        raise ReplayError.at(row["week"], row["subject"], "a clause that counts the record", found)
    place, count = (
        seen.select(
            key.replace_strict({k: v[at] for k, v in places.items()}, return_dtype=pl.Int64)
        ).to_series()
        for at in (0, 1)
    )
    seen = seen.with_columns(act_week=pl.col("week") - pl.col("lag"))
    scored = scored_from[seen["subject"].to_numpy()] <= seen["act_week"].to_numpy()
    rank, rules_of = place.to_numpy(), np.where(scored, count.to_numpy(), 0)
    is_points = (seen["kind"] == "points").to_numpy()
    same = seen.select(pl.all_horizontal(pl.col(c).eq_missing(pl.col(c).shift(1)) for c in CASE))
    continues = same.to_series().fill_null(value=False).to_numpy() & (rank > np.roll(rank, 1))
    step = rank - np.roll(rank, 1) == 1
    follows = np.append((continues & step)[1:], np.False_)
    faults = {
        "no points before the first week with a score": is_points & ~scored,
        "the rows of a record by rule": is_points & (rank > 0) & ~(continues & step),
        "the rules before the lists": ~is_points & (rules_of > 0) & ~continues,
        "all rules that count a record": (rank < rules_of - 1) & ~follows,
    }
    for expected, bad in faults.items():
        if bad.any():
            row = seen.row(int(bad.argmax()), named=True)
            found = f"row {row['seq']} ({row['rule']})"
            raise ReplayError.at(row["week"], row["subject"], expected, found)
    whole = [name for name in rules.enters if not _may_pass_over(run, name)]
    passed = ~is_points & ~seen["object"].is_in(whole).fill_null(value=False).to_numpy()
    surely = continues & ~(passed & np.roll(passed, 1) & (rules_of == 0))
    _within_reach(run, seen)
    _taken(run, seen)
    return seen.with_columns(begins=~continues, record=np.cumsum(~surely))


def _may_pass_over(run: Run, name: str) -> bool:
    """Return whether a list may not take a record while another takes it, all else equal."""
    enter = run.rules.enters[name]
    seeing = [s for s in run.rules.sensors.values() if enter.get("record") in s["sees"]]
    passes = enter.get("share", 1) != 1 or run.rules.is_of_firms(name)
    return bool(passes or len(seeing) > 1)


def _taken(run: Run, seen: pl.DataFrame) -> None:
    """Check that lists which take every record of an act have taken those that gave points.

    Several sensors may record one act, which leads to one entry; of acts of one day, the ledger
    does not say which is which. Where the act leaves an obligation, it may have been performed.
    A list of firms takes the records of owners, and no others.
    """
    owners = run.citizens.filter(pl.col("occupation") == "business-owner")["citizen"]
    for name, enter in run.rules.enters.items():
        act = enter.get("record")
        if act is None or enter.get("share", 1) != 1 or run.rules.acts[act].get("obligation"):
            continue
        of_owner = pl.col("subject").is_in(owners.to_list())
        meant = pl.lit(value=True)
        if run.rules.is_of_firms(name):
            meant = of_owner
            _none(seen.filter((pl.col("object") == name) & ~of_owner), f"an owner's firm on {name}")
        took = (pl.col("object") == name).fill_null(value=False).any()
        acts = seen.filter(pl.col("act") == act, meant)
        acts = acts.group_by("subject", "actor", "act_week", "day")
        missed = acts.agg(took=took, week=pl.col("week").min()).filter(~pl.col("took"))
        for week, citizen in missed.select("week", "subject").sort("week", "subject").iter_rows():
            text = f"list {name} to take the record of {act}"
            raise ReplayError.at(week, citizen, text, "no such row")


def _none(rows: pl.DataFrame, expected: str) -> None:
    """Raise the error of the first row, if there is any."""
    if rows.height:
        row = rows.row(0, named=True)
        found = f"somebody else's in row {row['seq']}"
        raise ReplayError.at(row["week"], row["subject"], expected, found)


def _within_reach(run: Run, seen: pl.DataFrame) -> None:
    """Check that each record's sensor reaches where the actor lives and may confuse the two."""
    lives = run.citizens.select("citizen", "place", "district")
    found = seen.join(lives, left_on="actor", right_on="citizen", how="left").join(
        lives.select("citizen", at="district"), left_on="subject", right_on="citizen", how="left"
    )
    sensors = run.rules.sensors
    reach = [
        f"{name} {place}"
        for name, sensor in sensors.items()
        for place, share in sensor["coverage"].items()
        if share > 0
    ]
    gallery = {name: sensor.get("gallery", "none") for name, sensor in sensors.items()}
    kind = pl.col("sensor").replace_strict(gallery, return_dtype=pl.String)
    forged, by_audit = pl.col("truth") == "fabricated", pl.col("act").is_in(run.rules.tampers)
    other = pl.col("actor") != pl.col("subject")
    bad = (
        (
            ~pl.concat_str("sensor", "place", separator=" ").is_in(reach).fill_null(value=False)
            & ~(forged | by_audit)
        )
        | (other & ~forged & (kind == "none"))
        | (forged & (pl.col("district") != pl.col("at")))
        | (other & (kind == "district") & (pl.col("district") != pl.col("at")))
    )
    strange = found.filter(bad & pl.col("actor").is_not_null())
    if strange.height:
        row = strange.row(0, named=True)
        text = f"actor {row['actor']} seen by {row['sensor']} in row {row['seq']}"
        raise ReplayError.at(row["week"], row["subject"], "an actor within reach", text)


def check_kept_out(run: Run, scored_from: NDArray[np.int64]) -> None:
    """Check that what is kept out of the file is adverse, and by whom it may be."""
    rules = run.rules
    rows = run.ledger.filter(pl.col("kind") == "shielded")
    homes, jobs = (run.citizens[c].to_list() for c in ("household", "occupation"))
    for row in rows.iter_rows(named=True):
        act, subject, by = row["act"], row["subject"], row["actor"]
        scored = scored_from[subject] <= row["week"] - row["lag"]
        points = [rules.points[name] for name in rules.counting(act, row["sensor"])]
        adverse = rules.listing(act) or (scored and min(points, default=0) < 0)
        possible = homes[by] == homes[subject] if by is not None else jobs[subject] == "official"
        if not (adverse and possible) or act in rules.tampers:
            expected = "an adverse record, kept out by her household or the scheme"
            raise ReplayError.at(row["week"], subject, expected, f"row {row['seq']} ({act})")
