"""What must hold of officials and of breaches, in a scheme and beside a society."""

from pathlib import Path

import pytest

from upstanding.errors import InputError
from upstanding.scheme import Scheme, fits
from upstanding.society import Society

FIXTURES = Path(__file__).parents[1] / "fixtures"
OFFICE = {
    "office.audit": 0.5,
    "office.sensor": "court",
    "office.shielding.act": "praise",
    "office.fabricating.act": "gossip",
    "office.fabricating.critics": ["praise"],
    "office.fabricating.record": "jaywalking",
    "office.fabricating.sensor": "street-camera",
}
BREACH = {
    "breach.state.theft": 0.1,
    "breach.state.share": 1,
    "breach.state.fraud": 0.1,
    "breach.state.act": "jaywalking",
    "breach.state.sensor": "street-camera",
}


@pytest.fixture
def scheme() -> Scheme:
    return Scheme.load(FIXTURES / "scheme.toml")


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"office.sensor": "cort"}, "office.sensor", "did you mean court"),
        ({"office.sensor": "street-camera", "office.shielding.act": "jaywalking"}, "office.sensor",
         "sees jaywalking of itself"),
        ({"office.shielding.act": "gossip"}, "office.shielding.act", "an act of its own"),
        ({"office.fabricating.sensor": "court"}, "office.fabricating.sensor",
         "does not see jaywalking"),
        ({"office.fabricating.sensor": "street-camra"}, "office.fabricating.sensor",
         "did you mean street-camera"),
        ({"office.fabricating.critics": []}, "office.fabricating.critics", "at least"),
        ({"office.audit": 2}, "office.audit", "found 2"),
        ({"office.follow.least": 0, "office.follow.every-weeks": 4, "office.follow.speed": 1,
          "office.follow.pays-per-100k": 1},
         "office.follow.least", "found 0"),
        ({"breach.state.sensor": "street-camra"}, "breach.state.sensor", "did you mean"),
        ({"breach.state.sensor": "court"}, "breach.state.sensor", "does not see jaywalking"),
        ({"breach.state.at-week": 3}, "breach.state.at-week", "without theft and sale"),
        ({"breach.state.within-weeks": 53}, "breach.state.within-weeks", "found 53"),
        ({"breach.stat.act": "jaywalking", "breach.stat.sensor": "street-camera",
          "breach.stat.share": 1, "breach.stat.fraud": 1}, "breach.stat", "did you mean state"),
    ],
)  # fmt: skip
def test_what_is_wrong(scheme: Scheme, values: dict[str, object], key: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        scheme.with_values(OFFICE | BREACH | values)
    found = [problem for problem in caught.value.problems if problem.key.startswith(key)]
    assert any(words in str(problem) for problem in found), list(map(str, caught.value.problems))


def test_what_a_society_does_not_have(scheme: Scheme) -> None:
    society = Society.load(FIXTURES / "society.toml")
    told = {
        "office.shielding.act": "jaywalkin",
        "office.fabricating.critics": ["prase"],
        "office.fabricating.record": "jaywalking",
    }
    assert fits(scheme.with_values(BREACH), society) == []
    keys = {problem.key for problem in fits(scheme.with_values(OFFICE | BREACH | told), society)}
    assert {"office.shielding.act", "office.fabricating.act"} <= keys
    assert any(key.startswith("office.fabricating.critics") for key in keys)
