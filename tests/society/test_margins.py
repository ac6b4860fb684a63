"""The people of `china` against the published margins that they are drawn from, at a million."""

import numpy as np
import pytest

from society.errors import ERRORS, MANY, check, check_mean, of_share
from upstanding.clockwork.dice import key_of
from upstanding.clockwork.names import GROUPS, OCCUPATIONS, SEXES
from upstanding.mechanisms.strata import CELL, level_of, unpack
from upstanding.society import Society
from upstanding.society.traits import Population, populate

LEVELS = 16


def test_age_bands(china: Society, people: Population, ages: np.ndarray) -> None:
    for name, share in china.file.age.share.items():
        low, high = map(int, name.split("-"))
        check_mean((ages >= low) & (ages <= high), float(share), people.household, name)


def test_birthdays_are_spread_over_the_year(people: Population) -> None:
    week = people.people.age_weeks % 52
    for number, share in enumerate(np.bincount(week, minlength=52) / MANY):
        check(share, 1 / 52, of_share(1 / 52), f"week {number}")


def test_sex(china: Society, people: Population, traits: dict[str, np.ndarray]) -> None:
    male = traits["sex"] == SEXES.index("male")
    check_mean(male, float(china.file.composition.male), people.household)


def test_minority(china: Society, people: Population, traits: dict[str, np.ndarray]) -> None:
    minority = traits["group"] == GROUPS.index("minority")
    check_mean(minority, float(china.file.composition.minority), people.household)


def test_income_fifths(people: Population, traits: dict[str, np.ndarray]) -> None:
    for fifth in range(5):
        check_mean(traits["income"] == fifth, 0.2, people.household, str(fifth))


def test_urban_districts_are_as_even_as_can_be(china: Society, people: Population) -> None:
    """Among the first d districts the urban ones are never a whole district off their share."""
    share = float(china.file.composition.urban)
    urban = people.urban_districts()
    count = np.cumsum(urban)
    assert np.abs(count - share * np.arange(1, len(urban) + 1)).max() < 1


def test_everybody_of_a_district_lives_in_its_class(
    people: Population, traits: dict[str, np.ndarray]
) -> None:
    district = np.arange(MANY) // people.district_size
    assert (traits["urban"] == people.urban_districts()[district]).all()


def test_household_sizes(china: Society, sizes: np.ndarray) -> None:
    """All that there are: what fills the end of a cell is made up for."""
    for size, share in china.file.household.size.items():
        check((sizes == int(size)).mean(), float(share), of_share(float(share), len(sizes)), size)
    mean = sum(int(size) * float(share) for size, share in china.file.household.size.items())
    check(sizes.mean(), mean, sizes.std() / np.sqrt(len(sizes)))


def test_occupations(china: Society, traits: dict[str, np.ndarray], ages: np.ndarray) -> None:
    for name, table in china.file.occupation.items():
        held = traits["occupation"] == OCCUPATIONS.index(name)
        share = float(table.share * (table.over_represented or 1))
        check(held.mean(), share, of_share(share), name)
        assert ages[held].min() >= table.ages[0]
        assert ages[held].max() <= table.ages[1]


def test_levels_of_dispositions_are_equally_frequent(china: Society, people: Population) -> None:
    for which, name in enumerate(sorted(china.file.disposition)):
        levels = leanings(people, which)
        for level in range(LEVELS):
            found = (levels == level).mean()
            check(found, 1 / LEVELS, of_share(1 / LEVELS), f"{name} {level}")


def test_dispositions_are_independent(china: Society, people: Population) -> None:
    levels = [leanings(people, which) for which in range(len(china.file.disposition))]
    links = np.corrcoef(levels)[np.triu_indices(len(levels), 1)]
    assert np.abs(links).max() <= ERRORS / np.sqrt(MANY)


def leanings(people: Population, which: int) -> np.ndarray:
    """Return everybody's level of a disposition."""
    assert level_of(people.people.leanings[0], which) == levels_of(people, which)[0]
    return levels_of(people, which)


def levels_of(people: Population, which: int) -> np.ndarray:
    return (people.people.leanings >> np.uint32(4 * which)) & np.uint32(LEVELS - 1)


def test_cells_hold_whole_households(people: Population) -> None:
    """A household is consecutive numbers from its first citizen's on, all in one cell."""
    numbers = np.arange(MANY)
    household = people.household.astype(np.int64)
    assert (household[household] == household).all()
    assert (household // CELL == numbers // CELL).all()
    step = np.diff(household)
    assert ((step == 0) | (household[1:] == numbers[1:])).all()
    assert (household[::CELL] == numbers[::CELL]).all()


def test_households_share_income_group_and_place(
    people: Population, traits: dict[str, np.ndarray]
) -> None:
    for name in ("income", "group", "urban"):
        assert (traits[name] == traits[name][people.household]).all()


def test_districts_and_regions_are_whole(china: Society, people: Population) -> None:
    numbering = china.file.numbering
    assert people.district_size == numbering.cells_per_district * CELL
    assert people.region_size == people.district_size * numbering.districts_per_region
    assert len(people.urban_districts()) == -(-MANY // people.district_size)


@pytest.mark.parametrize("citizens", [1, 511, 10_000, 2048 * 5])
def test_fewer_people_are_the_first_of_more(
    china: Society, people: Population, key, citizens: int
) -> None:
    few = populate(china.file, citizens, key)
    for column in ("age_weeks", "static", "leanings", "home", "status"):
        some, all_ = getattr(few.people, column), getattr(people.people, column)
        assert (some == all_[:citizens]).all(), column
    assert (few.household == people.household[:citizens]).all()


def test_another_seed_is_other_people(china: Society) -> None:
    one, other = (populate(china.file, 100_000, key_of(seed)) for seed in (1, 2))
    assert one.hash() != other.hash()
    links = np.corrcoef(one.people.age_weeks, other.people.age_weeks)[0, 1]
    assert abs(links) <= ERRORS / np.sqrt(100_000)


@pytest.mark.parametrize("seed", [1, 2])
def test_people_of_uniform_are_alike(seed: int) -> None:
    """Alike but for the week of birth, and for a fifth of incomes that are all the same."""
    society = Society.load("uniform")
    people = populate(society.file, 100_000, key_of(seed))
    traits = unpack(people.people.static)
    assert len(set(society.file.income.yuan)) == 1
    assert not society.file.disposition
    for name in ("sex", "urban", "group", "occupation"):
        assert len(np.unique(traits[name])) == 1, name
    assert (people.household == np.arange(100_000)).all()
    weeks = people.people.age_weeks - 40 * 52
    shares = np.bincount(weeks, minlength=52) / 100_000
    assert len(shares) == 52
    for week, share in enumerate(shares):
        check(share, 1 / 52, of_share(1 / 52, 100_000), f"week {week}")
