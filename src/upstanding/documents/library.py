"""Reading documents, and what they extend."""

import os
from functools import lru_cache

from upstanding.documents.merge import merged
from upstanding.documents.raw import Raw
from upstanding.documents.read import Text, parsed, text_of
from upstanding.documents.shape import Shape
from upstanding.documents.shelf import find, shipped, unknown
from upstanding.errors import InputError

_OWN = ("name", "title", "status", "extends")
"""Keys that every file gives for itself."""


def chain(folder: str, name_or_path: str | os.PathLike[str]) -> tuple[Text, ...]:
    """Read a document, and what it extends, and so on: the lowest comes last."""
    texts = [text_of(find(folder, name_or_path))]
    while isinstance(name := (raw := _parsed(texts[-1])).tree.get("extends"), str):
        if name not in shipped(folder):
            raise InputError([unknown(folder, name, raw)])
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
