"""What is counted while a block's week is computed: integers, summed over blocks afterwards."""

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

    def zeros(*shape: int) -> Counts:
        return np.zeros(shape, np.int64)

    return Tally(
        candidates=zeros(acts),
        acts=zeros(acts),
        performed=zeros(acts),
        outstanding=zeros(acts),
        records=zeros(len(names.sensors), 2),
        privacy=zeros(len(HOLDERS), len(ACT_PLACES)),
        dropped=zeros(1),
        entries=zeros(len(names.rules)),
        points=zeros(categories),
        score=zeros(2),
        tiers=zeros(len(names.tiers)),
        listed=zeros(lists),
        mistaken=zeros(lists, len(FORGED)),
        robbed=zeros(lists),
        entered=zeros(lists),
        left=zeros(lists, 6),
        denials=zeros(services),
        hours=zeros(services),
        of_kin=zeros(services),
        children=zeros(services),
        moved=zeros(len(names.tiers) + 1, len(names.tiers) + 1),
        notices=zeros(2),
        appeals=zeros(2),
        audited=zeros(2),
        decided=zeros(2, 2),
        waited=zeros(2),
        waiting=zeros(1),
        delay=zeros(1),
        returned=zeros(categories),
        flagged=zeros(lists),
        ties=zeros(2),
        shamed=zeros(1),
        published=zeros(len(names.channels), 5),
        strangers=zeros(1),
        tampers=zeros(tampers, 2),
        critics=zeros(tampers),
        kept_out=zeros(tampers),
        inspected=zeros(tampers // 2),
        breaches=zeros(len(names.stores), 3),
        unwritten=zeros(len(KINDS)),
        speech=zeros(len(names.speech), len(OUTCOMES)),
        praise=zeros(2),
        risk=zeros(1),
        company=zeros(2 * platform),
        silent=zeros(2 * platform),
        banded=zeros(len(names.company_bands or ())),
        passed=zeros(len(names.sensors) * platform),
        watched=zeros(2 * names.pools, 2),
        finds=zeros(*finds),
        cells=zeros(len(GROUPED), len(names.bands) * STATICS),
    )
