"""A scheme as a value."""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Self

from upstanding.documents.document import Document
from upstanding.documents.patch import Patch
from upstanding.documents.raw import Raw, nearest, one_of, quoted
from upstanding.documents.shape import Schema, shape_of
from upstanding.errors import InputError, Problem
from upstanding.scheme.check import scheme_problems
from upstanding.scheme.clauses import Clause, clauses, unmatched
from upstanding.scheme.model import SchemeFile

ABLATIONS: Mapping[str, tuple[str | None, Mapping[str, object]]] = {
    "every-record-true": (None, {"limits.only-true-records": True}),
    "nobody-responds": ("response", {}),
    "no-association": ("association", {}),
}
"""By name, the mechanism that is switched off, or what is set."""


class Scheme(Document[SchemeFile]):
    """The rules: a validated scheme file, what it extends merged in, patches applied."""

    folder = "schemes"

    @classmethod
    def model(cls) -> type[SchemeFile]:
        """Return the model of the file format."""
        return SchemeFile

    def with_safeguards(self, *safeguards: str | os.PathLike[str] | Patch) -> Self:
        """Return the scheme with safeguards applied at once: shipped names, paths or patches."""
        return self.with_patches(*safeguards)

    def ablated(self, name: str) -> Self:
        """Return the scheme with one of the ABLATIONS: a part taken away to see what it does.

        Raises:
            InputError: if the name is none of them.

        """
        if name not in ABLATIONS:
            allowed = one_of(ABLATIONS)
            near = nearest(name, ABLATIONS)
            raise InputError([Problem("(ablation)", None, "name", quoted(name), allowed, near)])
        off, values = ABLATIONS[name]
        if off is not None:
            values = {"off": sorted({*self.file.off, off})}
        return self._of(
            self.with_values(values).raw,
            patches=(*self.patches, name),
            unmatched=self.unmatched,
        )

    @staticmethod
    def structure(file: SchemeFile, raw: Raw) -> Iterable[Problem]:
        """Yield what is wrong with a scheme as a whole."""
        return scheme_problems(file, raw)

    def clauses(self) -> Iterator[Clause]:
        """Yield every clause with its date, legal basis, provenance and source."""
        return clauses(self.raw, shape_of(SchemeFile), self.file.clause)

    def unmatched_clauses(self) -> list[Problem]:
        """Return a problem for each pattern under `clause` that speaks for no clause."""
        return list(unmatched(self.file.clause, self.clauses(), self.raw))


def scheme_schema() -> Schema:
    """Return the JSON Schema of a scheme file."""
    return Scheme.schema()
