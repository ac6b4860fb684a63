"""Who is scored, and from when: ages, districts that run the scheme, members, consent."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from upstanding.clockwork.dice import key_of
from upstanding.mechanisms.enrolment import NEVER, enrolment, scored_from
from upstanding.mechanisms.scoring import SchemeTables, Scored
from upstanding.mechanisms.strata import MEMBER, People
from upstanding.scheme.model import SchemeFile

SIZE = 512
SOURCE = {"source": "invented 0..1"}
SHARES = st.decimals(0, 1, places=2)


def people(citizens: int) -> People:
    """Return people of all ages, every third of them a member."""
    number = np.arange(citizens)
    blank = np.zeros(citizens, np.uint16)
    status = (number % 3 == 0).astype(np.uint32) << np.uint32(MEMBER)
    return People(
        (number * 7 % 5000).astype(np.uint16), blank, blank.astype(np.uint32),
        blank.astype(np.uint8), status, np.zeros(121, np.uint8),
    )  # fmt: skip


def scheme(**keys: Any) -> SchemeTables:
    score = {"start": 0, "range": [-1, 1]} | SOURCE
    return SchemeFile.model_validate(
        {"name": "x", "title": "X", "status": "invented", "score": score,
         "scored": {"min-age": 18} | keys | SOURCE}
    )  # fmt: skip


def since(citizens: int, *, seed: int = 5, urban: bool = True, **keys: Any) -> NDArray[np.uint16]:
    rules, key = scheme(**keys), key_of(seed)
    districts = np.full(-(-citizens // SIZE), urban)
    enrolled = enrolment(rules, districts, key)
    return scored_from(rules.scored, people(citizens), enrolled, SIZE, key)


def test_by_age_alone_as_ever() -> None:
    expected = np.maximum(18 * 52 - people(4_000).age_weeks.astype(int), 0)
    assert np.array_equal(since(4_000), expected)
    assert np.array_equal(since(4_000, consent=1, districts={"urban": 1}), expected)
    assert Scored.model_validate({"min-age": 18} | SOURCE).members is False


def test_without_a_score_nobody_is_scored() -> None:
    none = SchemeFile.model_validate({"name": "x", "title": "X", "status": "invented"})
    enrolled = enrolment(none, np.ones(2, bool), key_of(1))
    assert (scored_from(none.scored, people(1_000), enrolled, SIZE, key_of(1)) == NEVER).all()


@settings(deadline=None, max_examples=40)
@given(low=SHARES, high=SHARES, seed=st.integers(0, 2**64 - 1))
def test_who_agrees_at_a_low_share_agrees_at_a_higher_one(
    low: Decimal, high: Decimal, seed: int
) -> None:
    low, high = sorted((low, high))
    fewer, more = (since(3_000, consent=share, seed=seed) < NEVER for share in (low, high))
    assert not (fewer & ~more).any()
    for share, agreed in ((low, fewer), (high, more)):
        error = (float(share) * (1 - float(share)) / 3_000) ** 0.5
        assert abs(agreed.mean() - float(share)) <= 5 * error


def test_more_citizens_change_nobody() -> None:
    keys: dict[str, Any] = {"consent": Decimal("0.4"), "districts": {"urban": Decimal("0.5")}}
    few, many = since(70_000, **keys), since(140_000, **keys)
    assert np.array_equal(few, many[:70_000])
    # Draws are made in parts: the share is the same in each.
    agreed = (since(140_000, consent=Decimal("0.4")) < NEVER).reshape(-1, 10_000).mean(axis=1)
    assert np.abs(agreed - 0.4).max() < 0.03


def test_members_alone() -> None:
    everybody, found = since(3_000), since(3_000, members=True)
    is_member = np.arange(3_000) % 3 == 0
    assert np.array_equal(found[is_member], everybody[is_member])
    assert (found[~is_member] == NEVER).all()


@pytest.mark.parametrize(("share", "low", "high"), [("0", 0, 0), ("0.3", 0.24, 0.36), ("1", 1, 1)])
def test_a_share_of_districts_runs_the_scheme(share: str, low: float, high: float) -> None:
    found = since(512 * SIZE, districts={"urban": Decimal(share)}).reshape(-1, SIZE)
    never = found == NEVER
    assert (never.all(axis=1) | ~never.any(axis=1)).all()
    assert low <= 1 - never[:, 0].mean() <= high
    # The other class of districts is not concerned.
    assert (since(4 * SIZE, urban=False, districts={"urban": Decimal(share)}) < NEVER).all()


def test_the_week_of_a_district_does_not_tell_whether_it_runs_the_scheme() -> None:
    ramp: dict[str, Any] = {"enrol": {"urban": [0, 100]}, "min-age": 0}
    every = since(400 * SIZE, **ramp)[::SIZE]
    some = since(400 * SIZE, districts={"urban": Decimal("0.5")}, **ramp)[::SIZE]
    runs = some < NEVER
    assert np.array_equal(some[runs], every[runs])
    assert abs(every[runs].mean() - every[~runs].mean()) < 15


@settings(deadline=None, max_examples=60)
@given(
    share=SHARES,
    more=SHARES,
    classes=st.lists(st.booleans(), min_size=1, max_size=200),
    seed=st.integers(0, 2**64 - 1),
)
def test_pilots_are_spread_evenly_and_stay_at_a_larger_share(
    share: Decimal, more: Decimal, classes: list[bool], seed: int
) -> None:
    few, many = sorted((share, more))
    urban, key = np.array(classes), key_of(seed)
    at_few, at_many = (
        enrolment(scheme(districts={"urban": each, "rural": each}), urban, key) != NEVER
        for each in (few, many)
    )
    assert (at_few <= at_many).all()
    for of_class in (urban, ~urban):
        run = np.cumsum(at_few[of_class])
        due = float(few) * np.arange(1, run.size + 1)
        assert (np.abs(run - due) <= 2.5).all()


def test_adding_districts_moves_no_pilot() -> None:
    rules, key = scheme(districts={"urban": Decimal("0.3"), "rural": Decimal("0.1")}), key_of(9)
    urban = np.arange(150) % 3 > 0
    assert np.array_equal(enrolment(rules, urban[:40], key), enrolment(rules, urban, key)[:40])
