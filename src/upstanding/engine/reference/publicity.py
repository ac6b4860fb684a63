"""Publicity in the reference: who is shown where, which ties see it, and what that does."""

from collections.abc import Iterator

from upstanding.clockwork.names import NO_BYTE, TRUTHS
from upstanding.engine.reference.people import Person, Row, Tie
from upstanding.engine.reference.week import Week
from upstanding.mechanisms.rows import LIST_IN, POINTS, PUBLICITY, SHOWN
from upstanding.mechanisms.ties import CUT, LIVING

CARRIED = ("actor", "lag", "day", "act", "sensor", "truth")
"""What a publication says of what it shows."""


def publish(week: Week, person: Person) -> None:
    """Show what each channel shows of her this week."""
    channels = week.tables.publicity
    person.shown = set()
    posted = list(person.rows)
    for code in range(len(channels.purpose)):
        for record in person.posted:
            if channels.records[record.case.act][record.sensor] >> code & 1:
                said = {"actor": record.case.actor, "lag": week.number - record.case.week}
                said |= {"day": record.day, "sensor": record.sensor}
                show(week, person, code, said | person.names(record.case))
        for row in posted:
            if is_shown(week, code, row):
                origin = {f"origin_{key}": row[key] for key in ("subject", "week", "seq")}
                show(week, person, code, {key: row[key] for key in CARRIED} | origin)


def is_shown(week: Week, code: int, row: Row) -> bool:
    """Return whether a channel shows a row."""
    channels = week.tables.publicity
    if row["kind"] == POINTS:
        return bool(channels.rules[row["rule"]] >> code & 1)
    return row["kind"] == LIST_IN and bool(channels.lists[row["object"]] >> code & 1)


def show(week: Week, person: Person, code: int, said: Row) -> None:
    """Write and count a publication."""
    channels, tally = week.tables.publicity, week.counts(person)
    truth = said.get("truth", NO_BYTE)
    head = {"rule": channels.clause[code], "object": channels.object[code]}
    person.write(week.number, SHOWN, PUBLICITY, said | head)
    tally.published[code] += (
        1,
        truth not in (TRUTHS.index("true"), NO_BYTE),
        code not in person.shown,
        channels.persons[code],
        sum(sees(week, person, other, code)[0] for other in friends(week, person)),
    )
    week.tally.strangers[0] += channels.persons[code]
    person.shown.add(code)


def friends(week: Week, person: Person) -> Iterator[Person]:
    """Yield those to whom a living tie leads."""
    for tie in person.ties:
        if tie and tie.held == LIVING:
            yield week.people[tie.other(person.number)]


def sees(week: Week, shown: Person, other: Person, code: int, ago: int = 0) -> tuple[bool, bool]:
    """Return whether a tie of somebody shown sees it, and whether she drops her for that."""
    channels = week.tables.publicity
    draw = week.draw(shown.number, other.number, 0, channels.purpose[code], week=week.number - ago)
    seen = draw[0] < channels.ties[code]
    return seen, bool(seen and draw[1] < channels.cut)


def saw(week: Week, person: Person) -> bool:
    """Return whether she saw a tie who was shown at the last close."""
    return any(
        sees(week, other, person, code, ago=1)[0]
        for other in friends(week, person)
        for code in other.shown
    )


def drop(week: Week, tie: Tie) -> None:
    """Cut a living tie if one end saw the other shown, and drops her for that."""
    one, other = (week.people[end] for end in tie.ends)
    pairs = ((one, other), (other, one))
    if tie.held == LIVING and any(
        sees(week, shown, end, code, ago=1)[1] for shown, end in pairs for code in shown.shown
    ):
        tie.held = CUT
        week.counts(one if one.planted else other).shamed[0] += 1
