"""Schooling, income, party, school, platform, conviction: margins, and how they hang together."""

from itertools import pairwise

import numpy as np
import pytest

from society.errors import check_mean
from upstanding.clockwork.names import GROUPS, OCCUPATIONS, SCHOOLING, SCHOOLS, SEXES
from upstanding.society import Society
from upstanding.society.model import SocietyFile
from upstanding.society.traits import Population

NONE, PRIMARY, SECONDARY, UNIVERSITY = range(len(SCHOOLING))
PUBLIC, PRIVATE, HIGH_FEE = (SCHOOLS.index(name) for name in ("public", "private", "high-fee"))
Traits = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def file(china: Society) -> SocietyFile:
    assert china.file.schooling
    assert china.file.party
    assert china.file.platform
    assert china.file.schools
    assert china.file.conviction
    return china.file


@pytest.fixture(scope="module")
def compulsory(ages: np.ndarray) -> np.ndarray:
    return (ages >= 6) & (ages < 15)


# --- Schooling ---


def test_schooling(file: SocietyFile, people: Population, traits: Traits, ages: np.ndarray) -> None:
    wanted, level, home = file.schooling, traits["schooling"], people.household
    check_mean(level == UNIVERSITY, float(wanted.university), home, "university")
    check_mean((level == NONE) & (ages >= 15), float(wanted.none), home, "none")
    years = np.array([float(year) for year in wanted.years])[level]
    check_mean(years, float(wanted.mean_years), home, "years", of=ages >= 15)


def test_children_are_as_far_as_their_age(traits: Traits, ages: np.ndarray) -> None:
    level = traits["schooling"]
    for low, high, expected in ((0, 6, NONE), (6, 12, PRIMARY), (12, 18, SECONDARY)):
        assert (level[(ages >= low) & (ages < high)] == expected).all()


def test_the_young_and_cities_went_to_school_longer(traits: Traits, ages: np.ndarray) -> None:
    shares = np.array(
        [
            [
                (traits["schooling"][here & (ages >= low) & (ages < high)] == UNIVERSITY).mean()
                for low, high in pairwise([18, 25, 35, 50, 65, 121])
            ]
            for here in (traits["urban"] == 0, traits["urban"] == 1)
        ]
    )
    assert (np.diff(shares, axis=1) < 0).all()
    assert (shares[1] > shares[0]).all()


def test_students_are_at_a_university_and_most_officials_were(traits: Traits) -> None:
    job, level = traits["occupation"], traits["schooling"]
    assert (level[job == OCCUPATIONS.index("student")] == UNIVERSITY).all()
    officials = level[job == OCCUPATIONS.index("official")]
    assert 0.5 < (officials == UNIVERSITY).mean() < 0.75
    assert (officials != NONE).all()


# --- Income ---


def test_cities_earn_two_and_a_half_times_as_much(file: SocietyFile, traits: Traits) -> None:
    """EV 10.2, 2021: 47,412 yuan a head in cities, 18,931 in the country."""
    yuan = np.array([float(mean) for mean in file.income.yuan])[traits["income"]]
    city, country = (yuan[traits["urban"] == urban].mean() for urban in (1, 0))
    assert abs(city / country - 47_412 / 18_931) < 0.1


def test_income_rises_with_the_schooling_of_the_head(people: Population, traits: Traits) -> None:
    level = traits["schooling"][people.household]
    for urban in (0, 1):
        here = traits["urban"] == urban
        means = [traits["income"][here & (level == at)].mean() for at in range(len(SCHOOLING))]
        assert (np.diff(means) > 0.1).all()


# --- Party, platform, conviction ---


def test_party(file: SocietyFile, people: Population, traits: Traits, ages: np.ndarray) -> None:
    wanted, member, home = file.party, traits["party"] == 1, people.household
    check_mean(member, float(wanted.share), home, "share")
    assert not member[ages < 18].any()
    shares = {
        "women": (traits["sex"] == SEXES.index("female"), wanted.women),
        "minority": (traits["group"] == GROUPS.index("minority"), wanted.minority),
        "university": (traits["schooling"] == UNIVERSITY, wanted.university),
    }
    for name, (among, share) in shares.items():
        check_mean(among, float(share), home, name, of=member)


def test_platform(file: SocietyFile, people: Population, traits: Traits, ages: np.ndarray) -> None:
    wanted, member, home = file.platform, traits["member"] == 1, people.household
    check_mean(member, float(wanted.share), home, "share")
    assert not member[ages < 18].any()
    check_mean(ages < 40, float(wanted.under_40), home, "under 40", of=member)
    check_mean(ages >= 60, float(wanted.over_60), home, "60 and over", of=member)
    adults = ages >= 18
    city, country = (member[adults & (traits["urban"] == urban)].mean() for urban in (1, 0))
    assert city > country + 0.05


def test_conviction(file: SocietyFile, people: Population, traits: Traits) -> None:
    level, support = traits["conviction"], float(file.conviction.support)
    for at in range(16):
        share = (support if at >= 8 else 1 - support) / 8
        check_mean(level == at, share, people.household, str(at))


# --- Schools ---


def test_schools(
    file: SocietyFile, people: Population, traits: Traits, ages: np.ndarray, compulsory: np.ndarray
) -> None:
    wanted, school, home = file.schools, traits["school"], people.household
    assert ((school > 0) == ((ages >= 6) & (ages < 18))).all()
    private = school >= PRIVATE
    check_mean(private, float(wanted.private), home, "private", of=compulsory)
    high = school == HIGH_FEE
    check_mean(high, float(wanted.high_fee), home, "high-fee", of=compulsory & private)


def test_what_costs_more_is_for_those_who_have_more(traits: Traits, compulsory) -> None:
    for kind in (PRIVATE, HIGH_FEE):
        shares = [
            (traits["school"][compulsory & (traits["income"] == fifth)] == kind).mean()
            for fifth in range(5)
        ]
        assert (np.diff(shares) > 0).all()
    city, country = (
        (traits["school"][compulsory & (traits["urban"] == urban)] == HIGH_FEE).mean()
        for urban in (1, 0)
    )
    assert city > 3 * country
