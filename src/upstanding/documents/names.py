"""Names that a document may not hold: too many, one that another means, one of the program's."""

from collections.abc import Iterable, Iterator, Mapping

from upstanding.clockwork.dice import address
from upstanding.documents.raw import Raw
from upstanding.errors import Problem

EVERYBODY = "everybody"
"""The cell of measures that are not split."""


def count_problems(raw: Raw, most: Mapping[str, int]) -> Iterator[Problem]:
    """Yield a problem for each kind of table of which there are too many."""
    for kind, limit in most.items():
        count = len(raw.names(kind))
        if count > limit:
            yield raw.problem((kind,), f"{count} of them", f"at most {limit}")


def cell_problems(raw: Raw, kinds: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each name that a measure keeps for everybody."""
    for kind in kinds:
        if EVERYBODY in raw.names(kind):
            allowed = "another name: measures call so what counts everybody"
            yield raw.problem((kind, EVERYBODY), f'the name "{EVERYBODY}"', allowed)


def hash_problems(raw: Raw, addresses: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Yield a problem for each name that would share the draws of another.

    `addresses` are kinds of table, each with the prefix of its names in an address.
    """
    for kind, prefix in addresses:
        seen: dict[int, str] = {}
        for name in raw.names(kind):
            other = seen.setdefault(address(prefix + name), name)
            if other != name:
                found = f'a name with the same 32-bit hash as "{other}"'
                if prefix:
                    found += f', as "{prefix}{name}"'
                yield raw.problem((kind, name), found, "another name")
