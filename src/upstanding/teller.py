"""What rows of the ledger say of one citizen, in sentences.

Each sentence names the clause that its rows rest on; causes are found by following `origin`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from upstanding.engine.manifest import Plan
from upstanding.words import JUDGMENT, counted, day, hundredths, joined, named, times, titled

FOLDED = 4
"""As many entries under one rule in one year, and more, are told in one sentence."""
DATED = 3
"""As many dates of refusals, and fewer, are told one by one."""
_KIN = {"children": ("father", "mother"), "spouse": ("husband", "wife")}
"""What a man and a woman are to those whom the clauses of a reach name."""
_FORGED = ("fabricated", "stolen")
"""Truths of records of what nobody had seen."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Sentence:
    """What one row of the ledger says, or several of one kind."""

    date: date
    """When it happened, or began."""
    text: str
    rows: tuple[tuple[int, int], ...]
    """Week and seq of each row."""


class Teller:
    """Puts the rows of one citizen into words."""

    def __init__(
        self,
        plan: Plan,
        person: Row,
        rows: list[Row],
        *,
        ranked: int,
        kin: dict[int, bool],
        behind: list[Row],
    ) -> None:
        """Prepare to tell of a person.

        `kin` says which of those whose restrictions reach her are female; `behind` are the rows
        by which their stays began, as far as they are kept.
        """
        self.plan, self.person, self.rows, self.ranked = plan, person, rows, ranked
        self.kin = kin
        self.behind = {(row["subject"], *_place_of(row)): row for row in behind}
        self.epoch: date = plan.society.file.epoch
        self.lists = plan.scheme.file.list_
        self.channels = plan.scheme.file.publicity
        self.by_place = {_place_of(row): row for row in rows}
        female = person["sex"] == "female"
        self.she, self.her = ("she", "her") if female else ("he", "him")
        self.whose = "her" if female else "his"
        self.held = self._held()

    def _held(self) -> dict[tuple[int, int], int]:
        """Return on how many stays of its list each row of a list leaves the citizen."""
        held: dict[tuple[int, int], int] = {}
        stays: dict[str, int] = {}
        steps = {"start": 1, "list-in": 1, "list-out": -1}
        for row in self.rows:
            if step := steps.get(row["kind"]):
                stays[row["object"]] = stays.get(row["object"], 0) + step
                held[_place_of(row)] = stays[row["object"]]
        return held

    def sentences(self) -> Iterator[Sentence]:
        """Yield a sentence for each row, or for rows that are told together."""
        tell = {
            "start": self.started,
            "shielded": self.kept_out,
            "points": self.scored,
            "record": self.taken,
            "performance": self.performed,
            "reversal": self.reversed,
            "list-in": self.entered,
            "list-out": self.left,
        }
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.rows:
            groups.setdefault(self.group(row), []).append(row)
        for rows in groups.values():
            if rows[0]["kind"] == "denial":
                yield self.sentence(rows, self.refused(rows))
            elif rows[0]["kind"] == "publication":
                yield self.sentence(rows, self.shown(rows))
            elif rows[0]["kind"] == "association":
                yield self.sentence(rows, self.drawn(rows))
            elif len(rows) >= FOLDED:
                yield self.sentence(rows, self.scored_often(rows))
            else:
                yield from (self.sentence([row], tell[row["kind"]](row)) for row in rows)

    def group(self, row: Row) -> tuple[Any, ...]:
        """Return what rows that may be told together have in common."""
        year = self.happened(row).year
        if row["kind"] == "denial":
            return ("denial", row["object"], year, row["rule"], row["actor"], *_origin_of(row))
        if row["kind"] == "association":
            return ("association", year)
        if row["kind"] == "publication" and row["truth"] in ("true", None):
            return ("publication", row["object"], row["act"], self.posted(row).year)
        if row["kind"] == "points" and row["truth"] == "true":
            return ("points", row["rule"], year)
        return _place_of(row)

    def sentence(self, rows: list[Row], text: str) -> Sentence:
        """Return a sentence with its date and its rows."""
        places = tuple(map(_place_of, rows))
        return Sentence(self.happened(rows[0]), text, places)

    def started(self, row: Row) -> str:
        """Tell of a stay that had begun before the run."""
        return (
            f"When the run began, on {day(self.epoch)}, {self.she} had been on the list "
            f"`{row['object']}` {self.since(row)} for {self.act(row)} ({row['rule']})."
        )

    def kept_out(self, row: Row) -> str:
        """Tell of a record that never came into the file."""
        if row["actor"] is None:
            who = "the scheme left it out of the file, as it does for some records of officials"
        elif row["actor"] == self.person["citizen"]:
            who = f"{self.she}, an official, kept it out of the file"
        else:
            who = f"citizen {row['actor']}, an official of {self.whose} household, kept it out"
        return f"{self.recorded(row)}; {who} ({row['rule']})."

    def scored(self, row: Row) -> str:
        """Tell of an entry of points."""
        return f"{self.recorded(row)}: {_points([row])} ({row['rule']}){self.mistake(row)}."

    def scored_often(self, rows: list[Row]) -> str:
        """Tell of many entries under one rule in one year."""
        days = sorted(map(self.happened, rows))
        sensors = named(sorted({row["sensor"] for row in rows}))
        return (
            f"In {days[0].year}, {sensors} recorded {self.her} {len(rows)} times for "
            f"{self.act(rows[0])}, from {_short(days[0])} to {_short(days[-1])}: "
            f"{_points(rows)} in all ({rows[0]['rule']})."
        )

    def drawn(self, rows: list[Row]) -> str:
        """Tell what the standing of friends made of the score in a year."""
        last, rule = rows[-1], rows[0]["rule"]
        friends = f"the standing of {self.whose} friends"
        on = day(self.posted(last))
        if len(rows) == 1:
            return (
                f"On {on} {friends} came to make {_points([last])} of {self.whose} score ({rule})."
            )
        least, most = (f([row["points"] for row in rows]) for f in (min, max))
        return (
            f"In {self.posted(last).year}, what {friends} makes of {self.whose} score changed "
            f"{times(len(rows))}, between {hundredths(least, '+')} and {hundredths(most, '+')} "
            f"points; from {on} it made {_points([last])} ({rule})."
        )

    def taken(self, row: Row) -> str:
        """Tell of a record on which a list acts."""
        return (
            f"{self.recorded(row)}, a record that the list `{row['object']}` took up "
            f"({row['rule']}){self.mistake(row)}."
        )

    def performed(self, row: Row) -> str:
        """Tell of an obligation that was performed."""
        origin = self.origin(row)
        if row["act"] == JUDGMENT:
            done = "paid the debt" if origin else "paid a debt from a court judgment"
        else:
            done = f"performed the obligation that {self.act(row)} had left open"
        if origin is None:
            cause = ""
        elif origin["kind"] == "start":
            cause = f" for which {self.she} had been listed {self.since(origin)}"
        else:
            record = self.origin(origin) or origin
            cause = f" recorded on {day(self.happened(record))}"
        return (
            f"On {day(self.happened(row))} {self.she} {done}{cause} "
            f"(act.{row['act']}.obligation of the society)."
        )

    def entered(self, row: Row) -> str:
        """Tell of an entry onto a list."""
        table, origin = self.lists[row["object"]], self.origin(row)
        strikes = table.enter.strikes
        if table.enter.category:
            cause = f"for what {self.she} is, whatever {self.she} did"
        elif origin is None:
            decided = self.posted(row) - timedelta(weeks=table.delay_weeks)
            cause = f"because {self.whose} score was in tier `{table.enter.tier}` on {day(decided)}"
        elif strikes:
            entries = counted(strikes.count, "entry", "entries")
            weeks = counted(strikes.within_weeks, "week")
            cause = f"for {entries} or more within {weeks}, the last for {self.cause(origin)}"
        else:
            cause = f"for {self.cause(origin)}"
        again = " once more, while still on it," if self.held[_place_of(row)] > 1 else ""
        return (
            f"On {day(self.posted(row))} {self.held_by(row['object'])} was put on the list "
            f"`{row['object']}`{again} {cause} ({row['rule']}){self.mistake(row)}."
        )

    def held_by(self, name: str) -> str:
        """Say who of hers is on a list."""
        return f"{self.whose} firm" if self.lists[name].of == "firms" else self.she

    def shown(self, rows: list[Row]) -> str:
        """Tell of being shown in public by one channel, for one act in one year or by mistake."""
        row = rows[0]
        on, rule = day(self.posted(row)), row["rule"]
        where = self.channels[row["object"]].where
        if len(rows) > 1:
            span = f"{_short(self.posted(row))} to {day(self.posted(rows[-1]))}"
            when = f"{times(len(rows))} from {span}"
            return f"{self.she.capitalize()} was shown {where} {when}, {self.why(row)} ({rule})."
        return f"On {on} {self.she} was shown {where}, {self.why(row)} ({rule}){self.mistake(row)}."

    def why(self, row: Row) -> str:
        """Say for what somebody was shown."""
        origin = self.origin(row)
        if origin and origin["kind"] == "list-in":
            return f"as somebody on the list `{origin['object']}`"
        return f"for {self.act(row)}"

    def left(self, row: Row) -> str:
        """Tell of the end of a stay."""
        table, origin = self.lists[row["object"]], self.origin(row)
        way = row["rule"].rpartition(".")[2]
        if way == "performance" and origin:
            done = "paid the debt" if row["act"] == JUDGMENT else "performed the obligation"
            cause = f"{self.she} had {done} on {day(self.happened(origin))}"
        elif way == "term-weeks":
            cause = f"{counted(table.leave.term_weeks or 0, 'week')} were over"
        elif way == "repair" and table.leave.repair and origin:
            entries = counted(table.leave.repair.count, "entry", "entries")
            weeks = counted(table.leave.repair.within_weeks, "week")
            cause = (
                f"{self.she} had {entries} or more for good acts within {weeks}, the last for "
                f"{self.cause(origin)}"
            )
        elif way == "remedy" and origin:
            cause = self.corrected(row, origin)
        elif way == "above-tier":
            cause = f"{self.whose} score was no longer in tier `{table.enter.tier}`"
        else:
            cause = "of another reason, for which the model has a rate but no name"
        if self.held[_place_of(row)]:
            what = f"one of {self.whose} stays on the list `{row['object']}` ended"
            rest = f"; {self.held_by(row['object'])} stayed on it for another cause"
        else:
            what = f"{self.held_by(row['object'])} was taken off the list `{row['object']}`"
            rest = ""
        return f"On {day(self.posted(row))} {what}, because {cause} ({row['rule']}){rest}."

    def reversed(self, row: Row) -> str:
        """Tell of a correction, and of what it gave back."""
        origin = self.origin(row) or row
        record = f"the record of {self.cause(origin)}"
        if row["object"]:
            back = f"as far as it led onto the list `{row['object']}`"
        else:
            back = f"which gave back {_points([row])} of {hundredths(origin['points'], '+')}"
        return f"On {day(self.posted(row))} {record}, was reversed, {back} ({row['rule']})."

    def corrected(self, row: Row, origin: Row) -> str:
        """Say why a correction ended a stay."""
        enter = self.lists[row["object"]].enter
        if enter.tier:
            return f"{self.whose} corrected score was not in tier `{enter.tier}`"
        if enter.strikes:
            return "too few of the entries behind it were left after a correction"
        return f"the record behind it, of {self.cause(self.origin(origin) or origin)}, was reversed"

    def refused(self, rows: list[Row]) -> str:
        """Tell of refused attempts at one service in one year, for one cause."""
        *early, last = (self.happened(row) for row in rows)
        dates = [*map(_short, early), day(last)]
        few = len(dates) <= DATED
        when = (
            f"on {joined(dates)}" if few else f"{len(dates)} times from {dates[0]} to {dates[-1]}"
        )
        service = titled(self.plan.society.file.service[rows[0]["object"]].title, self.whose)
        refused = "kept from" if service.split()[0].endswith("ing") else "refused"
        return (
            f"{self.she.capitalize()} was {refused} {service} {when}, "
            f"because {self.restriction(rows[0])} ({rows[0]['rule']})."
        )

    def restriction(self, row: Row) -> str:
        """Say on what a refusal rests: a stay or a tier, hers or that of kin."""
        kind, name, *_, whom = row["rule"].split(".")
        if row["actor"] is None:
            who, whose, origin = self.she, self.whose, self.origin(row)
            who = self.held_by(name) if kind == "list" else who
        else:
            kin = _KIN[whom][self.kin[row["actor"]]]
            who, whose = f"{self.whose} {kin}", f"{self.whose} {kin}'s"
            origin = self.behind.get((row["actor"], *_origin_of(row)))
        if kind == "tier":
            return f"{whose} score was in tier `{name}`"
        since = f" {self.since(origin)}" if origin else ""
        return f"{who} {'had been' if origin else 'was'} on the list `{name}`{since}"

    def standing(self) -> str:
        """Tell how it ended."""
        end = self.epoch + timedelta(days=7 * self.plan.weeks - 1)
        held = [name for name in sorted(self.lists) if self.person[f"list.{name}"]]
        lists = f"{'list' if len(held) == 1 else 'lists'} {named(held)}" if held else ""
        parts = [f"was on the {lists}" if held else "was on no list"]
        if self.person["score"] is not None:
            tier = f"tier `{self.person['tier']}`" if self.person["tier"] else "no tier"
            rank = self.person["rank"]
            place = f", rank {rank:,} of {self.ranked:,}" if rank is not None else ""
            parts.append(f"had a score of {hundredths(self.person['score'])} in {tier}{place}")
        elif self.plan.scheme.file.score:
            parts.append("had no score")
        if company := self.person.get("company_score"):
            alone = f"kept them to {'herself' if self.she == 'she' else 'himself'}"
            band = self.person["company_band"]
            among = f" in band `{band}`" if band else ""
            parts.append(f"had {hundredths(company)} points with the company{among}")
            parts.append("showed them" if self.person["company_score_shown"] else alone)
        refusals = sum(row["kind"] == "denial" for row in self.rows)
        parts.append(
            f"had been refused {f'something {times(refusals)}' if refusals else 'nothing'}"
        )
        return f"At the end of the run, on {day(end)}, {self.she} {joined(parts)}."

    def recorded(self, row: Row) -> str:
        """Say that a sensor recorded an act, when, and when that was posted if later."""
        late = row["lag"] and row["truth"] != "stolen"
        posted = f" (posted on {day(self.posted(row))})" if late else ""
        on, sensor = day(self.happened(row)), f"`{row['sensor']}`"
        company = self.plan.scheme.file.platform
        whose = ", a company's," if company and row["sensor"] in company.sensors else ""
        said = "named" if row["truth"] in _FORGED else "recorded"
        by = f"a record of {sensor}" if row["truth"] in _FORGED else sensor
        return f"On {on} {by}{whose} {said} {self.her} for {self.act(row)}{posted}"

    def mistake(self, row: Row) -> str:
        """Say that the record was of somebody else, if it was."""
        if row["truth"] == "stolen":
            record = row if row["lag"] else self.origin(row) or row
            leak = day(self.posted(record) - timedelta(weeks=record["lag"]))
            since = f", out of what had leaked in the week to {leak}" if record["lag"] else ""
            return f"; {self.she} had done nothing: somebody used {self.whose} name{since}"
        if row["truth"] == "fabricated":
            return f"; it was made up, by citizen {row['actor']}, an official"
        if row["truth"] != "false match":
            return ""
        sensor, behind = row["sensor"], self.origin(row)
        while sensor is None and behind:
            sensor, behind = behind["sensor"], self.origin(behind)
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
            return f"since {day(self.epoch - timedelta(days=1, weeks=entry['lag']))}"
        return f"since {day(self.posted(entry))}"

    def act(self, row: Row) -> str:
        """Return the title of the act that a row is about."""
        return titled(self.plan.society.file.act[row["act"]].title, self.whose)

    def origin(self, row: Row) -> Row | None:
        """Return the row from which a row follows."""
        return self.by_place.get(_origin_of(row))

    def happened(self, row: Row) -> date:
        """Return the day on which that happened of which a row tells."""
        if row["kind"] == "start":
            return self.epoch
        if row["truth"] == "stolen":  # It tells of the week of the breach by its lag alone.
            return self.posted(row)
        return self.epoch + timedelta(weeks=row["week"] - row["lag"], days=row["day"])

    def posted(self, row: Row) -> date:
        """Return the day of the close at which a row was posted."""
        return self.epoch + timedelta(weeks=row["week"], days=6)


def _origin_of(row: Row) -> tuple[int, int]:
    return row["origin_week"], row["origin_seq"]


def _place_of(row: Row) -> tuple[int, int]:
    return row["week"], row["seq"]


def _short(of: date) -> str:
    """Return a date without its year."""
    return f"{of.day} {of:%B}"


def _points(rows: list[Row]) -> str:
    total = hundredths(sum(row["points"] for row in rows), "+")
    return f"{total} {'point' if total in {'+1', '-1'} else 'points'} in `{rows[0]['category']}`"
