"""A society as a value, and what must hold in it as a whole."""

import copy
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from upstanding.clockwork.dice import key_of
from upstanding.documents.plain import to_json
from upstanding.errors import InputError
from upstanding.society import Society
from upstanding.society.traits import populate

FIXTURES = Path(__file__).parents[1] / "fixtures"
JAYWALKING = "act.jaywalking"
BONDS = {"slots": {"circle": 1}, "living": 1, "cut-per-year": 325, "wake-per-year": 325}


@pytest.fixture
def society() -> Society:
    return Society.load(FIXTURES / "society.toml")


def test_json_and_back_is_the_same(society: Society) -> None:
    again = Society.from_json(society.to_json())
    assert again == society
    assert again.file.epoch == society.file.epoch


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"age.share.0-17": 0.3}, "age.share", "sum to 1.1"),
        ({"age.share.0-17": 0.2000011}, "age.share", "sum to 1.0000011"),
        ({"age.share": {"50-59": 0}}, "age.share.50-59", "18-59 holds as well"),
        ({"age.share": {"121-130": 0}}, "age.share.121-130", "at most 120 years"),
        ({"age.share": {"9-3": 0}}, "age.share.9-3", "9 to 3"),
        ({"age.share": {"young": 0}}, "age.share.young", "a text like"),
        ({"household.size.1": 0.2}, "household.size", "sum to 0.9"),
        ({"band.adult": [19, 59]}, "band.adult", "begins at 18"),
        ({"band.old": [60, 119]}, "band", "bands from 0 up to 120"),
        ({"epoch": date(2014, 1, 7)}, "epoch", "a Tuesday"),
        ({"occupation.official.ages": [59, 22]}, "occupation.official.ages", "59 to 22"),
        ({"epoch": date(999, 12, 30)}, "epoch", "years 1000 to 9000"),
        ({"epoch": date(9001, 1, 1)}, "epoch", "years 1000 to 9000"),
        (
            {"numbering": {"cells-per-district": 4096, "districts-per-region": 1025}},
            "numbering.districts-per-region",
            "2149580800 citizens a region; it must be at most 2147483648",
        ),
        (
            {"occupation.official.over-represented": 10_000},
            "occupation.official.over-represented",
            "of each person of 22",
        ),
        (
            {
                "occupation.student": {"share": 0.3, "ages": [30, 40]},
                "occupation.journalist": {"share": 0.1, "ages": [35, 50]},
                "occupation.official.over-represented": 1,
            },
            "occupation.student.share",
            "of each person of 35 (",
        ),
        (
            {"age.share.60-120": 0, "age.share.0-17": 0.4, "occupation.official.ages": [60, 70]},
            "occupation.official.share",
            "of whom there are none",
        ),
        (
            {
                "service.flight.demand": 10_000,
                "service.flight.attempted": 20,
                "service.flight.by.sex.male": 1000,
            },
            "service.flight.demand",
            "2.0000e+8 refused attempts a year at most",
        ),
        ({"service.flight.demand": 4334}, "service.flight.demand", "at most 5200"),
        ({f"{JAYWALKING}.rate": 21}, f"{JAYWALKING}.rate", "at most top, which is 20"),
        ({f"{JAYWALKING}.top": 3000}, f"{JAYWALKING}.top", "at most 5200"),
        ({f"{JAYWALKING}.by.age.adlt": 1}, f"{JAYWALKING}.by.age.adlt", "did you mean adult"),
        (
            {"service.flight.by.occupation.oficial": 1},
            "service.flight.by.occupation.oficial",
            "did you mean official",
        ),
        ({"ties": BONDS | {"cut-per-year": 326}}, "ties.cut-per-year", "at most 325"),
        ({"ties": BONDS | {"wake-per-year": 326}}, "ties.wake-per-year", "at most 325"),
        ({f"{JAYWALKING}.disposition": "rash"}, f"{JAYWALKING}.disposition", "rashness"),
        ({"income.odds.urban": [1, 1, 1, 1, 2]}, "income.odds", "society with [family]"),
        (
            {"occupation.official.schooling": [0, 0, 1, 1]},
            "occupation.official.schooling",
            "society with [family]",
        ),
        ({"conviction": {"support": 0.6}}, "family", "given, since conviction is"),
        (
            {f"{JAYWALKING}.speech.boldness": "rash"},
            f"{JAYWALKING}.speech.boldness",
            "rashness",
        ),
        (
            {f"{JAYWALKING}.speech.conviction": 1, f"{JAYWALKING}.supports": True},
            f"{JAYWALKING}.supports",
            "either supports or speech",
        ),
        (
            {f"{JAYWALKING}.speech.conviction": 1, f"{JAYWALKING}.displaced": 0.1},
            f"{JAYWALKING}.speech",
            "displaced",
        ),
        ({"support": {"reading": "fear", "sway": 0.1}}, "support.sway", "persuasion"),
        (
            {f"disposition.d{n}.ratio": 2 for n in range(8)},
            "disposition",
            "9 of them",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_structure(society: Society, values: dict[str, object], key: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        society.with_values(values)
    assert any(p.key == key and words in str(p) for p in caught.value.problems)


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"family.child-younger": [18, 50, 42]}, "family.child-younger", "fewest, likeliest"),
        ({"family.child-younger": [20, 26, 42]}, "family.child-younger", "from 14 to 18 years"),
        ({"family.husband-older": [1, 2, 10]}, "family.husband-older", "from -60 to 0 years"),
        ({"family.odds.couple.yuong": 1}, "family.odds.couple.yuong", "did you mean young"),
        ({"schooling.odds.age.yuong": [1] * 4}, "schooling.odds.age.yuong", "did you mean young"),
        (
            {"income.odds.occupation.oficial": [1] * 5},
            "income.odds.occupation.oficial",
            "did you mean official",
        ),
        ({"schooling.odds.urban": [1] * 5}, "schooling.odds.urban", "4"),
        ({"schooling.years": [0, 6, 6, 16]}, "schooling.years", "than for the one before"),
        (
            {"age.share": {f"{low}-{low + 4}": int(low == 5) for low in range(0, 100, 5)}},
            "age.share",
            "some who head a household",
        ),
    ],
)
def test_structure_of_families(values: dict[str, object], key: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        Society.load("china").with_values(values)
    assert any(p.key == key and words in str(p) for p in caught.value.problems)


@pytest.mark.parametrize(
    "values",
    [
        {"epoch": date(1000, 1, 6)},
        {"epoch": date(9000, 1, 6)},
        {"numbering": {"cells-per-district": 4096, "districts-per-region": 1024}},
        # All of 22 to 59, who are 38 of the 42 years of a band of 0.6.
        {"occupation.official.share": Decimal("0.6") / 42 * 38},
        {"service.flight.demand": 4333},
        {"ties": BONDS},
    ],
    ids=["first year", "last year", "largest region", "all of an age", "most demand", "most turns"],
)
def test_limits_may_be_reached(society: Society, values: dict[str, object]) -> None:
    society.with_values(values)


@pytest.mark.parametrize(("kind", "model"), [("act", "jaywalking"), ("service", "flight")])
def test_everybody_is_no_name(society: Society, kind: str, model: str) -> None:
    table = {key: value for key, value in society.tree[kind][model].items() if key != "source"}
    with pytest.raises(InputError) as caught:
        society.with_values({f"{kind}.everybody": table})
    assert [p.key for p in caught.value.problems] == [f"{kind}.everybody"]


def test_the_order_of_ages_in_a_file_changes_nobody(society: Society) -> None:
    tree = copy.deepcopy(society.tree)
    share = tree["age"]["share"]
    tree["age"]["share"] = dict(reversed(share.items()))
    again = Society.from_json(to_json(tree))
    assert list(again.file.age.share) != list(society.file.age.share)
    one, other = (populate(it.file, 1000, key_of(1)) for it in (society, again))
    assert one.hash() == other.hash()


def test_shares_may_miss_one_by_a_millionth(society: Society) -> None:
    society.with_values({"age.share.0-17": 0.2000009})
