"""A check: a closed form, simulated, and the numbers that come out beside those that should."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from inspect import cleandoc

from verification.figure import Figure


@dataclass(frozen=True)
class Check:
    """A closed form that the engine is held to."""

    name: str
    source: str
    """Where the closed form is from."""
    text: str
    """The closed form, the experiment, the numbers and the margins."""
    figures: Callable[[], Iterable[Figure]]
    """Simulates, and yields the numbers."""


def check(source: str) -> Callable[[Callable[[], Iterable[Figure]]], Check]:
    """Make a check of a function, whose docstring says what it is held to."""

    def made(function: Callable[[], Iterable[Figure]]) -> Check:
        text = cleandoc(function.__doc__ or "")
        return Check(function.__name__.replace("_", " "), source, text, function)

    return made
