"""Publicity: what is shown of somebody in public, who sees it, and what that does.

The essay: jaywalkers' details on a page of the traffic police (E6), the blacklisted made public by
the media (E13), companies that shame their customers (E18). On record are screens at crossings,
which cost no points (EV 4.1), names before films, on maps, in lifts, by ringtone (EV 7).

*What is shown.* A channel publishes records of certain acts by certain sensors, points taken under
certain rules, and entries onto certain lists, each at the close at which it posts and once. A
record needs no rule: its publication carries the record itself and follows from no row; one of
points or of an entry follows from that row. Rewards are not shown. A record in a wrong name shows
the wrong person. What is corrected later has been shown.

*Who sees it.* A publication is seen by `persons` strangers, and by each of her living ties with
chance `ties`; a tie who looks at a channel sees all that it shows of her that week. A week later

    v   = strangers' views of the last close / people
    s   = 1 for who saw one of her ties shown, otherwise min(1, v), the mean of who saw a stranger
    p  <- p + published s (1 - p)                                       (`learning`)
    a tie of somebody shown who saw it is cut with chance `cut`         (after ties' pull, before
                                                                         they turn)

*Parameters.* Scheme: `publicity.*`. Society: `shaming.cut`, `learning.published`. *Reads* records
and rows that post, living ties. *Writes* rows of kind publication, before denials, by name of the
channel, then records in the order of their posting, then rows by seq; by whom somebody was shown,
beside `penalised` on the board; ties; risk.

*Addresses.* publicity/<channel> at (who is shown, the tie, week << 20): word 0 sees, 1 cuts; both
ends of a tie draw the same, for either. *Rounding.* v is floor(65535 min(views, people) / people)
in 2**-16, the step of p like that of ties (`learning`). *Off* equals no channel. The kernels are
in `showing`.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork.dice import address
from upstanding.clockwork.names import Names
from upstanding.clockwork.numbers import threshold
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Count, Name, Share, Sourced, Table, Text
from upstanding.mechanisms.sensing import Sensor

MOST_CHANNELS = 6
BY_CHANNEL = 0x7E
"""The bits of the board's `penalised` that say by which channels somebody was shown."""


class Channel(Sourced):
    """Where people are shown: a screen, a cinema, a map, a ringtone, a page."""

    where: Text
    """As stories say it: on a screen at the crossing."""
    records: frozenset[Name] = frozenset()
    """Acts whose records are shown, whether or not a rule counts them."""
    sensors: Annotated[frozenset[Name], Field(min_length=1)] | None = None
    """Whose records these are; any sensor's where not named."""
    rules: frozenset[Name] = frozenset()
    """Rules under which points that are taken are shown."""
    lists: frozenset[Name] = frozenset()
    """Lists entries onto which are shown."""
    persons: Count
    """Strangers who see each publication."""
    ties: Share
    """Of her living ties, who see it."""
    holder: Literal["state", "company"] = "state"


class Shaming(Sourced):
    """What being shown costs."""

    cut: Share
    """Of the living ties who saw somebody shown, who drop her."""


class SchemeTables(Table):
    """What this mechanism adds to a scheme file."""

    publicity: dict[Name, Channel] = {}


class SocietyTables(Table):
    """What this mechanism adds to a society file."""

    shaming: Shaming | None = None


class Tables(Struct):
    """Channels as integers; C channels, A acts, S sensors, R rules, L lists."""

    any: int
    """1 if anything is published."""
    records: Annotated[NDArray[np.uint32], 2]
    """(A, S) a bit for each channel that shows the sensor's records of the act."""
    rules: NDArray[np.uint32]
    """(R,) a bit for each channel that shows points under the rule."""
    lists: NDArray[np.uint32]
    """(L,) a bit for each channel that shows entries onto the list."""
    purpose: NDArray[np.uint64]
    """(C,) the purpose of the draws of each channel."""
    persons: NDArray[np.int64]
    """(C,)"""
    ties: NDArray[np.uint64]
    """(C,) threshold of a tie's seeing it."""
    cut: np.uint64
    """threshold of dropping somebody who was seen."""
    clause: NDArray[np.int64]
    """(C,)"""
    object: NDArray[np.int64]
    """(C,) how rows name the channel."""


def compile_tables(
    scheme: SchemeTables,
    sensors: Mapping[str, Sensor],
    points: NDArray[np.int64],
    society: SocietyTables,
    names: Names,
    *,
    on: bool,
) -> Tables:
    """Compile channels to integer tables; with `on` false nothing is published.

    `points` (R,) are what each rule gives.
    """
    channels = [scheme.publicity[name] for name in names.channels]
    records = np.zeros((len(names.acts), len(names.sensors)), np.uint32)
    rules = np.zeros(len(names.rules), np.uint32)
    lists = np.zeros(len(names.lists), np.uint32)
    for code, channel in enumerate(channels if on else ()):
        bit = np.uint32(1 << code)
        for sensor, name in enumerate(names.sensors):
            if channel.sensors is not None and name not in channel.sensors:
                continue
            for act in channel.records & sensors[name].sees:
                records[names.acts.index(act), sensor] |= bit
        for name in channel.rules:
            rule = names.rules.index(name)
            rules[rule] |= bit if points[rule] < 0 else np.uint32(0)
        for name in channel.lists:
            lists[names.lists.index(name)] |= bit
    first = len(names.lists) + len(names.services)
    return Tables(
        any=int(records.any() or rules.any() or lists.any()),
        records=records,
        rules=rules,
        lists=lists,
        purpose=np.array([address(f"publicity/{name}") for name in names.channels], np.uint64),
        persons=np.array([channel.persons for channel in channels], np.int64),
        ties=np.array([threshold(channel.ties) for channel in channels], np.uint64),
        cut=np.uint64(threshold(society.shaming.cut) if society.shaming else 0),
        clause=np.array(
            [names.clauses.index(f"publicity.{name}") for name in names.channels], np.int64
        ),
        object=first + np.arange(len(channels), dtype=np.int64),
    )
