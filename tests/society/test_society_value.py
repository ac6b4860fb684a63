"""A society as a value, and what must hold in it as a whole."""

from datetime import date
from pathlib import Path

import pytest

from upstanding.errors import InputError
from upstanding.society import Society

FIXTURES = Path(__file__).parents[1] / "fixtures"
JAYWALKING = "act.jaywalking"


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
        ({f"{JAYWALKING}.rate": 21}, f"{JAYWALKING}.rate", "at most top, which is 20"),
        ({f"{JAYWALKING}.top": 3000}, f"{JAYWALKING}.top", "at most 5200"),
        ({f"{JAYWALKING}.by.age.adlt": 1}, f"{JAYWALKING}.by.age.adlt", "did you mean adult"),
        (
            {"service.flight.by.occupation.oficial": 1},
            "service.flight.by.occupation.oficial",
            "did you mean official",
        ),
        ({f"{JAYWALKING}.disposition": "rash"}, f"{JAYWALKING}.disposition", "rashness"),
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


def test_shares_may_miss_one_by_a_millionth(society: Society) -> None:
    society.with_values({"age.share.0-17": 0.2000009})
