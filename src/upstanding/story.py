"""Stories: what happened to one citizen, in sentences with dates and causes.

A story is a query, never a guess: each sentence says what rows of the ledger hold, names the clause
that they rest on, and knows which rows they are. Causes are found by following `origin`.
"""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import polars as pl

from upstanding.engine.manifest import Plan
from upstanding.mechanisms.strata import ADULT
from upstanding.teller import Row, Sentence, Teller
from upstanding.words import a, picture_of

_OCCUPATIONS = {
    "official": ", an official",
    "journalist": ", a journalist",
    "business-owner": ", the owner of a business",
    "student": ", a student",
    "other": "",
}
_BEGIN_STAYS = ("start", "list-in")


@dataclass(frozen=True, repr=False)
class Story:
    """What happened to a citizen who does not exist."""

    scheme: str
    picture: str | None
    """Whose picture the scheme is, if it is told and not on record."""
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
        under = f"`{self.scheme}`, {self.picture}" if self.picture else f"`{self.scheme}`"
        return (
            f"In this model of synthetic people, under {under}: "
            f"citizen {self.citizen}, {self.person}."
        )

    def __str__(self) -> str:
        return "\n".join([self.head, *(s.text for s in self.sentences), self.standing])

    def __repr__(self) -> str:
        return f"Story(citizen {self.citizen} under {self.scheme}, {len(self.sentences)} sentences)"

    def _repr_html_(self) -> str:
        # Drawn above this module; asked for by a notebook alone.
        shown: str = import_module("upstanding.display").of_story(self)
        return shown

    def to_dict(self) -> dict[str, Any]:
        """Return the story as plain values."""
        return {
            "scheme": self.scheme,
            "picture": self.picture,
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
    kin = entries.filter(pl.col("mechanism") == "kin")["actor"].unique().to_list()
    behind = ledger.filter(pl.col("subject").is_in(kin), pl.col("kind").is_in(_BEGIN_STAYS))
    female = citizens.filter(pl.col("citizen").is_in(kin)).select(
        "citizen", pl.col("sex") == "female"
    )
    teller = Teller(
        plan,
        person,
        entries.to_dicts(),
        ranked=citizens["rank"].count(),
        kin=dict(female.iter_rows()),
        behind=behind.collect().to_dicts(),
    )
    return Story(
        plan.scheme.label,
        picture_of(plan.scheme.file.status),
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
    planted = f", planted in this society as {a(person['planted'])}" if person["planted"] else ""
    return (
        f"a {noun} aged {person['age']} at the end of the run, living in {district}"
        f"{_OCCUPATIONS[person['occupation']]}{planted}"
    )
