"""All checks, by topic."""

from types import ModuleType

from verification import (
    court_list,
    deterrence,
    faces,
    fading,
    leaving,
    little,
    opinions,
    poisson,
    refusals,
    ring,
)
from verification.check import Check

TOPICS: tuple[ModuleType, ...] = (
    little,
    opinions,
    poisson,
    faces,
    fading,
    deterrence,
    leaving,
    refusals,
    ring,
    court_list,
)


def checks_of(topic: ModuleType) -> list[Check]:
    """Return the checks of a topic, in the order of the file."""
    return [value for value in vars(topic).values() if isinstance(value, Check)]
