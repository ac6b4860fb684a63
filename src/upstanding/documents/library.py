"""Finding documents: shipped ones by name, others by path; and what they extend."""

import os
import pathlib
from functools import lru_cache
from importlib.resources import files

from upstanding.documents.merge import merged
from upstanding.documents.raw import Raw, nearest, one_of, quoted
from upstanding.documents.read import Text, parsed, text_of
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


def chain(folder: str, name_or_path: str | os.PathLike[str]) -> tuple[Text, ...]:
    """Read a document, and what it extends, and so on: the lowest comes last."""
    texts = [text_of(find(folder, name_or_path))]
    while isinstance(name := (raw := _parsed(texts[-1])).tree.get("extends"), str):
        if name not in shipped(folder):
            raise InputError([_unknown(folder, name, raw)])
        base = find(folder, name)
        above = [text.path.resolve() for text in texts]
        if base.resolve() in above:
            circle = " -> ".join(file.stem for file in (*above, base))
            raise InputError([raw.problem(("extends",), circle, "a chain that ends")])
        texts.append(text_of(base))
    return tuple(texts)


def laid_over(texts: tuple[Text, ...], shape: Shape) -> Raw:
    """Return a chain as one document: each is laid over the one below it."""
    *upper, lowest = texts
    raw = _parsed(lowest)
    for text in reversed(upper):
        tree = {key: value for key, value in raw.tree.items() if key not in _OWN}
        raw = merged(Raw(tree, raw.file, raw.places), _parsed(text), shape)
    return raw


_parsed = lru_cache(maxsize=16)(parsed)
"""Trees that several documents share, so nobody outside may have them as they are."""


def _unknown(folder: str, name: str, extending: Raw | None = None) -> Problem:
    known = shipped(folder)
    listing = one_of(known) if known else "none is shipped"
    if extending is not None:
        return extending.problem(
            ("extends",), quoted(name), f"a shipped name: {listing}", nearest(name, known)
        )
    allowed = f"a path that ends in .toml, or a shipped name: {listing}"
    return Problem(f"library/{folder}", None, "name", quoted(name), allowed, nearest(name, known))
