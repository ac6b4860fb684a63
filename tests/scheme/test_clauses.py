"""What clauses rest on: which pattern is heard, what is inherited, what a patch makes of it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstanding.documents.raw import Raw
from upstanding.documents.shape import shape_of
from upstanding.errors import InputError
from upstanding.scheme import Clause, Scheme
from upstanding.scheme.clauses import Ground, clauses, unmatched
from upstanding.scheme.model import SchemeFile

FIXTURE = Path(__file__).parents[1] / "fixtures" / "scheme.toml"
SCHEME = Scheme.load(FIXTURE)
KEY = "rule.jaywalking.points"


def grounded(grounds: dict[str, dict[str, Any]], scheme: Scheme = SCHEME) -> dict[str, Clause]:
    """Return the clauses of a scheme by key, under grounds of one's own."""
    tables = {pattern: Ground.model_validate(ground) for pattern, ground in grounds.items()}
    return {found.key: found for found in clauses(scheme.raw, shape_of(SchemeFile), tables)}


def test_every_key_of_a_sourced_table_is_a_clause() -> None:
    keys = [found.key for found in SCHEME.clauses()]
    assert len(set(keys)) == len(keys)
    assert {figure.key for figure in SCHEME.figures()} <= set(keys)
    assert {KEY, "rule.jaywalking.category", "sensor.street-camera.sees"} <= set(keys)
    assert not any(key.startswith(("name", "status", "clause")) for key in keys)


def test_without_grounds_nothing_is_said() -> None:
    found = grounded({})
    assert not any(clause.is_grounded for clause in found.values())
    assert found[KEY].source == next(f.source for f in SCHEME.figures() if f.key == KEY)


# From the least specific on: each is heard over all before it.
ORDER = [
    "*", "*.*", "*.*.*", "rule", "*.jaywalking", "rule.*", "*.*.points", "*.jaywalking.*",
    "rule.*.*", "rule.jaywalking", "*.jaywalking.points", "rule.*.points", "rule.jaywalking.*",
    KEY,
]  # fmt: skip


@given(st.sets(st.sampled_from(range(len(ORDER))), min_size=1), st.randoms())
def test_the_most_specific_pattern_is_heard(chosen: set[int], random: Any) -> None:
    mixed = sorted(chosen)
    random.shuffle(mixed)
    found = grounded({ORDER[at]: {"legal-basis": ORDER[at]} for at in mixed})
    assert found[KEY].legal_basis == ORDER[max(chosen)]


def test_a_pattern_is_no_prefix_of_a_name_and_no_longer_than_a_key() -> None:
    wrong = ("rul", "rule.jay", "rule.jaywalking.points.*", "*.points", "rule.*.category")
    found = grounded({pattern: {"provenance": "as told"} for pattern in wrong})
    assert found[KEY].provenance is None


def test_each_thing_is_inherited_by_itself_but_an_end_goes_with_its_beginning() -> None:
    found = grounded(
        {
            "*": {"since": 1999, "until": 2001, "legal-basis": "a law", "provenance": "reported"},
            "rule.*": {"since": date(2014, 1, 6)},
            KEY: {"provenance": "invented"},
        }
    )
    clause = found[KEY]
    assert (clause.since, clause.until) == (date(2014, 1, 6), None)
    assert (clause.legal_basis, clause.provenance) == ("a law", "invented")
    assert clause.is_grounded
    other = found["sensor.street-camera.sees"]
    assert (other.since, other.until, other.provenance) == (1999, 2001, "reported")


def test_what_extends_inherits_grounds(tmp_path: Path) -> None:
    path = tmp_path / "more.toml"
    path.write_text(
        'name = "more"\ntitle = "More"\nstatus = "proposed"\nextends = "court-list"\n'
        '[clause."list.dishonest-personnel.closes"]\nprovenance = "proposed"\n'
        '[clause."*"]\nsince = 2030\n'
    )
    found = {clause.key: clause for clause in Scheme.load(path).clauses()}
    closes = found["list.dishonest-personnel.closes"]
    below = next(c for c in Scheme.load("court-list").clauses() if c.key == closes.key)
    assert closes.provenance == "proposed"
    assert (closes.since, closes.legal_basis) == (below.since, below.legal_basis)
    assert found["list.dishonest-personnel.enter.record"].provenance == "documented law"


def test_what_a_patch_sets_rests_on_no_law(tmp_path: Path) -> None:
    path = tmp_path / "expiry.toml"
    path.write_text(
        'name = "expiry"\ntitle = "Every listing ends"\nsource = "assumption 26..260"\n'
        '[set]\n"list.*.leave.term-weeks" = 104\n'
    )
    scheme = Scheme.load("court-list").with_patches(path)
    by_hand = scheme.with_values({"list.dishonest-personnel.delay-weeks": 9})
    found = {clause.key: clause for clause in by_hand.clauses()}
    term = found["list.dishonest-personnel.leave.term-weeks"]
    assert (term.provenance, term.since) == ("proposed", None)
    assert term.legal_basis == "none (patch expiry: assumption 26..260)"
    assert found["list.dishonest-personnel.delay-weeks"].provenance == "invented"
    assert found["list.dishonest-personnel.closes"].provenance == "documented law"


def test_a_pattern_that_matches_nothing_is_told_with_the_nearest_key() -> None:
    scheme = Scheme.load("essay")
    wrong = {"rule.jaywalkng": {}, "tiers.*": {}, "list.*.closess": {}, "rule.*": {}}
    raw = Raw({**scheme.tree, "clause": wrong}, "x.toml", {})
    problems = list(unmatched(wrong, scheme.clauses(), raw))
    assert [(p.key, p.nearest) for p in problems] == [
        ('clause."rule.jaywalkng"', "rule.jaywalking"),
        ('clause."tiers.*"', "tier.*"),
        ('clause."list.*.closess"', "list.*.closes"),
    ]


@pytest.mark.parametrize(
    ("ground", "key"),
    [
        ({"since": "never"}, "since"),
        ({"since": 18}, "since"),
        ({"since": True}, "since"),
        ({"provenance": "hearsay"}, "provenance"),
        ({"until": 2014}, "until"),
        ({"since": 2015, "until": date(2014, 12, 31)}, "until"),
        ({"legal-base": "a law"}, "legal-base"),
    ],
    ids=str,
)
def test_a_wrong_ground_is_told(ground: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as caught:
        SCHEME.with_values({"clause": {"rule": ground}})
    (problem,) = caught.value.problems
    assert problem.key == f"clause.rule.{key}"
    if key == "since":
        years = "a whole number between 1900 and 2100"
        assert problem.allowed == f"a date such as 2014-01-06 or {years}"


@pytest.mark.parametrize("pattern", ["", ".", "rule.", "Rule", "rule..points", "rule.**", "rule x"])
def test_a_wrong_pattern_is_told(pattern: str) -> None:
    tree = {**SCHEME.tree, "clause": {pattern: {"since": 2014}}}
    with pytest.raises(InputError) as caught:
        Scheme._of(Raw(tree, "x.toml", {}))
    assert len(caught.value.problems) == 1


def test_grounds_go_through_json() -> None:
    scheme = Scheme.load("sesame")
    assert list(Scheme.from_json(scheme.to_json()).clauses()) == list(scheme.clauses())
    assert any(clause.since == date(2015, 7, 24) for clause in scheme.clauses())
