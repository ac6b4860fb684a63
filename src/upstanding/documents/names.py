"""How many names a document may hold, and that no two of them share an address."""

from collections.abc import Iterable, Iterator

from upstanding.clockwork.dice import address
from upstanding.documents.raw import Raw
from upstanding.errors import Problem


def count_problems(raw: Raw, most: dict[str, int]) -> Iterator[Problem]:
    """Yield a problem for each kind of table of which there are too many."""
    for kind, limit in most.items():
        count = len(raw.names(kind))
        if count > limit:
            yield raw.problem((kind,), f"{count} of them", f"at most {limit}")


def hash_problems(raw: Raw, kinds: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each name that would share the draws of another."""
    for kind in kinds:
        seen: dict[int, str] = {}
        for name in raw.names(kind):
            other = seen.setdefault(address(name), name)
            if other != name:
                found = f'a name with the same 32-bit hash as "{other}"'
                yield raw.problem((kind, name), found, "another name")
