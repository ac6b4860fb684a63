"""A society as a value."""

from collections.abc import Iterable

from upstanding.documents.document import Document
from upstanding.documents.raw import Raw
from upstanding.documents.shape import Schema
from upstanding.errors import Problem
from upstanding.society.check import society_problems
from upstanding.society.model import SocietyFile


class Society(Document[SocietyFile]):
    """The people: a validated society file, what it extends merged in, patches applied."""

    folder = "societies"

    @classmethod
    def model(cls) -> type[SocietyFile]:
        """Return the model of the file format."""
        return SocietyFile

    @staticmethod
    def structure(file: SocietyFile, raw: Raw) -> Iterable[Problem]:
        """Yield what is wrong with a society as a whole."""
        return society_problems(file, raw)


def society_schema() -> Schema:
    """Return the JSON Schema of a society file."""
    return Society.schema()
