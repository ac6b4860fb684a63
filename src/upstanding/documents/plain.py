"""Plain values: from what a caller writes in Python, and to JSON and back without loss."""

import json
from datetime import date
from decimal import Decimal

from upstanding.documents.lines import DEEPEST
from upstanding.documents.raw import WHOLE_FILE, Path, Raw, Tree, Value, dotted, shown
from upstanding.documents.read import decimal
from upstanding.errors import InputError, Problem

_DECIMAL, _DATE = "$decimal", "$date"


def plain(value: Value, file: str, path: Path = ()) -> Value:
    """Return a value as a document holds it: floats as the decimals they are printed as."""
    if len(path) > DEEPEST:
        allowed = f"at most {DEEPEST} levels deep"
        raise InputError([Problem(file, None, dotted(path), "values in one another", allowed)])
    if value is None:
        raise InputError([Problem(file, None, dotted(path), "nothing", "a value")])
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {str(key): plain(item, file, (*path, str(key))) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if isinstance(value, list | tuple):
        return [plain(item, file, (*path, at)) for at, item in enumerate(value)]
    return value


def to_json(tree: Tree) -> str:
    """Return a tree as JSON text; decimals and dates are tagged, so that they come back exactly."""
    return json.dumps(tree, default=_tagged, ensure_ascii=False)


def from_json(text: str, file: str) -> Raw:
    """Return the tree that `to_json` wrote."""
    try:
        tree = json.loads(text, parse_float=decimal, object_hook=_untagged)
    except (ValueError, ArithmeticError, RecursionError, TypeError) as error:
        found = f"text that is no document ({error})"
        raise InputError([Problem(file, None, WHOLE_FILE, found, "JSON of ours")]) from None
    if not isinstance(tree, dict):
        raise InputError([Problem(file, None, WHOLE_FILE, shown(tree), "a JSON object")])
    return Raw(plain(tree, file), file, {})


def _tagged(value: Value) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {_DECIMAL: str(value)}
    if isinstance(value, date):
        return {_DATE: value.isoformat()}
    raise TypeError(f"a document holds no {type(value).__name__}")


def _untagged(table: dict[str, Value]) -> Value:
    if table.keys() == {_DECIMAL}:
        return decimal(table[_DECIMAL])
    if table.keys() == {_DATE}:
        return date.fromisoformat(table[_DATE])
    return table
