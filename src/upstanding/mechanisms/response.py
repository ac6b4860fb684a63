"""Response: what becomes of a candidate act.

The essay fears that government "will truly be able control people's behaviour" (E22). This is
where a scheme moves conduct: deterrence of what it penalises, incentive for what it rewards.
It has parts of their own: `speech` decides how much is said where speech is punished, `support`
whether praise is meant, `learning` what risk people perceive and of what they know.

*Equations.* A candidate for act a of citizen i is carried out with probability h g,

    h = rate/top * (1 + gain - crowding) / largest-boost
    g = ((p0 + pl) / (p0 + pl + p))**ep * (1 + s)**-es

where p0 is the society's floor, pl the act's `caught` (ordinary law), p the perceived chance of
being caught by the scheme, ep `certainty`, s the scheme's relative `severity`, es `severity` of the
act (certainty matters, severity little: Chalfin and McCrary 2017), and gain the act's `reward`
times the points that the scheme's rules give for it. p is her fear, which begins as the ambient
risk of the class of her district, and 0 for acts that the scheme does not penalise or of whose
penalties she does not know; at what `office` audits it is the risk of that. It penalises an act
with a rule of negative points or a list entered by a record of it; s = 0 for such acts as well.
Whoever has no score in the week (a child, who refused, who lives where no scheme runs) gains and
loses no points: for her there is neither gain nor penalty by rules. A daily act is done with its
personal chance in place of rate/top, and what it names as `instead` where it is not.

*Displacement*, a switch of the scheme: of what deterrence prevents, h (1 - g), the act's share
`displaced` is done where nobody looks: carried out, counted, and seen by no sensor. *Crowding-out*,
another: where an act is rewarded, crowding is its share `crowding-out` of the habit, which the
reward drives out; otherwise 0.

*Parameters.* Society: `deterrence.floor`; `caught`, `certainty`, `severity`, `reward`, `displaced`,
`crowding-out` of acts; `learning`, `support`. Scheme: `response`. *Reads* candidates. *Writes*
nothing; a candidate that is not accepted leaves no trace.

*Addresses.* conduct/candidate, word 1 (its bits turned if `mirrored`); word 2 for `speech` and
`support`. *Rounding.* Fear is in 2**-8 (at most 255), risk rounded to 2**-16 and then down; h g and
h (g + displaced (1 - g)) are tables of 256 values of risk k/256 per act, rounded once. What is
accepted under the first is done openly, under the second alone hidden. *Off* equals no ambient
risk, no severity, no reward, no speech tolerated or punished and nothing learnt: acceptance is
rate / top / largest-boost.
"""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from itertools import product
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork.dice import CERTAIN, U64, both, whole
from upstanding.clockwork.kernel import kernel
from upstanding.clockwork.names import Names
from upstanding.clockwork.numbers import CONTEXT, power, tabulated
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Name, Number, Share, Sourced, Switch, Table
from upstanding.mechanisms import conduct, learning, speech, support
from upstanding.mechanisms.conduct import CERTAINLY, Act, Candidates, row_of
from upstanding.mechanisms.learning import felt
from upstanding.mechanisms.speech import CENSORED, COMPLIED, RISKS, Tolerance
from upstanding.mechanisms.state import Columns
from upstanding.mechanisms.strata import CONVICTION, is_counted, level_of, part_of
from upstanding.mechanisms.support import AGAINST, UTTERED
from upstanding.mechanisms.tally import Tally


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
    speech: Tolerance | None = None
    """Where it punishes speech: people then decide what to say."""
    displacement: Switch = False
    """Whether acts move to where nobody looks, by the society's shares."""
    crowding_out: Switch = False
    """Whether rewards drive out habits, by the society's shares."""
    mirrored: Switch = False
    """Whether acceptance is drawn from the other end, 1 - u in place of u: other luck, the same
    chances. What twins say of persons rests on luck, and this shows how much."""


class SocietyTables(learning.SocietyTables, support.SocietyTables, Table):
    """What this mechanism adds to a society file."""

    deterrence: Floor


class SchemeTables(Table):
    """What this mechanism adds to a scheme file."""

    response: Response | None = None


class Incentives(NamedTuple):
    """What a scheme does to acts."""

    penalised: frozenset[str]
    rewarded: Mapping[str, Decimal]
    """Points in all."""


class Tables(Struct):
    """Acceptance as integers; A acts."""

    accept: Annotated[NDArray[np.uint64], 3]
    """(2, A, 256) threshold of doing it openly, by whether she has a score and perceived risk."""
    anyhow: Annotated[NDArray[np.uint64], 3]
    """(2, A, 256) threshold of doing it openly or hidden."""
    mirror: np.uint64
    """bits that are turned in the word that acceptance is drawn by: none, or all."""
    speech: speech.Tables
    support: support.Tables
    learning: learning.Tables


def compile_tables(
    told: Response | None,
    society: SocietyTables,
    habits: conduct.SocietyTables,
    names: Names,
    lessons: learning.Tables,
    *,
    touches: Mapping[bool, Incentives],
    on: bool,
) -> Tables:
    """Compile acceptance; `touches` says what the scheme's other tables do to who has a score."""
    told = told if on else None
    accept, anyhow = np.zeros((2, 2, len(names.acts), RISKS), np.uint64)
    nothing = Decimal(0)
    for (scored, incentives), (code, name) in product(touches.items(), enumerate(names.acts)):
        act = habits.act[name]
        severity = told.severity.get(name, nothing) if told else nothing
        severity = severity if name in incentives.penalised else nothing
        points = incentives.rewarded.get(name, nothing) if on else nothing
        driven_out = act.crowding_out if told and told.crowding_out and points else nothing
        displaced = act.displaced if told and told.displacement else nothing
        free, fixed = (_without_risk(act, s, points, driven_out) for s in (nothing, severity))
        known, risks = CONTEXT.add(society.deterrence.floor, act.caught), [nothing]
        if name in incentives.penalised:
            risks = [Decimal(k) / RISKS for k in range(RISKS)]
        openly = fixed, known, act.certainty, risks
        accept[int(scored), code] = tabulated(_done, *openly)
        anyhow[int(scored), code] = accept[int(scored), code]
        if displaced:
            anyhow[int(scored), code] = tabulated(_done_or_moved, free, displaced, *openly)
    penalised = {scored: incentives.penalised for scored, incentives in touches.items()}
    pays = touches[True].rewarded if on else {}
    return Tables(
        accept,
        anyhow,
        np.uint64(int(CERTAIN) - 1 if told and told.mirrored else 0),
        speech.compile_tables(told.speech if told else None, habits, names, penalised),
        support.compile_tables(society.support, habits, names, pays),
        lessons,
    )


def _without_risk(act: Act, severity: Decimal, points: Decimal, driven_out: Decimal) -> Decimal:
    """Return the acceptance of an act at no risk from the scheme."""
    if act.top == 0:
        return Decimal(0)
    with localcontext(CONTEXT):
        penalty = power(1 + severity, -act.severity)
        habit = Decimal(1) if act.count == "daily" else act.rate / act.top
        return habit * penalty * (1 + act.reward * points - driven_out) / act.largest_boost


def _done(fixed: Any, known: Any, certainty: Any, risk: Any) -> Any:
    """Return the acceptance of an act at a perceived risk, given that at no risk."""
    return fixed * power(known / (known + risk), certainty)


def _done_or_moved(
    free: Any, displaced: Any, fixed: Any, known: Any, certainty: Any, risk: Any
) -> Any:
    """Return the acceptance of an act, be it hidden; `free` is that under no scheme."""
    done = _done(fixed, known, certainty, risk)
    return done + displaced * (free - done)


@kernel
def carry_out(
    week: int,
    block: Columns,
    found: Candidates,
    joint: NDArray[np.int32],
    habits: conduct.Tables,
    tables: Tables,
    audited: NDArray[np.int64],
    tally: Tally,
) -> Candidates:
    """Return the candidates that are carried out, in place of the others, and count them by act.

    `joint` (n,) are the citizens' joint strata. `audited` (A,) is the risk perceived at acts that
    `office` audits, -1 for all others.
    """
    citizen, act, nth, day, accept, choice, hidden = found
    acceptance, anyhow, mirror = tables.accept, tables.anyhow, tables.mirror
    known_by = tables.learning.known_by
    leanings, status = block.people.leanings, block.people.status
    fear, known, swayed = block.state.fear, block.state.known, block.state.swayed
    scored_from = block.scored_from
    supports, pays, meant = tables.support.supports, tables.support.pays, tables.support.meant
    place, bold, leans = tables.speech.place, tables.speech.row, tables.speech.leaning
    loyal, tolerated = tables.speech.loyal, tables.speech.tolerated
    censored, defied = tables.speech.censored, tables.speech.defied
    daily, rows, leaning = habits.daily, habits.row, habits.leaning
    chance, instead = habits.chance, habits.instead
    acts, spoken, praise = tally.acts, tally.speech, tally.praise
    kept = 0
    for at in range(act.shape[0]):
        i, done = citizen[at], whole(act[at])
        one = is_counted(status[i])
        scored = whole(whole(scored_from[i]) <= week)
        risk = felt(fear[i], known[i], known_by[scored, done])
        if audited[done] >= 0:
            risk = audited[done]
        personal = U64(1 << 32)
        if daily[done] == 1:
            personal = chance[row_of(rows[done], leaning[done], joint[i], leanings[i])]
        unseen = whole(0)
        if nth[at] == CERTAINLY:
            pass  # Somebody planted: the archetype is whoever did it.
        elif U64(accept[at]) ^ mirror >= both(personal, acceptance[scored, done, risk]):
            unseen = whole(U64(accept[at]) ^ mirror < both(personal, anyhow[scored, done, risk]))
            if unseen == 0:
                done = instead[done]
                if done < 0:
                    continue
        elif place[scored, done] >= 0:
            row = bold[done] + (level_of(leanings[i], leans[done]) if leans[done] >= 0 else 0)
            wanted = speech.dissent(
                U64(choice[at]), meant[part_of(status[i], CONVICTION, 4), swayed[i]], loyal[done]
            )
            becomes = speech.outcome(wanted, tolerated, censored[row, risk], defied[row, risk])
            spoken[place[scored, done], becomes] += one
            if becomes == CENSORED:
                continue
            unseen = whole(becomes == COMPLIED)
        elif supports[done] == 1:
            willing = meant[part_of(status[i], CONVICTION, 4), swayed[i]]
            feared = whole(fear[i]) * scored * pays[done]
            if U64(choice[at]) >= support.said(willing, feared):
                continue
            praise[UTTERED] += one
            praise[AGAINST] += one * whole(U64(choice[at]) >= willing)
        citizen[kept] = i
        act[kept] = done
        nth[kept] = nth[at]
        day[kept] = day[at]
        choice[kept] = choice[at]
        hidden[kept] = unseen
        acts[done] += one
        kept += 1
    return conduct.cut(found, kept)
