"""Small runs in which everything happens, made to be replayed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from upstanding.engine.manifest import Plan
from upstanding.engine.simulate import carry_out
from upstanding.scheme import Scheme
from upstanding.society import Society

EVERYTHING = Path(__file__).parents[1] / "everything.toml"
PLANTED = Path(__file__).parents[1] / "planted.toml"
YEARLY_RESET = Path(__file__).parent / "yearly-reset.toml"
RING = Path(__file__).parent / "ring.toml"
Values = Mapping[str, Any]

_RATES = {
    "assembly": 3,
    "donation": 6,
    "drunk-driving": 3,
    "fabricating-a-record": 2,
    "fare-evasion": 4,
    "jaywalking": 20,
    "judgment-left-unpaid": 3,
    "littering": 12,
    "loan-default": 1,
    "red-light": 8,
    "shielding-kin": 2,
    "smoking-on-train": 2,
}
_UNPAID = "act.judgment-left-unpaid.obligation"
MANY_ACTS: Values = {
    "numbering.cells-per-district": 1,
    **{f"act.{act}.{key}": rate for act, rate in _RATES.items() for key in ("rate", "top")},
    f"{_UNPAID}.outstanding-per-1000-adults": 100,
    f"{_UNPAID}.performed-per-year": 2,
    f"{_UNPAID}.able-share": 0.7,
    "occupation.official.over-represented": 10,
    "appeals.when-true": 0.3,
    "appeals.when-false": 0.8,
}
"""A society of small districts in which much is done and much is owed."""
STEADY: Values = {**MANY_ACTS, "shaming.cut": 0}
"""The same where nobody loses ties by being shown."""

_WIDE = {"urban": 0.9, "rural": 0.9}
QUICK: Values = {
    "score.half-life-weeks": 20,
    "scored.enrol": {"urban": [0, 4], "rural": [2, 12]},
    "sensor.street-camera.coverage": _WIDE,
    "sensor.station-camera.coverage": _WIDE,
    "sensor.police.coverage": _WIDE,
    "list.court-debtors.leave.pressure-per-year": 3,
    "list.court-debtors.leave.other-per-year": 1,
    # Faces lead to this list, so that people are on it by mistake.
    "list.drunk-drivers.enter.record": "red-light",
    "list.drunk-drivers.leave.term-weeks": 9,
    "list.repeat-offenders.leave.other-per-year": 1,
    "list.repeat-offenders.leave.term-weeks": 6,
    "list.lowest.leave.other-per-year": 1,
    "list.firms.enter.share": 1,
    # Who is drawn for what she is, a ledger does not say.
    "list.watched-in-town.enter.share": 1,
    "remedy.servers-per-100k": 10_000,
    "remedy.suspensive": False,
}
"""`everything` with much seen and short terms."""

OTHERWISE: Values = {
    **QUICK,
    "list.court-debtors.leave.term-weeks": 15,
    "list.court-debtors.leave.removal-delay-weeks": 0,
    "list.drunk-drivers.enter.record": "judgment-left-unpaid",
    "list.drunk-drivers.enter.share": 0.7,
    "list.drunk-drivers.leave.performance": True,
    "list.drunk-drivers.delay-weeks": 0,
    "sensor.neighbours.sees": ["judgment-left-unpaid", "littering"],
    "sensor.neighbours.delay-weeks": 6,
    "list.repeat-offenders.delay-weeks": 0,
    "list.repeat-offenders.enter.strikes.within-weeks": 3,
    "list.repeat-offenders.enter.strikes.count": 2,
    "list.lowest.delay-weeks": 3,
    "list.lowest.leave.above-tier": False,
    "list.lowest.leave.term-weeks": 5,
    "start.list.drunk-drivers.share": 0.5,
    "remedy.suspensive": True,
    "remedy.notice": 0.2,
}
"""The other choices that a list has: delays, terms, two lists of one act that two sensors see."""


ASKED: Values = {
    **QUICK,
    "scored.consent": 0.6,
    "scored.districts": {"urban": 0.6, "rural": 0.6},
}
"""`everything` where a score is for whoever agrees, in some districts."""

LOW_TIES: Values = {
    **QUICK,
    "association.rule": "low-tie-points",
    "association.strength": 0.5,
    "association.points": -3,
    "association.step": 0.5,
}
BAYES: Values = {
    **QUICK,
    "association.rule": "bayes",
    "association.agreement": 0.8,
    "association.points-per-log-odds": 4,
    "association.step": 0.01,
}
"""`everything` with ties that count by standing."""


def make(
    folder: Path,
    citizens: int,
    weeks: int,
    *,
    scheme: str | Path = EVERYTHING,
    patches: tuple[Path, ...] = (),
    values: Values | None = None,
    society: str | Path = "china",
    ties: tuple[Path, ...] = (),
    habits: Values | None = None,
    shards: int = 1,
) -> Path:
    """Simulate a variant of a scheme on a variant of a society into a new folder, and return it."""
    plan = Plan(
        Scheme.load(scheme).with_patches(*patches).with_values(values or {}),
        Society.load(society).with_patches(*ties).with_values(habits or {}),
        citizens,
        weeks,
        seed=7,
    )
    carry_out(plan, folder, threads=2, shards=shards)
    return folder
