"""A million people of `china`, under two seeds."""

import numpy as np
import pytest

from society.errors import MANY
from upstanding.clockwork.dice import key_of
from upstanding.mechanisms.strata import unpack, unpack_status
from upstanding.society import Society
from upstanding.society.traits import Population, populate

SEEDS = (1, 0xFEDC_BA98_7654_3210)


@pytest.fixture(scope="module")
def china() -> Society:
    return Society.load("china")


@pytest.fixture(scope="module", params=SEEDS)
def key(request: pytest.FixtureRequest):
    return key_of(request.param)


@pytest.fixture(scope="module")
def people(china: Society, key) -> Population:
    return populate(china.file, MANY, key)


@pytest.fixture(scope="module")
def traits(people: Population) -> dict[str, np.ndarray]:
    return unpack(people.people.static) | unpack_status(people.people.status)


@pytest.fixture(scope="module")
def ages(people: Population) -> np.ndarray:
    return people.people.age_weeks // 52


@pytest.fixture(scope="module")
def sizes(people: Population) -> np.ndarray:
    """Persons of each household."""
    return np.unique(people.household, return_counts=True)[1]
