"""Points, scores and tiers of everybody at every close, from rows of points and of association."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from replay.reading import YEAR, ReplayError, Run

NEVER = 1 << 30
NO_TIER = -1
MOST = (1 << 31) - 1


@dataclass(frozen=True)
class Standing:
    """What the points come to.

    But for `scored_from` and `own`, arrays are (weeks + 1, citizens): row w + 1 is the close of
    week w, row 0 time zero.
    """

    scored_from: NDArray[np.int64]
    """(citizens,) the first week with a score."""
    own: NDArray[np.int64]
    """(categories, citizens) in 2**-16 point, after the last close."""
    total: NDArray[np.int64]
    """Weighted points in 2**-16 point."""
    term: NDArray[np.int64]
    """What ties add, in hundredths."""
    score: NDArray[np.int64]
    """In hundredths; meaningless before `scored_from`."""
    tier: NDArray[np.int8]
    """A place in the tiers by name."""

    @cached_property
    def has(self) -> NDArray[np.bool_]:
        """Who has a score at each close."""
        return self.scored_from <= np.arange(self.score.shape[0])[:, None]


def scored_from(run: Run) -> NDArray[np.int64]:
    """Return the first week in which each citizen has a score, held to ages, districts and ramps.

    Those of age by then have one from the enrolment of their district on, others from the week in
    which they come of age; her age in years at the end tells that to within a year. Where people
    are asked, or must be members, anybody may have none; where some districts do not run the
    scheme, whole districts.
    """
    told, rules = run.citizens, run.rules
    since = told["scored_from"].cast(pl.Int64).fill_null(NEVER).to_numpy()
    none = dict.fromkeys(("urban", "rural"), (NEVER, NEVER))
    ramps = none if rules.score is None else rules.scored.get("enrol", {})
    first, last = np.array([ramps.get(place, (0, 0)) for place in told["place"]]).T
    enrolled = np.minimum(_earliest(run, since), last)
    min_age = int(rules.scored.get("min-age", 0))
    expected = np.maximum(min_age * YEAR - weeks_of_age(run), enrolled)
    earliest, asked = _earliest(run, since), {"consent", "members"} & rules.scored.keys()
    shares = rules.scored.get("districts", {})
    partly = np.array([shares.get(place, 1) < 1 for place in told["place"]])
    spared = (since == NEVER) & (bool(asked) | (partly & (earliest == NEVER)))
    strange = ((enrolled < first) | (since != expected)) & ~spared
    if strange.any():
        who = int(strange.argmax())
        text = f"a score from week {expected[who]}, enrolled from {first[who]} on"
        raise ReplayError(f"citizen {who}: expected {text}, found one from week {since[who]}")
    return since


def _earliest(run: Run, since: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first week in which anybody of each citizen's district has a score."""
    district = run.citizens["district"].to_numpy().astype(np.int64)
    earliest = np.full(run.people, NEVER)
    np.minimum.at(earliest, district, since)
    return earliest[district]


def weeks_of_age(run: Run) -> NDArray[np.int64]:
    """Return the age of each citizen in weeks at time zero."""
    return run.citizens["age_weeks"].to_numpy().astype(np.int64) - run.weeks


def fold(run: Run, since: NDArray[np.int64]) -> Standing:
    """Fold the rows, week by week: add points, reset, decay, weigh, add the term, clamp, band."""
    rules, people, weeks = run.rules, run.people, run.weeks
    own = np.zeros((len(rules.categories), people), np.int64)
    total = np.zeros((weeks + 1, people), np.int64)
    tier = np.full((weeks + 1, people), NO_TIER, np.int8)
    term = read_terms(run, since)
    if rules.score is None:
        return Standing(since, own, total, term, total.copy(), tier)
    awarded = pl.col("kind").is_in(["points", "reversal"]) & pl.col("category").is_not_null()
    rows = run.ledger.filter(awarded)
    code = {name: at for at, name in enumerate(rules.categories)}
    category = rows["category"].replace_strict(code, return_dtype=pl.Int64).to_numpy()
    subject, points = rows["subject"].to_numpy(), rows["points"].to_numpy().astype(np.int64)
    begins = rows["week"].search_sorted(np.arange(weeks + 1), side="left").to_numpy()
    decay, reset = rules.decay, bool(rules.score.get("yearly-reset"))
    weights = np.array(rules.weights, np.int64)
    for week in range(weeks):
        part = slice(begins[week], begins[week + 1])
        added = np.zeros_like(own)
        np.add.at(added, (category[part], subject[part]), points[part])
        own = np.clip(own + (added * 65536 + 50) // 100, -MOST, MOST)
        if reset and (week + 1) % YEAR == 0:
            own[:] = 0
        if decay < 1 << 32:
            own = np.sign(own) * ((np.abs(own) * decay) >> 32)
        total[week + 1] = (weights @ own + (1 << 15)) >> 16
    low, high = (rules.hundredths(end) for end in rules.score["range"])
    start = rules.hundredths(rules.score["start"])
    score = np.clip(start + ((total * 100 + (1 << 15)) >> 16) + term, low, high)
    standing = Standing(since, own, total, term, score, tier)
    tier[:] = np.where(standing.has, _tier(run, score), NO_TIER)
    return standing


def read_terms(run: Run, since: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what ties add to everybody's score at every close, as `Standing.term`.

    Each row replaces the term of before, 0 at first, by another, of somebody who has a score.
    """
    term = np.zeros((run.weeks + 1, run.people), np.int64)
    rows = run.ledger.filter(pl.col("kind") == "association")
    last: dict[int, tuple[int, int]] = {}
    for week, subject, points in rows.select("week", "subject", "points").iter_rows():
        at, before = last.get(subject, (-1, 0))
        if week + 1 < since[subject]:
            raise ReplayError.at(week, subject, "no association before she has a score", "a row")
        if week == at or points == before:
            text = f"one association row a week, with another term than {before}"
            raise ReplayError.at(week, subject, text, f"{points}, after week {at}")
        term[week + 1 :, subject] = points
        last[subject] = week, points
    return term


def _tier(run: Run, score: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return the tier of every score; of those that overlap nowhere, at most one holds it."""
    tier = np.full(score.shape, NO_TIER, np.int8)
    for code, band in enumerate(run.rules.tiers.values()):
        within = np.ones(score.shape, bool)
        if "from" in band:
            within &= score >= run.rules.hundredths(band["from"])
        if "below" in band:
            within &= score < run.rules.hundredths(band["below"])
        tier[within] = code
    return tier
