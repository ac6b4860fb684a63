"""The commands: what they print, and that help comes at once."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import upstanding as package
from upstanding.first_finding import first_finding
from upstanding.run import Run

README = Path(__file__).parents[2] / "README.md"
SMALL = ("--citizens", 2000, "--weeks", 30)
EVERYTHING = Path(__file__).parents[1] / "everything.toml"
HEAVY = ("numba", "numpy", "polars")


def test_public_names() -> None:
    for name in package.__all__:
        assert getattr(package, name) is not None
        assert name in dir(package)
    with pytest.raises(AttributeError, match="nothing"):
        _ = package.nothing
    assert set(package._HOMES) | {"__version__"} == set(package.__all__)
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["version"] == package.__version__


@pytest.mark.parametrize("command", ["", "run", "story", "schemes", "check", "schema", "evidence"])
def test_help_loads_nothing_heavy(command: str) -> None:
    code = (
        "import sys\nfrom upstanding.cli import main\n"
        f"try: main([*{command!r}.split(), '--help'])\n"
        f"finally: assert not set({HEAVY!r}) & set(sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    assert "Usage: upstanding" in found.stdout


def test_run_prints_a_finding_and_the_directory(upstanding, tmp_path) -> None:
    said = upstanding("run", "court-list", *SMALL, "--years", 1)
    assert said.status == 2
    said = upstanding("run", "court-list", *SMALL)
    assert said.status == 0
    *lines, empty, where = said.out.splitlines()
    starts = [line for line in lines if not line.startswith("  ")]
    opening = "In this model of synthetic people, under `court-list`, "
    assert all(line.startswith(opening) for line in starts)
    assert len(starts) >= 5
    assert len(lines) < 25
    absent = " ".join(said.out.partition("9 clauses on record are absent")[2].split())
    for words in ("names shown in some places", "notice to the listed", "reconsideration"):
        assert words in absent
    (folder,) = (tmp_path / "runs").iterdir()
    assert empty == ""
    assert where == f"The run is in runs/{folder.name}"
    memory, *progress = said.err.splitlines()
    assert re.fullmatch(r"about \d+\.\d GB of memory(, and roughly \d+\.\d GB for rows)?", memory)
    assert len(progress) == 10
    assert all(line.startswith("court-list: week ") for line in progress)
    assert "citizen-weeks a second, " in progress[-1]


def test_json_is_one_object_and_quiet_says_nothing(upstanding) -> None:
    said = upstanding("run", EVERYTHING, *SMALL, "--json", "--quiet", "--out", "a", "--threads", 1)
    assert (said.status, said.err) == (0, "")
    found = json.loads(said.out.splitlines()[-1])
    assert len(said.out.splitlines()) == 1
    assert found["directory"] == "a"
    assert set(found["hashes"]) == {"measures", "citizens", "ledger", "candidates"}
    run = Run.open("a")
    assert found["hashes"].items() <= run.manifest["hashes"].items()
    assert found["finding"]["scheme"] == "everything"
    rows = run.manifest["rows"]
    entries = sum(table["entries"] for table in found["finding"]["lists"].values())
    attempts = sum(service["attempts"] for service in found["finding"]["refused"].values())
    assert (entries, attempts) == (rows["list-in"], rows["denial"])
    assert min(entries, attempts) > 0
    assert found["finding"]["association"]["moved"] > 100
    assert found["finding"]["records"]["wrong"] > 10
    assert found["finding"]["over-represented"] == {}
    said = upstanding("run", EVERYTHING, *SMALL, "--quiet", "--out", "b", "--shards", 2)
    assert said == (0, "", "")
    assert Run.open("b").manifest["hashes"] == run.manifest["hashes"]


def test_values_are_set_by_key(upstanding) -> None:
    said = upstanding(
        "run", "court-list", *SMALL, "--quiet", "--out", "a",
        "--set", "list.dishonest-personnel.delay-weeks=7", "--ledger", "cohort", "--cohort", "3,5",
    )  # fmt: skip
    assert said.status == 0, said.err
    run = Run.open("a")
    assert run.plan.scheme.file.list_["dishonest-personnel"].delay_weeks == 7
    assert run.plan.cohort == (3, 5)
    assert upstanding("story", "a", 5).status == 0
    said = upstanding("story", "a", 4)
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert "one whose rows this run kept: [3, 5]" in said.err


def test_story(upstanding) -> None:
    assert upstanding("run", EVERYTHING, *SMALL, "--quiet", "--out", "a").status == 0
    subject = Run.open("a").ledger.filter(kind="list-in").collect()["subject"][0]
    said = upstanding("story", "a", subject)
    assert said.out.startswith(
        f"In this model of synthetic people, under `everything`: citizen {subject}, "
    )
    assert "was put on the list" in said.out
    plain = json.loads(upstanding("story", "a", subject, "--json").out)
    assert plain["citizen"] == subject
    assert "\n".join(s["text"] for s in plain["sentences"]) in said.out


def test_schemes(upstanding) -> None:
    said = upstanding("schemes")
    assert "The court list of judgment defaulters (documented law)" in said.out
    found = json.loads(upstanding("schemes", "--json").out)
    assert {"court-list", "baseline", "essay", "china", "town"} <= {
        entry["name"] for entry in found
    }
    assert {entry["kind"] for entry in found} >= {"scheme", "society"}


def test_check_says_ok_with_counts(upstanding) -> None:
    said = upstanding("check", EVERYTHING, "court-list", "china")
    assert said.status == 0
    everything, court, china = said.out.splitlines()
    assert "8 sensors, 27 rules, 4 tiers, 8 lists" in everything
    assert "it fits the society china" in court
    assert china.startswith("china: ok, the society china: ")


def test_schema(upstanding) -> None:
    assert json.loads(upstanding("schema").out)["title"] == "Upstanding scheme"
    said = upstanding("schema", "society", "--json")
    assert len(said.out.splitlines()) == 1
    assert json.loads(said.out)["title"] == "Upstanding society"


def test_evidence_lists_every_figure(upstanding) -> None:
    said = upstanding("evidence", "court-list", "--society", "uniform")
    assert "list.dishonest-personnel.leave.pressure-per-year" in said.out
    assert "[assumption]" in said.out
    assert "on invention or assumption" in said.out
    found = json.loads(upstanding("evidence", "court-list", "--json").out)
    for document in found.values():
        assert sum(document["statuses"].values()) == len(document["figures"]) > 0
        assert all(figure["source"] for figure in document["figures"])


def test_evidence_tells_what_clauses_rest_on(upstanding) -> None:
    said = upstanding("evidence", "court-list")
    ground = "documented law, since 2015; legal basis: Supreme People's Court: rule of 2010"
    _, found, after = said.out.partition(ground)
    assert found
    assert after.splitlines()[1] == "  list.dishonest-personnel.closes"
    assert "court-list: 19 clauses\n" in said.out
    clauses = json.loads(upstanding("evidence", "essay", "--json").out)["essay"]["clauses"]
    told = {clause["key"]: clause for clause in clauses}
    assert told["rule.jaywalking.points"]["provenance"] == "as told"
    assert told["rule.jaywalking.points"]["since"] == "2018"
    assert all(clause["legal-basis"] and clause["source"] for clause in clauses)


def test_check_refuses_a_ground_of_nothing(upstanding, tmp_path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\ntitle = "Mine"\nstatus = "proposed"\nextends = "court-list"\n'
        '[clause."list.dishonest-persons"]\nsince = 2020\n'
    )
    said = upstanding("check", str(path))
    assert said.status == 2
    assert "mine.toml:5" in said.err
    assert "did you mean list.dishonest-personnel?" in said.err
    path.write_text(path.read_text().replace("persons", "personnel"))
    assert upstanding("check", str(path)).status == 0


def test_evidence_of_a_society_alone(upstanding) -> None:
    found = json.loads(upstanding("evidence", "town", "--json").out)
    assert list(found) == ["town"]
    figures = {figure["key"]: figure for figure in found["town"]["figures"]}
    assert figures["conviction.support"]["status"] == "assumption"
    assert figures["party.women"]["status"] == "seen"
    assert "family.odds.couple.adult" in figures
    both = json.loads(upstanding("evidence", "common", "--society", "common", "--json").out)
    assert len(both["common"]["figures"]) > 0


def test_the_example_of_the_readme_works(capsys, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    example = re.search(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert example
    exec(example[1], {})
    assert "In this model of synthetic people, under `court-list`: " in capsys.readouterr().out
    assert len(list((tmp_path / "runs").iterdir())) == 3


def test_first_finding_on_few_people(tmp_path) -> None:
    found = first_finding(tmp_path / "first", citizens=8000, weeks=104)
    assert [str(part) for part in found.beyond] == ["0", "0.085", "0.17"]
    assert found.beyond.popitem()[1] > 0
    text = str(found)
    assert "debts paid beyond `baseline` were 0 to " in " ".join(text.split())
    assert "set by assumption" in " ".join(text.split())
    folders = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert folders == [
        "baseline", "baseline-causal-0", "baseline-causal-0.17",
        "documented", "documented-causal-0", "documented-causal-0.17", "essay", "finding.json",
    ]  # fmt: skip
    runs = [Run.open(tmp_path / "first" / name) for name in folders[:-1]]
    assert len({run.manifest["hashes"]["candidates"] for run in runs}) == 1
    rates = {
        run.plan.society.file.act["judgment-left-unpaid"].obligation.performed_per_year
        + run.plan.scheme.file.list_["dishonest-personnel"].leave.pressure_per_year
        for run in runs
        if run.plan.scheme.name == "documented"
    }
    assert {str(rate.normalize()) for rate in rates} == {"0.17"}
    told = [line.split()[0] for line in text.splitlines() if line.startswith("  ")]
    assert {"harmful", "debts", "attempts", "acts"} <= set(told)
    assert "the essay's picture" in text
    for finding in found.findings[1:]:
        assert f"{len(finding.numbers['absent'])} clauses are absent" in " ".join(text.split())
