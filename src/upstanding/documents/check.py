"""Checking a document: all that is wrong with it, at once.

Three looks are taken: at the model (types, limits, unknown and missing keys), at the sources, and
at the structure, which a function of the document's own package knows. Where the model finds
faults, the structure is looked at without the faulty tables, so that one does not hide another.
"""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from upstanding.documents.raw import (
    Path,
    Raw,
    Segment,
    Tree,
    Value,
    nearest,
    one_of,
    quoted,
    shown,
    value_at,
)
from upstanding.documents.shape import Shape, shape_of
from upstanding.documents.sources import source_problems
from upstanding.documents.table import SIZE, Table
from upstanding.errors import InputError, Problem

Model = TypeVar("Model", bound=Table)
Structure = Callable[[Model, Raw], Iterable[Problem]]
"""Yields what is wrong with a document as a whole."""

_KEY = "[key]"
"""How Pydantic marks that a key, not its value, is wrong."""


@dataclass(frozen=True)
class _Fault:
    """An error of Pydantic, at a path of the tree."""

    path: Path
    kind: str
    message: str


def validated(raw: Raw, model: type[Model], structure: Structure[Model]) -> Model:
    """Return the document as its model, or raise an InputError with every problem."""
    shape = shape_of(model)
    file, faults = _tried(raw.tree, model)
    problems = [_told(fault, raw, shape) for fault in faults]
    problems += source_problems(raw, shape)
    whole = file or _tried(_without(faults, raw.tree, shape), model)[0]
    if whole is not None:
        problems += structure(whole, raw)
    if file is None or problems:
        raise InputError(sorted(problems, key=lambda p: (p.file, p.line or 0)))
    return file


def _tried(tree: Tree, model: type[Model]) -> tuple[Model | None, list[_Fault]]:
    try:
        return model.model_validate(tree, by_alias=True, by_name=False), []
    except ValidationError as error:
        faults = {
            path: _Fault(path, kind, found["msg"])
            for found in error.errors(include_url=False, include_context=False)
            for path, kind in [_located(found["loc"], found["type"], tree)]
        }
        above = {path[:length] for path in faults for length in range(len(path))}
        return None, [fault for path, fault in faults.items() if path not in above]


def _located(loc: tuple[Segment, ...], kind: str, tree: Tree) -> tuple[Path, str]:
    """Return the path of an error, without the marks of unions that Pydantic puts between keys."""
    path: list[Segment] = []
    node: Value = tree
    for at, key in enumerate(loc):
        last = at == len(loc) - 1
        if key == _KEY and last:
            return tuple(path), "key"
        below = value_at(node, (key,))
        if below is None and not (kind == "missing" and last):
            continue
        node = below
        path.append(key)
    return tuple(path), kind


def _told(fault: _Fault, raw: Raw, shape: Shape) -> Problem:
    path = fault.path
    last = str(path[-1])
    above = shape.at(path[:-1])
    here = shape.at(path)
    if fault.kind == "key" and above:
        return raw.problem(
            path, f"the name {quoted(last)}", above.name_words(), nearest(last, above.keys)
        )
    if fault.kind == "extra_forbidden" and above:
        return raw.problem(path, "an unknown key", one_of(above.keys), nearest(last, above.keys))
    value = value_at(raw.tree, path)
    guess = nearest(value, here.choices) if here and isinstance(value, str) else None
    allowed = here.words() if here else fault.message
    if fault.kind == SIZE:
        allowed += f", {fault.message}"
    return raw.problem(path, shown(value), allowed, guess)


def _without(faults: list[_Fault], tree: Tree, shape: Shape) -> Tree:
    """Return the tree without unknown keys and without the named tables that hold a fault."""
    tree = deepcopy(tree)
    for fault in faults:
        cut = fault.path
        if fault.kind != "extra_forbidden":
            for length in range(1, len(fault.path)):
                above = shape.at(fault.path[:length])
                if above and above.is_named_tables:
                    cut = fault.path[: length + 1]
                    break
            else:
                continue
        table = value_at(tree, cut[:-1])
        if isinstance(table, dict):
            table.pop(cut[-1], None)
    return tree
