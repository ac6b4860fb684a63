"""Names, paths and what extends what."""

import pytest

from upstanding.errors import InputError
from upstanding.scheme import Scheme, scheme_schema
from upstanding.society import Society, society_schema

BASE = """\
name = "base"
title = "Base"
status = "invented"
absent = ["nothing"]
[score]
start = 0
range = [0, 10]
source = "essay"
[category.all]
weight = 1
source = "definition"
[rule.jaywalking]
category = "all"
points = -1
source = "invented 0..2"
"""
HEAD = 'name = "top"\ntitle = "Top"\nstatus = "proposed"\nextends = "base"\n'


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setattr("upstanding.documents.shelf.LIBRARY", tmp_path)
    (tmp_path / "schemes").mkdir()

    def put(name: str, text: str):
        path = tmp_path / "schemes" / f"{name}.toml"
        path.write_text(text)
        return path

    put("base", BASE)
    return put


def keys(error: InputError) -> list[tuple[str, int | None, str]]:
    return [(p.file.rpartition("/")[2], p.line, p.key) for p in error.problems]


@pytest.mark.parametrize("name", Scheme.names())
def test_every_shipped_scheme_loads(name: str) -> None:
    assert Scheme.load(name).name == name


@pytest.mark.parametrize("name", Society.names())
def test_every_shipped_society_loads(name: str) -> None:
    society = Society.load(name)
    assert society.name == name
    assert Society.from_json(society.to_json()) == society


def test_an_unknown_name_gives_the_nearest(shelf) -> None:
    shelf("other", BASE)
    with pytest.raises(InputError) as caught:
        Scheme.load("bose")
    (problem,) = caught.value.problems
    assert problem.nearest == "base"
    assert problem.allowed.endswith("a shipped name: one of base, other")
    with pytest.raises(InputError, match="nothing under this name"):
        Scheme.load("bose.toml")
    with pytest.raises(InputError, match="none is shipped"):
        Society.load("china")


def test_tables_merge_and_other_values_replace(shelf) -> None:
    shelf("top", HEAD + '[score]\nrange = [0, 20]\nsource = { range = "assumption 10..30" }\n')
    scheme = Scheme.load("top")
    assert scheme.file.score is not None
    assert scheme.file.score.range == (0, 20)
    assert scheme.file.absent == ("nothing",)
    assert {f.key: f.status for f in scheme.figures()} == {
        "score.start": "essay",
        "score.range": "assumption",
        "category.all.weight": "definition",
        "rule.jaywalking.points": "invented",
    }


def test_a_figure_does_not_inherit_the_source_of_another(shelf) -> None:
    shelf("top", HEAD + "[rule.jaywalking]\npoints = -2\n")
    with pytest.raises(InputError) as caught:
        Scheme.load("top")
    assert keys(caught.value) == [("top.toml", 6, "rule.jaywalking.points")]
    assert caught.value.problems[0].found == "no source"


def test_problems_point_into_the_file_that_holds_the_key(shelf) -> None:
    shelf("base", BASE.replace("points = -1", "points = -1e9"))
    shelf("top", HEAD + '[score]\nstart = "x"\nsource = "essay"\n')
    with pytest.raises(InputError) as caught:
        Scheme.load("top")
    assert keys(caught.value) == [
        ("base.toml", 14, "rule.jaywalking.points"),
        ("top.toml", 6, "score.start"),
    ]


def test_each_file_gives_its_own_header(shelf) -> None:
    path = shelf("top", 'extends = "base"\n')
    with pytest.raises(InputError) as caught:
        Scheme.load(path)
    assert [key for _, _, key in keys(caught.value)] == ["name", "title", "status"]


def test_a_circle_is_shown(shelf) -> None:
    shelf("base", HEAD.replace('extends = "base"', 'extends = "top"'))
    shelf("top", HEAD)
    with pytest.raises(InputError) as caught:
        Scheme.load("top")
    (problem,) = caught.value.problems
    assert problem.found == "top -> base -> top"
    assert keys(caught.value) == [("base.toml", 4, "extends")]


def test_extending_what_is_not_shipped(shelf) -> None:
    shelf("top", HEAD.replace('"base"', '"bases"'))
    with pytest.raises(InputError) as caught:
        Scheme.load("top")
    assert keys(caught.value) == [("top.toml", 4, "extends")]
    assert caught.value.problems[0].nearest == "base"


def test_the_schemas_describe_the_files() -> None:
    scheme, society = scheme_schema(), society_schema()
    assert (scheme["title"], society["title"]) == ("Upstanding scheme", "Upstanding society")
    points = scheme["$defs"]["Rule"]["properties"]["points"]
    assert (points["type"], points["minimum"], points["maximum"]) == ("number", -10000, 10000)
    assert points["multipleOf"] == 0.01
    assert "propertyNames" in society["$defs"]["Strata"]["properties"]["sex"]
