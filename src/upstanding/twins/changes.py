"""What differs between two schemes, clause by clause; and why a difference may change no life."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from upstanding.documents.document import Document
from upstanding.documents.raw import Value, dotted
from upstanding.run import Run

_NO_CLAUSES = {"name", "title", "status", "extends", "absent", "clause", "source"}
"""Keys of a scheme that no life can meet."""
_TABLES_OF_NAMES = {"rule", "list", "tier", "sensor", "publicity", "start"}
"""Tables whose tables have names, on which rows rest."""


@dataclass(frozen=True)
class Change:
    """A clause that is not the same in two schemes."""

    key: str
    """Its dotted key, as a patch would name it."""
    before: Value | None
    """None where it is absent."""
    after: Value | None


def changes(before: Document[Any], after: Document[Any]) -> tuple[Change, ...]:
    """Return the clauses that differ, in the order of the first document, then of the second."""
    one, other = (dict(_clauses(document.tree)) for document in (before, after))
    return tuple(
        Change(dotted(path), one.get(path), other.get(path))
        for path in {**one, **other}
        if one.get(path) != other.get(path)
    )


def _clauses(
    table: Mapping[str, Value], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Value]]:
    for key, value in table.items():
        if key == "source" or (not above and key in _NO_CLAUSES):
            continue
        if isinstance(value, dict) and value:
            yield from _clauses(value, (*above, key))
        else:
            yield (*above, key), value


def why_nothing_changed(found: Sequence[Change], before: Run, after: Run) -> Iterator[str]:
    """Yield why two schemes gave the same lives: a sentence for each thing that led nowhere."""
    known = set(before.plan.scheme.unmatched)
    yield from (text for text in after.plan.scheme.unmatched if text not in known)
    if not found:
        yield "the two schemes have the same clauses"
    for name, keys in _grouped(found).items():
        clauses = ", ".join(f"`{key}`" for key in keys)
        yield f"{clauses}: {_never(name, before)}"


def _grouped(found: Sequence[Change]) -> dict[str, list[str]]:
    """Return keys by the clause that rows would rest on: a named table, or a table."""
    groups: dict[str, list[str]] = {}
    for change in found:
        first, *rest = change.key.split(".")
        named = first in _TABLES_OF_NAMES and rest
        groups.setdefault(f"{first}.{rest[0]}" if named else first, []).append(change.key)
    return groups


def _never(name: str, run: Run) -> str:
    """Say what never happened in a run, so that a clause could make no difference."""
    table, _, what = name.partition(".")
    weeks = run.plan.weeks
    if run.plan.ledger != "all":
        return f"no life met it in {weeks} weeks"
    column = "sensor" if table == "sensor" else "rule"
    text = pl.col(column).cast(pl.String)
    if column == "sensor":
        rests = text == what
    else:
        rests = (text == name) | text.str.starts_with(f"{name}.")
    rows = run.ledger.filter(rests).select(pl.len()).collect().item()
    if not rows:
        return f"no entry rests on it in {weeks} weeks: nobody qualifies, or it never triggers"
    return f"{rows:,} entries rest on it, and none would be another without it"
