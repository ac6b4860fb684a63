"""What is told of officials and of breaches: of one citizen, and of a whole run."""

from pathlib import Path

import polars as pl
import pytest

from upstanding.finding import find
from upstanding.run import Run, simulate
from upstanding.scheme import Scheme
from upstanding.society import Society

EVERYTHING = Path(__file__).parents[1] / "everything.toml"
TRUTH, KIND = pl.col("truth"), pl.col("kind")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    out = tmp_path_factory.mktemp("runs") / "office"
    acts = ("fabricating-a-record", "shielding-kin")
    people = {f"act.{act}.{key}": 4 for act in acts for key in ("rate", "top")}
    society = Society.load("town").with_values(people)
    return simulate(Scheme.load(EVERYTHING), society=society, citizens=3000, weeks=60, out=out)


def told(run: Run, *conditions: pl.Expr) -> tuple[dict, str]:
    """Return the first such row, and the sentence that tells it."""
    row = run.ledger.filter(*conditions).head(1).collect().to_dicts()[0]
    place = (row["week"], row["seq"])
    (text,) = (s.text for s in run.story(row["subject"]).sentences if place in s.rows)
    return row, text


def test_a_record_that_was_made_up_names_the_official(run: Run) -> None:
    row, text = told(run, TRUTH == "fabricated", KIND == "points")
    assert f"it was made up, by citizen {row['actor']}, an official" in text
    assert "a record of `police` named" in text
    jobs = run.citizens.filter(pl.col("citizen") == row["actor"])["occupation"]
    assert jobs.to_list() == ["official"]


def test_what_is_kept_out_is_told(run: Run) -> None:
    row, text = told(run, KIND == "shielded", pl.col("actor") == pl.col("subject"))
    assert "an official, kept it out of the file (office.shielding)." in text
    row, text = told(run, KIND == "shielded", pl.col("actor") != pl.col("subject"))
    assert f"citizen {row['actor']}, an official of" in text
    assert "household, kept it out (office.shielding)." in text
    _, text = told(run, KIND == "shielded", pl.col("actor").is_null())
    assert "the scheme left it out of the file" in text
    assert text.endswith("(office.spared).")


def test_what_was_done_in_a_stolen_name_is_told(run: Run) -> None:
    _, text = told(run, TRUTH == "stolen", KIND == "points")
    assert "had done nothing: somebody used" in text
    assert "out of what had leaked in the week to" in text
    assert "posted on" not in text
    _, text = told(run, TRUTH == "stolen", KIND == "list-in")
    assert "out of what had leaked" in text


def test_the_finding_counts_them(run: Run) -> None:
    found = find(run)
    office, breach = found.numbers["office"], found.numbers["breach"]
    assert sum(office["tampers"].values()) > sum(office["found"].values()) > 0
    assert min(office[key] for key in ("fabricated", "shielded", "spared")) > 0
    assert office["officials"] > 100
    words = " ".join(str(found).split())
    assert f"officials altered the file {sum(office['tampers'].values()):,} times" in words
    assert "of what their subjects had not done" in words
    assert all(breach["breaches"].values())
