"""The commands that make several runs."""

import json
from pathlib import Path

from upstanding.run import Run

TOWN = ("--society", "town", "--citizens", 1500, "--weeks", 60, "--out", "made")


def test_compare_says_who_is_spared(upstanding) -> None:
    said = upstanding("compare", "essay", "--safeguard", "proportionality", *TOWN)
    told = " ".join(said.out.split())
    assert said.status == 0
    assert "under `essay`, the essay's picture" in told
    assert "Under `essay + proportionality`" in told
    assert "same luck under both schemes" in told
    assert "which do not close the same" in told
    assert Run.open("made/after").plan.scheme.label == "essay + proportionality"


def test_compare_gives_numbers(upstanding) -> None:
    found = json.loads(upstanding("compare", "essay", "baseline", *TOWN, "--json").out)
    assert (found["before"], found["after"], found["unchanged"]) == ("essay", "baseline", False)
    assert len(found["spared"]) == found["bounds"][0]["spared"] > 0
    assert found["newly-harmed"] == []
    assert {"citizen", "in_life", "rule", "week"} <= found["spared"][0].keys()


def test_seeds_give_a_range(upstanding) -> None:
    found = json.loads(upstanding("run", "essay", "--seeds", 3, *TOWN, "--json").out)
    assert found["seeds"] == [1, 2, 3]
    lines = {line["what"]: line for line in found["over-seeds"]}
    refused = lines["attempts refused"]
    assert refused["lowest"] <= refused["mean"] <= refused["highest"]
    assert sorted(path.name for path in Path("made/essay").iterdir()) == ["1", "2", "3"]


def test_a_wrong_safeguard_is_named_and_nothing_is_written(upstanding) -> None:
    said = upstanding("compare", "essay", "--safeguard", "apeal", *TOWN)
    assert said.status == 2
    assert "did you mean appeal?" in said.err
    assert not Path("made").exists()
