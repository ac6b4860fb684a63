"""One week of the reference: its number, what holds in every week, and what is counted in it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from upstanding.clockwork import dice
from upstanding.clockwork.dice import CERTAIN, U64
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.engine.reference.people import Person
from upstanding.engine.tables import Tables
from upstanding.engine.world import World
from upstanding.mechanisms.strata import OLDEST, STATICS
from upstanding.mechanisms.tally import Tally


@dataclass
class Week:
    """The setting of everything that happens in a week; week -1 is time zero."""

    number: int
    world: World
    tables: Tables
    """Those of the world with lists of Python's integers in place of arrays."""
    people: list[Person]
    """Everybody, by number."""
    tally: Tally
    apart: Tally
    """What the planted do is counted here, where nobody reads it."""
    watched: int = 0
    """The share of people who saw a stranger shown at the last close, in 2**-16."""
    share: int = 0
    """Of tampers that is audited, in 2**-32."""
    patrols: list[Any] = field(default_factory=list)
    """The sensors that follow their finds (`allocation.Patrol`), the same every week."""
    silent: tuple[int, int] = (0, 0)
    """Sum and number of the scores with the company that are hidden at the week's opening."""
    digest: int = 0
    """The sum over candidates of two words of each one's draw."""

    def draw(
        self, citizen: int, what: int, index: int, purpose: int, *, week: int | None = None
    ) -> tuple[int, int, int, int]:
        """Return the four words at an address, of this week if no other is named."""
        when = (self.number if week is None else week) << 20 | index
        place = U64(citizen), U64(what), U64(when), U64(purpose)
        w0, w1, w2, w3 = dice.block(*place, *self.world.key)
        return int(w0), int(w1), int(w2), int(w3)

    def counts(self, person: Person) -> Tally:
        """Return where somebody is counted."""
        return self.apart if person.planted else self.tally

    def stratum(self, person: Person) -> int:
        """Return the joint stratum on which her rates depend this week."""
        band = self.world.population.people.band[age(person, self.number)]
        return int(band) * STATICS + person.static

    def scores(self, person: Person, week: int) -> bool:
        """Return whether somebody is scored at a week."""
        return week >= int(self.world.scored_from[person.number])

    def district(self, citizen: int) -> int:
        """Return where a citizen lives."""
        return citizen // self.world.population.district_size


def age(person: Person, week: int) -> int:
    """Return the age in years of somebody at a week."""
    return min((person.age_weeks + week) // WEEKS_A_YEAR, OLDEST)


def below(word: int, n: int) -> int:
    """Return the uniform integer below n that a word stands for."""
    return word * n >> 32


def both(a: int, b: int) -> int:
    """Return the threshold of two independent events together."""
    return a if b == CERTAIN else a * b >> 32


def plain(tables: Any) -> Any:
    """Return tables with lists of Python's integers in place of arrays."""
    if isinstance(tables, np.ndarray | np.generic):
        return tables.tolist()
    return tables if isinstance(tables, int) else type(tables)(*map(plain, tables))
