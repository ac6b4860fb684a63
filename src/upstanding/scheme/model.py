"""The format of a scheme file, composed from the parameter tables of the mechanisms."""

from typing import Literal

from upstanding.documents.table import Name, Table, Text
from upstanding.mechanisms import (
    association,
    breach,
    lists,
    office,
    platform,
    pooling,
    publicity,
    remedy,
    response,
    scoring,
    sensing,
)
from upstanding.scheme import limits
from upstanding.scheme.clauses import Ground, Pattern, Provenance

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
    "publicity",
    "pooling",
    "platform",
    "office",
    "remedy",
    "breach",
]


class SchemeFile(
    response.SchemeTables,
    sensing.SchemeTables,
    scoring.SchemeTables,
    association.SchemeTables,
    lists.SchemeTables,
    publicity.SchemeTables,
    office.SchemeTables,
    pooling.SchemeTables,
    platform.SchemeTables,
    remedy.SchemeTables,
    limits.SchemeTables,
    breach.SchemeTables,
    Table,
):
    """A whole scheme file."""

    name: Name
    title: Text
    status: Provenance
    extends: Name | None = None
    """Another shipped scheme whose tables this one starts from."""
    absent: tuple[Text, ...] = ()
    """Clauses on record that this version does not simulate; named in manifest and finding."""
    off: frozenset[Mechanism] = frozenset()
    """Mechanisms switched off."""
    clause: dict[Pattern, Ground] = {}
    """Since when, by what right and on whose word clauses hold, by pattern of their keys."""
