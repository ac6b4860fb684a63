"""All checks, by topic."""

from types import ModuleType

from verification import (
    clustering,
    court_list,
    daily,
    deterrence,
    faces,
    fading,
    kin,
    leaving,
    likeness,
    little,
    opinions,
    poisson,
    refusals,
    ring,
    standings,
    turning,
)
from verification.check import Check

TOPICS: tuple[ModuleType, ...] = (
    little,
    poisson,
    daily,
    faces,
    fading,
    deterrence,
    leaving,
    refusals,
    kin,
    clustering,
    likeness,
    turning,
    opinions,
    ring,
    standings,
    court_list,
)


def checks_of(topic: ModuleType) -> list[Check]:
    """Return the checks of a topic, in the order of the file."""
    return [value for value in vars(topic).values() if isinstance(value, Check)]
