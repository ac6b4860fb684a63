"""Stories: what happened to one citizen, in sentences with dates and causes.

A story is a query, never a guess: each sentence says what rows of the ledger hold, names the clause
that they rest on, and knows which rows they are. Causes are found by following `origin`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from upstanding.engine.manifest import Plan
from upstanding.mechanisms.strata import ADULT
from upstanding.words import counted, day, hundredths, joined, lower_first, named

FOLDED = 4
"""As many entries under one rule in one year, and more, are told in one sentence."""
DATED = 3
"""As many dates of refusals, and fewer, are told one by one."""
_OCCUPATIONS = {
    "official": "an official",
    "journalist": "a journalist",
    "business-owner": "the owner of a business",
    "student": "a student",
    "other": "of none of the occupations that the model singles out",
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Sentence:
    """What one row of the ledger says, or several of one kind."""

    date: date
    """When it happened, or began."""
    text: str
    rows: tuple[tuple[int, int], ...]
    """Week and seq of each row."""


@dataclass(frozen=True)
class Story:
    """What happened to a citizen who does not exist."""

    scheme: str
    citizen: int
    person: str
    sentences: tuple[Sentence, ...]
    standing: str
    """How it ended."""
    entries: pl.DataFrame = field(compare=False, repr=False)
    """Her rows of the ledger."""

    @property
    def head(self) -> str:
        """Who it is about, and in which model."""
        return (
            f"In this model of synthetic people, under `{self.scheme}`: "
            f"citizen {self.citizen}, {self.person}."
        )

    def __str__(self) -> str:
        return "\n".join([self.head, *(s.text for s in self.sentences), self.standing])

    def to_dict(self) -> dict[str, Any]:
        """Return the story as plain values."""
        return {
            "scheme": self.scheme,
            "citizen": self.citizen,
            "head": self.head,
            "sentences": [
                {"date": s.date.isoformat(), "text": s.text, "rows": [list(row) for row in s.rows]}
                for s in self.sentences
            ],
            "standing": self.standing,
            "entries": self.entries.to_dicts(),
        }


def tell(ledger: pl.LazyFrame, citizens: pl.DataFrame, plan: Plan, citizen: int) -> Story:
    """Tell what the ledger holds about a citizen."""
    entries = ledger.filter(pl.col("subject") == citizen).sort("week", "seq").collect()
    person = citizens.row(by_predicate=pl.col("citizen") == citizen, named=True)
    teller = _Teller(plan, person, entries.to_dicts())
    return Story(
        plan.scheme.name,
        citizen,
        _person(person),
        tuple(sorted(teller.sentences(), key=lambda sentence: sentence.rows)),
        teller.standing(),
        entries,
    )


def _person(person: Row) -> str:
    female = person["sex"] == "female"
    grown, child = ("woman", "girl") if female else ("man", "boy")
    noun = grown if person["age"] >= ADULT else child
    district = "an urban district" if person["place"] == "urban" else "a rural district"
    return (
        f"a {noun} aged {person['age']} at the end of the run, living in {district}, "
        f"{_OCCUPATIONS[person['occupation']]}"
    )


class _Teller:
    """Puts the rows of one citizen into words."""

    def __init__(self, plan: Plan, person: Row, rows: list[Row]) -> None:
        self.plan, self.person, self.rows = plan, person, rows
        self.epoch: date = plan.society.file.epoch
        self.lists = plan.scheme.file.list_
        self.by_place = {(row["week"], row["seq"]): row for row in rows}
        female = person["sex"] == "female"
        self.she, self.her, self.hers = ("she", "her", "her") if female else ("he", "him", "his")

    def sentences(self) -> Iterator[Sentence]:
        """Yield a sentence for each row, or for rows that are told together."""
        tell = {
            "start": self.started,
            "points": self.scored,
            "record": self.taken,
            "performance": self.performed,
            "list-in": self.entered,
            "list-out": self.left,
        }
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.rows:
            groups.setdefault(self.group(row), []).append(row)
        for rows in groups.values():
            if rows[0]["kind"] == "denial":
                yield self.sentence(rows, self.refused(rows))
            elif len(rows) >= FOLDED:
                yield self.sentence(rows, self.scored_often(rows))
            else:
                yield from (self.sentence([row], tell[row["kind"]](row)) for row in rows)

    def group(self, row: Row) -> tuple[Any, ...]:
        """Return what rows that may be told together have in common."""
        year = self.happened(row).year
        if row["kind"] == "denial":
            return ("denial", row["object"], year, row["rule"], *_origin_of(row))
        if row["kind"] == "points" and row["truth"] == "true":
            return ("points", row["rule"], year)
        return (row["week"], row["seq"])

    def sentence(self, rows: list[Row], text: str) -> Sentence:
        """Return a sentence with its date and its rows."""
        places = tuple((row["week"], row["seq"]) for row in rows)
        return Sentence(self.happened(rows[0]), text, places)

    def started(self, row: Row) -> str:
        """Tell of a stay that had begun before the run."""
        return (
            f"When the run began, on {day(self.epoch)}, {self.she} had been on the list "
            f"`{row['object']}` for {_age(row)}, because of {self.act(row)} before then "
            f"({row['rule']})."
        )

    def scored(self, row: Row) -> str:
        """Tell of an entry of points."""
        return f"{self.recorded(row)}: {_points([row])} ({row['rule']}){self.mistake(row)}."

    def scored_often(self, rows: list[Row]) -> str:
        """Tell of many entries under one rule in one year."""
        days = sorted(map(self.happened, rows))
        sensors = named(sorted({row["sensor"] for row in rows}))
        return (
            f"In {days[0].year}, {sensors} recorded {self.her} {len(rows)} times for "
            f"{self.act(rows[0])}, from {day(days[0])} to {day(days[-1])}: "
            f"{_points(rows)} in all ({rows[0]['rule']})."
        )

    def taken(self, row: Row) -> str:
        """Tell of a record on which a list acts."""
        return (
            f"{self.recorded(row)}, and the list `{row['object']}` took it up "
            f"({row['rule']}){self.mistake(row)}."
        )

    def performed(self, row: Row) -> str:
        """Tell of an obligation that was performed."""
        return (
            f"On {day(self.happened(row))} {self.she} performed the obligation that "
            f"{self.act(row)} had left open (act.{row['act']}.obligation of the society)."
        )

    def entered(self, row: Row) -> str:
        """Tell of an entry onto a list."""
        table, origin = self.lists[row["object"]], self.origin(row)
        strikes = table.enter.strikes
        if origin is None:
            decided = self.posted(row) - timedelta(weeks=table.delay_weeks)
            cause = f"{self.hers} score was in tier `{table.enter.tier}` on {day(decided)}"
        elif strikes:
            entries = counted(strikes.count, "entry", "entries")
            weeks = counted(strikes.within_weeks, "week")
            cause = f"of {entries} or more within {weeks}, the last for {self.cause(origin)}"
        else:
            cause = f"of {self.cause(origin)}"
        return (
            f"On {day(self.posted(row))} {self.she} was put on the list `{row['object']}`, "
            f"because {cause} ({row['rule']}){self.mistake(row)}."
        )

    def left(self, row: Row) -> str:
        """Tell of the end of a stay."""
        table, origin = self.lists[row["object"]], self.origin(row)
        way = row["rule"].rpartition(".")[2]
        if way == "performance" and origin:
            cause = f"{self.she} had performed the obligation on {day(self.happened(origin))}"
        elif way == "term-weeks":
            cause = f"{counted(table.leave.term_weeks or 0, 'week')} were over"
        elif way == "above-tier":
            cause = f"{self.hers} score was no longer in tier `{table.enter.tier}`"
        else:
            cause = "of another reason, for which the model has a rate but no name"
        return (
            f"On {day(self.posted(row))} {self.she} was taken off the list `{row['object']}`, "
            f"because {cause} ({row['rule']})."
        )

    def refused(self, rows: list[Row]) -> str:
        """Tell of refused attempts at one service in one year, for one cause."""
        days = [day(self.happened(row)) for row in rows]
        service = lower_first(self.plan.society.file.service[rows[0]["object"]].title)
        few = len(days) <= DATED
        when = f"on {joined(days)}" if few else f"{len(days)} times from {days[0]} to {days[-1]}"
        origin = self.origin(rows[0])
        if origin:
            cause = f"{self.she} had been on the list `{origin['object']}` {self.since(origin)}"
        else:
            cause = f"{self.hers} score was in tier `{rows[0]['rule'].split('.')[1]}`"
        return (
            f"{self.she.capitalize()} was refused {service} {when}, "
            f"because {cause} ({rows[0]['rule']})."
        )

    def standing(self) -> str:
        """Tell how it ended."""
        end = self.epoch + timedelta(days=7 * self.plan.weeks - 1)
        held = [name for name in sorted(self.lists) if self.person[f"list.{name}"]]
        parts = [f"on the list {name}" for name in map(named, ([name] for name in held))]
        if not held:
            parts.append("on no list")
        if self.person["score"] is not None:
            tier = f"tier `{self.person['tier']}`" if self.person["tier"] else "no tier"
            parts.append(f"a score of {hundredths(self.person['score'])}, in {tier}")
        elif self.plan.scheme.file.score:
            parts.append("without a score")
        refusals = sum(row["kind"] == "denial" for row in self.rows)
        parts.append(f"{counted(refusals, 'refusal')} in all")
        return f"At the end of the run, on {day(end)}: {', '.join(parts)}."

    def recorded(self, row: Row) -> str:
        """Say that a sensor recorded an act, when, and when that was posted if later."""
        posted = f" (posted on {day(self.posted(row))})" if row["lag"] else ""
        on = day(self.happened(row))
        return f"On {on} `{row['sensor']}` recorded {self.her} for {self.act(row)}{posted}"

    def mistake(self, row: Row) -> str:
        """Say that the record was of somebody else, if it was."""
        if row["truth"] != "false match":
            return ""
        sensor = row["sensor"] or (self.origin(row) or row)["sensor"]
        return (
            f"; `{sensor}` had mistaken {self.her} for somebody else: "
            f"the record was of another citizen's act, that of citizen {row['actor']}"
        )

    def cause(self, origin: Row) -> str:
        """Name the act behind an entry, and when it was recorded."""
        return f"{self.act(origin)}, recorded on {day(self.happened(origin))}"

    def since(self, entry: Row) -> str:
        """Say when a stay began, from its first row."""
        if entry["kind"] == "start":
            return f"since {_age(entry)} before the run"
        return f"since {day(self.posted(entry))}"

    def act(self, row: Row) -> str:
        """Return the title of the act that a row is about."""
        return lower_first(self.plan.society.file.act[row["act"]].title)

    def origin(self, row: Row) -> Row | None:
        """Return the row from which a row follows."""
        return self.by_place.get(_origin_of(row))

    def happened(self, row: Row) -> date:
        """Return the day on which that happened of which a row tells."""
        if row["kind"] == "start":
            return self.epoch
        return self.epoch + timedelta(weeks=row["week"] - row["lag"], days=row["day"])

    def posted(self, row: Row) -> date:
        """Return the day of the close at which a row was posted."""
        return self.epoch + timedelta(weeks=row["week"], days=6)


def _origin_of(row: Row) -> tuple[int, int]:
    return row["origin_week"], row["origin_seq"]


def _age(start: Row) -> str:
    return counted(start["lag"], "week") if start["lag"] else "less than a week"


def _points(rows: list[Row]) -> str:
    total = hundredths(sum(row["points"] for row in rows), "+")
    return f"{total} {'point' if total in {'+1', '-1'} else 'points'} in `{rows[0]['category']}`"
