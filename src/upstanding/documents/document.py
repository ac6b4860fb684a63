"""What schemes and societies have in common as values: reading, patching, writing."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Self, TypeVar

from upstanding.documents import library, shelf
from upstanding.documents.check import validated
from upstanding.documents.evidence import Figure, figures
from upstanding.documents.patch import VALUES, Patch, apply
from upstanding.documents.plain import from_json, to_json
from upstanding.documents.raw import Raw, Tree
from upstanding.documents.read import Text
from upstanding.documents.shape import Schema, json_schema, shape_of
from upstanding.documents.table import Table
from upstanding.errors import Problem
from upstanding.remembered import remembered

File = TypeVar("File", bound=Table)
Kind = TypeVar("Kind", bound="Document[Any]")


@dataclass(frozen=True, repr=False)
class Document(ABC, Generic[File]):
    """A validated document; equal to another that holds the same values."""

    raw: Raw
    """The merged tree of plain values, and where each was written."""
    file: File = field(compare=False)
    """The same as its model."""
    patches: tuple[str, ...] = field(default=(), compare=False)
    """Names of the patches applied since it was loaded."""
    unmatched: tuple[str, ...] = field(default=(), compare=False)
    """What those patches name that is not there, in words."""

    folder: ClassVar[str]
    """Where the library keeps such documents."""

    @classmethod
    @abstractmethod
    def model(cls) -> type[File]:
        """Return the model of the file format."""

    @staticmethod
    @abstractmethod
    def structure(file: File, raw: Raw) -> Iterable[Problem]:
        """Yield what is wrong with a document as a whole."""

    @classmethod
    def load(cls, name_or_path: str | os.PathLike[str]) -> Self:
        """Read a shipped document by name, or a file by path."""
        return _of_texts(cls, library.chain(cls.folder, name_or_path))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the shipped documents."""
        return shelf.shipped(cls.folder)

    @classmethod
    def from_json(cls, text: str, *, patches: Iterable[str] = (), file: str = "(manifest)") -> Self:
        """Return the document that `to_json` wrote, validated again.

        `patches` are the names of those that had been applied; `file` is for messages.
        """
        return _of_json(cls, text, tuple(patches), file)

    @classmethod
    def schema(cls) -> Schema:
        """Return the JSON Schema of the file format."""
        return json_schema(cls.model(), f"Upstanding {cls.__name__.lower()}")

    @property
    def name(self) -> str:
        """The document's own name."""
        return str(self.tree["name"])

    @property
    def label(self) -> str:
        """The document's own name, and those of the patches applied that have one."""
        return " + ".join([self.name, *(name for name in self.patches if name != VALUES)])

    @property
    def tree(self) -> Tree:
        """The document as plain values: what it extends merged in, patches applied."""
        return self.raw.tree

    def to_json(self) -> str:
        """Return the whole document as JSON from which it can be had again exactly."""
        return to_json(self.tree)

    def figures(self) -> Iterator[Figure]:
        """Yield every figure with its source and status."""
        return figures(self.raw, shape_of(self.model()))

    def with_patches(self, *patches: str | os.PathLike[str] | Patch) -> Self:
        """Return the document with patches applied at once: names, paths or patches."""
        loaded = [p if isinstance(p, Patch) else Patch.load(p) for p in patches]
        patched = apply(self.raw, loaded, shape_of(self.model()))
        return self._of(
            patched.raw,
            patches=(*self.patches, *(patch.name for patch in loaded)),
            unmatched=(*self.unmatched, *patched.unmatched),
        )

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """Return the document with values set by dotted key, as in `{"rule.x.points": -3}`."""
        return self.with_patches(Patch.of_values(values))

    def without_keys(self, *keys: str) -> Self:
        """Return the document without dotted keys; those that are not there are passed over."""
        patched = apply(self.raw, [Patch.of_values({}, keys)], shape_of(self.model()))
        return self._of(patched.raw, patches=self.patches, unmatched=self.unmatched)

    @classmethod
    def _laid_over(cls, texts: tuple[Text, ...]) -> Self:
        return cls._of(library.laid_over(texts, shape_of(cls.model())))

    @classmethod
    def _of(
        cls, raw: Raw, *, patches: tuple[str, ...] = (), unmatched: tuple[str, ...] = ()
    ) -> Self:
        file = validated(raw, cls.model(), cls.structure)
        return cls(raw, file, patches, unmatched)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.label})"


@remembered(8)
def _of_texts(kind: type[Kind], texts: tuple[Text, ...]) -> Kind:
    return kind._laid_over(texts)


@remembered(4)
def _of_json(kind: type[Kind], text: str, patches: tuple[str, ...], file: str) -> Kind:
    return kind._of(from_json(text, file), patches=patches)
