"""Households: whose stays and tiers reach whom, and what is closed to everybody at every close."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from replay.entries import Counts
from replay.reading import YEAR, Run
from replay.standing import Standing, weeks_of_age

Flags = NDArray[np.bool_]
ELDERS = ("head", "spouse")
ADULT = 18


@dataclass(frozen=True)
class Homes:
    """Who lives with whom, and which services are for whom."""

    run: Run

    @cached_property
    def elders(self) -> list[list[tuple[int, str]]]:
        """Head and spouse of each citizen's household but herself, with what she is to them."""
        people = self.run.citizens
        role, home = (people[c].to_list() for c in ("role", "household"))
        held: dict[tuple[int, str], list[int]] = {}
        for who, place in enumerate(zip(home, role, strict=True)):
            held.setdefault(place, []).append(who)
        return [
            [
                (other, "children" if role[who] == "child" else "spouse")
                for elder in ELDERS
                for other in held.get((home[who], elder), [])
                if other != who and role[who] != "other"
            ]
            for who in range(self.run.people)
        ]

    def usable(self, service: str) -> Flags:
        """Return for whom a service is in each week and the one after, (weeks + 1, citizens)."""
        schools = self.run.rules.services[service].get("school")
        if schools is None:
            return np.ones((self.run.weeks + 1, self.run.people), bool)
        pupil = self.run.citizens["school"].is_in(list(schools)).fill_null(value=False).to_numpy()
        week = np.arange(self.run.weeks + 1)[:, None]
        return pupil & (weeks_of_age(self.run) + week < ADULT * YEAR)


def closed(run: Run, standing: Standing, on: dict[str, Counts]) -> dict[str, Flags]:
    """Return to whom each service is closed at each close, (weeks, citizens) each."""
    rules, homes = run.rules, Homes(run)
    shut = {name: np.zeros((run.weeks, run.people), bool) for name in rules.services}
    bands = {f"tier.{name}": standing.tier[1:] == at for at, name in enumerate(rules.tiers)}
    stays = {f"list.{name}": counts[1:] > 0 for name, counts in on.items()}
    for clause, held in (stays | bands).items():
        for service in rules.closing(clause):
            shut[service] |= held
        reached = {whom: rules.reaching(clause, whom) for whom in ("children", "spouse")}
        if not any(reached.values()):
            continue
        for who, elders in enumerate(homes.elders):
            for elder, whom in elders:
                for service in reached[whom]:
                    shut[service][:, who] |= held[:, elder]
    return {service: flags & homes.usable(service)[1:] for service, flags in shut.items()}


OF_KIN = (pl.col("kind") == "denial") & (pl.col("mechanism") == "kin")
"""Denials that rest on somebody else's restriction."""
