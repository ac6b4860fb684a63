"""The format of a scheme file, composed from the parameter tables of the mechanisms."""

from typing import Literal

from upstanding.documents.table import Name, Table, Text
from upstanding.mechanisms import association, lists, remedy, response, scoring, sensing

Status = Literal[
    "documented law", "documented pilot", "reported", "proposed", "as told", "invented"
]
Mechanism = Literal[
    "conduct",
    "response",
    "sensing",
    "scoring",
    "ranking",
    "association",
    "lists",
    "services",
    "kin",
    "remedy",
]


class SchemeFile(
    response.SchemeTables,
    sensing.SchemeTables,
    scoring.SchemeTables,
    association.SchemeTables,
    lists.SchemeTables,
    remedy.SchemeTables,
    Table,
):
    """A whole scheme file."""

    name: Name
    title: Text
    status: Status
    extends: Name | None = None
    """Another shipped scheme whose tables this one starts from."""
    absent: tuple[Text, ...] = ()
    """Clauses on record that this version does not simulate; named in manifest and finding."""
    off: frozenset[Mechanism] = frozenset()
    """Mechanisms switched off."""
