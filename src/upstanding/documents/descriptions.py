"""What is said below each key of a model, for those who read its schema."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any, TypeGuard, get_args

from upstanding.documents.table import Table


def descriptions(model: type[Table]) -> dict[str, str]:
    """Return the texts that stand below the keys of a model, by their names in a file."""
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if issubclass(kind, Table):
            found |= dict(_said(kind))
    return {model.model_fields[key].alias or key: text for key, text in found.items()}


def is_table(hint: Any) -> TypeGuard[type[Table]]:
    """Return whether a type is a model."""
    return isinstance(hint, type) and issubclass(hint, Table)


def models(model: type[Table]) -> set[type[Table]]:
    """Return a model and all that stand in it."""
    found: set[type[Table]] = set()
    waiting = [model]
    while waiting:
        kind = waiting.pop()
        if kind not in found:
            found.add(kind)
            waiting += (
                below for field in kind.model_fields.values() for below in _within(field.annotation)
            )
    return found


def _within(hint: Any) -> Iterator[type[Table]]:
    if is_table(hint):
        yield hint
    for part in get_args(hint):
        yield from _within(part)


def _said(kind: type[Table]) -> Iterator[tuple[str, str]]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(definition, ast.ClassDef)
    for key, below in zip(definition.body, definition.body[1:], strict=False):
        match key, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, inspect.cleandoc(text)
