"""Where figures come from, and how that is checked and counted."""

from pathlib import Path

import pytest

from upstanding.documents.evidence import Figure, tally
from upstanding.documents.sources import status_of
from upstanding.errors import InputError
from upstanding.scheme import Scheme

FIXTURES = Path(__file__).parents[1] / "fixtures"
FIXTURE = FIXTURES / "scheme.toml"


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("EV 1.4 S/H", "seen"),
        ("EV 1.4, 1.5 D/M; EV 2 R/L", "derived"),
        ("EV 11 R/L: a guess", "recalled"),
        ("VALIDATION 2", "validation"),
        ("MODEL 7, as told", "model"),
        ("essay E11; no such rule documented", "essay"),
        ("essay", "essay"),
        ("assumption 1e-9..1.5", "assumption"),
        ("invented -2..2 because", "invented"),
        ("definition", "definition"),
        ("fitted to the record", "fitted"),
        ("patch expiry: invented 1..2", "invented"),
        ("patch values: set by hand", "set by hand"),
        ("", None),
        ("EV 1.4", None),
        ("EV 1.4 X/H", None),
        ("assumption", None),
        ("invented 1...2", None),
        ("definitions", None),
        ("patch x: because", None),
        ("I know it", None),
    ],
)
def test_a_source_begins_with_its_status(source: str, status: str | None) -> None:
    assert status_of(source) == status


def problems(tmp_path, source: str) -> list[tuple[str, int | None, str, str | None]]:
    path = tmp_path / "a.toml"
    path.write_text(
        'name = "a"\ntitle = "A"\nstatus = "invented"\n[score]\nstart = 0\nrange = [0, 1]\n'
        f"yearly-reset = true\nsource = {source}\n"
    )
    try:
        Scheme.load(path)
    except InputError as error:
        return [(p.key, p.line, p.found, p.nearest) for p in error.problems]
    return []


def test_a_switch_needs_no_source_and_may_have_one(tmp_path) -> None:
    assert problems(tmp_path, '"definition"') == []
    assert problems(tmp_path, '{ start = "essay", range = "essay" }') == []
    entries = 'start = "essay", range = "essay", yearly-reset = "definition"'
    assert problems(tmp_path, f"{{ {entries} }}") == []


def test_what_is_wrong_with_sources(tmp_path) -> None:
    assert problems(tmp_path, '"I know"') == [("score.source", 8, '"I know"', None)]
    assert problems(tmp_path, '{ start = "essay", rang = "essay" }') == [
        ("score.range", 6, "no source", None),
        ("score.source.rang", 8, "an entry for a key that is not there", "range"),
    ]
    assert [key for key, *_ in problems(tmp_path, "3")] == ["score.source"]
    assert [key for key, *_ in problems(tmp_path, "{ start = 3 }")] == ["score.source.start"]


def test_dotted_entries_win_over_the_table_s() -> None:
    figures = {figure.key: figure for figure in Scheme.load(FIXTURE).figures()}
    assert figures["list.defaulters.leave.other-per-year"].status == "seen"
    assert figures["list.defaulters.leave.pressure-per-year"].status == "assumption"
    assert figures["score.range"] == Figure(
        "score.range", [0, 1300], "assumption 800..1300", "assumption"
    )
    assert "score.yearly-reset" not in figures


def test_tally_counts_by_status() -> None:
    counts = tally(Scheme.load(FIXTURE).figures())
    assert list(counts) == [
        "seen", "derived", "recalled", "validation", "essay",
        "assumption", "invented", "definition", "fitted",
    ]  # fmt: skip
    assert counts["validation"] == 2
