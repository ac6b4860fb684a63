"""What is counted while a block's week is computed: integers, summed over blocks afterwards."""

from itertools import pairwise
from math import prod
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.names import ACT_PLACES, FORGED, HOLDERS, KINDS, OUTCOMES, Names
from upstanding.clockwork.struct import Struct
from upstanding.mechanisms.strata import STATICS

Counts = NDArray[np.int64]


GROUPED = (
    "people",
    "scored",
    "score",
    "listed",
    "barred",
    "association-hundredths",
    "acts",
    "list-in",
    "denials",
    "wrong-entries",
    "children-barred",
    "denials-of-kin",
    "publications",
    "publications-of-wrong-persons",
)
"""What is counted by joint stratum: how people stand at the close, then what the week brought."""
PEOPLE, SCORED, SCORE, LISTED, BARRED, TERM, ACTS, LIST_IN, DENIALS, WRONG = range(10)
CHILDREN, OF_KIN, SHOWINGS, WRONG_SHOWINGS = range(10, len(GROUPED))
PUBLISHED, MISSHOWN, PEOPLE_SHOWN, SEEN_BY_STRANGERS, SEEN_BY_TIES = range(5)
"""What is counted by channel."""


class Tally(Struct):
    """The counts of some blocks in one week.

    A acts, S sensors, R rules, T tiers, L lists, V services, P acts of speech, C channels, K ways
    to tamper, B bands of the company's score or stores, J joint strata. What concerns the company
    or a pool is empty where there is none.
    """

    candidates: Counts
    """(A,)"""
    acts: Counts
    """(A,) acts carried out."""
    performed: Counts
    """(A,) obligations performed."""
    outstanding: Counts
    """(A,) obligations open at the close."""
    records: Annotated[Counts, 2]
    """(S, 2) records that name the actor, and somebody else."""
    privacy: Annotated[Counts, 2]
    """(2, 4) records by holder of the sensor and by where the act was done."""
    dropped: Counts
    """(1,) records of people who had no score when they acted."""
    entries: Counts
    """(R,) entries under each rule."""
    points: Counts
    """(5,) hundredths of points by category."""
    score: Counts
    """(2,) sum of scores in hundredths, and people who have one."""
    tiers: Counts
    """(T,) people in each tier at the close."""
    listed: Counts
    """(L,) people on each list at the close."""
    mistaken: Annotated[Counts, 2]
    """(L, 3) stays that rest on a record of somebody else's act, made up, in a stolen name."""
    robbed: Counts
    """(L,) entries by a record in a stolen name."""
    entered: Counts
    """(L,)"""
    left: Annotated[Counts, 2]
    """(L, 6) by performance, repair, other reasons, term, tier, reversal."""
    denials: Counts
    """(V,) refused attempts at each service."""
    hours: Counts
    """(V,) hundredths of hours lost by them."""
    of_kin: Counts
    """(V,) those of the denials that rest on a restriction of kin."""
    children: Counts
    """(V,) people under 18 to whom a service for pupils of their school is closed at the close."""
    moved: Annotated[Counts, 2]
    """(T + 1, T + 1) people by their tier before and after the close; none is last."""
    notices: Counts
    """(2,) adverse records that the subject learned of, at posting and by a refusal."""
    appeals: Counts
    """(2,) records appealed against: true ones, false ones."""
    audited: Counts
    """(2,) records examined without an appeal: true ones, false ones."""
    decided: Annotated[Counts, 2]
    """(2, 2) true ones and false ones: upheld, reversed."""
    waited: Counts
    """(2,) stamps that decided cases waited, and how many of them waited at all."""
    waiting: Counts
    """(1,) cases in the queue at the close."""
    delay: Counts
    """(1,) days from posting to reversal."""
    returned: Counts
    """(5,) hundredths of points of reversals by category."""
    flagged: Counts
    """(L,) denials under stays that were reversed."""
    ties: Counts
    """(2,) pairs whose tie came to life, was cut."""
    shamed: Counts
    """(1,) pairs whose tie was cut as one of them was seen to be shown."""
    published: Annotated[Counts, 2]
    """(C, 5) publications, those of wrong persons, people shown, views by strangers, by ties."""
    strangers: Counts
    """(1,) views by strangers, those of publications that are in no other figure included."""
    tampers: Annotated[Counts, 2]
    """(K, 2) what officials did to records, and of it what was found; K is 0 without an office."""
    critics: Counts
    """(K,) records made up against a critic, and tries at one that met none."""
    kept_out: Counts
    """(K,) adverse records kept out by officials, and spared by the scheme."""
    inspected: Counts
    """(K // 2,) share of what officials do to records that is audited, in 2**-16."""
    breaches: Annotated[Counts, 2]
    """(B, 3) breaches of each store, people exposed by them, records made in their names."""
    unwritten: Counts
    """(kinds,) rows that would be written if the ledger were kept."""
    speech: Annotated[Counts, 2]
    """(P, 4) decisions to speak: complied, censored, in part, defied."""
    praise: Counts
    """(2,) praise uttered, and of it what was said against conviction."""
    risk: Counts
    """(1,) sum of perceived risks at the close in 2**-16."""
    company: Counts
    """(2,) sum of members' scores with the company in hundredths above its lowest, and members."""
    silent: Counts
    """(2,) those of them who hide it."""
    banded: Counts
    """(B,) members in each band of the company's."""
    passed: Counts
    """(S,) the company's records that became records for the state."""
    watched: Annotated[Counts, 2]
    """(2, 2) adults under a pool, not on the focus list and on it: records of theirs, people."""
    finds: Annotated[Counts, 2]
    """(M, D) records by sensor, of those whose coverage follows finds, and district; all people's.

    It is no measure, and not kept by week.
    """
    cells: Annotated[Counts, 2]
    """(len(GROUPED), J)"""


def new_tally(names: Names, categories: int, finds: tuple[int, ...] = (0, 0)) -> Tally:
    """Return a tally of zeros; `finds` is the shape of what is found by district."""
    acts, lists, services = len(names.acts), len(names.lists), len(names.services)
    tampers = len(names.tampers)
    platform = int(names.company_bands is not None)

    shapes = dict[str, tuple[int, ...]](
        candidates=(acts,),
        acts=(acts,),
        performed=(acts,),
        outstanding=(acts,),
        records=(len(names.sensors), 2),
        privacy=(len(HOLDERS), len(ACT_PLACES)),
        dropped=(1,),
        entries=(len(names.rules),),
        points=(categories,),
        score=(2,),
        tiers=(len(names.tiers),),
        listed=(lists,),
        mistaken=(lists, len(FORGED)),
        robbed=(lists,),
        entered=(lists,),
        left=(lists, 6),
        denials=(services,),
        hours=(services,),
        of_kin=(services,),
        children=(services,),
        moved=(len(names.tiers) + 1, len(names.tiers) + 1),
        notices=(2,),
        appeals=(2,),
        audited=(2,),
        decided=(2, 2),
        waited=(2,),
        waiting=(1,),
        delay=(1,),
        returned=(categories,),
        flagged=(lists,),
        ties=(2,),
        shamed=(1,),
        published=(len(names.channels), 5),
        strangers=(1,),
        tampers=(tampers, 2),
        critics=(tampers,),
        kept_out=(tampers,),
        inspected=(tampers // 2,),
        breaches=(len(names.stores), 3),
        unwritten=(len(KINDS),),
        speech=(len(names.speech), len(OUTCOMES)),
        praise=(2,),
        risk=(1,),
        company=(2 * platform,),
        silent=(2 * platform,),
        banded=(len(names.company_bands or ()),),
        passed=(len(names.sensors) * platform,),
        watched=(2 * names.pools, 2),
        finds=finds,
        cells=(len(GROUPED), len(names.bands) * STATICS),
    )
    ends = np.cumsum([prod(shape) for shape in shapes.values()]).tolist()
    counts = np.zeros(ends[-1], np.int64)
    pieces = zip(shapes.items(), pairwise([0, *ends]), strict=True)
    return Tally(
        **{name: counts[begin:end].reshape(shape) for (name, shape), (begin, end) in pieces}
    )


def flat(tally: Tally) -> Counts:
    """Return all that a tally of `new_tally` counts in one row, to be added up or cleared."""
    row = tally.cells.base
    assert row is not None
    return row
