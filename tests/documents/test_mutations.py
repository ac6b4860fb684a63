"""Whatever is done to a valid document: it stays valid, or an InputError names file and key."""

import copy
import datetime
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstanding.documents.document import Document
from upstanding.documents.plain import to_json
from upstanding.errors import InputError
from upstanding.scheme import Scheme, fits
from upstanding.society import Society

FIXTURES = Path(__file__).parents[1] / "fixtures"
SCHEME = Scheme.load(FIXTURES / "scheme.toml")
SOCIETY = Society.load(FIXTURES / "society.toml")

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(16**6000), -1, 0, 2**63]),
    st.sampled_from(["NaN", "-Infinity", "1e999999999", "-1e-999999999", "0.1", "-0.0"]).map(
        Decimal
    ),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["jaywalking", "low", "invented 0..1", "a\nb", "\u2028", "x" * 3000, "none"]),
    st.just(datetime.date(2014, 1, 6)),
    st.just(datetime.time(10)),
    st.just(datetime.datetime(2014, 1, 6, 10)),
    st.lists(st.integers(0, 9) | st.text(max_size=3), max_size=4),
    st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=4), max_size=3),
)


def paths(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    return [p for key, value in items for p in [(*path, key), *paths(value, (*path, key))]]


@st.composite
def mutated(draw: st.DrawFn, document: Document[Any]) -> dict[str, Any]:
    tree = copy.deepcopy(document.tree)
    for _ in range(draw(st.integers(1, 4))):
        *above, key = draw(st.sampled_from(paths(tree)))
        table: Any = tree
        for step in above:
            table = table[step]
        deed = draw(st.sampled_from(["change", "remove", "rename", "copy"]))
        if deed == "change":
            table[key] = draw(VALUES)
        elif deed == "remove":
            del table[key]
        elif isinstance(table, dict):
            name = draw(st.sampled_from(["x", "Not a name", "a.b", "", "nul\0", key + "s"]))
            table[name] = table.pop(key) if deed == "rename" else copy.deepcopy(table[key])
    return tree


def well_told(error: InputError) -> None:
    assert error.problems
    for problem in error.problems:
        assert problem.file
        assert problem.key
        assert len(str(problem).splitlines()) == 1
    assert len(str(error).split("\n")) == len(error.problems)


def written(value: Any) -> str:
    """The value in TOML, as far as TOML can say it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        text = str(value)
        return {"NaN": "nan", "-Infinity": "-inf"}.get(
            text, text if set("E.") & set(text) else f"{text}.0"
        )
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(c):08x}" for c in value) + '"'
    if isinstance(value, int):
        return hex(value) if value > 10**300 else "-1" if value < -(10**300) else str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(k)} = {written(v)}" for k, v in value.items()) + "}"
    return "[]" if value is None else value.isoformat()


def load(kind: type[Document[Any]], data: str | bytes) -> Document[Any] | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mutant.toml")
        path.write_bytes(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)
        try:
            return kind.load(path)
        except InputError as error:
            well_told(error)
            count = path.read_bytes().count(b"\n") + 1
            for problem in error.problems:
                assert problem.file == str(path)
                assert problem.line is None or 1 <= problem.line <= count
            return None


@settings(max_examples=100, deadline=None)
@given(mutated(SCHEME))
def test_mutated_schemes(tree: dict[str, Any]) -> None:
    lines = "".join(f"{written(key)} = {written(value)}\n" for key, value in tree.items())
    document = load(Scheme, lines)
    if document is not None:
        assert Scheme.from_json(document.to_json()) == document
        assert isinstance(document, Scheme)
        fits(document, SOCIETY)
        list(document.figures())


@settings(max_examples=100, deadline=None)
@given(mutated(SOCIETY))
def test_mutated_societies(tree: dict[str, Any]) -> None:
    lines = "".join(f"{written(key)} = {written(value)}\n" for key, value in tree.items())
    document = load(Society, lines)
    if isinstance(document, Society):
        fits(SCHEME, document)


@settings(max_examples=100, deadline=None)
@given(mutated(SCHEME))
def test_mutated_manifests(tree: dict[str, Any]) -> None:
    try:
        text = to_json(tree)
    except (TypeError, ValueError):
        return
    try:
        Scheme.from_json(text)
    except InputError as error:
        well_told(error)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_mutated_text(data: st.DataObject) -> None:
    text = (FIXTURES / "scheme.toml").read_text()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.text("[]{}=\"'#\n.,-_1e9ax\\", max_size=6)) + text[end:]
    load(Scheme, text)


PARTS = st.sampled_from(
    ["rule", "list", "*", "jaywalking", "points", "source", "score", "range", "x", ""]
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.lists(PARTS, max_size=4).map(".".join), VALUES, max_size=3))
def test_values_by_hand(values: dict[str, Any]) -> None:
    try:
        SCHEME.with_values(values)
    except InputError as error:
        well_told(error)


@pytest.mark.parametrize("kind", [Scheme, Society])
def test_nothing_and_nonsense(kind: type[Document[Any]]) -> None:
    for data in (
        b"",
        b"a = 1",
        b"\x00",
        b"\xff\xfe",
        b"[rule.source]\nsource = []",
        b"rule = 1979-05-27",
    ):
        assert load(kind, data) is None
