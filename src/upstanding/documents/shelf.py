"""Where documents stand: shipped ones by name, others by path."""

import os
import pathlib

from upstanding.documents.raw import Raw, nearest, one_of, quoted
from upstanding.errors import InputError, Problem

LIBRARY = pathlib.Path(__file__).parents[1] / "library"
KINDS = {"scheme": "schemes", "society": "societies", "safeguard": "safeguards"}
"""What is shipped, and in which folder of the library."""


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
    raise InputError([unknown(folder, text)])


def unknown(folder: str, name: str, extending: Raw | None = None) -> Problem:
    """Return the problem of a name that is not shipped, which a document may extend."""
    known = shipped(folder)
    listing = one_of(known) if known else "none is shipped"
    if extending is not None:
        return extending.problem(
            ("extends",), quoted(name), f"a shipped name: {listing}", nearest(name, known)
        )
    allowed = f"a path that ends in .toml, or a shipped name: {listing}"
    return Problem(f"library/{folder}", None, "name", quoted(name), allowed, nearest(name, known))
