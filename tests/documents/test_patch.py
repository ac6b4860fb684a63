"""Patches: what they set and remove, what they report, what they refuse."""

from decimal import Decimal
from pathlib import Path

import pytest

from upstanding.documents.patch import Patch
from upstanding.errors import InputError
from upstanding.scheme import Scheme

FIXTURES = Path(__file__).parents[1] / "fixtures"
FIXTURE = FIXTURES / "scheme.toml"
PATCH = FIXTURES / "short-terms.toml"
HEAD = 'title = "t"\nsource = "invented 0..1"\n'


@pytest.fixture
def scheme() -> Scheme:
    return Scheme.load(FIXTURE)


@pytest.fixture
def write(tmp_path):
    def written(name: str, body: str) -> Patch:
        path = tmp_path / f"{name}.toml"
        path.write_text(f'name = "{name}"\n{HEAD}{body}')
        return Patch.load(path)

    return written


def test_a_patch_sets_removes_and_reports(scheme: Scheme) -> None:
    patched = scheme.with_patches(PATCH)
    file = patched.file
    assert file.list_["rude"].leave.term_weeks == 13
    assert file.list_["defaulters"].leave.term_weeks == 13
    assert file.list_["defaulters"].leave.other_per_year is None
    assert file.rule["jaywalking"].points == -1
    assert file.tier["low"].closes == frozenset()
    assert patched.patches == ("short-terms",)
    assert patched.unmatched == ('patch "short-terms": nothing.*.here matches nothing',)
    assert repr(patched) == "Scheme(tiny + short-terms)"


def test_a_patch_leaves_the_original_alone(scheme: Scheme) -> None:
    scheme.with_patches(PATCH)
    assert scheme == Scheme.load(FIXTURE)


def test_what_is_set_takes_the_patch_s_source(scheme: Scheme) -> None:
    before = {figure.key: figure for figure in scheme.figures()}
    after = {figure.key: figure for figure in scheme.with_patches(PATCH).figures()}
    changed = {key for key, figure in after.items() if figure != before.get(key)}
    assert changed == {
        "rule.jaywalking.points",
        "list.rude.leave.term-weeks",
        "list.defaulters.leave.term-weeks",
    }
    assert {after[key].source for key in changed} == {"patch short-terms: assumption 1..52"}


def test_values_by_hand(scheme: Scheme) -> None:
    changed = scheme.with_values({"rule.jaywalking.points": -0.1, "score.range": (0, 1200)})
    assert changed.file.rule["jaywalking"].points == Decimal("-0.1")
    assert changed.file.score is not None
    assert changed.file.score.range == (0, 1200)
    statuses = {figure.key: figure.status for figure in changed.figures()}
    assert statuses["rule.jaywalking.points"] == statuses["score.range"] == "set by hand"


def test_a_new_table_by_hand(scheme: Scheme) -> None:
    changed = scheme.with_values({"rule.act-of-grace": {"category": "security", "points": 1}})
    assert changed.file.rule["act-of-grace"].points == 1


@pytest.mark.parametrize(
    ("key", "value", "found", "nearest"),
    [
        ("rule.jaywalking.pionts", 3, "an unknown key", "points"),
        ("score.half_life_weeks", 3, "an unknown key", "half-life-weeks"),
        ("rule.jaywalking.points", None, "nothing", None),
        ("sensor.court.gallery", "distrikt", '"distrikt"', "district"),
        ("scored.enrol.urbn", [0, 1], 'the name "urbn"', "urban"),
        ("score.start", float("nan"), "NaN", None),
        ("score.start", "7", '"7"', None),
        ("score.start", True, "true", None),
        ("score.start", 16**9000, "a whole number of about 10800 digits", None),
        ("score.start", Decimal("1e-999"), "1E-999", None),
        ("score.start", object(), "a Python object", None),
        ("rule.x.source", "essay", "a source", None),
        ("list.defaulters", 3, "3", None),
        ("score.range.0", 3, "a table", None),
    ],
    ids=range(14),
)
def test_wrong_values_by_hand(
    scheme: Scheme, key: str, value: object, found: str, nearest: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        scheme.with_values({key: value})
    assert (found, nearest) in [(p.found, p.nearest) for p in caught.value.problems]


def test_values_too_deep(scheme: Scheme) -> None:
    value: object = 1
    for _ in range(5000):
        value = {"a": value}
    with pytest.raises(InputError, match="levels deep"):
        scheme.with_values({"rule": value})


def test_contradicting_patches_are_named(scheme: Scheme, write) -> None:
    one = write("one", "[set]\nrule.jaywalking.points = 1\n")
    two = write("two", '[set]\n\n"rule.*.points" = 2\n')
    with pytest.raises(InputError) as caught:
        scheme.with_patches(one, two)
    (problem,) = caught.value.problems
    assert problem.key == 'patch "two": rule.jaywalking.points'
    assert problem.line == 6
    assert 'patch "one"' in problem.found
    same = write("same", "[set]\nrule.jaywalking.points = 1.0\n")
    assert scheme.with_patches(one, same).file.rule["jaywalking"].points == 1
    above = write("above", '[set]\n"rule.jaywalking" = 3\n')
    with pytest.raises(InputError, match="set to one value by all patches"):
        scheme.with_patches(one, above)


def test_a_star_is_one_segment_of_what_is_there(scheme: Scheme, write) -> None:
    patch = write("star", '[set]\n"list.*.delay-weeks" = 7\n"*.jaywalking.points" = -2\n')
    patched = scheme.with_patches(patch)
    assert patched.file.list_["defaulters"].delay_weeks == 7
    assert patched.file.list_["rude"].delay_weeks == 7
    assert patched.file.rule["jaywalking"].points == -2
    assert patched.unmatched == ()


def test_what_follows_a_star_may_be_new(scheme: Scheme, write) -> None:
    """Keys, and tables that hold them; where they are new, the source is the patch's as well."""
    bare = scheme.with_patches(write("bare", 'remove = ["list.rude.leave"]\n'))
    patched = bare.with_patches(write("ends", '[set]\n"list.*.leave.term-weeks" = 104\n'))
    assert {table.leave.term_weeks for table in patched.file.list_.values()} == {104}
    figures = {figure.key: figure for figure in patched.figures()}
    for name in ("rude", "defaulters"):
        figure = figures[f"list.{name}.leave.term-weeks"]
        assert (figure.source, figure.status) == ("patch ends: invented 0..1", "invented")
    again = patched.with_values({"list.*.leave.term-weeks": 9})
    assert again.file.list_["rude"].leave.term_weeks == 9


def test_a_star_reaches_only_tables_that_may_hold_the_key(scheme: Scheme, write) -> None:
    patch = write("open", '[set]\n"tier.*.closes" = []\n"list.*.*.term-weeks" = 5\n')
    patched = scheme.with_patches(patch)
    assert {table.closes for table in patched.file.tier.values()} == {frozenset()}
    assert {table.leave.term_weeks for table in patched.file.list_.values()} == {5}


def test_a_star_names_no_new_table(scheme: Scheme, write) -> None:
    patch = write("more", '[set]\n"*.rude.delay-weeks" = 5\n"*.nobody.points" = 5\n')
    patched = scheme.with_patches(patch)
    assert patched.file.list_["rude"].delay_weeks == 5
    assert set(patched.file.sensor) == set(scheme.file.sensor)
    assert patched.unmatched == ('patch "more": *.nobody.points matches nothing',)


def test_an_unknown_key_after_a_star_is_told(scheme: Scheme, write) -> None:
    patch = write("slip", '[set]\n"list.*.leave.term-weks" = 104\n')
    with pytest.raises(InputError) as caught:
        scheme.with_patches(patch)
    assert {(p.key, p.line, p.nearest) for p in caught.value.problems} == {
        ("list.defaulters.leave.term-weks", 5, "term-weeks"),
        ("list.rude.leave.term-weks", 5, "term-weeks"),
    }


def test_patterns_of_two_patches_that_contradict_each_other(scheme: Scheme, write) -> None:
    one = write("one", '[set]\n"list.*.leave.term-weeks" = 104\n')
    two = write("two", "[set]\nlist.defaulters.leave.term-weeks = 52\n")
    with pytest.raises(InputError, match="set to one value by all patches"):
        scheme.with_patches(one, two)


def test_removal_wins_and_may_leave_a_fault(scheme: Scheme, write) -> None:
    gone = write(
        "gone", 'remove = ["list.rude", "list.nobody"]\n[set]\nlist.rude.delay-weeks = 2\n'
    )
    patched = scheme.with_patches(gone)
    assert "rude" not in patched.file.list_
    assert patched.unmatched == ('patch "gone": list.nobody matches nothing',)
    fault = write("fault", 'remove = ["rule.jaywalking"]')
    with pytest.raises(InputError, match=r"scheme\.toml:\d+: list\.rude\.enter\.strikes\.rules"):
        scheme.with_patches(fault)


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("[set]\na.b = 1\n'a.b' = 2\n", "set.a.b"),
        ("remove = 3\n", "remove"),
        ("rename = 3\n", "rename"),
    ],
)
def test_wrong_patches(write, body: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        write("wrong", body)
    assert key.split(".", maxsplit=1)[0] in caught.value.problems[0].key


def test_a_patch_says_where_it_comes_from(tmp_path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('name = "p"\ntitle = "t"\nsource = "so I think"\n')
    with pytest.raises(InputError, match=r"p\.toml:3: source: found \"so I think\""):
        Patch.load(path)


BY_KEY = """
title = "t"
source = "assumption 1..52"
[sources]
"rule.jaywalking" = "invented 0..9"
[set]
"rule.jaywalking.points" = -1
"list.*.leave.term-weeks" = 13
"""


def test_a_key_may_have_a_source_of_its_own(scheme: Scheme, tmp_path: Path) -> None:
    path = tmp_path / "by-key.toml"
    path.write_text(f'name = "by-key"{BY_KEY}')
    sources = {f.key: f.source for f in scheme.with_patches(Patch.load(path)).figures()}
    assert sources["rule.jaywalking.points"] == "patch by-key: invented 0..9"
    assert sources["list.rude.leave.term-weeks"] == "patch by-key: assumption 1..52"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"invented 0..9"', '"somewhere"', "somewhere"),
        ('"rule.jaywalking" =', '"rule.jaywalkin" =', "rule.jaywalking.points"),
    ],
)
def test_sources_by_key_are_checked(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    path = tmp_path / "by-key.toml"
    path.write_text(f'name = "by-key"{BY_KEY.replace(old, new)}')
    with pytest.raises(InputError) as caught:
        Patch.load(path)
    [problem] = caught.value.problems
    assert complaint in str(problem)
