"""How much memory a run takes: foretold from the types and shapes of what it holds, and measured.

What everybody has is counted by its type; what few have (sparse tables, ties that may turn soon) is
left out. A few figures are fitted, which are other libraries' or the luck of lives: each says so.
The peak is either between the two halves of a week, when what everybody did is known and not yet
closed, or when citizens are written, without ties.
"""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import numpy as np

from upstanding.clockwork.kernel import ENTRIES
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.engine import blocks
from upstanding.engine.checkpoint import is_copied
from upstanding.engine.manifest import Plan
from upstanding.engine.places import RUNS
from upstanding.engine.quarters import QUARTER
from upstanding.engine.series import Series, declared
from upstanding.engine.standing import BYTES as STANDING
from upstanding.engine.tables import lessons_of, names_of
from upstanding.mechanisms.rows import ENTRY, RECORD
from upstanding.mechanisms.scoring import CATEGORIES
from upstanding.mechanisms.state import Lived, State
from upstanding.mechanisms.strata import People
from upstanding.mechanisms.tally import new_tally
from upstanding.mechanisms.ties import LAYERS, Ties
from upstanding.scheme.model import SchemeFile
from upstanding.society.model import SocietyFile
from upstanding.society.network import NEAR_LAYERS
from upstanding.society.traits import Population

PROCESS, COMPILING = 260_000_000, 440_000_000
"""Fitted: Python, its libraries and loaded kernels; what compiling them leaves behind besides."""
GAPS = 25
"""Fitted: one byte in so many lies unused between the arrays of blocks, on Linux's allocator."""
WRITING = 26_000_000
"""Fitted: the slices of `citizens.parquet` that Polars has in hand."""
ACTS = 60
"""Fitted: bytes of candidates, records and rows for each citizen of a block in hand."""
IN_HAND, OF_CATEGORY = 56, 12
"""By type: what `live` and `close` make for each citizen of a block, and for each category."""
JOINED = 2
"""Times that a week's records are held: as blocks made them, and in order."""
QUARTERS = 3
"""Of rows that may be held: of the weeks since the last close of one, waiting, and in hand."""
COPIES = QUARTERS - 1
"""Of everybody's state, for the checkpoints of those that are closed."""


class Expected(NamedTuple):
    """What a run is expected to hold, in bytes."""

    process: int
    """Before there is anybody."""
    hot: int
    """State."""
    people: int
    """Traits, households, the week of the first score, faces, how they stood at the last close."""
    ties: int
    galleries: int
    lived: int
    """What waits between the halves of a week."""
    records: int
    """What sensors made of the week, where it is kept as records: a rough figure."""
    in_hand: int
    """Arrays of the blocks that threads work on."""
    totals: int
    """Measures of all weeks, tallies, histograms."""
    copies: int
    """State as it was when rows that wait were closed; none where rows are few."""
    rows: int
    """Rows of the ledger that wait to be written: a rough figure."""

    @property
    def growth(self) -> int:
        """What a run adds to its process at most, the ledger's rows apart."""
        kept = self.hot + self.people + self.galleries
        week = kept + self.ties + self.lived + self.records
        return (
            max(week + week // GAPS, kept + kept // GAPS + WRITING)
            + self.in_hand
            + self.totals
            + self.copies
        )

    @property
    def peak(self) -> int:
        """What the process holds at most."""
        return self.process + self.growth + self.rows

    def __str__(self) -> str:
        """Return it in words; the rows apart, of which less is known."""
        words = f"about {gigabytes(self.process + self.growth)} of memory"
        return f"{words}, and roughly {gigabytes(self.rows)} for rows" if self.rows else words


def gigabytes(count: int) -> str:
    """Return bytes in words: 1.4 GB."""
    return f"{count / 1e9:.1f} GB"


def expect(plan: Plan, *, threads: int, block: int | None = None) -> Expected:
    """Foretell the memory of a run; `block` is the citizens of a block, chosen if not given."""
    scheme, society, citizens = plan.scheme.file, plan.society.file, plan.citizens
    categories = len(scheme.category)
    near, far = _slots(society)
    pulls = scheme.association is not None and scheme.score is not None and society.ties is not None
    straight = np.dtype(np.int16).itemsize * categories if plan.ledger == "off" else 0
    scored_from, face = np.dtype(np.uint16).itemsize, np.dtype(np.uint8).itemsize
    traits = bytes_of(People, band=0) + bytes_of(Population) + scored_from + face
    size = min(block or blocks.block_size(citizens, threads), citizens)
    learning = lessons_of(scheme, society, names_of(scheme, society))
    members = int(scheme.platform is not None and "platform" not in scheme.off)
    pools = int(scheme.pooling is not None and "pooling" not in scheme.off)
    made = _rows_a_week(scheme, society)
    rows = made if plan.ledger == "all" else Decimal(0)
    whole = {"office", "pooling", "publicity"} - scheme.off
    recorded = plan.ledger == "all" or any(getattr(scheme, name) for name in whole)
    hot = citizens * bytes_of(State, own=categories, account=members, told=members, dossier=pools)
    quarter = int(rows * citizens * min(plan.weeks, QUARTER) * ENTRY.itemsize)
    return Expected(
        process=max(resident() or 0, PROCESS + (0 if _is_compiled() else COMPILING)),
        hot=hot,
        people=citizens * (traits + STANDING * plan.standing),
        ties=citizens * bytes_of(Ties, near=near, far=far),
        galleries=int(citizens * 2 * np.dtype(np.uint32).itemsize * _enrolled(scheme)),
        lived=citizens
        * (
            straight
            + bytes_of(
                Lived,
                sums=0,
                guards=0,
                critics=0,
                pulled=int(pulls),
                troubled=int(learning.heeds_ties),
                seen=int(learning.heeds_shown),
                noted=int(learning.notes and plan.ledger == "off"),
                company=members,
                friends=members,
            )
        ),
        records=int(made * citizens * RECORD.itemsize * JOINED) if recorded else 0,
        in_hand=threads * size * (IN_HAND + OF_CATEGORY * categories + ACTS),
        totals=_totals(scheme, society, plan.weeks, threads),
        copies=COPIES * hot if is_copied(hot, quarter) else 0,
        rows=QUARTERS * quarter,
    )


def bytes_of(columns: type, **items: int) -> int:
    """Return the bytes a citizen of a named tuple of columns.

    A column holds one item a citizen, or as many as named; sparse tables count as nothing.
    """
    return sum(items.get(name, 1) * item for name, item in _items(columns).items())


@cache
def _items(columns: type) -> dict[str, int]:
    """Return the bytes of an item of each column."""
    return {name: _item(hint) for name, hint in get_type_hints(columns).items()}


def _item(hint: Any) -> int:
    """Return the bytes of an item of an array; 0 for what is none, or one of any type."""
    kinds = get_args(get_args(hint)[1]) if get_origin(hint) is np.ndarray else ()
    return np.dtype(kinds[0]).itemsize if kinds and kinds[0] is not Any else 0


def _slots(society: SocietyFile) -> tuple[int, int]:
    """Return how many slots each citizen has in her cell, and beyond."""
    bonds = society.ties
    if bonds is not None and bonds.generator is not None:
        return 0, bonds.generator.neighbours
    if bonds is None or bonds.slots is None:
        return 0, 0
    slots = [getattr(bonds.slots, layer) for layer in LAYERS]
    return sum(slots[:NEAR_LAYERS]), sum(slots[NEAR_LAYERS:])


def _enrolled(scheme: SchemeFile) -> Decimal:
    """Return in how many galleries a citizen is."""
    if "sensing" in scheme.off:
        return Decimal(0)
    return sum(
        (
            Decimal(1) if sensor.enrolled is None else sensor.enrolled
            for sensor in scheme.sensor.values()
            if sensor.gallery != "none"
        ),
        Decimal(0),
    )


def _totals(scheme: SchemeFile, society: SocietyFile, weeks: int, threads: int) -> int:
    """Return the bytes of what is counted, and of the long rows made of it."""
    names = names_of(scheme, society)
    tally = new_tally(names, CATEGORIES)
    week = Series(1, names, tally).totals
    cells = sum(len(measure.cells) for measure in declared(week, names))
    text, number = 16, 8
    long = cells * (3 * text + 5 * number)
    kept = sum(column.nbytes for column in week.columns().values())
    steps = 0
    if scheme.score is not None:
        low, high = scheme.score.range
        steps = int(100 * (high - low)) + 1
    histograms = (RUNS + 2) * steps * number
    counts = sum(int(column.nbytes) for column in tally)
    return weeks * (kept + long) + threads * counts + histograms


def _rows_a_week(scheme: SchemeFile, society: SocietyFile) -> Decimal:
    """Return about how many rows a citizen gets in a week: points, and the term of her ties."""
    urban = society.composition.urban
    rates = {name: act.rate for name, act in society.act.items()}
    for act in society.act.values():
        if act.instead is not None:
            rates[act.instead] += act.top - act.rate
    seen = dict.fromkeys(rates, Decimal(0))
    for sensor in scheme.sensor.values():
        here, there = (sensor.coverage.get(place, Decimal(0)) for place in ("urban", "rural"))
        for act_seen in sensor.sees & seen.keys():
            seen[act_seen] += (here * urban + there * (1 - urban)) * sensor.hit_rate
    ruled = [rule.act or name for name, rule in scheme.rule.items()]
    points = sum((rates[act] * seen[act] for act in ruled if act in rates), Decimal(0))
    return points / WEEKS_A_YEAR + (scheme.association is not None)


def _is_compiled() -> bool:
    return all(entry.is_kept() for entry in ENTRIES)


def resident() -> int | None:
    """Return the bytes that this process holds; None where the system does not say."""
    return _told("/proc/self/status", "VmRSS")


def most_resident() -> int | None:
    """Return the most bytes that this process has held."""
    return _told("/proc/self/status", "VmHWM")


def free() -> int | None:
    """Return the bytes that the machine could still give."""
    memory, swap = (_told("/proc/meminfo", what) for what in ("MemAvailable", "SwapFree"))
    return None if memory is None else memory + (swap or 0)


def _told(file: str, what: str) -> int | None:
    """Return a line's figure, in kB there; None where there is no such file or line."""
    try:
        lines = Path(file).read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith(f"{what}:")]
    return int(found[0]) * 1024 if found else None
