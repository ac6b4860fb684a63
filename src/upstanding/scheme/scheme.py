"""A scheme as a value."""

from collections.abc import Iterable, Iterator

from upstanding.documents.document import Document
from upstanding.documents.raw import Raw
from upstanding.documents.shape import Schema, shape_of
from upstanding.errors import Problem
from upstanding.scheme.check import scheme_problems
from upstanding.scheme.clauses import Clause, clauses, unmatched
from upstanding.scheme.model import SchemeFile


class Scheme(Document[SchemeFile]):
    """The rules: a validated scheme file, what it extends merged in, patches applied."""

    folder = "schemes"

    @classmethod
    def model(cls) -> type[SchemeFile]:
        """Return the model of the file format."""
        return SchemeFile

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
