"""The essay's rare persons in `town`: what becomes of them, and that no figure holds them."""

import polars as pl
import pytest

from upstanding.finding import find
from upstanding.run import Run, simulate
from upstanding.scheme import Scheme
from upstanding.side_by_side import side_by_side
from upstanding.society import Society

CITIZENS = 2_048


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    out = tmp_path_factory.mktemp("runs") / "town"
    return simulate("essay", society="town", citizens=CITIZENS, years=2, seed=1, out=out)


def planted(run: Run, archetype: str) -> int:
    (citizen,) = run.citizens.filter(pl.col("planted") == archetype)["citizen"]
    return citizen


def rows(run: Run, citizen: int, kind: str, act: str | None = None) -> list[dict]:
    found = run.ledger.filter(pl.col("subject") == citizen, pl.col("kind") == kind).collect()
    return [row for row in found.to_dicts() if act in (None, row["act"])]


def test_the_journalist_loses_travel_and_the_child_a_school(run: Run) -> None:
    journalist = planted(run, "journalist")
    (entry,) = rows(run, journalist, "list-in", "judgment-left-unpaid")
    assert (entry["object"], entry["actor"]) == ("dishonest-personnel", journalist)
    denials = rows(run, journalist, "denial")
    assert {"flight"} <= {row["object"] for row in denials}
    assert all(row["week"] > entry["week"] for row in denials)
    story = str(run.story(journalist))
    assert "planted in this society as a journalist" in story.splitlines()[0]
    assert "defamation" in story
    assert "was put on the list `dishonest-personnel`" in story
    (home,) = run.citizens.filter(citizen=journalist)["household"]
    children = run.citizens.filter(household=home, role="child", school="high-fee")["citizen"]
    kept_out = [row for child in children for row in rows(run, child, "denial")]
    assert {row["object"] for row in kept_out} <= {"any-school", "private-school"}
    assert {row["actor"] for row in kept_out} == {journalist}


def test_the_refuser_is_listed_for_what_he_refused(run: Run) -> None:
    refuser = planted(run, "refuser")
    (entry,) = rows(run, refuser, "list-in", "refusing-service")
    assert (entry["object"], entry["actor"]) == ("service-refusers", refuser)
    assert entry["week"] >= run.plan.society.file.planted["refuser"].acts["refusing-service"]
    listed = "was put on the list `service-refusers` for leaving or refusing military service"
    assert listed in str(run.story(refuser))


def test_the_finding_names_them_and_no_figure_holds_them(run: Run) -> None:
    finding = find(run)
    who = {name: planted(run, name) for name in ("journalist", "refuser")}
    assert finding.numbers["planted"] == who
    said = str(finding).replace("\n  ", " ")
    assert f"a journalist (citizen {who['journalist']})" in said
    assert "with their households they are in no figure" in said
    at_home = uncounted(run)
    entries = run.ledger.filter(pl.col("kind") == "list-in").collect()
    counted = entries.filter(~pl.col("subject").is_in(at_home))
    assert entries.height > counted.height
    assert sum(table["entries"] for table in finding.numbers["lists"].values()) == counted.height
    people = run.long.filter(pl.col("measure") == "people", pl.col("week") == 0)
    assert people.filter(pl.col("split") == "sex")["value"].sum() == CITIZENS - len(at_home)


def uncounted(run: Run) -> list[int]:
    homes = run.citizens.filter(pl.col("planted").is_not_null())["household"].to_list()
    return run.citizens.filter(pl.col("household").is_in(homes))["citizen"].to_list()


def test_what_they_do_reaches_no_figure_by_their_kin(run: Run, tmp_path) -> None:
    """The same town in which they do nothing for certain has the same children barred."""
    never = Society.load("town").with_values({"planted.*.acts.*": 4_000})
    out = tmp_path / "run"
    other = simulate("essay", society=never, citizens=CITIZENS, years=2, seed=1, out=out)
    journalist = planted(run, "journalist")
    barred_by = (pl.col("kind") == "denial") & (pl.col("actor") == journalist)
    assert run.ledger.filter(barred_by).collect().height >= 3
    assert other.ledger.filter(barred_by).collect().height == 0
    schools = [
        each.long.filter(measure="children-barred", split="service", cell="private-school")
        for each in (run, other)
    ]
    assert schools[0]["value"].equals(schools[1]["value"])


def test_side_by_side_is_of_those_who_are_counted(run: Run) -> None:
    beside = side_by_side([run, run])
    assert beside.to_dict()["essay"]["with a score"] == pytest.approx(
        run.citizens.filter(~pl.col("citizen").is_in(uncounted(run)))["score"].count()
        / (CITIZENS - len(uncounted(run)))
        * 1000
    )


def test_where_nobody_is_counted_there_is_a_finding(tmp_path) -> None:
    alone = Society.load("town").with_values({"planted.refuser.ages": [0, 120]})
    out = tmp_path / "run"
    run = simulate("essay", society=alone, citizens=1, weeks=4, seed=2, out=out)
    assert str(find(run))


def test_who_fits_nowhere_is_missed_aloud(tmp_path) -> None:
    nobody = {"planted.journalist.ages": [119, 120]}
    society = Society.load("town").with_values(nobody)
    out = tmp_path / "run"
    run = simulate(Scheme.load("baseline"), society=society, citizens=1_024, weeks=4, out=out)
    assert find(run).numbers["planted"]["journalist"] is None
    said = str(find(run)).replace("\n  ", " ")
    assert "among so many nobody fits who was to be planted as a journalist" in said
