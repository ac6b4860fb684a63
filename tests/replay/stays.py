"""The course of every stay on a list: what it follows from, when it ends, what it refuses."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from replay.form import REMEDY, WAYS
from replay.kin import Homes
from replay.reading import ReplayError, Run
from replay.reversals import Place, Reversals
from replay.standing import Standing


class Row(NamedTuple):
    """The fields of a row that speak of stays."""

    week: int
    seq: int
    subject: int
    day: int
    lag: int
    actor: int | None
    act: str | None
    rule: str | None
    kind: str
    object: str | None
    origin_week: int | None
    origin_seq: int | None
    truth: str | None
    record: int | None
    """The number of its record, see `check_records`."""

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.week, self.seq

    @property
    def origin(self) -> Place | None:
        """The row that it follows from."""
        if self.origin_week is None or self.origin_seq is None:
            return None
        return self.origin_week, self.origin_seq

    @property
    def said(self) -> tuple[object, ...]:
        """All that a record says of its act."""
        return self.kind, self.act, self.actor, self.week - self.lag, self.day

    def error(self, expected: str, found: str | None = None) -> ReplayError:
        """Return an error at this row."""
        text = f"{found or 'otherwise'} in row {self.seq} ({self.kind}, {self.object or self.act})"
        return ReplayError.at(self.week, self.subject, expected, text)


@dataclass
class Stay:
    """A stay on a list, entered at the close of week `since`, or waiting for that."""

    taken: Row
    """What it began with: start, record, or the entry itself."""
    row: Row
    """What speaks for it now: while it waits its record, then its entry."""
    since: int
    end: int | None = None
    way: str = ""
    """The way by which it ended."""
    performed: Place | None = None
    """The performance of its obligation."""
    reversed: Place | None = None
    """The reversal of its record, which ends it."""
    denials: int = 0
    """Those that named it."""
    perhaps: set[Place] = field(default_factory=set)
    """Performances of acts of which all that is said is the same; one may be of its own act."""
    vague: bool = False
    """Whether it may have ended by one of those, or another stay of which the same is said."""
    good: tuple[Place, ...] = ()
    """All her entries that help off the list."""

    @property
    def case(self) -> int | str | None:
        """What stays of one act on several lists share: a record or, at time zero, the act."""
        return self.taken.act if self.taken.record is None else self.taken.record

    @property
    def waits(self) -> bool:
        """Whether it has not been entered."""
        return self.row.kind == "record"

    def is_open(self, week: int) -> bool:
        """Return whether a performance of this week would settle it, after all rows before that."""
        entered = not self.waits or self.row.week < week <= self.since
        return entered and (self.end, self.performed, self.reversed) == (None, None, None)


Stays = dict[Place, Stay]
"""Those of one citizen, each by the row that speaks for it now."""


Flagged = Counter[tuple[int, str]]
"""Denials under stays that were reversed, by week of the exit and list."""


def check_stays(run: Run, standing: Standing, seen: pl.DataFrame, reversals: Reversals) -> Flagged:
    """Check the lists' rows and the denials of everybody."""
    key = ["week", "subject", "seq"]
    apart = ["points", "association", "publication", "shielded"]
    rows = run.ledger.filter(~pl.col("kind").is_in(apart)).join(
        seen.select(*key, "record"), on=key, how="left", maintain_order="left"
    )
    courses: dict[int, Stays] = defaultdict(dict)
    homes, good = Homes(run), _good(run)
    named = _naming(run)
    flagged: Flagged = Counter()
    # What began before the run counts in week 0 already, for kin of lower numbers as well.
    rows = rows.sort(pl.col("kind") != "start", maintain_order=True)
    for row in map(Row._make, rows.select(Row._fields).iter_rows()):
        stays = courses[row.subject]
        if row.kind == "start":
            stays[row.place] = Stay(row, row, -1 - row.lag, good=good[row.subject, row.object])
        elif row.kind == "record":
            since = row.week + _delay(run, row)
            stays[row.place] = Stay(row, row, since, good=good[row.subject, row.object])
        elif row.kind == "performance":
            _perform(stays, row)
        elif row.kind == "reversal":
            _reverse(stays, row)
        elif row.kind == "list-in":
            _enter(run, stays, row, good[row.subject, row.object])
        elif row.kind == "list-out":
            stay = _leave(run, stays, row, standing, reversals)
            if stay and row.rule == REMEDY and run.counted[row.subject]:
                flagged[row.week, row.object or ""] += sum(
                    week <= row.week for week in named[row.subject, stay.row.place]
                )
        else:
            _refuse(run, courses, homes, row, standing)
    for stays in courses.values():
        for stay in stays.values():
            _last(run, stay, standing, reversals)
    return flagged


def _naming(run: Run) -> dict[tuple[int, Place], list[int]]:
    """Return the weeks of the denials that name each stay, by subject and row."""
    rows = run.ledger.filter(pl.col("kind") == "denial", pl.col("origin_week").is_not_null())
    named: dict[tuple[int, Place], list[int]] = defaultdict(list)
    for subject, week, *origin in rows.select(
        "subject", "week", "origin_week", "origin_seq"
    ).iter_rows():
        named[subject, (origin[0], origin[1])].append(week)
    return named


def _reverse(stays: Stays, row: Row) -> None:
    """End what rests on a record that is reversed."""
    for stay in stays.values():
        if stay.taken.place == row.origin and stay.taken.kind == "record" and stay.end is None:
            stay.reversed = row.place


def _good(run: Run) -> dict[tuple[int, str | None], tuple[Place, ...]]:
    """Return the entries of each citizen that help her off each list."""
    found: dict[tuple[int, str | None], tuple[Place, ...]] = defaultdict(tuple)
    for name in run.rules.lists:
        if asked := run.rules.repair(name):
            clauses = [f"rule.{rule}" for rule in asked["rules"]]
            rows = run.ledger.filter((pl.col("kind") == "points") & pl.col("rule").is_in(clauses))
            for subject, week, seq in rows.select("subject", "week", "seq").iter_rows():
                found[subject, name] += ((week, seq),)
    return found


def _delay(run: Run, row: Row) -> int:
    return int(run.rules.lists[row.object or ""].get("delay-weeks", 0))


def _perform(stays: Stays, row: Row) -> None:
    """Settle the obligation of the stay or the record that a performance names, on all lists."""
    if row.origin is None:
        return
    named = stays.get(row.origin)
    if named is None or (named.row.act, named.row.truth) != (row.act, row.truth):
        raise row.error("an origin that is a stay or a waiting record, for the act performed")
    open_ = [stay for stay in stays.values() if stay.is_open(row.week)]
    held = [stay for stay in open_ if stay.case == named.case]
    if named is not min(held, key=lambda stay: (stay.waits, stay.row.object), default=None):
        raise row.error("an origin that is open, that of the first list that holds her for the act")
    for stay in open_:
        if stay.case == named.case:
            stay.performed = row.place
        elif stay.taken.said == named.taken.said:
            stay.perhaps.add(row.place)


def _enter(run: Run, stays: Stays, row: Row, good: tuple[Place, ...]) -> None:
    """Begin a stay; if by record, of a record that has waited as long as its list asks."""
    if "record" not in run.rules.lists[row.object or ""]["enter"]:
        if row.truth is not None or row.actor is not None:
            raise row.error("neither truth nor actor")
        stays[row.place] = Stay(row, row, row.week, good=good)  # `entries` checks the rest
        return
    stay = stays.pop(row.origin or (-1, -1), None)
    if stay is None or not stay.waits or stay.performed or stay.reversed:
        raise row.error("an origin that is a record, not entered, performed nor reversed yet")
    for name in ("object", "actor", "truth"):
        if getattr(stay.row, name) != getattr(row, name):
            raise row.error(f"the record's {name}, {getattr(stay.row, name)}", getattr(row, name))
    if row.week != stay.since:
        raise row.error(f"entry at the close of week {stay.since}")
    stays[row.place] = stay
    stay.row = row


def _leave(
    run: Run, stays: Stays, row: Row, standing: Standing, reversals: Reversals
) -> Stay | None:
    """End the stay that an exit names or, if by performance, one that the performance settles."""
    way = (row.rule or "").rsplit(".", 1)[-1]
    stay = stays.get(row.origin or (-1, -1))
    if way == "performance":
        on_list = [s for s in stays.values() if s.row.object == row.object and not s.waits]
        held = [s for s in on_list if s.end is None]
        unsure = [s for s in held if s.performed is None and row.origin in s.perhaps]
        settled = [s for s in held if s.performed == row.origin] or unsure
        if len(settled) > 1:
            for stay in settled:
                stay.vague = True
            return None
        stay = settled[0] if settled else None
    if way == "repair":
        on_list = [s for s in stays.values() if s.row.object == row.object and not s.waits]
        held = [s for s in on_list if s.end is None and _repaired(run, s) == (row.week, row.origin)]
        if any(stay.vague for stay in held):
            for stay in held:
                stay.vague = True
            return None
        stay = min(held, key=lambda s: (s.since, s.row.seq), default=None)
    if way == REMEDY:
        stay = _reversed(run, stays, row, standing, reversals)
    if stay is None or stay.waits or stay.row.object != row.object or stay.end is not None:
        raise row.error("an origin by which a stay on the list ends that has not ended")
    if (stay.row.act, stay.row.truth) != (row.act, row.truth):
        raise row.error(f"act and truth of the entry, {stay.row.act} and {stay.row.truth}")
    stay.end, stay.way = row.week, way
    if way == "performance":
        stay.performed = row.origin
    for other, week in _due(run, stay).items():
        if other == way and week != row.week:
            raise row.error(f"exit at the close of week {week}")
        if ORDER.index(other) < ORDER.index(way) and week <= row.week:
            raise row.error(f"exit by {other}, at the close of week {week}")
    if way == "above-tier" and _in_tier(run, row, row.week, standing):
        raise row.error("a tier that is not the list's")
    return stay


def _reversed(
    run: Run, stays: Stays, row: Row, standing: Standing, reversals: Reversals
) -> Stay | None:
    """Return the stay that an exit by reversal ends; `entries` checks those by strikes."""
    held = [s for s in stays.values() if s.row.object == row.object and not s.waits]
    held = [stay for stay in held if stay.end is None]
    enter = run.rules.lists[row.object or ""]["enter"]
    if "record" in enter:
        held = [stay for stay in held if stay.reversed == row.origin]
    elif "tier" in enter and (
        reversals.first.get((row.subject, row.week)) != row.origin
        or _in_tier(run, row, row.week, standing)
    ):
        return None
    return held[0] if len(held) == 1 and (row.origin or (0, 0))[0] == row.week else None


ORDER = [REMEDY, *WAYS.values()]
"""Of several ways off a list at one close, the first counts."""


def _due(run: Run, stay: Stay) -> dict[str, int]:
    """Return the closes by which a stay ends, by the way that it does."""
    leave = run.rules.leave(stay.row.object or "")
    due = {}
    if leave.get("performance") and stay.performed:
        due["performance"] = stay.performed[0] + leave.get("removal-delay-weeks", 0)
    if repaired := _repaired(run, stay):
        due["repair"] = repaired[0]
    if "term-weeks" in leave:
        due["term-weeks"] = stay.since + leave["term-weeks"]
    return due


def _repaired(run: Run, stay: Stay) -> tuple[int, Place] | None:
    """Return the first close at which good entries end a stay, and the newest of them."""
    if (asked := run.rules.repair(stay.row.object or "")) is None:
        return None
    since = [place for place in stay.good if place[0] > stay.since]
    for week in dict.fromkeys(week for week, _ in since):
        counting = [place for place in since if week - asked["within-weeks"] < place[0] <= week]
        if len(counting) >= asked["count"]:
            return week, counting[-1]
    return None


def _in_tier(run: Run, row: Row, week: int, standing: Standing) -> bool:
    """Return whether a citizen is in the tier of a list at the close of a week."""
    tier = run.rules.lists[row.object or ""]["enter"]["tier"]
    return bool(standing.tier[week + 1, row.subject] == list(run.rules.tiers).index(tier))


def _last(run: Run, stay: Stay, standing: Standing, reversals: Reversals) -> None:
    """Check that a stay is not longer than it may be, and that a record waits for no longer."""
    if stay.waits:
        over = stay.performed or stay.perhaps or stay.reversed
        if stay.since < run.weeks and not over:
            text = f"an entry at the close of week {stay.since}, or performance before it"
            raise stay.row.error(text)
        return
    if stay.vague and stay.end is None:
        return
    end = run.weeks if stay.end is None else stay.end
    if stay.reversed and (stay.end, stay.way) != (stay.reversed[0], REMEDY):
        raise stay.row.error(f"an exit by the reversal {stay.reversed}")
    if "tier" in run.rules.lists[stay.row.object or ""]["enter"] and stay.way != REMEDY:
        for week in range(stay.since + 1, min(end + 1, run.weeks)):
            corrected = (stay.row.subject, week) in reversals.first
            if corrected and not _in_tier(run, stay.row, week, standing):
                raise stay.row.error(f"an exit by reversal at the close of week {week}")
    for way, week in _due(run, stay).items():
        if week < end:
            raise stay.row.error(f"an exit by {way}, at the close of week {week}")
    if run.rules.leave(stay.row.object or "").get("above-tier"):
        for week in range(stay.since + 1, end):
            if not _in_tier(run, stay.row, week, standing):
                raise stay.row.error(f"an exit at the close of week {week}, in another tier")


def _refuse(
    run: Run, courses: dict[int, Stays], homes: Homes, row: Row, standing: Standing
) -> None:
    """Check that a denial names the oldest restriction that was open at the week's opening.

    One of her own comes before one of kin's.
    """
    expected = next(_restrictions(run, courses, homes, row, standing), None)
    if (row.rule, row.origin, row.actor) != expected:
        text = f"the oldest open restriction, {expected}"
        raise row.error(text, f"{row.rule} of {row.origin}, {row.actor}")
    if not homes.usable(row.object or "")[row.week, row.subject]:
        raise row.error("a service that is for her")


def _restrictions(
    run: Run, courses: dict[int, Stays], homes: Homes, row: Row, standing: Standing
) -> Iterator[tuple[str, Place | None, int | None]]:
    """Yield what closed a service to somebody, by clause, origin and actor, what counts first."""
    rules, elders = run.rules, homes.elders[row.subject]
    own = _open(run, courses[row.subject], row)
    closing = [s for s in own if row.object in rules.closing(f"list.{s.row.object}")]
    for stay in sorted(closing, key=lambda s: (s.since, s.row.object, s.row.seq)):
        yield rules.shuts(f"list.{stay.row.object}"), stay.row.place, None
    tier = _tier_at(run, row, row.subject, standing)
    if tier and row.object in rules.closing(tier):
        yield f"{tier}.closes", None, None
    reaching = [
        (stay.since, stay.row.object or "", rank, stay.row.place, elder, whom)
        for rank, (elder, whom) in enumerate(elders)
        for stay in _open(run, courses[elder], row)
        if row.object in rules.reaching(f"list.{stay.row.object}", whom)
    ]
    for _, name, _, place, elder, whom in sorted(reaching):
        yield f"list.{name}.reach.{whom}", place, elder
    for elder, whom in elders:
        tier = _tier_at(run, row, elder, standing)
        if tier and row.object in rules.reaching(tier, whom):
            yield f"{tier}.reach.{whom}", None, elder


def _open(run: Run, stays: Stays, row: Row) -> list[Stay]:
    """Return the stays of one citizen that were open at the opening of a denial's week.

    What she has appealed against may not bind: a stay by a record may be passed over then.
    """
    suspends = run.rules.remedy.get("suspensive")
    return [
        stay
        for stay in stays.values()
        if not (stay.waits or (stay.vague and stay.row.place != row.origin))
        and stay.since < row.week
        and (stay.end is None or stay.end >= row.week)
        and (not suspends or stay.taken.kind != "record" or stay.row.place == row.origin)
    ]


def _tier_at(run: Run, row: Row, citizen: int, standing: Standing) -> str | None:
    """Return the tier of somebody at the opening of a denial's week."""
    code = standing.tier[row.week, citizen]
    return f"tier.{list(run.rules.tiers)[code]}" if code >= 0 else None
