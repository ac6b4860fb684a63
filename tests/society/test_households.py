"""Who lives with whom: roles, and the ages that they allow."""

import numpy as np
import pytest

from society.errors import MANY
from upstanding.clockwork.names import ROLES
from upstanding.society import Society
from upstanding.society.traits import Population

HEAD, SPOUSE, CHILD, OTHER = (ROLES.index(role) for role in ("head", "spouse", "child", "other"))


@pytest.fixture(scope="module")
def place(people: Population) -> np.ndarray:
    return people.people.home & 15


@pytest.fixture(scope="module")
def head(people: Population) -> np.ndarray:
    """Everybody's head of household, by number."""
    return people.household.astype(np.int64)


@pytest.fixture(scope="module")
def married(traits: dict[str, np.ndarray], head: np.ndarray) -> np.ndarray:
    """Whether there is a spouse in everybody's household."""
    after = np.minimum(head + 1, MANY - 1)
    return (traits["role"][after] == SPOUSE) & (head[after] == head)


def test_home_says_place_and_size(people: Population, place: np.ndarray, sizes: np.ndarray) -> None:
    assert (place == np.arange(MANY) - people.household).all()
    size = people.people.home >> 4
    found = np.repeat(sizes, sizes)
    whole = people.household < people.household[-1]
    assert (size[whole] == found[whole]).all()
    assert (size >= found).all()


def test_head_spouse_children_others(
    traits: dict[str, np.ndarray], place: np.ndarray, people: Population
) -> None:
    """In this order, a head in each, at most one spouse."""
    role = traits["role"]
    assert ((role == HEAD) == (place == 0)).all()
    assert (place[role == SPOUSE] == 1).all()
    rises = np.diff(role.astype(int)) >= 0
    assert rises[np.diff(people.household) == 0].all()
    assert np.bincount(place[role == OTHER]).sum() > 0
    shares = np.bincount(role) / MANY
    assert (shares > [0.3, 0.2, 0.25, 0.03]).all()


def test_heads_and_spouses_are_adults_and_children_are_younger_than_parents(
    china: Society, traits: dict[str, np.ndarray], ages: np.ndarray, head: np.ndarray, married
) -> None:
    family = china.file.family
    assert family is not None
    role, age = traits["role"], ages.astype(int)
    assert age[(role == HEAD) | (role == SPOUSE)].min() == 18
    spouse = np.where(married, np.minimum(head + 1, MANY - 1), head)
    younger = np.minimum(age[head], age[spouse])
    least, likeliest, most = family.child_younger
    gap = (younger - age)[role == CHILD]
    assert (gap.min(), gap.max()) == (least, most)
    assert abs(np.bincount(gap).argmax() - likeliest) <= 3
    gap = (age - age[head])[role == OTHER]
    assert (gap.min(), gap.max()) == (least, most)


def test_couples_are_of_both_sexes_and_the_husband_is_a_little_older(
    china: Society, traits: dict[str, np.ndarray], ages: np.ndarray, head: np.ndarray
) -> None:
    family = china.file.family
    assert family is not None
    wed = np.flatnonzero(traits["role"] == SPOUSE)
    sex, age = traits["sex"], ages.astype(int)
    assert (sex[wed] + sex[head[wed]] == 1).all()
    older = (age[wed] - age[head[wed]]) * np.where(sex[wed] == 1, 1, -1)
    least, likeliest, most = family.husband_older
    assert (older.min(), older.max()) == (least, most)
    assert np.bincount(older - least).argmax() + least == likeliest
    share = (sex[head[wed]] == 1).mean()
    assert abs(share - float(family.husband_heads)) < 4 * np.sqrt(0.25 / len(wed))


def test_nobody_under_18_lives_without_an_adult(
    ages: np.ndarray, traits: dict[str, np.ndarray], head: np.ndarray
) -> None:
    minors = ages < 18
    assert minors.mean() > 0.2
    assert (traits["role"][minors] == CHILD).all()
    assert (ages[head[minors]] >= 18).all()
