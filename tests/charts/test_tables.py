"""Figures of scheme, people and register say what their data holds."""

import polars as pl

from upstanding.charts.headline import BENEFIT, HARM, Line, headline
from upstanding.charts.people import group_sizes
from upstanding.charts.register import statuses
from upstanding.charts.scheme import Stage, clause_table, flow
from upstanding.scheme.scheme import Scheme

WHOSE = "the essay's picture"


def test_every_clause_is_in_the_table_and_what_was_changed_is_marked():
    scheme = Scheme.load("court-list").with_values({"list.dishonest-personnel.delay-weeks": 26})
    clauses = list(scheme.clauses())
    figure = clause_table(clauses, frozenset({"list.dishonest-personnel.delay-weeks"}))
    row = figure.data.filter(pl.col("clause") == "list.dishonest-personnel").row(0, named=True)
    assert "delay-weeks 26" in row["says"]
    assert row["not as shipped"] == "yes"
    assert figure.data["not as shipped"].to_list().count("yes") == 1
    assert figure.numbers["clauses"] == len(clauses)
    for clause in clauses:
        name = clause.key.split(".")[-1]
        assert any(name in says for says in figure.data["says"]) or clause.key in set(
            figure.data["clause"]
        )
    assert "not as shipped" not in clause_table(clauses, frozenset()).data.columns


def test_the_way_shows_each_count_and_what_is_lacking():
    stages = [Stage("Signal", [("acts done", 1_234)]), Stage("Appeal", [("appeals", None)])]
    figure = flow(stages, "So it goes", picture=WHOSE)
    assert ">1,234<" in figure.svg()
    assert ">none<" in figure.svg()
    assert "no appeals" in figure.alt
    assert figure.data["number"].to_list() == [1_234, None]


def test_groups_under_ten_are_named_and_not_shown():
    sizes = pl.DataFrame(
        {"split": ["sex", "sex", "age"], "group": ["a", "b", "c"], "people": [10, 9, 400]}
    )
    figure = group_sizes(sizes, picture=WHOSE)
    assert figure.suppressed == ("sex: b",)
    assert figure.data["people"].to_list() == [10, 400]
    assert "from 10 people (sex: a) to 400 (age: c)" in figure.alt
    assert ">9<" not in figure.svg()


def test_what_is_uncertain_is_counted_and_coloured():
    tallies = pl.DataFrame(
        {"document": ["s"] * 3, "status": ["seen", "assumption", "invented"], "figures": [6, 1, 3]}
    )
    figure = statuses(tallies)
    assert figure.title == "4 of 10 figures (40%) rest on assumption or invention"
    assert figure.svg().count('fill="#6B5A8E"') == 2


def test_harms_and_benefits_stand_on_one_scale_with_their_ranges():
    lines = [
        Line(HARM, "barred", "people", 40, 40.0, (30.0, 55.0)),
        Line(BENEFIT, "prevented", "events", 900, 900.0, (800.0, 1000.0)),
    ]
    figure = headline(lines, "So many are barred", picture=WHOSE)
    assert figure.data["of"].to_list() == ["people", "events"]
    assert figure.data["least over seeds"].to_list() == [30.0, 800.0]
    assert "least over the ensemble" not in figure.data.columns
    assert figure.spec["resolve"]["scale"] == {"y": "independent"}
    assert figure.svg().index(">harm<") < figure.svg().index(">benefit<")
