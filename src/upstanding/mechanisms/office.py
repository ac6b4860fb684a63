"""Office: officials who alter records, and the audits that look for it.

The essay hopes that such a system finds "corrupt businesses or officials", of whom "more than 1,100
... have been blacklisted" (E23), and fears an imbalance of power (E30): who keeps the file can
change it, for kin or against a critic.

*Rules.* Two acts of the society may be tampers. When an official fabricates, a record of the act
and the sensor that the scheme names is made against a critic of her district: somebody who carried
out one of the named acts openly in the week before. The critic is found by probing: of 16 residents
at random, the first who qualifies; where none does nothing is made, and that is counted. The record
goes the way of every other. When an official shields, the adverse records of her household that
post at that close stay out of the file. Besides, the scheme may spare officials: a share of their
adverse records is left out before posting. Adverse is a record that costs its subject points, or
may lead onto a list; those of tampers themselves are never kept out.

*Equations.* A tamper that is done is found with chance a (1 - k): it is audited with chance a, and
the auditor is in league with the official with chance k. So 1 - a (1 - k) survive. What is found is
a true record of the tamper, by the sensor that finds name; what is made of it, points, a list, is
for rules to say. Who is about to tamper perceives a risk of a (1 - k), officials knowing their
auditors, in place of what she fears otherwise (`response`).

*Audits that follow finds.* a is fixed, or moves at the end of each period of `every-weeks`:

    a <- a + speed * (min(1, F / P) - a), and at least `least`,

F being the finds of the period and P those that would pay for looking at everything: audits become
as many as their finds pay for. With r(p) tampers at perceived risk p a year and 100,000 citizens,
and `pays` those that repay full audit, it rests where r(a (1 - k)) (1 - k) = pays. That is the
inspection game (Dresher 1962; Avenhaus, von Stengel and Zamir 2002): the rate of offences is set by
what an audit costs, the rate of audits by how officials respond.

*Parameters.* Scheme: `office`. *Reads* acts carried out, the board: who is held for a critic,
records due, roles and households. *Writes* records, rows of kind shielded, the board's critics.

*Addresses* (official, tamper's hash, week << 20 | index, purpose): "office/audit": word 0 audited,
1 in league; "office/critic" with index << 4 | try: word 0 whom, below the size of a district, where
nobody lives at some numbers of the last. (Drawn for, act, week and index of the record,
"office/spared/<sensor>"): word 0. *Rounding.* a, k, the shares are thresholds; the risk perceived
is a (1 - k) in 2**-8, rounded down. P is in 2**-16 finds, at least one; a moves in 2**-32, F / P
and the step rounded down. The record made up has index 128 + (the act's index & 63). *Off* equals
no fabricating, no shielding and nobody spared. The kernels are in `tampering`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork.dice import CERTAIN, address
from upstanding.clockwork.names import TAMPERS, Names
from upstanding.clockwork.numbers import CONTEXT, ONE, WEEKS_A_YEAR, scaled, threshold
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Name, Number, Share, Sourced, Table
from upstanding.mechanisms import lists, scoring

FABRICATING, SHIELDING = range(len(TAMPERS))
_FINDS = 1 << 16


class Fabricating(Table):
    """Making up a record against a critic."""

    act: Name
    """The tamper: an act of the society."""
    critics: Annotated[frozenset[Name], Field(min_length=1)]
    """Acts that make somebody a critic in the week that follows."""
    record: Name
    """The act of which the record tells."""
    sensor: Name
    """The sensor that it names."""


class Shielding(Table):
    """Keeping adverse records of one's household out of the file."""

    act: Name
    """The tamper: an act of the society."""


class Follow(Sourced):
    """How audits follow what they find."""

    every_weeks: Annotated[int, Field(strict=True, ge=1, le=52)]
    pays_per_100k: Annotated[Number, Field(gt=0, le=100_000)]
    """Finds a year and 100,000 citizens that would repay looking at everything."""
    speed: Share
    """Share of the way to what the finds of a period pay for."""
    least: Annotated[Share, Field(gt=0)]
    """Below this share of audits nobody goes."""


class Office(Sourced):
    """What officials may do to records, and who looks at it."""

    audit: Share
    """Share of tampers that is audited; the first one, where audits follow finds."""
    league: Share = Decimal(0)
    """Chance that the auditor is in league with the official."""
    sensor: Name
    """The sensor that a find names."""
    fabricating: Fabricating | None = None
    shielding: Shielding | None = None
    spared: Share = Decimal(0)
    """Share of adverse records of officials that the scheme itself leaves out."""
    follow: Follow | None = None
    """Audits are fixed where not named."""

    @property
    def tampers(self) -> dict[str, str]:
        """The act of each tamper that is possible."""
        possible = {"fabricating": self.fabricating, "shielding": self.shielding}
        return {name: table.act for name, table in possible.items() if table}


class SchemeTables(Table):
    """What this mechanism adds to a scheme file."""

    office: Office | None = None


class Tables(Struct):
    """Office as integers; A acts, S sensors."""

    on: int
    tampers: NDArray[np.int64]
    """(A,) FABRICATING, SHIELDING, or -1."""
    critical: NDArray[np.uint8]
    """(A,) 1 for acts that make a critic."""
    says: NDArray[np.int64]
    """(3,) act, sensor and delay of what is made up."""
    finds: NDArray[np.int64]
    """(2,) sensor and delay of what is found."""
    league: np.uint64
    heeds: int
    """1 if officials perceive the risk of an audit."""
    spared: np.uint64
    purpose: NDArray[np.uint64]
    """(S,) of the draw that spares."""
    adverse: Annotated[NDArray[np.uint8], 3]
    """(2, A, S) 1 for records that may cost points or lead onto a list, by whether one has a score.
    """
    clause: NDArray[np.int64]
    """(2,) codes of the clauses of what is shielded, spared."""


class Regime(NamedTuple):
    """How many audits there are, in a run of so many citizens."""

    start: int
    """Share of tampers, in 2**-32."""
    every: int
    """Weeks of a period; 0 where audits are fixed."""
    pays: int
    """P in 2**-16 finds a period."""
    speed: int
    least: int


def compile_tables(
    scheme: SchemeTables,
    scores: scoring.Tables,
    rules: lists.Tables,
    delays: Sequence[int],
    names: Names,
    *,
    on: bool,
    heeds: bool,
) -> Tables:
    """Compile office to integer tables; with `on` false officials do nothing to records.

    `heeds` tells whether people respond to risk at all, `delays` are those of sensors.
    """
    told = scheme.office if on else None
    acts, sensors = len(names.acts), len(names.sensors)
    tampers, critical = np.full(acts, -1, np.int64), np.zeros(acts, np.uint8)
    says, finds = np.zeros(3, np.int64), np.zeros(2, np.int64)
    if told:
        for kind, name in told.tampers.items():
            tampers[names.acts.index(name)] = TAMPERS.index(kind)
        seer = names.sensors.index(told.sensor)
        finds[:] = seer, delays[seer]
        if made_up := told.fabricating:
            critical[[names.acts.index(name) for name in made_up.critics]] = 1
            seer = names.sensors.index(made_up.sensor)
            says[:] = names.acts.index(made_up.record), seer, delays[seer]
    return Tables(
        on=int(told is not None),
        tampers=tampers,
        critical=critical,
        says=says,
        finds=finds,
        league=np.uint64(threshold(told.league) if told else 0),
        heeds=int(told is not None and heeds),
        spared=np.uint64(threshold(told.spared) if told else 0),
        purpose=np.array([address(f"office/spared/{name}") for name in names.sensors], np.uint64),
        adverse=_adverse(scores, rules, acts, sensors),
        clause=np.array(
            [names.clauses.index(f"office.{key}") for key in ("shielding", "spared")], np.int64
        ),
    )


def _adverse(
    scores: scoring.Tables, rules: lists.Tables, acts: int, sensors: int
) -> NDArray[np.uint8]:
    """Return which records may cost points or lead onto a list, as `Tables.adverse`."""
    adverse = np.zeros((2, acts, sensors), np.uint8)
    for act in range(acts):
        adverse[:, act] = rules.lists_from[act + 1] > rules.lists_from[act]
        for rule in scores.rules[scores.rules_from[act] : scores.rules_from[act + 1]]:
            if scores.points[rule] < 0:
                counted = [int(scores.sensors[rule]) >> sensor & 1 for sensor in range(sensors)]
                adverse[1, act] |= np.array(counted, np.uint8)
    return adverse


def regime_of(scheme: SchemeTables, citizens: int) -> Regime:
    """Return how many audits a scheme asks for among so many citizens."""
    told = scheme.office
    if told is None:
        return Regime(0, 0, 1, 0, 0)
    start, follow = threshold(told.audit), told.follow
    if follow is None:
        return Regime(start, 0, 1, 0, 0)
    with localcontext(CONTEXT):
        years = Decimal(follow.every_weeks) / WEEKS_A_YEAR
        pays = follow.pays_per_100k * citizens / 100_000 * years
    least = threshold(follow.least)
    speed = threshold(follow.speed)
    return Regime(max(start, least), follow.every_weeks, scaled(pays, _FINDS), speed, least)


@dataclass
class Audits:
    """The audits of a run: what share of tampers they look at, and what they have found since."""

    share: int
    """In 2**-32."""
    found: int = 0
    """In the period so far."""

    def follow(self, week: int, found: int, regime: Regime) -> None:
        """Take note of what was found in a week; at the end of a period, let audits follow."""
        if regime.every == 0:
            return
        self.found += found
        if (week + 1) % regime.every == 0:
            paid = min((self.found * _FINDS * ONE) // regime.pays, int(CERTAIN))
            self.share = max(self.share + ((paid - self.share) * regime.speed >> 32), regime.least)
            self.found = 0
