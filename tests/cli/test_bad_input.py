"""What is wrong is told in one line each, with exit status 2, and nothing is lost."""

import errno
import functools
import json
import os
import shlex
import shutil
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from upstanding import commands
from upstanding import first_finding as main_job
from upstanding.engine import files
from upstanding.errors import RunDirectoryError
from upstanding.run import Run, simulate

SMALL = ("--citizens", 1500, "--weeks", 30, "--quiet")
HEAD = 'name = "mine"\ntitle = "Mine"\nstatus = "invented"\n'
RULE = '[rule.x]\ncategory = "c"\npoints = -1\nsource = "invented 0..1"\n'

FACES = (
    '[sensor.faces]\nsees = ["jaywalking"]\ncoverage = { urban = 1 }\nhit-rate = 1\n'
    'gallery = "nation"\nfalse-match-rate = 0\ngallery-size = 9\nsource = "invented 0..1"\n'
)
PLATFORM = """
[platform]
sensors = ["faces", "face"]
range = [900, 300]
half-life-weeks = 4
hiding-gains = 1
access = "compelled"
lists = ["debtors"]
source = "invented 0..1"
dimension.behaviour = { weight = 0.5, level = 0, source = "invented 0..1" }
counts.gaming = { dimension = "connections", level = 0, source = "invented 0..1" }
"""


def lines(said) -> list[str]:
    assert said.status == 2
    assert said.out == ""
    assert "Traceback" not in said.err
    return said.err.splitlines()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name = ", ["malformed TOML"]),
        ("", ["name", "title", "status"]),
        (HEAD + "points = nan", ["unknown key"]),
        (HEAD + 'extends = "court-lisd"', ["did you mean court-list?"]),
        (
            HEAD + '[sensor.s]\nsees = ["jaywalkin"]\ncoverage = { urban = 2 }\n'
            'hit-rate = -1\nsource = "invented 0..1"\n',
            ["found 2", "found -1"],
        ),
        (
            HEAD + '[sensor.s]\nsees = ["jaywalkin"]\ncoverage = { urban = 1 }\n'
            'hit-rate = 1\nsource = "invented 0..1"\n',
            ["did you mean jaywalking?"],
        ),
        (
            HEAD + "[score]\nstart = nan\nrange = [0, 1e999]\n" + 'source = "invented 0..1"\n',
            ["score.start", "score.range"],
        ),
        (HEAD + RULE, ["no [score]", "rule.x.category"]),
        (
            HEAD + '[sensor.s]\nsees = ["jaywalking"]\ncoverage = { urban = 1 }\nhit-rate = 1\n'
            'floor = 0.5\nsource = "invented 0..1"\n'
            '[sensor.t]\nsees = ["jaywalking"]\ncoverage = { urban = 1 }\nhit-rate = 1\n'
            'allocation = "finds"\nsource = "invented 0..1"\n',
            ["sensor.s.floor", "sensor.t.period-weeks"],
        ),
        (
            HEAD + '[sensor.gate]\nsees = ["jaywalking"]\ncoverage = { urban = 1 }\n'
            'hit-rate = 1\nsource = "invented 0..1"\n'
            '[publicity.empty]\nwhere = "on a wall"\npersons = 1\nties = 0\n'
            'source = "invented 0..1"\n'
            '[publicity.wall]\nwhere = "on a wall"\nrecords = ["jaywalkin"]\nsensors = ["gat"]\n'
            'lists = ["blak"]\nrules = ["x"]\npersons = -1\nties = 2\nsource = "invented 0..1"\n',
            ["publicity.wall.persons", "publicity.wall.ties"],
        ),
        (
            HEAD + '[sensor.gate]\nsees = ["jaywalking"]\ncoverage = { urban = 1 }\n'
            'hit-rate = 1\nsource = "invented 0..1"\n'
            '[publicity.empty]\nwhere = "on a wall"\npersons = 1\nties = 0\n'
            'source = "invented 0..1"\n'
            '[publicity.wall]\nwhere = "on a wall"\nrecords = ["jaywalkin"]\nsensors = ["gat"]\n'
            'lists = ["blak"]\nrules = ["x"]\npersons = 1\nties = 1\nsource = "invented 0..1"\n',
            [
                "nothing to publish",
                "did you mean gate?",
                "publicity.wall.lists",
                "publicity.wall.rules",
                "publicity.wall.records",
            ],
        ),
        (
            HEAD + FACES + PLATFORM,
            [
                "did you mean faces?",
                "faces, which compares faces",
                "faces, which the state holds",
                "platform.lists",
                "platform.range",
                "platform.share",
                "weights that come to 0.5",
                "platform.counts.gaming.dimension",
            ],
        ),
    ],
)
def test_bad_schemes(upstanding, tmp_path, text: str, found: list[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    for call in (("run", path, *SMALL), ("check", path)):
        told = lines(upstanding(*call))
        assert len(told) >= len(found)
        for words in found:
            assert sum(words in line for line in told) == 1
        assert all("mine.toml" in line for line in told)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("court-lisd",), ["did you mean court-list?"]),
        (("court-list", "--society", "chino"), ["did you mean china?"]),
        (("court-list", "--society", "nowhere.toml"), ["nothing under this name"]),
        (("court-list", "--citizens", 0), ["options: citizens: found 0"]),
        (
            ("court-list", "--citizens", -3, "--seed", -1, "--threads", 0, "--ledger", "some"),
            ["citizens: found -3", "seed: found -1", "threads: found 0", "ledger: found some"],
        ),
        (("court-list", "--citizens", 10**30), ["citizens: found 1000"]),
        (("court-list", "--weeks", 4001), ["weeks: found 4001"]),
        (("court-list", "--weeks", 0), ["weeks: found 0"]),
        (("court-list", "--weeks", 4, "--years", 1), ["years: found years and weeks"]),
        (("court-list", "--cohort", "1;2"), ['--cohort: found "1;2"']),
        (("court-list", "--cohort", "1"), ["cohort: found [1]"]),
        (
            ("court-list", "--ledger", "cohort", "--cohort", "99999999"),
            ["cohort: found [99999999]"],
        ),
        (("court-list", "--resume"), ["--resume: found no --out"]),
        (("court-list", "--set", "nonsense"), ["--set"]),
        (("court-list", "--set", "list.dishonest-personnel.delay-weeks=-1"), ["delay-weeks"]),
        (("court-list", "--set", "list.dishonest-personnel.delay-week=1"), ["delay-week"]),
        (("court-list", "--set", "a=1", "--set", "a=2"), ["a second time"]),
    ],
)
def test_bad_options(upstanding, tmp_path, arguments: tuple, found: list[str]) -> None:
    told = lines(upstanding("run", *arguments))
    assert len(told) == len(found)
    for words in found:
        assert sum(words in line for line in told) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [("run",), ("run", "court-list", "--citizens", "many"), ("nothing",), ("run", "x", "--bad")],
)
def test_bad_calls(upstanding, arguments: tuple) -> None:
    assert any("Error: " in line for line in lines(upstanding(*arguments)))


def test_an_existing_directory_is_left_alone(upstanding, tmp_path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine").write_text("mine")
    (told,) = lines(upstanding("run", "court-list", *SMALL, "--out", "a"))
    assert "this directory exists" in told
    (told,) = lines(upstanding("first-finding", "--out", "a", "--quiet"))
    assert "this directory exists" in told
    (told,) = lines(upstanding("run", "court-list", *SMALL, "--out", "a", "--resume"))
    assert "this is no run directory" in told
    (told,) = lines(upstanding("first-finding", "--out", "a", "--quiet", "--resume"))
    assert "this is no directory of a first finding: it holds mine" in told
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["mine"]


def test_a_directory_of_others_is_not_offered(upstanding, monkeypatch, tmp_path) -> None:
    """Neither one that exists, nor one that appears meanwhile, nor one that was only looked at."""
    assert upstanding("run", "baseline", *SMALL, "--out", "a").status == 0
    (told,) = lines(upstanding("run", "court-list", *SMALL, "--out", "a"))
    assert "go on with" not in told

    def elsewhere(*_, **keys: object) -> None:
        shutil.copytree(tmp_path / "a", tmp_path / "b")
        raise RunDirectoryError("b: this directory exists; choose another, or resume it")

    def stop(*_, **__) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "simulate", elsewhere)
    (told,) = lines(upstanding("run", "baseline", *SMALL, "--out", "b"))
    assert "go on with" not in told
    monkeypatch.setattr(commands, "simulate", stop)
    for more in ((), ("--resume",)):
        said = upstanding("run", "baseline", *SMALL, "--out", "a", *more)
        assert (said.status, said.err) == (130, "interrupted\n")
    said = upstanding("run", "baseline", *SMALL)
    assert (said.status, said.err) == (130, "interrupted\n")
    assert not (tmp_path / "runs").exists()


def test_too_little_memory(upstanding, monkeypatch, tmp_path) -> None:
    def allocate(*_, **__) -> None:
        np.empty(1 << 62, np.uint8)

    monkeypatch.setattr(commands, "simulate", allocate)
    (told,) = lines(upstanding("run", "baseline", *SMALL))
    assert told == "there is not enough memory for so many people: choose fewer --citizens"
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_first_finding_goes_on(upstanding, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(main_job, "CITIZENS", 3000)
    few = functools.partial(main_job.first_finding, citizens=3000, weeks=30)
    monkeypatch.setattr(main_job, "first_finding", few)

    def watch(closed: int, rows: int) -> None:
        if closed == 50:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(commands, "watching", lambda *_, **__: nullcontext(watch))
        said = upstanding("first-finding", "--quiet")
    assert said.status == 130
    assert "--resume" in resuming(said.err)
    (folder,) = (tmp_path / "runs").iterdir()
    first = (folder / "baseline" / "manifest.json").read_bytes()
    assert not (folder / "finding.json").exists()
    assert upstanding(*resuming(said.err)).status == 0
    assert (folder / "baseline" / "manifest.json").read_bytes() == first
    assert upstanding("first-finding", "--quiet", "--out", "whole").status == 0
    found, whole = (json.loads((at / "finding.json").read_text()) for at in (folder, Path("whole")))
    assert {**found, "directory": ""} == {**whole, "directory": ""}
    assert upstanding("first-finding", "--resume").status == 2


def test_a_folder_that_cannot_be_written(upstanding, tmp_path) -> None:
    (tmp_path / "file").write_text("mine")
    (told,) = lines(upstanding("run", "court-list", *SMALL, "--out", "file/a"))
    assert "could not create this directory" in told
    assert (tmp_path / "file").read_text() == "mine"


def test_no_run_to_tell_of(upstanding, tmp_path) -> None:
    (told,) = lines(upstanding("story", "nowhere", 3))
    assert "this is no run directory" in told
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "manifest.json").write_text("{]")
    (told,) = lines(upstanding("story", "a", 3))
    assert "damaged" in told


def test_a_directory_of_another_version(upstanding, tmp_path) -> None:
    assert upstanding("run", "baseline", *SMALL, "--out", "a").status == 0
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text())
    manifest |= {"format": 99, "version": "7.0"}
    (tmp_path / "a" / "manifest.json").write_text(json.dumps(manifest))
    for call in (("story", "a", 3), ("run", "baseline", *SMALL, "--out", "a", "--resume")):
        (told,) = lines(upstanding(*call))
        assert "made by upstanding 7.0 in format 99" in told


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, str]:
    """The hashes of the run that the tests below break off."""
    out = tmp_path_factory.mktemp("whole") / "run"
    return simulate("court-list", citizens=1500, weeks=30, out=out).manifest["hashes"]


@pytest.fixture
def interrupted(upstanding, monkeypatch):
    """Break a run off at the close of week 20, after its first checkpoint."""

    def watch(closed: int, rows: int) -> None:
        if closed == 20:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(commands, "watching", lambda *_, **__: nullcontext(watch))
        said = upstanding("run", "court-list", *SMALL)
    assert said.status == 130
    assert said.out == ""
    return said.err


def resuming(told: str) -> list[str]:
    """Return the arguments of the call that a message says to resume with."""
    program, *arguments = shlex.split(told.partition("; go on with: ")[2])
    assert program == "upstanding"
    return arguments


def test_an_interrupted_run_says_how_to_resume(upstanding, interrupted, whole, tmp_path) -> None:
    assert interrupted.startswith("interrupted; go on with: upstanding run court-list ")
    (folder,) = (tmp_path / "runs").iterdir()
    (told,) = lines(upstanding("story", folder, 3))
    assert "not finished" in told
    assert upstanding(*resuming(interrupted)).status == 0
    assert Run.open(folder).manifest["hashes"] == whole


@pytest.mark.parametrize("keep", [0, 5, 1000, -1])
def test_a_damaged_checkpoint(upstanding, interrupted, whole, tmp_path, keep: int) -> None:
    (path,) = tmp_path.glob("runs/*/checkpoint.npz")
    content = path.read_bytes()
    path.write_bytes(content[:keep])
    (told,) = lines(upstanding(*resuming(interrupted)))
    assert "this checkpoint is damaged" in told
    path.write_bytes(content)
    assert upstanding(*resuming(interrupted)).status == 0
    assert Run.open(path.parent).manifest["hashes"] == whole


def test_another_run_is_not_resumed(upstanding, interrupted) -> None:
    (told,) = lines(upstanding(*resuming(interrupted), "--seed", 2))
    assert "holds another run: its seed differs" in told


@pytest.mark.parametrize("written", range(9))
def test_a_full_disk(upstanding, monkeypatch, whole, tmp_path, written: int) -> None:
    sync, synced = os.fsync, []

    def full(file: int) -> None:
        synced.append(file)
        if len(synced) > written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(file)

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        (told,) = lines(upstanding("run", "court-list", *SMALL, "--out", "a"))
    assert "could not write this file: No space left on device" in told
    assert not list(tmp_path.rglob("*.part"))
    if written == 0:
        assert "go on with" not in told
        return
    assert upstanding(*resuming(told)).status == 0
    assert Run.open("a").manifest["hashes"] == whole


def test_margins_that_contradict_each_other(upstanding, tmp_path) -> None:
    file = tmp_path / "men.toml"
    file.write_text(
        'name = "men"\ntitle = "Men"\nstatus = "synthetic"\nextends = "china"\n'
        '[composition]\nmale = 0.9\nsource.male = "assumption 0..1"\n'
    )
    for command in (["check", file], ["run", "baseline", "--society", file, "--citizens", "600"]):
        said = upstanding(*command)
        assert said.status == 2
        assert "composition.male: found 0.9; it must be near a half" in said.err


@pytest.mark.parametrize("command", [("run", "baseline"), ("first-finding",)])
def test_nothing_begins_where_there_is_nothing_to_resume(upstanding, tmp_path, command) -> None:
    said = upstanding(*command, "--resume", "--out", tmp_path / "nowhere", "--quiet")
    assert "--resume: found no directory" in " ".join(lines(said))
    assert not (tmp_path / "nowhere").exists()
