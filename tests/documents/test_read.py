"""Reading files: exact numbers, right lines, and nothing but InputError for the rest."""

import contextlib
import tempfile
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstanding.documents.lines import lines_of
from upstanding.documents.read import read
from upstanding.errors import InputError, Problem

LINES = '''\
# a comment with [brackets] = and "quotes"
title = "a = 1 # no comment"
text = """
[not.a.table]
key = "inside \\"""
"""""
raw = \'\'\'
x = 1\'\'\'
list = [ # why
  "]",
  { a = 1, "b c".d = 2 }, [3,

   4],
]
when = 2014-01-06 10:00:00
"quoted \\u00e9".bare . \'lit eral\' = true

[one.two]
  x = { y = { z = 1 } }

[ one . "three.four" ]
y = -0.5e-3
'''


def problem_of(data: bytes | str, folder: Path) -> Problem:
    path = folder / "file.toml"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(InputError) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert problem.file == str(path)
    assert str(caught.value).count("\n") == 0
    return problem


def test_lines_of_every_kind_of_key() -> None:
    tomllib.loads(LINES)
    lines = lines_of(LINES, "x.toml")
    assert lines == {
        ("title",): 2,
        ("text",): 3,
        ("raw",): 7,
        ("list",): 9,
        ("list", 0): 10,
        ("list", 1): 11,
        ("list", 1, "a"): 11,
        ("list", 1, "b c"): 11,
        ("list", 1, "b c", "d"): 11,
        ("list", 2): 11,
        ("list", 2, 0): 11,
        ("list", 2, 1): 13,
        ("when",): 15,
        ("quoted é",): 16,
        ("quoted é", "bare"): 16,
        ("quoted é", "bare", "lit eral"): 16,
        ("one",): 18,
        ("one", "two"): 18,
        ("one", "two", "x"): 19,
        ("one", "two", "x", "y"): 19,
        ("one", "two", "x", "y", "z"): 19,
        ("one", "three.four"): 21,
        ("one", "three.four", "y"): 22,
    }


def test_numbers_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"a = 0.1\r\nb = 1_0.50\r\nc = 1e999999999999999999999\r\n")
    raw = read(path)
    assert raw.tree == {"a": Decimal("0.1"), "b": Decimal("10.50"), "c": Decimal("Infinity")}
    assert raw.place(("c",)) == (str(path), 3)


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        ("a = 1\nb = = 2\n", 2, "malformed TOML"),
        ("a = 1\na = 2\n", 2, "malformed TOML"),
        ('a = 1\nb = "', 2, "malformed TOML"),
        ("a = 1\n[[b]]\nc = 1\n", 2, "array of tables"),
        (b"a = 1\nb = '\xff'\n", 2, "0xff, which is not UTF-8"),
        ("a = 1\nb = " + "9" * 5000, 2, "thousands of digits"),
        ("a = " + "[" * 50_000, None, "lists in one another"),
        ("a = 1\nb = " + "[" * 60 + "]" * 60, 2, "in one another"),
        ("a = 1\n" + "b." * 2_000 + "c = 1", 2, "in one another"),
    ],
    ids=range(9),
)
def test_what_is_no_document(data: Any, line: int | None, words: str, tmp_path: Path) -> None:
    problem = problem_of(data, tmp_path)
    assert problem.line == line
    assert words in problem.found


def test_what_is_no_file(tmp_path: Path) -> None:
    for path, words in (
        (tmp_path / "none.toml", "nothing under this name"),
        (tmp_path, "a directory"),
        (tmp_path / ("x" * 5000), "cannot be read"),
        (Path("nul\0byte"), "found"),
    ):
        with pytest.raises(InputError, match=words):
            read(path)


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "any.toml")
        path.write_bytes(data)
        with contextlib.suppress(InputError):
            read(path)


def quote(text: str) -> str:
    """The text as a TOML string that keeps what may be kept."""
    bad = {c: f"\\U{ord(c):08x}" for c in text if c in '"\\\x7f' or c < " "}
    return f'"{text.translate(str.maketrans(bad))}"'


KEYS = st.text(max_size=6)
VALUES = st.recursive(
    st.one_of(st.integers(-9, 9).map(str), st.text(max_size=12).map(quote)),
    lambda inner: st.lists(inner, max_size=3).map(lambda v: "[" + " ,\n# , ]\n".join(v) + "\n]"),
    max_leaves=4,
)


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=4), max_size=4), st.data())
def test_lines_are_those_of_the_text(
    tables: dict[str, dict[str, str]], data: st.DataObject
) -> None:
    text, expected = "", {}
    for table, pairs in tables.items():
        text += "\n" * data.draw(st.integers(0, 2))
        expected[(table,)] = text.count("\n") + 1
        text += f"[{quote(table)}] # ]\n"
        for key, value in pairs.items():
            expected[(table, key)] = text.count("\n") + 1
            text += f" {quote(key)} = {value}\n"
    tomllib.loads(text)
    lines = lines_of(text, "x")
    assert {path: line for path, line in lines.items() if len(path) < 3} == expected
