"""A report with everything run beside it: safeguards, causes, parts, dossiers, doubt."""

import json
import re

import numpy as np
import polars as pl
import pytest

from upstanding.report.beside import beside
from upstanding.report.impact import Impact, gathered
from upstanding.report.page import Report, report_of

WHOLE = ("R18", "R19", "R20", "R23-median", "R23-worst", "but-for", "ablations", "R25")


@pytest.fixture(scope="module")
def whole(runs, tmp_path_factory) -> tuple[Impact, list[tuple[int, int]]]:
    done: list[tuple[int, int]] = []
    made = beside(
        gathered([runs["essay"], runs["baseline"]]),
        tmp_path_factory.mktemp("beside"),
        seeds=2,
        sets=2,
        watch=lambda *at: done.append(at),
    )
    return made, done


@pytest.fixture(scope="module")
def page(whole) -> Report:
    return report_of(whole[0], beside="impact.files", call="upstanding report a")


def test_it_says_how_far_it_has_come(whole) -> None:
    counts = [at for at, _ in whole[1]]
    assert counts == sorted(counts)
    assert counts[-1] == whole[1][-1][1]


def test_every_figure_is_there_with_its_file(page: Report) -> None:
    for key in WHOLE:
        assert f'id="figure-{key}"' in page.html
        assert f"{key}.csv" in page.files
    assert "the essay" in page.files["R18.svg"]


def test_safeguards_count_for_what_they_do(whole, page: Report) -> None:
    impact, _ = whole
    csv = pl.read_csv(page.files["R18.csv"].encode())
    for row in csv.iter_rows(named=True):
        twins = impact.tested.added_first(row["safeguard"])
        before, after = ((weeks > 0) & twins.counted for weeks in twins.weeks_barred)
        assert row["spared"] == int((before & ~after).sum())
        assert row["newly harmed"] == int((~before & after).sum())


def test_the_rates_of_those_not_spared_are_of_their_group(whole, page: Report) -> None:
    impact, _ = whole
    table = pl.read_csv(page.files["R20.csv"].encode())
    people = impact.run.citizens
    for row in table.filter(pl.col("split") == "place").iter_rows(named=True):
        inside = (people["place"].cast(pl.String) == row["group"]).to_numpy() & impact.lives.counted
        assert row["people"] == int(inside.sum())
        assert row["not_spared"] == int((impact.tested.not_spared & inside).sum())


def test_dossiers_are_chosen_by_their_rules(whole, page: Report) -> None:
    impact, _ = whole
    said = json.loads(page.files["numbers.json"])["figures"]
    weeks = impact.lives.barred.sum(axis=0)
    barred = np.flatnonzero(impact.ever_barred)
    found = int(re.search(r"citizen (\d+)", said["R23-median"]["title"])[1])
    assert weeks[found] == np.sort(weeks[barred])[(barred.size - 1) // 2]
    worst = int(re.search(r"citizen (\d+)", said["R23-worst"]["title"])[1])
    assert (weeks[barred] > weeks[worst]).mean() <= 0.1


def test_both_readings_are_shown(whole, page: Report) -> None:
    table = pl.read_csv(page.files["but-for.csv"].encode())
    again = table.filter(pl.col("the whole society").is_not_null())
    assert again.height == 3
    for row in again.iter_rows(named=True):
        twins = whole[0].society[row["cause"]]
        assert row["the whole society"] == twins.spared.height


def test_without_anything_beside_the_page_does_not_speak_of_it(impact: Impact) -> None:
    html = report_of(impact, beside="impact.files", call="x").html
    for key in ("R18", "R19", "R20", "but-for", "R25"):
        assert f'id="figure-{key}"' not in html


def test_the_headline_has_its_range_over_what_is_not_known(whole, page: Report) -> None:
    impact, _ = whole
    table = pl.read_csv(page.files["R1.csv"].encode())
    row = table.row(by_predicate=pl.col("what") == "barred from something", named=True)
    drawn = impact.study.spread.outputs["barred in some week"]
    assert row["least over the ensemble"] == pytest.approx(np.quantile(drawn, 0.05))
    assert row["share of ensemble with this sign"] == 1.0
    years = impact.study.weeks / 52
    paid = table.row(by_predicate=pl.col("what") == "harmful acts prevented", named=True)
    prevented = impact.study.spread.outputs["harmful acts prevented"]
    assert paid["most over the ensemble"] == pytest.approx(years * np.quantile(prevented, 0.95))
