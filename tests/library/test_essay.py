"""The essay's scheme: what it says, and what its sizes come to on a small run.

Its sizes are inputs, set by hand on `china`; these tests hold them there. The margins were stated
before the runs: a median change of at most 5 points in a year, a standard deviation of 80 to 120,
1.5 to 2.5 % of adults barred by tier after three years.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import upstanding as up
from upstanding.mechanisms.kin import Reach
from upstanding.mechanisms.lists import ListReach
from upstanding.run import Run
from upstanding.scheme.fit import fits
from upstanding.scheme.model import SchemeFile
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

CITIZENS = 16_384
CIVIC = "volunteering blood-donation donation heroic-act caring-for-parents"
BENEFITS = {"irregular-income", "claim-mistake", "benefit-fraud"}
"""Acts that `welfare-fraud` is about and the essay is not."""
REWARDED = {"praise-of-the-state", "bill-on-time", "nappies", *CIVIC.split()}


@pytest.fixture(scope="module")
def essay() -> SchemeFile:
    return Scheme.load("essay").file


@pytest.fixture(scope="module")
def one_year(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A year in which everybody is scored from its first week, for which the sizes are set."""
    at_once = {"scored.enrol": {"urban": [0, 0], "rural": [0, 0]}}
    scheme = Scheme.load("essay").with_values(at_once)
    return lived(tmp_path_factory.mktemp("essay") / "run", scheme, weeks=52)


@pytest.fixture(scope="module")
def three_years(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return lived(tmp_path_factory.mktemp("essay") / "run", Scheme.load("essay"), weeks=156)


def lived(folder: Path, scheme: Scheme, *, weeks: int) -> Run:
    return up.simulate(
        scheme, society="china", citizens=CITIZENS, weeks=weeks, seed=1, ledger="off", out=folder
    )


# --- What its sizes come to ---


def test_in_a_year_half_gain_and_half_lose_by_about_100_points(one_year: Run) -> None:
    score = one_year.citizens["score"].drop_nulls().to_numpy()
    assert score.size > CITIZENS / 2
    change = score / 100 - 1000
    assert abs(np.median(change)) <= 5
    assert 80 <= change.std() <= 120


def test_about_two_in_a_hundred_adults_are_barred_by_tier(
    essay: SchemeFile, three_years: Run
) -> None:
    adults = three_years.citizens.filter(pl.col("age") >= 18)
    closing = [name for name, tier in essay.tier.items() if tier.closes]
    barred = adults.filter(pl.col("tier").is_in(closing))
    assert 0.015 <= barred.height / adults.height <= 0.025


# --- What it says ---


def test_each_act_has_one_sign_and_one_size(essay: SchemeFile) -> None:
    acts = Society.load("china").file.act
    assert [rule.act for rule in essay.rule.values() if rule.act] == []
    assert set(essay.rule) == set(acts) - BENEFITS
    assert {name for name, rule in essay.rule.items() if rule.points > 0} == REWARDED
    assert all(rule.points < 0 for name, rule in essay.rule.items() if name not in REWARDED)


def test_every_size_is_invented_over_a_range_that_keeps_its_sign(essay: SchemeFile) -> None:
    for name, rule in essay.rule.items():
        ranged = re.match(r"invented (-?\d+)\.\.(-?\d+)\b", str(rule.source))
        assert ranged, name
        low, high = map(Decimal, ranged.groups())
        assert low <= rule.points <= high, name
        assert (low if rule.points > 0 else high) == 0, name


@pytest.mark.parametrize(
    ("act", "row"),
    [
        ("befriending-low-standing", "E2"), ("reservation-not-cancelled", "E3"),
        ("jaywalking", "E5"), ("defamation-judgment", "E7"), ("refusing-service", "E8"),
        ("talking-to-untrustworthy", "E11"), ("praise-of-the-state", "E11"),
        ("gaming-all-day", "E19"), ("taking-a-bribe", "E23"), ("library-book-late", "E34"),
    ],
)  # fmt: skip
def test_what_the_essay_names_cites_its_row(essay: SchemeFile, act: str, row: str) -> None:
    assert re.search(rf"\bessay {row}\b", str(essay.rule[act].source))


def test_the_lowest_tier_alone_closes_what_the_essay_says(essay: SchemeFile) -> None:
    assert [name for name, tier in essay.tier.items() if tier.closes] == ["d"]
    assert essay.tier["d"].closes == {
        "public-transport", "high-speed-rail", "flight", "restaurant", "star-hotel", "insurance",
    }  # fmt: skip
    assert essay.tier["d"].reach == Reach(children=frozenset({"any-school", "private-school"}))
    assert essay.list_["service-refusers"].reach == ListReach(
        children=frozenset({"private-school"})
    )
    edges = [(tier.below, tier.from_) for tier in essay.tier.values()]
    assert edges[0][0] is None
    assert edges[-1][1] is None
    assert all(above[1] == below[0] for above, below in pairwise(edges))


def test_the_court_list_stands_beside_the_score_as_it_was(essay: SchemeFile) -> None:
    court = Scheme.load("court-list").file
    name = "dishonest-personnel"
    reach, source = essay.list_[name].reach, essay.list_[name].source
    beside = court.list_[name].model_copy(update={"reach": reach, "source": source})
    assert essay.list_[name] == beside
    assert court.list_[name].reach == ListReach(children=frozenset({"private-school"}))
    assert reach == ListReach(
        children=frozenset({"private-school", "any-school", "university-place"})
    )
    assert essay.sensor["court"].sees > court.sensor["court"].sees


def test_what_it_leaves_out_is_named(essay: SchemeFile) -> None:
    assert set(Scheme.load("court-list").file.absent) < set(essay.absent)
    told = set(rows(" ".join(essay.absent)))
    absent = {2, 18, 22, 31}
    here = {6, 10, 11, 13, 15, 16, 17, 19, 20, 21, 23, 24, 25, 30, 37}
    assert absent <= told
    assert told.isdisjoint(here)


def test_it_pools_and_has_the_company_s_data(essay: SchemeFile) -> None:
    assert essay.pooling is not None
    assert max(essay.pooling.districts.values()) < 1
    assert essay.platform is not None
    assert essay.platform.access == "bulk"
    assert essay.platform.counts["gaming-all-day"].level < 0
    cited = set(rows(f"{essay.pooling.source} {essay.pooling.classes.source}"))
    assert cited | set(rows(str(essay.platform))) >= {15, 16, 17, 19, 20, 21}


def rows(text: str) -> Iterator[int]:
    """Yield the numbers of the rows of the essay in a text; E19-E21 is three."""
    for first, last in re.findall(r"\bE(\d+)(?:-E(\d+))?", text):
        yield from range(int(first), int(last or first) + 1)


def test_it_fits_the_societies_that_have_its_acts() -> None:
    scheme = Scheme.load("essay")
    for name in ("china", "town"):
        assert fits(scheme, Society.load(name)) == []
    problems = list(map(str, fits(scheme, Society.load("uniform"))))
    assert any("rule.gaming-all-day" in told and "society uniform" in told for told in problems)
    assert any("tier.d.closes" in told and "restaurant" in told for told in problems)
    assert not any("jaywalking.act" in told for told in problems)
