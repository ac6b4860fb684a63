"""Points, scores and tiers of everybody at every close, from the points rows and the calendar."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from replay.reading import YEAR, ReplayError, Run

NEVER = 1 << 30
NO_TIER = -1
_LOWEST, _HIGHEST = -(1 << 31), (1 << 31) - 1


@dataclass(frozen=True)
class Standing:
    """What the points come to. `tier` has row w + 1 for the close of week w; row 0 is time zero."""

    scored_from: NDArray[np.int64]
    """(citizens,) the first week with a score."""
    own: NDArray[np.int64]
    """(categories, citizens) in 2**-16 point, after the last close."""
    score: NDArray[np.int64]
    """(citizens,) in hundredths, after the last close; meaningless before `scored_from`."""
    tier: NDArray[np.int8]
    """(weeks + 1, citizens) a place in the tiers by name."""
    sums: NDArray[np.int64]
    """(weeks, 2) the sum of all scores, and how many have one."""


def scored_from(run: Run) -> NDArray[np.int64]:
    """Return the first week in which each citizen has a score, held to ages, districts and ramps.

    Those of age by then have one from the enrolment of their district on, others from the week in
    which they come of age; her age in years at the end tells that to within a year.
    """
    told, rules = run.citizens, run.rules
    since = told["scored_from"].cast(pl.Int64).fill_null(NEVER).to_numpy()
    age, district = (told[name].to_numpy().astype(np.int64) for name in ("age", "district"))
    none = dict.fromkeys(("urban", "rural"), (NEVER, NEVER))
    ramps = none if rules.score is None else rules.scored.get("enrol", {})
    first, last = np.array([ramps.get(place, (0, 0)) for place in told["place"]]).T
    enrolled = np.full(run.people, NEVER)
    np.minimum.at(enrolled, district, since)
    enrolled = np.minimum(enrolled[district], last)
    min_age = int(rules.scored.get("min-age", 0))
    of_age = (min_age - age) * YEAR + run.weeks
    low = np.maximum(of_age - YEAR + 1, enrolled)
    high = np.maximum(np.minimum(of_age, min_age * YEAR), enrolled)
    strange = (enrolled < first) | (since < low) | (since > high)
    if strange.any():
        who = int(strange.argmax())
        text = f"a score from a week of {low[who]} to {high[who]}, enrolled from {first[who]} on"
        raise ReplayError(f"citizen {who}: expected {text}, found one from week {since[who]}")
    return since


def fold(run: Run, since: NDArray[np.int64]) -> Standing:
    """Fold the points rows, week by week: add, reset, decay, weigh, clamp, band."""
    rules, people, weeks = run.rules, run.people, run.weeks
    own = np.zeros((len(rules.categories), people), np.int64)
    score = np.zeros(people, np.int64)
    tier = np.full((weeks + 1, people), NO_TIER, np.int8)
    sums = np.zeros((weeks, 2), np.int64)
    if rules.score is None:
        return Standing(since, own, score, tier, sums)
    rows = run.ledger.filter(pl.col("kind") == "points")
    code = {name: at for at, name in enumerate(rules.categories)}
    category = rows["category"].replace_strict(code, return_dtype=pl.Int64).to_numpy()
    subject, points = rows["subject"].to_numpy(), rows["points"].to_numpy().astype(np.int64)
    begins = rows["week"].search_sorted(np.arange(weeks + 1), side="left").to_numpy()
    decay, reset = rules.decay, bool(rules.score.get("yearly-reset"))
    for week in range(-1, weeks):
        if week >= 0:
            part = slice(begins[week], begins[week + 1])
            added = np.zeros_like(own)
            np.add.at(added, (category[part], subject[part]), points[part])
            own = np.clip(own + (added * 65536 + 50) // 100, _LOWEST, _HIGHEST)
            if reset and (week + 1) % YEAR == 0:
                own[:] = 0
            if decay < 1 << 32:
                own = np.sign(own) * ((np.abs(own) * decay) >> 32)
        score = _score(run, own)
        has = since <= week + 1
        tier[week + 1] = np.where(has, _tier(run, score), NO_TIER)
        if week >= 0:
            sums[week] = score[has].sum(), has.sum()
    return Standing(since, own, score, tier, sums)


def _score(run: Run, own: NDArray[np.int64]) -> NDArray[np.int64]:
    score = run.rules.score or {}
    weights = np.array(run.rules.weights, np.int64)
    total = (weights @ own + (1 << 15)) >> 16
    low, high = (run.rules.hundredths(end) for end in score["range"])
    start = run.rules.hundredths(score["start"])
    return np.clip(start + ((total * 100 + (1 << 15)) >> 16), low, high)


def _tier(run: Run, score: NDArray[np.int64]) -> NDArray[np.int8]:
    tier = np.full(score.shape[0], NO_TIER, np.int8)
    for code, band in enumerate(run.rules.tiers.values()):
        within = np.ones(score.shape[0], bool)
        if "from" in band:
            within &= score >= run.rules.hundredths(band["from"])
        if "below" in band:
            within &= score < run.rules.hundredths(band["below"])
        tier[within] = code
    return tier
