"""A scheme as a value, and what must hold in it as a whole."""

import itertools
from decimal import Decimal
from pathlib import Path

import pytest

from upstanding.clockwork.dice import address
from upstanding.errors import InputError, Problem
from upstanding.scheme import Scheme, fits, require_fit
from upstanding.scheme.terms import incentives
from upstanding.society import Society

FIXTURES = Path(__file__).parents[1] / "fixtures"
FIXTURE = FIXTURES / "scheme.toml"


@pytest.fixture
def scheme() -> Scheme:
    return Scheme.load(FIXTURE)


@pytest.fixture
def society() -> Society:
    return Society.load(FIXTURES / "society.toml")


def problems(scheme: Scheme, values: dict[str, object]) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        scheme.with_values(values)
    assert str(caught.value).count("\n") == len(caught.value.problems) - 1
    return list(caught.value.problems)


def test_json_and_back_is_the_same(scheme: Scheme) -> None:
    again = Scheme.from_json(scheme.to_json())
    assert again == scheme
    points = again.tree["rule"]["jaywalking"]["points"]
    assert isinstance(points, Decimal)
    assert str(again.tree["sensor"]["street-camera"]["coverage"]["urban"]) == "0.40"
    assert again.to_json() == scheme.to_json()
    assert scheme.with_values({"score.start": 1}) != scheme


@pytest.mark.parametrize(
    "text",
    ["", "[]", "3", '{"a": ', '{"name": {"$decimal": 3}}', '{"x": {"$date": "x"}}', "[" * 99999,
     '{"name": NaN}', "9" * 5000, '{"$decimal": "x"}', '{"x": ' + '{"a": ' * 99 + "1" + "}" * 100],
    ids=range(11),
)  # fmt: skip
def test_json_that_is_not_ours(text: str) -> None:
    with pytest.raises(InputError) as caught:
        Scheme.from_json(text)
    assert all(problem.file == "(manifest)" and problem.key for problem in caught.value.problems)


CAMERA = "sensor.street-camera"
LIST = "list.rude"
EAR = {"sees": ["jaywalking"], "coverage": {"urban": 1}, "hit-rate": 1, "awareness": 0.5}


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"score.range": [10, 10]}, "score.range", "10 to 10"),
        ({"score.start": 2000}, "score.start", "in the range, 0 to 1300"),
        ({"score.range": [-9000, 9000]}, "score.range", "points wide"),
        ({"score.yearly-reset": True}, "score.yearly-reset", "half-life-weeks as well"),
        ({"scored.enrol.urban": [9, 3]}, "scored.enrol.urban", "weeks 9 to 3"),
        ({"rule.praise.category": "securty"}, "rule.praise.category", "did you mean security"),
        ({"rule.praise.sensors": ["cort"]}, "rule.praise.sensors[0]", "did you mean court"),
        ({"tier.low.below": 700}, "tier.middle", "tier low reaches to 700"),
        ({"tier.middle.below": 600}, "tier.middle", "a band with from less than below"),
        ({f"{CAMERA}.gallery": "none"}, f"{CAMERA}.false-match-rate", "left out"),
        ({"sensor.court.gallery": "nation"}, "sensor.court.false-match-rate", "nothing"),
        ({f"{CAMERA}.gallery-size": 0}, f"{CAMERA}.gallery-size", "at least 1"),
        ({f"{LIST}.enter.tier": "low"}, f"{LIST}.enter", "strikes and tier"),
        ({f"{LIST}.enter.share": 0.5}, f"{LIST}.enter.share", "without record"),
        (
            {f"{LIST}.enter.strikes.rules": ["jaywalkin"]},
            f"{LIST}.enter.strikes.rules[0]",
            "did you mean jaywalking",
        ),
        (
            {f"{LIST}.leave.repair": {"rules": ["prase"], "count": 1, "within-weeks": 5}},
            f"{LIST}.leave.repair.rules[0]",
            "did you mean praise",
        ),
        ({f"{LIST}.leave.above-tier": True}, f"{LIST}.leave.above-tier", "used with tier only"),
        ({f"{LIST}.leave.performance": True}, f"{LIST}.leave.performance", "record only"),
        (
            {"list.defaulters.leave.performance": False},
            "list.defaulters.leave.pressure-per-year",
            "without performance",
        ),
        ({"start.list.rude.share": 0.5}, "start.list.rude", "without enter.record"),
        (
            {"list.young.enter.category": {"ages": [30, 20]}},
            "list.young.enter.category.ages",
            "30 to 20 years",
        ),
        (
            {"list.all.enter.category": {}},
            "list.all.enter.category",
            "at least one trait",
        ),
        (
            {
                "list.firms": {
                    "of": "firms",
                    "enter": {"record": "jaywalking"},
                    "closes": ["flight"],
                }
            },
            "list.firms.closes",
            "binds its reach.representative",
        ),
        (
            {"list.firms": {"of": "firms", "enter": {"tier": "low"}}},
            "list.firms.enter.tier",
            "a firm has no score",
        ),
        (
            {f"{LIST}.reach.representative": ["flight"]},
            f"{LIST}.reach.representative",
            "a list of persons",
        ),
        ({f"{LIST}.awareness": 0.5}, f"{LIST}.awareness", "without enter.record"),
        (
            {f"sensor.ear-{n}": EAR for n in range(29)}
            | {f"{CAMERA}.awareness": 0.5, "sensor.court.awareness": 0.5}
            | {"list.defaulters.awareness": 0.5},
            "list.defaulters.awareness",
            "32 of them",
        ),
        ({"start.list.rudes.share": 0.5}, "start.list.rudes", "did you mean rude"),
        (
            {f"category.c{n}.weight": 1 for n in range(5)},
            "category",
            "6 of them; it must be at most 5",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_structure(scheme: Scheme, values: dict[str, object], key: str, words: str) -> None:
    found = problems(scheme, values)
    assert [problem.key for problem in found].count(key) == 1
    assert any(problem.key == key and words in str(problem) for problem in found)


def test_a_scheme_without_score_has_no_rules(tmp_path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        'name = "a"\ntitle = "A"\nstatus = "invented"\n'
        '[tier.low]\nbelow = 3\nsource = "essay"\n[scored]\nmin-age = 1\nsource = "essay"\n'
    )
    with pytest.raises(InputError) as caught:
        Scheme.load(path)
    assert [(p.key, p.line) for p in caught.value.problems] == [("tier", 4), ("scored", 7)]


def with_one_hash(prefix: str) -> tuple[str, str]:
    """Return two names that share an address under a prefix."""
    seen: dict[int, str] = {}
    for number in itertools.count():
        name = f"s{number}"
        other = seen.setdefault(address(prefix + name), name)
        if other != name:
            return other, name
    raise AssertionError


@pytest.mark.parametrize(
    ("kind", "prefix", "table"),
    [
        ("sensor", "sensing/", {"sees": ["jaywalking"], "coverage": {"urban": 1}, "hit-rate": 1}),
        ("list", "", {"enter": {"record": "judgment-left-unpaid"}}),
        ("list", "lists/take/", {"enter": {"record": "judgment-left-unpaid"}}),
    ],
)
def test_names_that_share_draws_are_refused(
    scheme: Scheme, kind: str, prefix: str, table: dict[str, object]
) -> None:
    one, other = with_one_hash(prefix)
    (problem,) = problems(scheme, {f"{kind}.{one}": table, f"{kind}.{other}": table})
    assert problem.key == f"{kind}.{other}"
    assert f'the same 32-bit hash as "{one}"' in problem.found


def test_a_hash_that_nothing_draws_by_is_no_fault(scheme: Scheme) -> None:
    rule = {"category": "security", "points": -1}
    scheme.with_values({f"rule.{name}": rule for name in with_one_hash("")})


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("sensor", {"sees": ["jaywalking"], "coverage": {"urban": 1}, "hit-rate": 1}),
        ("list", {"enter": {"record": "judgment-left-unpaid"}}),
        ("rule", {"category": "security", "points": 1}),
        ("category", {"weight": 1}),
        ("tier", {"from": 1000}),
    ],
)
def test_everybody_is_no_name(scheme: Scheme, kind: str, table: dict[str, object]) -> None:
    (problem,) = problems(scheme, {f"{kind}.everybody": table})
    assert (problem.key, problem.found) == (f"{kind}.everybody", 'the name "everybody"')


def test_one_mistake_does_not_hide_another(tmp_path) -> None:
    text = FIXTURE.read_text()
    for good, bad in (
        ("points = -5.25", 'points = "five"'),
        ("start = 1000", "start = 2000"),
        ("hit-rate = 0.90", "hit-rate = 0.90\nhitrate = 1"),
        ('source = "essay"', 'source = "hearsay"'),
        ("below = 1000", "below = 500"),
    ):
        assert good in text
        text = text.replace(good, bad, 1)
    path = tmp_path / "scheme.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        Scheme.load(path)
    assert [problem.key for problem in caught.value.problems] == [
        "score.start",
        f"{CAMERA}.hitrate",
        "rule.jaywalking.points",
        "tier.middle",
        "tier.middle.source",
    ]
    lines = text.splitlines()
    assert "2000" in lines[(caught.value.problems[0].line or 0) - 1]
    assert "five" in lines[(caught.value.problems[2].line or 0) - 1]


def test_the_fixtures_fit(scheme: Scheme, society: Society) -> None:
    assert fits(scheme, society) == []
    require_fit(scheme, society)


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({f"{CAMERA}.sees": ["jaywaking"]}, f"{CAMERA}.sees[0]", "did you mean jaywalking"),
        ({"rule.praise.act": "prayer"}, "rule.praise.act", "an act of the society hamlet"),
        (
            {"rule.prais": {"category": "security", "points": -1}},
            "rule.prais.act",
            '"prais"',
        ),
        ({"list.rude.closes": ["fligt"]}, "list.rude.closes[0]", "did you mean flight"),
        ({"tier.low.closes": ["fligt"]}, "tier.low.closes[0]", "did you mean flight"),
        ({"list.rude.reach.spouse": ["fligt"]}, "list.rude.reach.spouse[0]", "did you mean flight"),
        (
            {
                "list.firms": {
                    "of": "firms",
                    "enter": {"record": "jaywalking"},
                    "reach": {"representative": ["fligt"]},
                }
            },
            "list.firms.reach.representative[0]",
            "did you mean flight",
        ),
        (
            {"tier.low.reach.children": ["fligt"]},
            "tier.low.reach.children[0]",
            "did you mean flight",
        ),
        ({"response.severity.walking": 1}, "response.severity.walking", "an act"),
        (
            {"list.defaulters.enter.record": "jaywalking"},
            "list.defaulters.leave.performance",
            "leaves no obligation",
        ),
        ({"rule.praise.points": 4.01}, "rule.praise.points", "4.01 points in all"),
        (
            {
                "rule.more": {"act": "praise-of-the-state", "category": "security", "points": 2.01},
                "rule.less": {"act": "praise-of-the-state", "category": "security", "points": -3},
            },
            "rule.more.points",
            "4.01 points in all for praise-of-the-state",
        ),
        (
            {"list.flight": {"enter": {"record": "judgment-left-unpaid"}}},
            "list.flight",
            "a service of the society hamlet",
        ),
        (
            {"remedy": {"servers-per-100k": 5, "service-weeks": 4}},
            "remedy",
            "a society that has [appeals]",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit(
    scheme: Scheme, society: Society, values: dict[str, object], key: str, words: str
) -> None:
    unfit = scheme.with_values(values)
    assert any(problem.key == key and words in str(problem) for problem in fits(unfit, society))
    with pytest.raises(InputError):
        require_fit(unfit, society)


def test_what_rules_come_to_by_act(scheme: Scheme) -> None:
    more = {"act": "praise-of-the-state", "category": "security", "points": 0.5}
    file = scheme.with_values({"rule.more": more}).file
    touches = incentives(file)
    assert touches[True].rewarded == {"praise-of-the-state": Decimal("2.5")}
    assert touches[True].penalised == {"jaywalking", "judgment-left-unpaid"}
    assert touches[False] == ({"judgment-left-unpaid"}, {}), "points touch whoever has a score"


@pytest.mark.parametrize(
    ("values", "acts"),
    [
        ({"off": ["scoring"]}, {"judgment-left-unpaid"}),
        ({"off": ["lists"]}, {"jaywalking"}),
        ({"list.defaulters.enter.share": 0}, {"jaywalking"}),
    ],
    ids=["no scores", "no lists", "a share of nothing"],
)
def test_what_is_off_penalises_nothing(
    scheme: Scheme, values: dict[str, object], acts: set[str]
) -> None:
    assert incentives(scheme.with_values(values).file)[True].penalised == acts
