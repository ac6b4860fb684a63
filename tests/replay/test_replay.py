"""Runs replayed: everything, the court list, a yearly reset, and the other choices of lists."""

from pathlib import Path

import pytest

from replay import replay_directory
from replay.samples import MANY_ACTS, OTHERWISE, QUICK, YEARLY_RESET, Values, make

NO_FADING = {key: value for key, value in QUICK.items() if key != "score.half-life-weeks"}


def check(folder: Path, *, least: int = 21, none: tuple[str, ...] = ()) -> None:
    """Replay a run, print how many rows of each kind that were, and check that there were some."""
    rows = replay_directory(folder).rows
    print(", ".join(f"{count} {kind}" for kind, count in rows.items()))
    assert {kind for kind, count in rows.items() if count < least} == set(none)


def test_everything(tmp_path: Path) -> None:
    check(make(tmp_path / "run", 2_000, 80, habits=MANY_ACTS))


def test_everything_as_it_is(tmp_path: Path) -> None:
    check(make(tmp_path / "run", 2_000, 80), least=1)


def test_court_list(tmp_path: Path) -> None:
    folder = make(tmp_path / "run", 2_000, 80, scheme="court-list", habits=MANY_ACTS)
    check(folder, none=("points",))


def test_no_rules_at_all(tmp_path: Path) -> None:
    folder = make(tmp_path / "run", 2_000, 20, scheme="baseline", habits=MANY_ACTS)
    check(folder, none=("start", "points", "record", "list-out", "list-in", "denial"))


@pytest.mark.parametrize(
    ("values", "patches"),
    [(QUICK, ()), (OTHERWISE, ()), (NO_FADING, (YEARLY_RESET,))],
    ids=["quick", "otherwise", "reset"],
)
def test_variants(values: Values, patches: tuple[Path, ...], tmp_path: Path) -> None:
    folder = make(tmp_path / "run", 400, 110, values=values, patches=patches, habits=MANY_ACTS)
    check(folder)
