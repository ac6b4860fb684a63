"""Who is on which list at every close, and who must enter by strikes and by tier."""

from collections import defaultdict
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from replay.form import REMEDY
from replay.reading import ReplayError, Run
from replay.reversals import Place, Reversals
from replay.standing import Standing

Counts = NDArray[np.int16]
Entry = tuple[int, int]
"""A week and a citizen."""
Origin = tuple[int, int] | None
"""Week and seq of the row that an entry follows from."""


def count_stays(run: Run, rows: pl.DataFrame) -> dict[str, Counts]:
    """Return how many of these stays each citizen is in, by list (weeks + 1, citizens).

    Row w + 1 is the close of week w; row 0 is time zero. `rows` are of kinds start, list-in and
    list-out.
    """
    found = {}
    for name in run.rules.lists:
        change = np.zeros((run.weeks + 1, run.people), np.int16)
        for kind, step, shift in (("start", 1, 0), ("list-in", 1, 1), ("list-out", -1, 1)):
            part = rows.filter((pl.col("kind") == kind) & (pl.col("object") == name))
            week = part["week"].to_numpy().astype(np.int64) + shift
            np.add.at(change, (week, part["subject"].to_numpy()), np.int16(step))
        found[name] = np.cumsum(change, axis=0, dtype=np.int16)
        if (found[name] < 0).any():
            week, citizen = np.argwhere(found[name] < 0)[0]
            expected = f"an exit from {name} by somebody who is on it"
            raise ReplayError.at(int(week) - 1, int(citizen), expected, "more exits than entries")
    return found


def check_entries(
    run: Run, standing: Standing, on: dict[str, Counts], reversals: Reversals
) -> None:
    """Check that exactly those enter by strikes and by tier whom the rules take.

    And that those leave of whose strikes too few remain.
    """
    entered = run.ledger.filter(pl.col("kind") == "list-in")
    for name, enter in run.rules.enters.items():
        delay = int(run.rules.lists[name].get("delay-weeks", 0))
        if "strikes" in enter:
            expected, ended = _by_strikes(run, name, on[name], delay, reversals)
            _check_ended(run, name, ended)
        elif "tier" in enter:
            expected = _by_tier(run, name, standing, on[name], delay)
        elif "category" in enter:
            expected = _by_category(run, enter, delay)
        else:
            continue
        rows = entered.filter(pl.col("object") == name)
        found: dict[Entry, Origin] = {
            (week, subject): None if origin is None else (origin, seq)
            for week, subject, origin, seq in rows.select(
                "week", "subject", "origin_week", "origin_seq"
            ).iter_rows()
        }
        if 0 < enter.get("share", 1) < 1:  # who of them is drawn, the ledger alone can tell
            expected = {entry: origin for entry, origin in expected.items() if entry in found}
        for week, citizen in sorted(expected.keys() ^ found.keys()):
            said = ("an entry", "none") if (week, citizen) in expected else ("no entry", "one")
            raise ReplayError.at(week, citizen, f"{said[0]} onto {name}", said[1])
        for entry, origin in expected.items():
            if found[entry] != origin:
                text = f"an entry onto {name} that follows from {origin}"
                raise ReplayError.at(*entry, text, str(found[entry]))
        if rows.height != len(expected):
            raise ReplayError(f"list {name}: expected one entry a week of each citizen at most")


def _by_tier(
    run: Run, name: str, standing: Standing, on: Counts, delay: int
) -> dict[Entry, Origin]:
    tier = list(run.rules.tiers).index(run.rules.enters[name]["tier"])
    waits_until = np.full(run.people, -1, np.int64)
    expected: dict[Entry, Origin] = {}
    for week in range(run.weeks):
        taken = (standing.tier[week + 1] == tier) & (on[week] == 0) & (waits_until < week)
        waits_until[taken] = week + delay
        if week + delay < run.weeks:
            expected |= dict.fromkeys((week + delay, int(who)) for who in np.flatnonzero(taken))
    return expected


def _by_category(run: Run, enter: dict[str, Any], delay: int) -> dict[Entry, Origin]:
    """Return the entries of people for what they are, by the first close at which they fit."""
    category = enter["category"]
    youngest, oldest = category.get("ages", (0, 120))
    if not enter.get("share", 1):
        return {}
    fits = pl.lit(value=True)
    for trait in ("sex", "place", "group"):
        if trait in category:
            fits &= pl.col(trait) == category[trait]
    for trait in ("income", "occupation"):
        if trait in category:
            fits &= pl.col(trait).is_in(list(category[trait]))
    expected: dict[Entry, Origin] = {}
    for who, age in run.citizens.filter(fits).select("citizen", "age_weeks").iter_rows():
        begins = max(52 * youngest - (age - run.weeks), 0)
        if (age - run.weeks + begins) // 52 <= oldest and begins + delay < run.weeks:
            expected[begins + delay, who] = None
    return expected


def _check_ended(run: Run, name: str, ended: dict[Entry, Place]) -> None:
    """Check that exactly these stays by strikes end by reversal."""
    exits = run.ledger.filter(
        pl.col("kind") == "list-out", pl.col("object") == name, pl.col("rule") == REMEDY
    )
    columns = exits.select("week", "subject", "origin_week", "origin_seq")
    found = {(week, subject): (at, seq) for week, subject, at, seq in columns.iter_rows()}
    for week, citizen in sorted(ended.keys() | found.keys()):
        if (origin := ended.get((week, citizen))) != found.get((week, citizen)):
            text = f"an exit from {name} by the reversal {origin}"
            raise ReplayError.at(week, citizen, text, str(found.get((week, citizen))))


def _by_strikes(
    run: Run, name: str, on: Counts, delay: int, reversals: Reversals
) -> tuple[dict[Entry, Origin], dict[Entry, Place]]:
    """Return the entries by strikes, and the stays that end as too few strikes remain."""
    strikes = run.rules.enters[name]["strikes"]
    clauses = [f"rule.{rule}" for rule in strikes["rules"]]
    rows = run.ledger.filter((pl.col("kind") == "points") & pl.col("rule").is_in(clauses))
    by_subject: dict[int, list[Place]] = defaultdict(list)
    for subject, week, seq in rows.select("subject", "week", "seq").iter_rows():
        by_subject[subject].append((week, seq))
    if run.rules.is_of_firms(name):
        owners = run.citizens.filter(pl.col("occupation") == "business-owner")["citizen"]
        by_subject = {who: by_subject[who] for who in by_subject.keys() & set(owners)}
    expected: dict[Entry, Origin] = {}
    ended: dict[Entry, Place] = {}
    for subject, struck in by_subject.items():
        if len(struck) < strikes["count"]:
            continue
        back = {s: reversals.of[subject, s] for s in struck if (subject, s) in reversals.of}
        used, waits_until = 0, -1
        missed: Place | None = None
        held = on[:, subject].tolist()
        for week in range(struck[strikes["count"] - 1][0], run.weeks):
            if missed and missed[0] == week:
                if waits_until >= week:
                    expected.pop((waits_until, subject), None)
                    waits_until = -1
                elif held[week]:
                    ended[week, subject] = missed
            if held[week] or waits_until >= week:
                continue
            counting = [
                strike
                for strike in struck[used:]
                if week - strikes["within-weeks"] < strike[0] <= week
                and (strike not in back or back[strike][0] > week)
            ]
            if len(counting) >= strikes["count"]:
                used = struck.index(counting[-1]) + 1
                waits_until = week + delay
                gone = sorted(back[strike] for strike in counting if strike in back)
                spare = len(counting) - strikes["count"]
                missed = gone[spare] if len(gone) > spare else None
                if waits_until < run.weeks:
                    expected[waits_until, subject] = counting[-1]
    return expected, ended
