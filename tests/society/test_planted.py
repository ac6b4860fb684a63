"""Planted archetypes: who is marked, and what a file may ask for."""

from itertools import product

import numpy as np
import pytest

from upstanding.clockwork.dice import key_of
from upstanding.clockwork.names import ARCHETYPES, OCCUPATIONS, PLACES, SCHOOLS, SEXES
from upstanding.errors import InputError
from upstanding.mechanisms.strata import PLANTED, unpack, unpack_status
from upstanding.society import Society
from upstanding.society.planted import STRETCH
from upstanding.society.traits import Population, populate

SEED = key_of(11)


def marked(people: Population, archetype: str) -> np.ndarray:
    return np.flatnonzero(codes(people) == 1 + ARCHETYPES.index(archetype))


def codes(people: Population) -> np.ndarray:
    return unpack_status(people.people.status)["planted"]


def town(**planted: dict) -> Society:
    values = {
        f"planted.{name}.{key}": value
        for name, table in planted.items()
        for key, value in table.items()
    }
    return Society.load("town").with_values(values)


def test_the_first_who_fits_is_marked_and_nobody_else_is_touched() -> None:
    society = Society.load("town").file
    bare = populate(society.model_copy(update={"planted": {}}), 4_096, SEED)
    people = populate(society, 4_096, SEED)
    status, traits = unpack_status(bare.people.status), unpack(bare.people.static)
    age = bare.people.age_weeks // 52

    fits = (traits["sex"] == SEXES.index("male")) & (age >= 18) & (age <= 24)
    assert marked(people, "refuser").tolist() == [np.argmax(fits)]

    (journalist,) = marked(people, "journalist")
    given = unpack(people.people.static)["occupation"][journalist]
    assert OCCUPATIONS[given] == "journalist"
    home = bare.household == bare.household[journalist]
    schools = {SCHOOLS[code] for code in status["school"][home]}
    assert "high-fee" in schools

    refuser = marked(people, "refuser")[0]
    together = home | (bare.household == bare.household[refuser])
    assert np.array_equal(people.uncounted(), np.flatnonzero(together))
    assert (codes(people)[together] > 0).all()
    unmarked = people.people.status & ~np.uint32(31 << PLANTED)
    assert (unmarked == bare.people.status).all()
    changed = np.flatnonzero(people.people.static != bare.people.static)
    assert changed.tolist() in ([], [journalist])


def test_adding_people_moves_no_mark() -> None:
    society = Society.load("town").file
    people = [codes(populate(society, citizens, SEED)) for citizens in (300, 700, 4_096, 70_000)]
    refuser, journalist = (
        marked(populate(society, 70_000, SEED), name)[0] for name in ("refuser", "journalist")
    )
    assert refuser < 300 < journalist
    for few in people:
        assert (few == people[-1][: few.size]).all()
        assert few.any()


def test_nobody_is_looked_for_beyond_the_first() -> None:
    """Who is marked must not hang on how many live: it is one of the first, or nobody."""
    bare = populate(Society.load("town").file, 200_000, SEED).people
    age, traits = bare.age_weeks // 52, unpack(bare.static)
    late = 0
    for years in range(95, 100):
        for place, sex in product(range(2), range(2)):
            fits = (age == years) & (traits["urban"] == place) & (traits["sex"] == sex)
            first = int(np.argmax(fits))
            wanted = {"ages": [years, years], "place": PLACES[place], "sex": SEXES[sex]}
            if first >= STRETCH:
                late += 1
                found = populate(town(debtor=wanted).file, 200_000, SEED)
                assert marked(found, "debtor").size == 0
    assert late


def test_two_archetypes_are_two_people() -> None:
    alike = {"ages": [30, 31]}
    people = populate(town(debtor=alike, donor=alike).file, 2_048, SEED)
    (debtor,), (donor,) = marked(people, "debtor"), marked(people, "donor")
    assert debtor < donor


def test_nobody_fits() -> None:
    nobody = {"ages": [120, 120]}
    people = populate(town(debtor=nobody).file, 2_048, SEED)
    assert marked(people, "debtor").size == 0


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("ages", [40, 30], "the first age, then the last"),
        ("acts", {"jaywalkin": 3}, "jaywalking"),
        ("acts", {"befriending-low-standing": 3}, "an act that is neither"),
        ("acts", {"jaywalking": -1}, "-1"),
        ("occupation", "spy", "spy"),
    ],
)
def test_what_no_file_may_ask_for(key: str, value: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        town(refuser={key: value})


def test_no_archetype_that_is_not_listed() -> None:
    with pytest.raises(InputError, match="neighbour"):
        town(neighbour={"ages": [1, 2]})
