"""All checks, by topic."""

from importlib import import_module
from types import ModuleType

from verification import (
    allocation,
    breach,
    calibration,
    clustering,
    court_list,
    daily,
    deterrence,
    disclosure,
    dossiers,
    faces,
    fading,
    fear,
    kin,
    leaving,
    lending,
    likeness,
    little,
    luck,
    metrics,
    office,
    opinions,
    poisson,
    publicity,
    queues,
    refusals,
    ring,
    sizes,
    speaking,
    standings,
    strikes,
    turning,
)
from verification.check import Check
from verification.figure import Figure

TOPICS: tuple[ModuleType, ...] = (
    little,
    poisson,
    daily,
    faces,
    allocation,
    fading,
    deterrence,
    fear,
    speaking,
    leaving,
    strikes,
    refusals,
    kin,
    office,
    dossiers,
    disclosure,
    clustering,
    likeness,
    turning,
    luck,
    publicity,
    opinions,
    ring,
    standings,
    court_list,
    calibration,
    sizes,
    queues,
    breach,
    metrics,
    lending,
)


def checks_of(topic: ModuleType) -> list[Check]:
    """Return the checks of a topic, in the order of the file."""
    return [value for value in vars(topic).values() if isinstance(value, Check)]


def numbers_of(topic: str) -> list[list[Figure]]:
    """Run the checks of the topic of a module's name; return their numbers."""
    return [list(check.figures()) for check in checks_of(import_module(topic))]
