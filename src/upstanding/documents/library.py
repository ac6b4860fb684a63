"""Finding documents: shipped ones by name, others by path; and what they extend."""

import os
import pathlib
from importlib.resources import files

from upstanding.documents.merge import merged
from upstanding.documents.raw import Raw, nearest, one_of, quoted
from upstanding.documents.read import read
from upstanding.documents.shape import Shape
from upstanding.errors import InputError, Problem

LIBRARY = pathlib.Path(str(files("upstanding"))) / "library"
_OWN = ("name", "title", "status", "extends")
"""Keys that every file gives for itself."""


def shipped(folder: str) -> tuple[str, ...]:
    """Return the names of the shipped documents in a folder of the library."""
    return tuple(sorted(path.stem for path in (LIBRARY / folder).glob("*.toml")))


def find(folder: str, name_or_path: str | os.PathLike[str]) -> pathlib.Path:
    """Return the file of a shipped name, or of a path: what has a slash or ends in .toml."""
    text = os.fspath(name_or_path)
    if isinstance(name_or_path, os.PathLike) or "/" in text or text.endswith(".toml"):
        return pathlib.Path(name_or_path)
    if text in shipped(folder):
        return LIBRARY / folder / f"{text}.toml"
    raise InputError([_unknown(folder, text)])


def load(folder: str, name_or_path: str | os.PathLike[str], shape: Shape) -> Raw:
    """Read a document and lay it over what it extends."""
    return _extended(folder, find(folder, name_or_path), shape, ())


def _extended(
    folder: str, path: pathlib.Path, shape: Shape, above: tuple[pathlib.Path, ...]
) -> Raw:
    raw = read(path)
    name = raw.tree.get("extends")
    if not isinstance(name, str):
        return raw
    if name not in shipped(folder):
        raise InputError([_unknown(folder, name, raw)])
    chain = (*above, path.resolve())
    base = find(folder, name)
    if base.resolve() in chain:
        circle = " -> ".join(file.stem for file in (*chain, base))
        raise InputError([raw.problem(("extends",), circle, "a chain that ends")])
    lower = _extended(folder, base, shape, chain)
    tree = {key: value for key, value in lower.tree.items() if key not in _OWN}
    return merged(Raw(tree, lower.file, lower.places), raw, shape)


def _unknown(folder: str, name: str, extending: Raw | None = None) -> Problem:
    known = shipped(folder)
    listing = one_of(known) if known else "none is shipped"
    if extending is not None:
        return extending.problem(
            ("extends",), quoted(name), f"a shipped name: {listing}", nearest(name, known)
        )
    allowed = f"a path that ends in .toml, or a shipped name: {listing}"
    return Problem(f"library/{folder}", None, "name", quoted(name), allowed, nearest(name, known))
