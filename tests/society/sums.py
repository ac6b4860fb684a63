"""Means of rates over a quarter of a million people of a shipped society."""

from functools import cache

import numpy as np

from upstanding.clockwork.dice import key_of
from upstanding.clockwork.names import GROUPS, OCCUPATIONS, PLACES, SEXES
from upstanding.mechanisms.strata import Strata, unpack
from upstanding.society import Society
from upstanding.society.traits import populate

PEOPLE = 1 << 18
ADULT, YEARS = 18, 3


@cache
def lives(name: str) -> dict[str, np.ndarray]:
    """Everybody's age in weeks, and names of her other strata."""
    people = populate(Society.load(name).file, PEOPLE, key_of(1)).people
    codes = unpack(people.static)
    known = {"sex": SEXES, "group": GROUPS, "occupation": OCCUPATIONS}
    named = {split: np.array(names)[codes[split]] for split, names in known.items()}
    place = np.array(PLACES)[codes["urban"]]
    return named | {"place": place, "income": codes["income"], "weeks": people.age_weeks}


def factors(name: str, by: Strata, *, week: int = 0) -> np.ndarray:
    """Everybody's factor on a rate at a week."""
    people, everybody = lives(name), Society.load(name).file
    years = (people["weeks"].astype(int) + week) // 52
    bands = [band for band, (low, high) in everybody.band.items() for _ in range(low, high + 1)]
    factor = np.array([float(by.age.get(band, 1)) for band in bands])[years]
    assert set(by.age) <= set(everybody.band)
    for split in ("sex", "place", "group", "occupation"):
        table = getattr(by, split)
        for stratum, share in table.items():
            factor[people[split] == stratum] *= float(share)
    if by.income:
        factor *= np.array([float(share) for share in by.income])[people["income"]]
    return factor


def of_adults(name: str, by: Strata) -> float:
    """Mean factor of adults over three years, in which they age and children grow up."""
    weeks = lives(name)["weeks"].astype(int)
    means = [
        factors(name, by, week=week)[weeks + week >= ADULT * 52].mean()
        for week in range(0, YEARS * 52 + 1, 26)
    ]
    return (sum(means) - (means[0] + means[-1]) / 2) / (len(means) - 1)
