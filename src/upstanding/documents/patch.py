"""Patches: named changes to a document, which a safeguard is.

A patch file sets keys and removes them:

    name = "expiry"
    title = "Every listing ends"
    source = "assumption 26..260"
    remove = ["tier.*.closes"]
    [set]
    "list.*.leave.term-weeks" = 104

`*` stands for exactly one segment of what is there. What follows the last `*` of a key to set may
be new, in every table for which the format has such a key; a pattern makes no named tables. What is
set takes the patch's source. Several patches are applied at once: everything is set, then
everything is removed.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import Field

from upstanding.documents import shelf
from upstanding.documents.check import validated
from upstanding.documents.merge import merged
from upstanding.documents.plain import plain
from upstanding.documents.raw import (
    Path,
    Place,
    Raw,
    Tree,
    Value,
    dotted,
    nearest,
    quoted,
    shown,
    value_at,
)
from upstanding.documents.read import read
from upstanding.documents.shape import Shape
from upstanding.documents.sources import BEGINNINGS, BY_HAND, source_for, status_of
from upstanding.documents.table import Name, Table, Text
from upstanding.errors import InputError, Problem

FOLDER = "safeguards"
VALUES = "values"
"""The name of a patch that has none."""
Segments = tuple[str, ...]


class PatchFile(Table):
    """A whole patch file."""

    name: Name
    title: Text
    source: Text
    """Where the figures come from that the patch sets."""
    sources: dict[str, Text] = {}
    """Where some of them come from, by dotted key, if from elsewhere."""
    follows: Text | None = None
    """The legal or published practice that it follows."""
    set_: Annotated[dict[str, Value], Field(alias="set", default_factory=dict)]
    """Values by dotted key, or in nested tables."""
    remove: tuple[Text, ...] = ()
    """Dotted keys."""


@dataclass(frozen=True)
class Patch:
    """A named set of changes to a document."""

    name: str
    title: str
    source: str
    sources: Mapping[str, str]
    follows: str | None
    sets: Mapping[Segments, Value]
    removes: tuple[Segments, ...]
    raw: Raw
    """The file, for the places of keys."""

    @classmethod
    def load(cls, name_or_path: str | os.PathLike[str]) -> "Patch":
        """Read a shipped safeguard by name, or a patch file by path."""
        return cls._of(read(shelf.find(FOLDER, name_or_path)))

    @classmethod
    def of_values(cls, values: Mapping[str, Value], remove: Iterable[str] = ()) -> "Patch":
        """Return an anonymous patch that sets values by dotted key, and removes keys."""
        header = {"name": VALUES, "title": "Values set by hand", "source": BY_HAND}
        file = "(values)"
        return cls._of(
            Raw({**header, "set": plain(dict(values), file), "remove": list(remove)}, file, {})
        )

    @classmethod
    def _of(cls, raw: Raw) -> "Patch":
        file = validated(raw, PatchFile, _structure)
        sets = {target: value for target, _, value in _targets(file.set_)}
        removes = tuple(_split(key) for key in file.remove)
        return cls(
            file.name, file.title, file.source, file.sources, file.follows, sets, removes, raw
        )

    def source_of(self, target: Segments) -> str:
        """Return where the value comes from that the patch gives a key."""
        return source_for(self.sources, target) or self.source

    def place(self, target: Segments) -> Place:
        """Return where the patch sets a key."""
        paths = {found: path for found, path, _ in _targets(self.raw.tree["set"])}
        return self.raw.place(paths[target])


class _Setting(NamedTuple):
    value: Value
    patch: Patch
    target: Segments

    @property
    def place(self) -> Place:
        return self.patch.place(self.target)

    @property
    def source(self) -> str:
        return f"patch {self.patch.name}: {self.patch.source_of(self.target)}"


@dataclass(frozen=True)
class Patched:
    """A document with patches applied, not validated yet."""

    raw: Raw
    unmatched: tuple[str, ...]
    """What the patches name that is not there, in words."""


def apply(raw: Raw, patches: Iterable[Patch], shape: Shape) -> Patched:
    """Return the document with patches applied; one that matches nothing is reported."""
    patches = tuple(patches)
    unmatched: list[str] = []
    values: dict[Segments, _Setting] = {}
    problems: list[Problem] = []
    for patch in patches:
        for target, value in patch.sets.items():
            found = _targeted(raw.tree, target, shape)
            if not found:
                unmatched.append(_no_match(patch, target))
            for path in found:
                setting = _Setting(value, patch, target)
                problems += _faults(path, setting, values, shape)
                values[path] = setting
    if problems:
        raise InputError(problems)
    changed = merged(raw, _overlay(raw, values, shape), shape)
    tree = deepcopy(changed.tree)
    for patch in patches:
        for target in patch.removes:
            paths = _matches(tree, target)
            if not paths:
                unmatched.append(_no_match(patch, target))
            for path in paths:
                _remove(tree, path, shape)
    return Patched(Raw(tree, raw.file, changed.places), tuple(unmatched))


def _no_match(patch: Patch, target: Segments) -> str:
    return f'patch "{patch.name}": {dotted(target)} matches nothing'


def _structure(file: PatchFile, raw: Raw) -> Iterator[Problem]:
    yield from _source_problems(file, raw)
    seen: dict[Segments, Value] = {}
    for target, path, value in _targets(raw.tree.get("set", {})):
        if target in seen:
            yield raw.problem(path, f"{dotted(target)} a second time", "set once")
        seen[target] = value


def _source_problems(file: PatchFile, raw: Raw) -> Iterator[Problem]:
    """Yield what is wrong with the sources by key: one has no status, or speaks for nothing."""
    targets = [target for target, _, _ in _targets(file.set_)]
    for key, text in file.sources.items():
        at = ("sources", key)
        if status_of(text) is None:
            yield raw.problem(at, quoted(text), BEGINNINGS)
        if not any(source_for({key: text}, target) for target in targets):
            found, allowed = "an entry for a key that is not set", "a key that the patch sets"
            yield raw.problem(at, found, allowed, nearest(key, map(dotted, targets)))


def _split(key: str) -> Segments:
    return tuple(key.split("."))


def _targets(
    table: Tree, target: Segments = (), path: Path = ()
) -> Iterator[tuple[Segments, Path, Value]]:
    """Yield what `[set]` sets: the target, the path in the patch file, and the value."""
    for key, value in table.items():
        below, here = (*target, *_split(key)), (*(path or ("set",)), key)
        if isinstance(value, dict) and value:
            yield from _targets(value, below, here)
        else:
            yield below, here, value


def _targeted(tree: Tree, target: Segments, shape: Shape) -> list[Segments]:
    """Return the paths at which a target sets its value.

    Where the format has such a key in none of the tables that the target names, they are all given,
    so that checking says what is wrong with the key.
    """
    if "*" not in target:
        return [target]
    if target[-1] == "*":
        return _matches(tree, target)
    length = len(target) - target[::-1].index("*")
    tables = [p for p in _matches(tree, target[:length]) if isinstance(value_at(tree, p), dict)]
    paths = [(*table, *target[length:]) for table in tables]
    known = [path for path in paths if shape.at(path) is not None]
    return [path for path in known if not _names_anew(tree, path, shape)] if known else paths


def _names_anew(tree: Tree, path: Segments, shape: Shape) -> bool:
    """Whether a path goes through a named table that is not there."""
    for length in range(len(path)):
        if value_at(tree, path[: length + 1]) is None:
            above = shape.at(path[:length])
            if above is not None and above.is_named_tables:
                return True
    return False


def _matches(tree: Tree, target: Segments) -> list[Segments]:
    """Return the paths of a tree that a target names, `*` standing for any one segment."""
    found: list[Segments] = [()]
    for key in target:
        tables = [(path, value_at(tree, path)) for path in found]
        found = [
            (*path, name)
            for path, table in tables
            if isinstance(table, dict)
            for name in (table if key == "*" else [key])
            if name in table and not (key == "*" and name == "source")
        ]
    return found


def _faults(
    path: Segments, setting: _Setting, earlier: Mapping[Segments, _Setting], shape: Shape
) -> Iterator[Problem]:
    """Yield a problem if a source is set, and for each earlier setting that is contradicted."""
    key = f'patch "{setting.patch.name}": {dotted(path)}'
    above = shape.owner(path)
    if above is not None and path[len(above)] == "source":
        allowed = "a figure or a clause: what a patch sets takes the patch's own source"
        yield Problem(*setting.place, key, "a source", allowed)
    for other, before in earlier.items():
        shorter, longer = sorted((path, other), key=len)
        if longer[: len(shorter)] != shorter or (path == other and before.value == setting.value):
            continue
        found = (
            f'{shown(setting.value)}, while patch "{before.patch.name}"'
            f" sets {dotted(other)} to {shown(before.value)}"
        )
        yield Problem(*setting.place, key, found, "set to one value by all patches")


def _overlay(raw: Raw, values: Mapping[Segments, _Setting], shape: Shape) -> Raw:
    """Return what the patches set as a document of its own, with its sources."""
    tree: Tree = {}
    places: dict[Path, Place] = {}
    for path, setting in values.items():
        place = setting.place
        _put(tree, path, setting.value)
        places |= {
            path[:length]: place
            for length in range(1, len(path) + 1)
            if length == len(path) or value_at(raw.tree, path[:length]) is None
        }
        above = shape.owner(path)
        if above is not None and shape.at(path) is not None:
            entry = (*path[: len(above)], "source", dotted(path[len(above) :]))
            _put(tree, entry, setting.source)
            places[entry] = place
    return Raw(tree, raw.file, places)


def _put(tree: Tree, path: Segments, value: Value) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
    tree[path[-1]] = value


def _remove(tree: Tree, path: Segments, shape: Shape) -> None:
    """Remove a key, and what the source of its table says of it."""
    table = value_at(tree, path[:-1])
    table.pop(path[-1], None)
    owner = shape.owner(path)
    source = value_at(tree, (*owner, "source")) if owner is not None else None
    if owner is not None and isinstance(source, dict):
        gone = dotted(path[len(owner) :])
        for entry in [e for e in source if e == gone or e.startswith(f"{gone}.")]:
            del source[entry]
