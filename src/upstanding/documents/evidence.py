"""The register of figures: what every parameter in use is, where it comes from, how sure it is."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from upstanding.documents.raw import Raw, dotted
from upstanding.documents.shape import Shape
from upstanding.documents.sources import (
    STATUSES,
    Status,
    is_figure,
    leaves,
    source_for,
    sourced_tables,
    status_of,
)

Value = int | Decimal | list["Value"]


@dataclass(frozen=True)
class Figure:
    """A number that a document holds, or a list of numbers that belong together."""

    key: str
    value: Value
    source: str
    status: Status


def figures(raw: Raw, shape: Shape) -> Iterator[Figure]:
    """Yield every figure of a validated document, in the order of the file."""
    for path, table, below in sourced_tables(raw.tree, shape):
        for leaf, value in leaves(table, below):
            source = source_for(table["source"], leaf)
            status = status_of(source) if source else None
            if is_figure(value) and source and status:
                yield Figure(dotted((*path, *leaf)), value, source, status)


def tally(found: Iterable[Figure]) -> dict[Status, int]:
    """Return how many figures rest on what, in the order from seen to set by hand."""
    counts = Counter(figure.status for figure in found)
    return {status: counts[status] for status in STATUSES if status in counts}
