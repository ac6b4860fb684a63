"""The course of every stay on a list: what it follows from, when it ends, what it refuses."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from replay.matching import first_unmatched
from replay.reading import ReplayError, Run
from replay.standing import Standing

LATEST = 1 << 20
"""A close that no run reaches."""


class Row(NamedTuple):
    """The fields of a row that speak of stays."""

    week: int
    seq: int
    lag: int
    subject: int
    actor: int | None
    act: str | None
    rule: str | None
    kind: str
    object: str | None
    origin_subject: int | None
    origin_week: int | None
    origin_seq: int | None
    truth: str | None

    def error(self, expected: str, found: str | None = None) -> ReplayError:
        """Return an error at this row."""
        text = f"{found or 'otherwise'} in row {self.seq} ({self.kind}, {self.object or self.act})"
        return ReplayError.at(self.week, self.subject, expected, text)


@dataclass
class Stay:
    """A stay on a list, entered at the close of week `since`."""

    row: Row
    since: int
    end: int | None = None
    """The close at which it ends by a row that names it."""
    low: int = 0
    high: int = LATEST
    """Between which closes it ends by performance, if it does; that row does not name the stay."""

    @property
    def age(self) -> tuple[int, str, int]:
        """What the oldest stay has least of."""
        return self.since, self.row.object or "", self.row.seq


@dataclass
class Course:
    """What happened to one citizen."""

    stays: dict[tuple[int, int], Stay] = field(default_factory=dict)
    records: dict[tuple[int, int], Row] = field(default_factory=dict)
    """Those that have not led to entry."""
    performed: dict[tuple[int, int], Row] = field(default_factory=dict)
    exits: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    """Exits by performance, by list."""


def check_stays(run: Run, standing: Standing) -> None:
    """Check the lists' rows and the denials of everybody."""
    kinds = [kind for kind in run.manifest["rows"] if kind != "points"]
    rows = run.ledger.filter(pl.col("kind").is_in(kinds)).select(Row._fields)
    courses: dict[int, Course] = defaultdict(Course)
    denials = []
    for row in map(Row._make, rows.iter_rows()):
        course = courses[row.subject]
        if row.kind == "record":
            course.records[row.week, row.seq] = row
        elif row.kind == "performance":
            course.performed[row.week, row.seq] = row
        elif row.kind == "start":
            course.stays[row.week, row.seq] = Stay(row, -1 - row.lag)
        elif row.kind == "list-in":
            _enter(run, course, row)
        elif row.kind == "list-out":
            _leave(run, course, row, standing)
        else:
            denials.append(row)
    for course in courses.values():
        for stay in course.stays.values():
            _last(run, stay, standing)
    for row in denials:
        _refuse(run, courses[row.subject], row, standing)
    for course in courses.values():
        _pair(run, course)


def _origin(row: Row) -> tuple[int, int]:
    if row.origin_subject != row.subject or row.origin_week is None or row.origin_seq is None:
        raise row.error("an origin of the same citizen", str(row.origin_subject))
    return row.origin_week, row.origin_seq


def _enter(run: Run, course: Course, row: Row) -> None:
    """Begin a stay; if by record, of a record that has waited as long as its list asks."""
    list_ = run.rules.lists[row.object or ""]
    if "record" in list_["enter"]:
        record = course.records.pop(_origin(row), None)
        if record is None:
            raise row.error("an origin that is a record and has led to no entry")
        told = ("object", "act", "actor", "truth", "rule")
        for name in told:
            if getattr(record, name) != getattr(row, name):
                raise row.error(f"the record's {name}, {getattr(record, name)}", getattr(row, name))
        if row.week != record.week + list_.get("delay-weeks", 0):
            raise row.error(f"entry {list_.get('delay-weeks', 0)} weeks after week {record.week}")
    elif row.truth is not None or row.actor is not None:
        raise row.error("neither truth nor actor")
    elif "tier" in list_["enter"]:
        if (row.origin_subject, row.origin_week, row.origin_seq) != (None, None, None):
            raise row.error("no origin")
    else:
        _origin(row)  # which it is, `entries` checks
    course.stays[row.week, row.seq] = Stay(row, row.week)


def _leave(run: Run, course: Course, row: Row, standing: Standing) -> None:
    """End the stay that an exit names, or keep an exit by performance for `_pair`."""
    leave = run.rules.leave(row.object or "")
    way = (row.rule or "").rsplit(".", 1)[-1]
    origin = _origin(row)
    if way == "performance":
        done = course.performed.get(origin)
        if done is None or done.act != row.act:
            raise row.error("an origin that is a performance of the act")
        if row.week != done.week + leave.get("removal-delay-weeks", 0):
            raise row.error("removal at its delay after performance", f"one of week {done.week}")
        if row.truth != "true":
            raise row.error("a true stay", row.truth)
        if any(_origin(other) == origin for other in course.exits[row.object or ""]):
            raise row.error("one exit for each performance")
        course.exits[row.object or ""].append(row)
        return
    stay = course.stays.get(origin)
    if stay is None or stay.row.object != row.object or stay.end is not None:
        raise row.error("an origin that is an entry onto the list, not yet left")
    if (stay.row.act, stay.row.truth) != (row.act, row.truth):
        raise row.error(f"act and truth of the entry, {stay.row.act} and {stay.row.truth}")
    if row.week <= stay.since:
        raise row.error("exit after entry")
    stay.end = row.week
    if way == "term-weeks" and row.week != stay.since + leave["term-weeks"]:
        raise row.error(f"exit at the close of week {stay.since + leave['term-weeks']}")
    if way == "above-tier":
        if "term-weeks" in leave and row.week == stay.since + leave["term-weeks"]:
            raise row.error("the term to go before the tier")
        if _in_tier(run, row, row.week, standing):
            raise row.error("a tier that is not the list's")


def _in_tier(run: Run, row: Row, week: int, standing: Standing) -> bool:
    """Return whether a citizen is in the tier of a list at the close of a week."""
    tier = run.rules.lists[row.object or ""]["enter"]["tier"]
    return bool(standing.tier[week + 1, row.subject] == list(run.rules.tiers).index(tier))


def _last(run: Run, stay: Stay, standing: Standing) -> None:
    """Check that a stay is not longer than its term and its tier; note how long it may be."""
    leave = run.rules.leave(stay.row.object or "")
    by_performance = bool(leave.get("performance")) and stay.row.truth == "true"
    if "term-weeks" in leave:
        term = stay.since + leave["term-weeks"]
        if stay.end is None and by_performance and term < run.weeks:
            stay.high = term
        elif term < (run.weeks if stay.end is None else stay.end):
            raise stay.row.error(f"an exit by the close of week {term}, the end of the term")
    if leave.get("above-tier"):
        for week in range(stay.since + 1, run.weeks if stay.end is None else stay.end):
            if not _in_tier(run, stay.row, week, standing):
                raise stay.row.error(f"an exit at the close of week {week}, in another tier")


def _refuse(run: Run, course: Course, row: Row, standing: Standing) -> None:
    """Check that a denial names the oldest restriction that was open at the week's opening."""
    kind, name, _ = (row.rule or "").split(".", 2)
    stays = course.stays.values()
    if kind == "tier":
        place = standing.tier[row.week, row.subject]
        if place < 0 or list(run.rules.tiers)[place] != name:
            raise row.error("the tier of the week's opening", name)
        if (row.origin_subject, row.origin_week, row.origin_seq) != (None, None, None):
            raise row.error("no origin")
        oldest = (LATEST, "", 0)
    else:
        stay = course.stays.get(_origin(row))
        if stay is None or stay.row.object != name:
            raise row.error(f"an origin that is an entry onto {name}")
        if stay.since >= row.week or (stay.end is not None and stay.end < row.week):
            raise row.error("a restriction that is open at the week's opening")
        stay.low = max(stay.low, row.week)
        oldest = stay.age
    for other in stays:
        if other.age < oldest and other.since < row.week:
            if row.object not in run.rules.closing(f"list.{other.row.object}"):
                continue
            if other.end is not None and other.end >= row.week:
                raise row.error(f"the oldest restriction, that of {other.row.object}")
            if other.end is None:
                other.high = min(other.high, row.week - 1)


def _pair(run: Run, course: Course) -> None:
    """Check that exits by performance and stays, cancelled entries and performances, can be paired.

    A performance does not say of which obligation it is; where a citizen has several, all that can
    be said is that there is a way to pair them.
    """
    for name in run.rules.lists:
        exits = course.exits.get(name, [])
        open_ = [s for s in course.stays.values() if s.row.object == name and s.end is None]
        mates = [
            {
                at
                for at, stay in enumerate(open_)
                if stay.row.truth == "true"
                and stay.since < _origin(row)[0]
                and stay.low <= row.week <= stay.high
            }
            for row in exits
        ]
        if (row := _unpaired(exits, mates)) is not None:
            raise row.error("a stay that the performance ends")
        must = [at for at, stay in enumerate(open_) if stay.high < run.weeks]
        back = [{e for e, found in enumerate(mates) if at in found} for at in must]
        if (row := _unpaired([open_[at].row for at in must], back)) is not None:
            raise row.error("a performance that ended the stay: its term, or a denial, says so")
        _cancelled(run, course, name)


def _cancelled(run: Run, course: Course, name: str) -> None:
    """Check that each record that came due without an entry has a performance that cancels it."""
    delay = run.rules.lists[name].get("delay-weeks", 0)
    due = [
        row
        for row in course.records.values()
        if row.object == name and row.week + delay < run.weeks
    ]
    used = {_origin(row) for row in course.exits.get(name, [])}
    free = [row for place, row in course.performed.items() if place not in used]
    mates = [
        {
            at
            for at, done in enumerate(free)
            if (done.act, row.truth) == (row.act, "true")
            and row.week < done.week <= row.week + delay
        }
        for row in due
    ]
    if (row := _unpaired(due, mates)) is not None:
        expected = f"an entry at the close of week {row.week + delay}, or performance before it"
        raise row.error(expected)


def _unpaired(rows: list[Row], mates: list[set[int]]) -> Row | None:
    place = first_unmatched(mates)
    return None if place is None else rows[place]
