"""Stays on lists, read from entries: from which close to which, and what each rests on."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.mechanisms.lists import NO_TIER
from upstanding.run import Run

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Stays:
    """S stays of n citizens on lists."""

    local: NDArray[np.int64]
    """(S,) a citizen's place among those chosen."""
    list: NDArray[np.int64]
    """(S,) the list's code."""
    begins: NDArray[np.int64]
    """(S,) the close with which it began, 0 for those from before."""
    ends: NDArray[np.int64]
    """(S,) the close with which it ended; the number of weeks if it lasts."""
    entry: NDArray[np.int64]
    """(S,) the place of the entry that begins it."""
    decided: NDArray[np.int64]
    """(S,) the close that decided on it, `delay-weeks` before."""
    tier: NDArray[np.int64]
    """(S,) by which tier it was entered, NO_TIER for another way."""
    strikes: tuple[NDArray[np.int64], ...]
    """Of each stay, the places of the entries that were its strikes; none for another way."""
    enough: NDArray[np.int64]
    """(S,) how many strikes it takes."""

    def held(
        self, gone: Flags, tier: NDArray[np.uint8], weeks: int, people: int
    ) -> NDArray[np.uint32]:
        """Return (weeks, people) bits of the lists that they are on by what is left.

        Args:
            gone: (R,) the entries that are taken away, with all that follows from them.
            tier: (weeks, people) the tiers that the others give.
            weeks: How many closes.
            people: How many citizens.

        """
        stands = np.ones(self.local.shape[0], bool)
        for at, (entry, strikes) in enumerate(zip(self.entry, self.strikes, strict=True)):
            if strikes.size:
                stands[at] = (~gone[strikes]).sum() >= self.enough[at]
            else:
                stands[at] = not gone[entry]
        by_tier = np.flatnonzero(self.tier != NO_TIER)
        close = np.maximum(self.decided[by_tier], 0)
        stands[by_tier] &= tier[close, self.local[by_tier]] == self.tier[by_tier]
        bits = np.zeros((weeks, people), np.uint32)
        for code in np.unique(self.list[stands]):
            chosen = stands & (self.list == code)
            steps = np.zeros((weeks + 1, people), np.int64)
            np.add.at(steps, (self.begins[chosen], self.local[chosen]), 1)
            np.add.at(steps, (self.ends[chosen], self.local[chosen]), -1)
            on = steps[:-1].cumsum(axis=0) > 0
            bits |= on.astype(np.uint32) << np.uint32(code)
        return bits


def stays_of(run: Run, rows: pl.DataFrame) -> Stays:
    """Read stays from entries as `own_life.own_lives` orders and links them."""
    tables, names = run.world.tables.lists, run.world.names
    weeks = run.plan.weeks
    code = {name: at for at, name in enumerate(names.lists)}
    kinds, objects = rows["kind"].to_list(), rows["object"].to_list()
    ins = np.flatnonzero(rows["kind"].is_in(["start", "list-in"]).to_numpy())
    local, week = rows["local"].to_numpy(), rows["week"].to_numpy().astype(np.int64)
    origin, rule = rows["origin"].to_numpy(), rows["rule"].to_list()
    ends = dict.fromkeys(ins.tolist(), weeks)
    by_record = {int(origin[at]): int(at) for at in ins if origin[at] >= 0}
    open_: dict[tuple[int, int], list[int]] = {}
    for at in ins.tolist():
        open_.setdefault((int(local[at]), code[objects[at]]), []).append(at)
    for out in np.flatnonzero((rows["kind"] == "list-out").to_numpy()).tolist():
        waiting = open_[int(local[out]), code[objects[out]]]
        stay = _ended(out, origin, kinds, by_record, waiting)
        waiting.remove(stay)
        ends[stay] = int(week[out])
    lists = np.array([code[objects[at]] for at in ins], np.int64)
    started = np.array([kinds[at] == "start" for at in ins], bool)
    begins = week[ins]
    decided = np.where(started, -1, begins - tables.delay[lists])
    tiers = np.where(started | (origin[ins] >= 0), NO_TIER, tables.tier[lists])
    enough = np.where(tables.strikes[lists, 0] > 0, tables.strikes[lists, 0], 0)
    struck = [
        _strikes(int(at), int(of), int(when), local, week, rule, run) if of_strikes else _NONE
        for at, of, when, of_strikes in zip(
            ins, lists, decided, (enough > 0) & ~started, strict=True
        )
    ]
    return Stays(
        local[ins],
        lists,
        begins,
        np.array([ends[int(at)] for at in ins], np.int64),
        ins,
        decided,
        tiers,
        tuple(struck),
        enough,
    )


_NONE = np.empty(0, np.int64)


def _ended(
    out: int,
    origin: NDArray[np.int64],
    kinds: list[str],
    by_record: dict[int, int],
    waiting: list[int],
) -> int:
    """Return the entry of the stay that an exit ends; the oldest, where its origin does not say."""
    at = int(origin[out])
    if at >= 0 and kinds[at] == "performance":
        at = int(origin[at])
    for stay in (at, by_record.get(at, -1)):
        if stay in waiting:
            return stay
    return waiting[0]


def _strikes(
    entry: int,
    of: int,
    decided: int,
    local: NDArray[np.int64],
    week: NDArray[np.int64],
    rule: list[str],
    run: Run,
) -> NDArray[np.int64]:
    """Return the places of the strikes in the weeks before a list decided on somebody."""
    tables, names = run.world.tables.lists, run.world.names
    begin, end = np.searchsorted(local, [local[entry], local[entry] + 1])
    counted = {f"rule.{n}" for c, n in enumerate(names.rules) if tables.struck[c] >> of & 1}
    within = int(tables.strikes[of, 1])
    return np.array(
        [
            at
            for at in range(begin, end)
            if rule[at] in counted and decided - within < week[at] <= decided
        ],
        np.int64,
    )
