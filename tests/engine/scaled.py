"""A livelier world: every rate multiplied and every duration divided, so that all happens soon."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

FASTER, SHORTER = 50, 10
RATES = frozenset(
    {
        "rate",
        "top",
        "performed-per-year",
        "pressure-per-year",
        "other-per-year",
        "demand",
        "cut-per-year",
        "wake-per-year",
    }
)
DURATIONS = frozenset(
    {"delay-weeks", "removal-delay-weeks", "term-weeks", "within-weeks", "half-life-weeks"}
)
SOURCES = "source"
RAMPS = "enrol"


def scaled(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plain tree, its rates times 50, its durations in weeks by 10 and rounded up."""
    return {key: _scaled(key, value) for key, value in tree.items()}


def _scaled(key: str, value: Any) -> Any:
    if key == SOURCES:
        return value
    if key == RAMPS:
        return {place: [_shorter(week) for week in ramp] for place, ramp in value.items()}
    if isinstance(value, Mapping):
        return scaled(value)
    if key in RATES:
        return value * FASTER
    return _shorter(value) if key in DURATIONS else value


def _shorter(weeks: int | Decimal) -> int:
    return int((Decimal(weeks) / SHORTER).to_integral_value(ROUND_CEILING))
