"""What the reference knows of one person: how she stands, what she waits for, what is written."""

from dataclasses import dataclass, field
from typing import NamedTuple

from upstanding.clockwork.names import NO_BYTE, NO_WORD, NOBODY, TRUTHS
from upstanding.mechanisms.pooling import CLASSES
from upstanding.mechanisms.rows import ENTRY, MADE_UP, USED
from upstanding.mechanisms.scoring import CATEGORIES, NO_SCORE
from upstanding.mechanisms.strata import PLANTED, ROLE, SCHOOL

Row = dict[str, int]
NONE: Row = dict.fromkeys(ENTRY.names or (), 0) | {
    "actor": NOBODY,
    "origin_subject": NOBODY,
    "origin_week": NO_WORD,
    "origin_seq": NO_WORD,
    "rule": NO_WORD,
    "day": 6,
    **dict.fromkeys(("act", "sensor", "object", "category", "truth"), NO_BYTE),
}
"""A row that says nothing. Its day is the week's last, that of the close."""
TRUE, FALSE_MATCH, FABRICATED, STOLEN = range(len(TRUTHS))
LAST = 255
"""The index of what the planted do for certain."""


@dataclass(frozen=True, order=True)
class Case:
    """One act that was carried out: whose, what, and when."""

    actor: int
    act: int
    week: int
    index: int
    """Its place among her candidates for this act in this week, or that of what was made up."""

    def truth(self, subject: int) -> int:
        """Return what it is to somebody who is named for it."""
        if self.actor == subject:
            return TRUE
        if MADE_UP <= self.index < LAST:
            return FABRICATED if self.index < USED else STOLEN
        return FALSE_MATCH


class Act(NamedTuple):
    """A candidate for an act."""

    case: Case
    day: int
    accept: int
    """The draw that decides whether it is carried out."""
    choice: int
    """The draw that decides whom it is about, or how much of it is said."""
    hidden: bool = False
    """Whether it was carried out where no sensor sees it."""


class Record(NamedTuple):
    """What a sensor made of an act."""

    subject: int
    case: Case
    sensor: int
    day: int
    due: int
    """The week at whose close it posts."""

    @property
    def drawn_for(self) -> int:
        """At whose number the draws about it lie."""
        return self.subject if self.case.actor == NOBODY else self.case.actor

    @property
    def order(self) -> tuple[int, ...]:
        """Its place among those posted at one close: of her own acts by day, then of others'."""
        case = self.case
        if case.actor == self.subject:
            return 0, self.day, case.act, case.index, self.sensor
        return 1, case.actor, case.act, case.index, self.sensor, self.day


class Origin(NamedTuple):
    """The row of her own ledger from which something follows."""

    week: int
    seq: int


class Strike(NamedTuple):
    """An entry that counts toward a list."""

    onto: int
    origin: Origin


class Blame(NamedTuple):
    """What a denial rests on."""

    clause: int
    origin: Origin | None
    """The row of the stay; none by tier."""
    whose: int
    """Who is on the list or in the tier."""


class Denial(NamedTuple):
    """A refused attempt; those of a week are posted in this order."""

    day: int
    service: int
    attempt: int
    blame: Blame


class Wait(NamedTuple):
    """An entry onto a list that is decided and posts at the close of week `due`."""

    onto: int
    due: int
    case: Case | None
    """The recorded act that leads to it; none by strikes and tier."""
    origin: Origin | None

    @property
    def order(self) -> tuple[int, tuple[int, ...]]:
        """Its place among the entries of one close."""
        return self.onto, self.origin or ()


class Entry(NamedTuple):
    """Points that a record made."""

    origin: Origin
    category: int
    points: int


@dataclass(eq=False)
class Matter:
    """What may be corrected: a record, and what it made."""

    record: Record
    posted: int
    entries: list[Entry]
    onto: dict[int, Origin]
    """The row of the record for each list that it led onto."""
    open: set[int]
    """Those lists for which something still rests on it."""
    stage: str = "latent"
    """Or appealed, or audited."""
    arrives: int = 0
    begins: int | None = None
    ends: int | None = None

    @property
    def origin(self) -> Origin:
        """The first of its rows."""
        rows = [entry.origin for entry in self.entries] + list(self.onto.values())
        return min(rows)

    @property
    def order(self) -> tuple[int, int, Origin]:
        """Its place among those that wait."""
        return self.arrives, self.record.subject, self.origin


@dataclass
class Stay:
    """A stay on a list, entered at the close of week `since` (below zero: before time zero)."""

    on: int
    since: int
    case: Case | None
    origin: Origin
    """The row of the entry."""
    performed: Origin | None = None
    """The row that says that the obligation was performed."""
    reversed: Origin | None = None
    """The row that ends it at this close."""
    suspended: bool = False
    denials: int = 0
    """Those that named it."""

    @property
    def order(self) -> tuple[int, int, int]:
        """Its place among the stays of one person."""
        return self.on, self.since, self.origin.seq


@dataclass
class Tie:
    """Two people who know each other; both hold the same object."""

    ends: tuple[int, int]
    """The smaller number first."""
    held: int
    """Dormant, living or cut."""

    def other(self, citizen: int) -> int:
        """Return to whom it ties a citizen."""
        low, high = self.ends
        return high if citizen == low else low


@dataclass
class Person:
    """Somebody: her traits, her standing, and what is open."""

    number: int
    age_weeks: int
    static: int
    urban: int
    leanings: int
    home: int
    """Her place in her household, and its size << 4."""
    status: int
    own: list[int] = field(default_factory=lambda: [0] * CATEGORIES)
    score: int = int(NO_SCORE)
    x: int = int(NO_SCORE)
    """What her ties are pulled to."""
    risk: int = 0
    """The risk that she perceives, in 2**-16."""
    penalised: bool = False
    """Whether she was at the last close, if anybody learns by that."""
    spoke: bool = False
    """Whether she said this week what makes a critic."""
    critic: bool = False
    """Whether she had in the week before."""
    shields: bool = False
    """Whether she keeps her household's records out of the file at this close."""
    known: int = 0
    """The sensors and lists that she knows among those that not everybody does."""
    swayed: int = 0
    """How much praise she has uttered, if that moves conviction."""
    term: int = 0
    """What her ties add to her score."""
    ties: list[Tie | None] = field(default_factory=list)
    """By slot."""
    pulled: int | None = None
    """What her ties make of this week's opening."""
    troubled: int = 0
    """The share of her living ties who were penalised before this week's opening."""
    standing: int = NO_WORD
    """Her percentile at the last yearly comparison."""
    tier: int = NO_BYTE
    listed: int = 0
    closed: int = 0
    refusals: int = 0
    account: int = NO_WORD
    """With the company, in hundredths above its lowest score, if she is a member."""
    told: int = NO_BYTE
    """1 if her score with it is hidden, and its band << 1."""
    dossier: list[int] = field(default_factory=lambda: [0] * len(CLASSES))
    """Records of each class that are pooled."""
    harmful: bool = False
    """Whether one of them is of an act that harms others."""
    pooled: bool = False
    """Whether she lives where there is a pool."""
    focus: bool = False
    """Whether she is on a focus list."""
    company: int = 0
    """What the company's records of the week come to."""
    friends: int = 0
    """What her ties add to the level of her account."""
    duties: dict[Case, bool] = field(default_factory=dict)
    """Open obligations, and whether she is able to perform each."""
    records: list[Record] = field(default_factory=list)
    """Those that name her and are still to be posted."""
    posted: list[Record] = field(default_factory=list)
    """Those that post at this close, in order."""
    shown: set[int] = field(default_factory=set)
    """The channels by which she was shown at the last close."""
    seen: bool = False
    """Whether she saw a tie who was shown before this week's opening."""
    waits: list[Wait] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    """In order."""
    strikes: list[Strike] = field(default_factory=list)
    good: list[Strike] = field(default_factory=list)
    """All entries that help off a list, whether she was on it or not."""
    used: list[Strike] = field(default_factory=list)
    """Those that led onto a list that she is on or waits for."""
    matters: list[Matter] = field(default_factory=list)
    """Open ones."""
    performed: list[tuple[int, Case]] = field(default_factory=list)
    """This week's performances, with the day."""
    denials: list[Denial] = field(default_factory=list)
    """This week's."""
    rows: list[Row] = field(default_factory=list)
    """Those of the week, before they go into the ledger."""

    @property
    def fear(self) -> int:
        """The risk that she perceives, in 2**-8."""
        return self.risk >> 8

    @property
    def role(self) -> int:
        """What she is in her household."""
        return self.status >> ROLE & 3

    @property
    def school(self) -> int:
        """Which school she attends."""
        return self.status >> SCHOOL & 3

    @property
    def planted(self) -> int:
        """The code of the archetype that she was planted as, or of its household; 0 for none."""
        return self.status >> PLANTED & 31

    def write(self, week: int, kind: int, mechanism: int, said: Row) -> Origin:
        """Write a row into her ledger: what is `said`, and none for all other fields."""
        seq = len(self.rows)
        head = {"subject": self.number, "week": week, "seq": seq}
        self.rows.append(NONE | head | {"kind": kind, "mechanism": mechanism} | said)
        return Origin(week, seq)

    def names(self, case: Case | None) -> Row:
        """Return how a row of hers names the act that it rests on."""
        if case is None:
            return {}
        return {"act": case.act, "truth": case.truth(self.number)}

    def follows(self, origin: Origin | None, whose: int | None = None) -> Row:
        """Return how a row of hers names the row that it follows from, her own if nobody's else."""
        if origin is None:
            return {}
        week, seq = origin
        subject = self.number if whose is None else whose
        return {"origin_subject": subject, "origin_week": week, "origin_seq": seq}
