"""What of a run departs from the shipped assumptions: page 1 of a report shows it."""

from dataclasses import dataclass

from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society
from upstanding.twins.changes import Change, changes


@dataclass(frozen=True)
class Departures:
    """How a document differs from the shipped one of its name."""

    name: str
    is_shipped: bool
    """Whether one of its name is shipped at all."""
    patches: tuple[str, ...]
    changes: tuple[Change, ...]


def departures(document: Scheme | Society) -> Departures:
    """Return what differs from the shipped document of the same name."""
    if document.name not in document.names():
        return Departures(document.name, False, document.patches, ())
    shipped: Scheme | Society = type(document).load(document.name)
    return Departures(document.name, True, document.patches, changes(shipped, document))
