"""Numbers, dates and lists as plain English says them."""

import re
from collections.abc import Iterable
from datetime import date

JUDGMENT = "judgment-left-unpaid"
"""The act whose obligation is called a debt, and its performance paying."""
_LINKS = {"a", "an", "and", "from", "in", "its", "of", "on", "or", "the", "to"}
"""Words on which a shortened text does not end."""

PICTURE = "the essay's picture"
"""What stands beside every figure of a scheme that is told and not on record."""


def picture_of(status: str) -> str | None:
    """Return whose picture a scheme of a status is, if it is told and not on record."""
    return PICTURE if status == "as told" else None


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun.

    >>> counted(1, "week"), counted(1200, "entry", "entries")
    ('1 week', '1,200 entries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def a(noun: str) -> str:
    """Return a noun with its article.

    >>> a("official"), a("journalist")
    ('an official', 'a journalist')
    """
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def were(number: int) -> str:
    """Return a number with its verb.

    >>> were(1), were(0)
    ('1 was', '0 were')
    """
    return f"{number:,} {'was' if number == 1 else 'were'}"


def times(number: int) -> str:
    """Return how often.

    >>> times(1), times(2), times(1200)
    ('once', 'twice', '1,200 times')
    """
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def day(of: date) -> str:
    """Return a date.

    >>> day(date(2018, 5, 3))
    '3 May 2018'
    """
    return f"{of.day} {of:%B} {of.year}"


def joined(parts: Iterable[str], last: str = "and") -> str:
    """Return parts in a row.

    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    *most, end = parts
    return f"{', '.join(most)} {last} {end}" if most else end


def named(names: Iterable[str]) -> str:
    """Return names of a file, marked as such, in a row."""
    return joined(f"`{name}`" for name in names)


def hundredths(number: int, sign: str = "") -> str:
    """Return a number of hundredths.

    >>> hundredths(-250, "+"), hundredths(100_000), hundredths(50, "+")
    ('-2.5', '1,000', '+0.5')
    """
    return f"{number / 100:{sign},.2f}".rstrip("0").rstrip(".")


def titled(title: str, whose: str = "their") -> str:
    """Return a title as it stands within a sentence about somebody.

    >>> titled("Caring for one's parents for a day", "her")
    'caring for her parents for a day'
    """
    return (title[:1].lower() + title[1:]).replace("one's ", f"{whose} ")


def short(text: str, words: int = 6, whole: int = 10) -> str:
    """Return the first words of a text without what stands in brackets; all if they are few.

    >>> short("clubs and golf courses; holidays; vehicles that nobody needs for work or life")
    'clubs and golf courses ...'
    >>> short("detention for refusing to comply (EV 1.1)")
    'detention for refusing to comply'
    """
    plain = re.sub(r" ?\([^)]*\)", "", text)
    if len(plain.split()) <= whole:
        return plain
    first = plain.split(";")[0].split()[:words]
    while len(first) > 1 and first[-1] in _LINKS:
        first.pop()
    return f"{' '.join(first).rstrip(',:')} ..."
