"""What exclusion is due to: every week is accounted for once, and by the right record."""

import numpy as np
import polars as pl
import pytest

from upstanding.measures import causes, contexts, ladder, trivial
from upstanding.measures.lives import Lives, lives_of
from upstanding.measures.stays import stays_of
from upstanding.run import Run, simulate

SCHEMES = ("essay", "everything", "documented")
Runs = dict[str, Run]
Stood = dict[str, Lives]


@pytest.mark.parametrize("name", SCHEMES)
def test_every_week_of_exclusion_is_accounted_for_once(runs: Runs, lives: Stood, name: str) -> None:
    found = causes.exclusion(runs[name], lives[name])
    by_person = dict(found.group_by("citizen").agg(pl.col("weeks").sum()).iter_rows())
    barred = lives[name].barred.sum(axis=0) * lives[name].counted
    assert barred.sum() > 1_000
    for citizen in np.flatnonzero(barred):
        assert by_person.pop(citizen) == pytest.approx(barred[citizen])
    assert not by_person


@pytest.mark.parametrize("name", SCHEMES)
def test_every_closed_service_is_accounted_for_once(runs: Runs, lives: Stood, name: str) -> None:
    found = causes.exclusion(runs[name], lives[name], by_service=True)
    by_service = dict(found.group_by("service").agg(pl.col("weeks").sum()).iter_rows())
    closed = lives[name].closed[:, lives[name].counted]
    for code, service in enumerate(lives[name].services):
        weeks = int((closed >> np.uint32(code) & np.uint32(1)).sum())
        assert by_service.get(service, 0) == pytest.approx(weeks)


def test_every_refusal_is_accounted_for_once(runs: Runs, lives: Stood) -> None:
    for name in SCHEMES:
        found = causes.refusals(runs[name], lives[name])
        measures = runs[name].measures_by("sex")
        assert found["denials"].sum() == pytest.approx(measures["denials"].sum())
        of_kin = found.filter(pl.col("due_to") != pl.col("citizen"))["denials"].sum()
        assert of_kin == pytest.approx(measures["denials-of-kin"].sum())


@pytest.mark.parametrize("name", SCHEMES)
def test_stays_last_as_long_as_the_engine_counted(runs: Runs, name: str) -> None:
    rows = runs[name].long.filter(pl.col("measure") == "listed", pl.col("split") == "list")
    counted = dict(rows.group_by("cell").agg(pl.col("value").sum()).iter_rows())
    stays = stays_of(runs[name])
    per_list = dict(stays.group_by("list").agg(pl.col("weeks").sum()).iter_rows())
    once = {
        each
        for each in counted
        if not stays.filter(pl.col("list") == each)["citizen"].is_duplicated().any()
    }
    assert sum(per_list.values()) >= sum(counted.values()) > 0
    for each in once:
        assert per_list.get(each, 0) == counted[each]
    assert sum(counted[each] for each in once) > 0


def test_friends_kin_and_wrong_records_are_found_where_there_are_any(
    runs: Runs, lives: Stood
) -> None:
    found = causes.exclusion(runs["everything"], lives["everything"])
    weeks = dict(found.group_by("rests_on").agg(pl.col("weeks").sum()).iter_rows())
    for source in (causes.OWN, causes.WRONG, causes.TIES):
        assert weeks[source] > 50
    kin = found.filter(pl.col("due_to") != pl.col("citizen"))
    households = dict(runs["everything"].citizens.select("citizen", "household").iter_rows())
    assert kin.height > 50
    assert all(
        households[a] == households[b] for a, b in kin.select("citizen", "due_to").iter_rows()
    )


def test_the_matrix_of_the_court_list_is_credit_against_what_it_closes(
    runs: Runs, lives: Stood
) -> None:
    """The list states its context: of what it closes, insurance and loans alone are in it."""
    run = runs["documented"]
    found = contexts.contexts_of(run, lives["documented"])
    of_list = causes.bars(run, lives["documented"], by_service=True).filter(
        pl.col("reason") == "list.dishonest-personnel"
    )
    domains = {name: service.domain for name, service in run.plan.society.file.service.items()}
    inside = of_list.filter(
        pl.col("service").replace_strict(domains, return_dtype=pl.String) == "credit"
    )
    credit = found.matrix.filter(pl.col("source") == "credit")
    assert credit["weeks"].sum() == pytest.approx(of_list["weeks"].sum())
    on = credit.filter(pl.col("target") == "credit")["weeks"].sum()
    assert on == pytest.approx(inside["weeks"].sum())
    share = found.off_diagonal()
    assert share is not None
    assert 0.5 < share < 1


def test_proportionality_leaves_nothing_off_the_diagonal(runs: Runs, tmp_path) -> None:
    run = runs["documented"]
    limited = run.plan.scheme.with_safeguards("proportionality")
    twin = simulate(limited, society="town", citizens=2_048, weeks=52, seed=5, out=tmp_path / "run")
    found = contexts.contexts_of(twin, lives_of(twin))
    assert found.told() > 0
    assert found.off_diagonal() == 0


def test_the_ladder_counts_each_weeks_act_once(runs: Runs, lives: Stood) -> None:
    run = runs["essay"]
    steps = ladder.ladder_of(run, lives["essay"])
    weeks = causes.exclusion(run, lives["essay"]).filter(pl.col("act").is_not_null())
    assert steps["weeks"].sum() == pytest.approx(weeks["weeks"].sum())
    ranks = steps["gravity"].to_physical().to_list()
    assert ranks == sorted(ranks)
    assert steps.filter(pl.col("people") < 10)["per_record"].null_count() > 0
    records = run.ledger.filter(
        pl.col("kind").cast(pl.String) == "points",
        pl.col("act").cast(pl.String) == "jaywalking",
        pl.col("points") < 0,
    ).collect()
    marked = run.citizens.filter(pl.col("planted").is_not_null())["household"]
    people = run.citizens.filter(~pl.col("household").is_in(marked.to_list()))["citizen"]
    kept = records.filter(pl.col("subject").is_in(people.to_list()))
    (row,) = steps.filter(pl.col("act") == "jaywalking").iter_rows(named=True)
    assert row["n"] == kept.height


def test_inversions_are_named_from_the_worst_and_only_where_bounds_part() -> None:
    def step(act: str, gravity: str, points: float, value: float, spread: float) -> dict:
        return {
            "act": act,
            "title": act,
            "gravity": gravity,
            "points": points,
            "n": 100,
            "people": 50,
            "weeks": 100 * value,
            "kin_weeks": 0.0,
            "per_record": value,
            "low": value - spread,
            "high": value + spread,
        }

    rows = [
        step("worship", ladder.RIGHT, -5, 9.0, 1.0),
        step("litter", ladder.HARMFUL, -10, 2.0, 1.0),
        step("drunk", ladder.HARMFUL, -50, 8.5, 1.0),
        step("poison", ladder.HARMFUL, -100, 30.0, 5.0),
    ]
    steps = pl.DataFrame(rows, schema=ladder.LADDER)
    (only,) = ladder.inversions(steps)
    assert (only.lesser, only.graver) == ("worship", "litter")
    assert ladder.inversions(steps.head(0)) == []


def test_the_smallest_trivial_set_follows_from_the_clauses(runs: Runs) -> None:
    """From 1,000 to below 570 by 20 a time is 22 times."""
    found = {one.act: one for one in trivial.smallest_sets(runs["essay"])}
    book = found["library-book-late"]
    assert (book.entries, book.way) == (22, "tier.d")
    assert "drunk-driving" not in found
    assert trivial.smallest_sets(runs["documented"]) == []
    assert trivial.smallest_sets(runs["baseline"]) == []
