"""Patches: named changes to a document, which a safeguard is.

A patch file sets keys and removes them:

    name = "expiry"
    title = "Every listing ends"
    source = "assumption 26..260"
    remove = ["tier.*.closes"]
    [set]
    "list.*.leave.term-weeks" = 104

`*` stands for exactly one segment; a key with `*` sets only what is there. What is set takes the
patch's source. Several patches are applied at once: everything is set, then everything is removed.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from upstanding.documents import library
from upstanding.documents.check import validated
from upstanding.documents.merge import merged
from upstanding.documents.plain import plain
from upstanding.documents.raw import Path, Place, Raw, Tree, dotted, quoted, shown, value_at
from upstanding.documents.read import read
from upstanding.documents.shape import Shape
from upstanding.documents.sources import BEGINNINGS, BY_HAND, status_of
from upstanding.documents.table import Name, Table, Text
from upstanding.errors import InputError, Problem

FOLDER = "safeguards"
Segments = tuple[str, ...]


class PatchFile(Table):
    """A whole patch file."""

    name: Name
    title: Text
    source: Text
    """Where the figures come from that the patch sets."""
    set_: Annotated[dict[str, Any], Field(alias="set")] = {}
    """Values by dotted key, or in nested tables."""
    remove: tuple[Text, ...] = ()
    """Dotted keys."""


@dataclass(frozen=True)
class Patch:
    """A named set of changes to a document."""

    name: str
    title: str
    source: str
    sets: Mapping[Segments, Any]
    removes: tuple[Segments, ...]
    raw: Raw
    """The file, for the places of keys."""

    @classmethod
    def load(cls, name_or_path: str | os.PathLike[str]) -> "Patch":
        """Read a shipped safeguard by name, or a patch file by path."""
        raw = read(library.find(FOLDER, name_or_path))
        file = validated(raw, PatchFile, _structure)
        sets = {target: value for target, _, value in _targets(raw.tree.get("set", {}))}
        removes = tuple(_split(key) for key in file.remove)
        return cls(file.name, file.title, file.source, sets, removes, raw)

    @classmethod
    def of_values(cls, values: Mapping[str, Any]) -> "Patch":
        """Return an anonymous patch that sets values by dotted key."""
        raw = Raw({"set": plain(dict(values), "(values)")}, "(values)", {})
        sets = {target: value for target, _, value in _targets(raw.tree["set"])}
        return cls("values", "Values set by hand", BY_HAND, sets, (), raw)

    def place(self, target: Segments) -> Place:
        """Return where the patch sets a key."""
        for found, path, _ in _targets(self.raw.tree.get("set", {})):
            if found == target:
                return self.raw.place(path)
        return Place(self.raw.file, None)


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
    values: dict[Segments, tuple[Any, Patch, Place]] = {}
    problems: list[Problem] = []
    for patch in patches:
        for target, value in patch.sets.items():
            found = _matches(raw.tree, target) if "*" in target else [target]
            if not found:
                unmatched.append(_no_match(patch, target))
            for path in found:
                problems += _clashes(path, value, patch, values)
                values[path] = (value, patch, patch.place(target))
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
    if status_of(file.source) is None:
        yield raw.problem(("source",), quoted(file.source), BEGINNINGS)
    seen: dict[Segments, Any] = {}
    for target, path, value in _targets(raw.tree.get("set", {})):
        if "source" in target:
            yield raw.problem(path, "a source", "no source: what is set takes the patch's own")
        if target in seen:
            yield raw.problem(path, f"{dotted(target)} a second time", "set once")
        seen[target] = value


def _split(key: str) -> Segments:
    return tuple(key.split("."))


def _targets(
    table: Tree, target: Segments = (), path: Path = ()
) -> Iterator[tuple[Segments, Path, Any]]:
    """Yield what `[set]` sets: the target, the path in the patch file, and the value."""
    for key, value in table.items():
        below, here = (*target, *_split(key)), (*(path or ("set",)), key)
        if isinstance(value, dict) and value:
            yield from _targets(value, below, here)
        else:
            yield below, here, value


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


def _clashes(
    path: Segments, value: Any, patch: Patch, values: Mapping[Segments, tuple[Any, Patch, Place]]
) -> Iterator[Problem]:
    """Yield a problem for each earlier setting that this one contradicts."""
    for other, (earlier, by, _) in values.items():
        shorter, longer = sorted((path, other), key=len)
        if longer[: len(shorter)] != shorter or (path == other and value == earlier):
            continue
        found = f'{shown(value)}, while patch "{by.name}" sets {dotted(other)} to {shown(earlier)}'
        place = patch.place(path)
        allowed = "set to one value by all patches"
        yield Problem(*place, f'patch "{patch.name}": {dotted(path)}', found, allowed)


def _overlay(raw: Raw, values: Mapping[Segments, tuple[Any, Patch, Place]], shape: Shape) -> Raw:
    """Return what the patches set as a document of its own, with its sources."""
    tree: Tree = {}
    places: dict[Path, Place] = {}
    for path, (value, patch, place) in values.items():
        _put(tree, path, value)
        places[path] = place
        owner = shape.owner(path)
        if owner is not None:
            entry = dotted(path[len(owner) :])
            _put(tree, (*owner, "source", entry), f"patch {patch.name}: {patch.source}")
            places[(*owner, "source", entry)] = place
    return Raw(tree, raw.file, places)


def _put(tree: Tree, path: Path, value: Any) -> None:
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
