"""Response: what becomes of a candidate act.

The essay fears that government "will truly be able control people's behaviour" (E22). This is
where a scheme moves conduct: deterrence of what it penalises, incentive for what it rewards.

*Equations.* A candidate for act a of citizen i is carried out with probability

    rate/top * ((p0 + pl) / (p0 + pl + p))**ep * (1 + s)**-es * (1 + gain) / largest-boost

where p0 is the society's floor, pl the act's `caught` (ordinary law), p the perceived chance of
being caught by the scheme, ep `certainty`, s the scheme's relative `severity`, es `severity` of
the act (certainty matters, severity little: Chalfin and McCrary 2017), and gain the act's
`reward` times the points that the scheme's rules give for it. p is her fear, so
far the ambient risk of the class of her district, and 0 for acts that the scheme does not penalise:
it penalises an act with a rule of negative points or a list entered by a record of it. A daily act
is done with its personal chance in place of rate/top, and what it names as `instead` where it is
not.

*Parameters.* Society: `deterrence.floor`; `caught`, `certainty`, `severity`, `reward` of acts.
Scheme: `response`. *Reads* candidates. *Writes* nothing; a candidate that is not accepted leaves
no trace.

*Addresses.* conduct/candidate, word 1. *Rounding.* Fear is in 2**-8 (at most 255), risk rounded to
2**-16 and then down; acceptance is a table of 256 values of risk k/256 per act, rounded once. *Off*
equals no ambient risk, no severity and no reward: acceptance is rate / top / largest-boost.
"""

from decimal import Decimal, localcontext
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork.dice import U64, both, whole
from upstanding.clockwork.kernel import kernel
from upstanding.clockwork.names import PLACES, Names
from upstanding.clockwork.numbers import CONTEXT, power, scaled, threshold
from upstanding.documents.table import Name, Number, Share, Sourced, Table
from upstanding.mechanisms import conduct
from upstanding.mechanisms.conduct import Act, Candidates, row_of
from upstanding.mechanisms.strata import People

RISKS = 256


class Floor(Sourced):
    """The society's side of deterrence."""

    floor: Annotated[Number, Field(gt=0, le=1)]
    """p0: the chance of being caught that everybody perceives, whatever the law."""


class Response(Sourced):
    """The scheme's side: the risk that people perceive, and how hard it hits."""

    ambient_risk: dict[Literal["urban", "rural"], Share] = {}
    """Perceived chance of being caught by the scheme at an act that it penalises."""
    severity: dict[Name, Annotated[Number, Field(ge=0, le=1000)]] = {}
    """By act: the scheme's penalty relative to that of ordinary law; 0 where not named."""


class SocietyTables(Table):
    """What this mechanism adds to a society file."""

    deterrence: Floor


class SchemeTables(Table):
    """What this mechanism adds to a scheme file."""

    response: Response | None = None


class Tables(NamedTuple):
    """Acceptance as integers; A acts."""

    accept: NDArray[np.uint64]
    """(A, 256) threshold by perceived risk."""
    fear: NDArray[np.uint8]
    """(2,) ambient risk in 2**-8 by class of district: rural, urban."""


def compile_tables(
    scheme: SchemeTables,
    habits: conduct.SocietyTables,
    floor: Decimal,
    names: Names,
    *,
    penalised: frozenset[str],
    rewarded: dict[str, Decimal],
    on: bool,
) -> Tables:
    """Compile acceptance; acts `penalised` and points `rewarded` come from the other tables."""
    told = scheme.response if on else None
    accept = np.zeros((len(names.acts), RISKS), np.uint64)
    for code, name in enumerate(names.acts):
        act = habits.act[name]
        severity = told.severity.get(name, Decimal(0)) if told else Decimal(0)
        points = rewarded.get(name, Decimal(0)) if on else Decimal(0)
        fixed = _without_risk(act, severity, points)
        for k in range(RISKS):
            risk = Decimal(k) / RISKS if name in penalised else Decimal(0)
            accept[code, k] = threshold(CONTEXT.multiply(fixed, _deterred(act, floor, risk)))
    ambient = told.ambient_risk if told else {}
    risks = [ambient.get("rural", Decimal(0)), ambient.get("urban", Decimal(0))]
    assert PLACES == ("rural", "urban")
    fear = [min(scaled(r, 1 << 16), (1 << 16) - 1) >> 8 for r in risks]
    return Tables(accept, np.array(fear, np.uint8))


def _without_risk(act: Act, severity: Decimal, points: Decimal) -> Decimal:
    """Return the acceptance of an act at no risk from the scheme."""
    if act.top == 0:
        return Decimal(0)
    with localcontext(CONTEXT):
        penalty = power(1 + severity, -act.severity)
        habit = Decimal(1) if act.count == "daily" else act.rate / act.top
        return habit * penalty * (1 + act.reward * points) / act.largest_boost


def _deterred(act: Act, floor: Decimal, risk: Decimal) -> Decimal:
    """Return the share of an act that a perceived risk leaves."""
    with localcontext(CONTEXT):
        known = floor + act.caught
        return power(known / (known + risk), act.certainty)


@kernel
def carry_out(
    found: Candidates,
    people: People,
    joint: NDArray[np.int32],
    fear: NDArray[np.uint8],
    habits: conduct.Tables,
    tables: Tables,
    tally: NDArray[np.int64],
) -> Candidates:
    """Return the candidates that are carried out, in place of the others, and count them by act.

    `joint` and `fear` (n,) are the citizens' joint strata and perceived risks.
    """
    citizen, act, nth, day, accept, choice = found
    acceptance, leanings = tables.accept, people.leanings
    daily, rows, leaning = habits.daily, habits.row, habits.leaning
    chance, instead = habits.chance, habits.instead
    kept = 0
    for at in range(act.shape[0]):
        i, done = citizen[at], whole(act[at])
        limit = acceptance[done, fear[i]]
        if daily[done] == 1:
            row = row_of(rows[done], leaning[done], joint[i], leanings[i])
            limit = both(chance[row], limit)
        if U64(accept[at]) >= limit:
            done = instead[done]
            if done < 0:
                continue
        citizen[kept] = i
        act[kept] = done
        nth[kept] = nth[at]
        day[kept] = day[at]
        choice[kept] = choice[at]
        tally[done] += 1
        kept += 1
    return conduct.cut(found, kept)
