"""Every number said in a report is found in a file beside it, and ten of them are counted again."""

import io
import json

import numpy as np
import polars as pl
import pytest

from report.reading import NUMBER, Node, loose, read, unfound
from upstanding.measures.lives import lives_of
from upstanding.report.say import Numbers, told

# Tables are their CSV; code is a command; "text" marks names and references to laws.
ELSEWHERE = {"style", "script", "table", "svg", "code", "pre", "no", "text", "n", "title"}
FIGURES = {"figcaption", "alt", "note", "files", "summary"}


@pytest.fixture(scope="module")
def page(report) -> Node:
    return read(report.html)


@pytest.fixture(scope="module")
def said(report) -> dict:
    return json.loads(report.files["numbers.json"])


def test_a_number_in_a_sentence_is_one_of_the_file(page, said):
    marked = page.all("span", "n")
    assert len(marked) > 20
    for node in marked:
        value = said["numbers"][node.attributes["data-n"]]
        assert not unfound(node.words(), [value]), node


def test_no_number_stands_outside_of_that(page):
    assert loose(page, ELSEWHERE | {"figure"}) == []


def test_numbers_of_titles_and_notes_are_those_of_the_figure(page, report, said):
    figures, wrong = page.all("figure"), []
    assert len(figures) >= 9
    for node in figures:
        key = node.attributes["id"].removeprefix("figure-")
        cells = pl.read_csv(io.StringIO(report.files[f"{key}.csv"]), infer_schema_length=None)
        numbers = [float(v) for v in said["figures"][key]["numbers"].values()]
        numbers += [said["numbers"]["opening.weeks"], cells.height]
        numbers += [float(n.replace(",", "")) for n in NUMBER.findall(" ".join(cells.columns))]
        for column in cells.columns:
            values = cells[column].cast(pl.Float64, strict=False).drop_nulls()
            numbers += values.to_list()
        texts = [p.words() for kind in ("alt", "note") for p in node.all("p", kind)]
        (title,) = node.all("figcaption")
        texts.append(title.words().split(key, 1)[1])
        wrong += [(key, text, rest) for text in texts if (rest := left(text, numbers, cells))]
    assert not wrong, "\n".join(map(str, wrong))


def left(text: str, numbers: list[float], cells: pl.DataFrame) -> list[str]:
    """Return numbers of a text that are neither of the figure, nor in a name among its cells."""
    for name in sorted(
        {
            value
            for column in cells.select(pl.selectors.string())
            for value in column.drop_nulls().to_list()
            if any(map(str.isdigit, value)) and any(map(str.isalpha, value))
        },
        key=len,
        reverse=True,
    ):
        text = text.replace(name, "")
    return unfound(text.replace("under 0.1 %", ""), numbers)


def test_a_template_with_a_number_of_its_own_is_refused():
    numbers = Numbers()
    with pytest.raises(ValueError, match="no name"):
        numbers.say("a", "About 5 of {all}", all=10)
    assert numbers.say(
        "b", "{x:=is|are} {share:%} of {all:person|people}", x=2, share=0.5, all=1200
    )
    assert numbers.values == {"b.x": 2, "b.share": 0.5, "b.all": 1200}
    assert numbers.sentences["b"] == "are 50.0% of 1,200 people"
    with pytest.raises(ValueError, match="one name"):
        numbers.say("b", "{all}", all=3)
    assert told(1, "week|weeks") == "1 week"


def test_ten_numbers_are_counted_again_from_ledger_and_citizens(runs, said):
    run, values = runs["essay"], said["numbers"]
    people = run.citizens
    marked = people.filter(pl.col("planted").is_not_null())["household"].to_list()
    counted = ~people["household"].is_in(marked).to_numpy()
    who = people.filter(counted)
    keep = who["citizen"].implode()
    rows = run.ledger.filter(pl.col("subject").is_in(keep)).collect()
    barred = barred_weeks(run)[counted]
    assert values["barred.people"] == counted.sum() == who.height
    assert values["barred.barred"] == (barred.any(axis=1)).sum() > 30
    assert values["barred.end"] == barred[:, -1].sum()
    assert values["barred.share"] == barred.any(axis=1).mean()
    assert values["untold.never_told"] == barred.any(axis=1).sum()
    assert values["screening.period.scored"] == who["score"].is_not_null().sum()
    in_first = run.standing.filter(pl.col("citizen").is_in(keep))
    lists = [name for name in in_first.columns if name.startswith("list.")]
    ever = in_first.filter(pl.any_horizontal(lists))["citizen"].n_unique()
    assert values["screening.period.listed"] == ever
    denials = rows.filter(pl.col("kind") == "denial").height
    assert values["screening.detriment.refused"] == denials > 10
    fed = rows.filter(pl.col("kind") == "points")
    assert values["screening.behaviour.rules"] >= fed["rule"].n_unique() > 5
    other = barred_weeks(runs["seed"])[lives_of(runs["seed"]).counted].any(axis=1).sum()
    assert {values["seeds.low"], values["seeds.high"]} == {values["barred.barred"], other}
    assert values["opening.citizens"] == run.citizens.height
    assert values["opening.weeks"] == rows["week"].max() + 1


def barred_weeks(run) -> np.ndarray:
    """Return (citizens, weeks) whether something was closed, unfolded row by row."""
    closed = [name for name in run.standing.columns if name.startswith("closed.")]
    held = np.zeros((run.plan.citizens, run.plan.weeks), np.bool_)
    shut = run.standing.select("citizen", "week", pl.any_horizontal(closed).alias("shut"))
    for citizen, week, is_shut in shut.sort("week").iter_rows():
        held[citizen, week:] = is_shut
    return held


def test_rights_are_counted_again_from_the_ledger(runs, report):
    table = pl.read_csv(io.StringIO(report.files["R15.csv"]), infer_schema_length=None)
    run = runs["essay"]
    lives = lives_of(run)
    keep = pl.Series(np.flatnonzero(lives.counted), dtype=pl.UInt32).implode()
    rows = run.ledger.filter(pl.col("subject").is_in(keep)).collect()

    def line(name: str) -> dict:
        return table.filter(pl.col("right engaged by").str.starts_with(name)).row(0, named=True)

    trips = ["flight", "high-speed-rail", "public-transport"]
    texts = rows.with_columns(pl.selectors.enum().cast(pl.String))
    refused = texts.filter(pl.col("kind") == "denial", pl.col("object").is_in(trips))
    assert line("travel closed")["events"] == refused.height > 0
    shown = texts.filter(pl.col("kind") == "publication")
    assert line("shown in public")["events"] == shown.height > 0
    assert line("shown in public")["people"] == shown["subject"].n_unique()
    wrong = texts.filter(pl.col("kind").is_in(["points", "list-in"]), pl.col("truth") != "true")
    assert line("somebody else's act")["events"] == wrong.height > 0
    kin = texts.filter(pl.col("kind") == "denial", pl.col("mechanism") == "kin")
    assert line("refused for a parent's")["events"] == kin.height
