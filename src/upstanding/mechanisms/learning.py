"""Learning: what risk people perceive, and of which sensors and lists they know.

The essay: "day-to-day control of behaviour" (E22) works through what people believe. A part of
`response`.

*Equations.* Perceived risk p moves at each close, by rates of the society, first toward the ambient
risk a of the class of her district (density of cameras, the scheme's), then toward certainty:

    p <- p + decay (a - p)
    p <- p + ties s (1 - p)     s: the share of her living ties who were penalised a week ago
    p <- p + published s (1 - p)        s: of those shown in public a week ago (`publicity`)
    p <- p + own (1 - p)        if she was penalised this week

Penalised is who got an entry of negative points, an entry onto a list or a denial. At time zero p =
a. Without `learning` it stays there.

*Awareness.* A sensor or a list may be known to a share of people only; and whoever got negative
points by a sensor's record, or was entered onto a list, knows of it from then on. Fear counts for
an act only if she knows of something that leads from it to a penalty: a sensor that can see it, if
she has a score, or a list that is entered by a record of it. What names no `awareness` is known to
everybody.

*Parameters.* Society: `learning`. Scheme: `response.ambient-risk`, `sensor.*.awareness`,
`list.*.awareness`. *Reads* the week's rows (or, where none is written, marks left in their stead),
the board of last week: penalised; what
was seen in public. *Writes* risk, fear, known, penalised.

*Addresses.* response/aware at (citizen, address of "sensing/<sensor>" or "lists/take/<list>", 0):
word 0. *Rounding.* p is in 2**-16, at most 65,535; the step of decay is rounded up in size, so that
p comes back to a, the others down: each is less than 2**-16 a week off; s is floor(65535 k / n)
for k of n living ties, and its product with the rate in 2**-32 rounded down. Fear is p in 2**-8,
rounded down. *Off* equals rates 0 for `own`, `ties`
and `published`, and awareness 1.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, address, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import Names
from upstanding.clockwork.numbers import ONE, scaled, threshold
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Share, Sourced, Table
from upstanding.mechanisms.association import Board
from upstanding.mechanisms.lists import Blacklist
from upstanding.mechanisms.rows import LIST_IN, POINTS, REFUSED, Array
from upstanding.mechanisms.sensing import Sensor
from upstanding.mechanisms.state import Setting, State
from upstanding.mechanisms.strata import is_urban
from upstanding.mechanisms.ties import LIVING, Ties, place_of

AWARE = U64(address("response/aware"))
MARK = 1 << 31
"""In what somebody knows: what everybody does. In what is noted of a week: a penalty."""
MOST_KNOWN = 31
"""Sensors and lists of which only some people know."""
MOST = (1 << 16) - 1
"""Certainty, in 2**-16."""
PENALISED = 1
"""The bit of the board's `penalised` that says so; the others are of other mechanisms."""


class Learning(Sourced):
    """How fast a society learns to fear, shares a week."""

    own: Share
    """Of the way to certainty, after a penalty of one's own."""
    ties: Share
    """Of the way to certainty, if all living ties were penalised."""
    decay: Share
    """Of the way back to the ambient risk."""
    published: Share = Decimal(0)
    """Of the way to certainty, for who saw somebody shown in public."""


class SocietyTables(Table):
    """What this part of the mechanism adds to a society file."""

    learning: Learning | None = None


class Tables(Struct):
    """Learning as integers; A acts, S sensors, L lists, K of them that not everybody knows."""

    ambient: NDArray[np.int64]
    """(2,) ambient risk in 2**-16 by class of district: rural, urban."""
    rates: NDArray[np.uint64]
    """(4,) decay, ties, own, published in 2**-32."""
    heeds_ties: int
    """1 if ties' penalties count."""
    heeds_shown: int
    """1 if what is shown in public counts."""
    notes: int
    """1 if penalties change what anybody fears or knows."""
    known_by: Annotated[NDArray[np.uint32], 2]
    """(2, A) a bit for each sensor and list that leads from the act to a penalty.

    By whether she has a score: if not, lists alone.
    """
    sensors: NDArray[np.uint32]
    """(S,) the mark that a penalty by a sensor leaves."""
    lists: NDArray[np.uint32]
    """(L,) the mark that an entry onto a list leaves."""
    hidden: NDArray[np.uint64]
    """(K,) the addresses of what not everybody knows."""
    aware: NDArray[np.uint64]
    """(K,) thresholds of knowing it from the start."""


def compile_tables(
    told: Learning | None,
    ambient: Mapping[Literal["urban", "rural"], Decimal],
    sensors: Mapping[str, Sensor],
    lists: Mapping[str, Blacklist],
    names: Names,
    *,
    shows: bool,
    on: bool,
) -> Tables:
    """Compile learning; `ambient` are risks by class of district, `lists` those in force.

    `shows` tells whether anybody is shown in public.
    """
    places: tuple[Literal["rural"], Literal["urban"]] = ("rural", "urban")
    risks = [ambient.get(place, Decimal(0)) if on else Decimal(0) for place in places]
    rates = [Decimal(0)] * 4
    if told and on:
        rates = [told.decay, told.ties, told.own, told.published if shows else Decimal(0)]
    ways: list[tuple[str, Sensor | Blacklist]] = [
        *((f"sensing/{name}", sensors[name]) for name in names.sensors),
        *((f"lists/take/{name}", lists[name]) for name in names.lists if name in lists),
    ]
    partly = [
        (place, way.awareness)
        for place, way in ways
        if on and way.awareness is not None and way.awareness < 1
    ]
    bits = {place: 1 << code for code, (place, _) in enumerate(partly)}
    by_lists = [
        _union(
            bits.get(f"lists/take/{n}", MARK) for n, way in lists.items() if way.enter.record == act
        )
        for act in names.acts
    ]
    by_sensors = [
        _union(
            bits.get(f"sensing/{name}", MARK) for name, way in sensors.items() if act in way.sees
        )
        for act in names.acts
    ]
    by_any = [one | other or MARK for one, other in zip(by_lists, by_sensors, strict=True)]
    return Tables(
        ambient=np.array([min(scaled(risk, 1 << 16), MOST) for risk in risks], np.int64),
        rates=np.array([scaled(rate, ONE) for rate in rates], np.uint64),
        heeds_ties=int(rates[1] > 0),
        heeds_shown=int(rates[3] > 0),
        notes=int(any(rates) or bool(partly)),
        known_by=np.array([by_lists, by_any], np.uint32),
        sensors=np.array([MARK | bits.get(f"sensing/{n}", 0) for n in names.sensors], np.uint32),
        lists=np.array([MARK | bits.get(f"lists/take/{n}", 0) for n in names.lists], np.uint32),
        hidden=np.array([address(place) for place, _ in partly], np.uint64),
        aware=np.array([threshold(share) for _, share in partly], np.uint64),
    )


def _union(marks: Iterable[int]) -> int:
    union = 0
    for mark in marks:
        union |= mark
    return union


@inlined
def felt(fear: int, known: int, known_by: int) -> int:
    """Return the risk that somebody perceives at an act, given what she knows."""
    return whole(fear) if (np.uint32(known) & np.uint32(known_by)) != np.uint32(0) else whole(0)


@kernel
def begin(now: Setting, static: NDArray[np.uint16], state: State, tables: Tables) -> None:
    """Let everybody perceive the ambient risk, and know what she knows from the start."""
    first = now.first
    k0, k1 = now.key
    risk, fear, known = state.risk, state.fear, state.known
    for i in range(static.shape[0]):
        risk[i] = tables.ambient[is_urban(static[i])]
        fear[i] = whole(risk[i]) >> 8
        known[i] = np.uint32(MARK)
        for code in range(tables.hidden.shape[0]):
            w0, _, _, _ = dice.philox(U64(first + i), tables.hidden[code], U64(0), AWARE, k0, k1)
            if w0 < tables.aware[code]:
                known[i] |= np.uint32(1) << np.uint32(code)


@kernel
def look_around(
    first: int,
    bits: NDArray[np.uint32],
    ties: Ties,
    board: Board,
    troubled: NDArray[np.uint16],
) -> None:
    """Fill `troubled` (n,) with the share of living ties who were penalised, in 2**-16.

    `bits` (n,) are the ties of the block's citizens, from `first` on.
    """
    place, penalised = first - board.first, board.penalised
    near, far = ties.near, ties.far
    slots = near.shape[0] + far.shape[0]
    for i in range(troubled.shape[0]):
        living, struck = whole(0), whole(0)
        for slot in range(slots):
            held = (bits[i] >> np.uint32(2 * slot)) & np.uint32(3)
            if held == np.uint32(LIVING):
                living += 1
                struck += whole(penalised[place_of(place + i, slot, near, far)]) & PENALISED
        troubled[i] = MOST * struck // max(living, 1)


@kernel
def note(rows: Array, first: int, tables: Tables, noted: NDArray[np.uint32]) -> None:
    """Leave in `noted` (n,) the marks of the penalties among a week's rows."""
    sensors, lists = tables.sensors, tables.lists
    for at in range(rows.shape[0]):
        row = rows[at]
        local = whole(row.subject) - first
        if row.kind == POINTS and row.points < 0:
            noted[local] |= sensors[row.sensor]
        elif row.kind == LIST_IN:
            noted[local] |= lists[row.object]
        elif row.kind == REFUSED:
            noted[local] |= np.uint32(MARK)


@kernel
def learn(
    static: NDArray[np.uint16],
    state: State,
    noted: NDArray[np.uint32],
    troubled: NDArray[np.uint16],
    seen: NDArray[np.uint8],
    watched: int,
    tables: Tables,
) -> None:
    """Let everybody draw her lessons from the week, from the marks in `noted` (n,) on.

    `troubled` and `seen` are as in `Lived`; `watched`, in 2**-16, is the share of people who saw a
    stranger shown in public.
    """
    risk, fear, penalised, known = state.risk, state.fear, state.penalised, state.known
    decay, of_ties, own = whole(tables.rates[0]), whole(tables.rates[1]), whole(tables.rates[2])
    shown = whole(tables.rates[3])
    for i in range(risk.shape[0]):
        struck = whole(noted[i] >> np.uint32(31))
        perceived = whole(risk[i])
        gap = tables.ambient[is_urban(static[i])] - perceived
        step = (abs(gap) * decay + (ONE - 1)) >> 32
        perceived += step if gap > 0 else -step
        if troubled.shape[0] > 0:
            rate = (whole(troubled[i]) * of_ties) >> 16
            perceived += ((MOST - perceived) * rate) >> 32
        if seen.shape[0] > 0:
            rate = ((MOST if seen[i] == 1 else watched) * shown) >> 16
            perceived += ((MOST - perceived) * rate) >> 32
        if struck == 1:
            perceived += ((MOST - perceived) * own) >> 32
        risk[i] = perceived
        fear[i] = perceived >> 8
        penalised[i] = (whole(penalised[i]) & ~PENALISED) | struck
        known[i] |= noted[i]
