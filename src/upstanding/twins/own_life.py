"""Her life alone: what would be closed to a citizen without some of her entries, all else kept.

The first of the two readings of *but for* (CLOCKWORK 6). Everything that others did is kept, what
her ties stood at, what she did herself, and what her kin's standing closes to her; taken away are
entries of her ledger, what followed from them (reversals; stays on a list whose record or strikes
they were) and, where they are points, what they made of her score, tier and stays by tier. The
score is folded again as CLOCKWORK 2 says. A stay is as it was, or not at all: one that would begin
later, or end sooner, for what is left is none of this reading. Nothing new can be closed by it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.clockwork.dice import CERTAIN
from upstanding.clockwork.numbers import POINT, WEEKS_A_YEAR
from upstanding.measures.lives import NO_TIER, Lives
from upstanding.mechanisms.kin import CHILD, CHILDREN, HEAD, SPOUSE, SPOUSES
from upstanding.run import Run
from upstanding.twins.stays import Stays, stays_of

_MOST = (1 << 31) - 1
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class OwnLives:
    """The entries of n chosen citizens, to be folded again without some."""

    run: Run
    lives: Lives
    who: NDArray[np.int64]
    """(n,) the citizens, in order."""
    rows: pl.DataFrame
    """Their R entries by subject, week and seq, names as text; `local` is a subject's place in
    `who`, `origin` the place of the entry that one follows from, -1 if it is none of hers."""

    @cached_property
    def actual(self) -> NDArray[np.uint32]:
        """(W, n) what was closed to them in fact."""
        return self.lives.closed[:, self.who]

    @cached_property
    def stays(self) -> Stays:
        """Their stays on lists."""
        return stays_of(self.run, self.rows)

    @cached_property
    def by_kin(self) -> NDArray[np.uint32]:
        """(W, n) what the lists and tiers of head and spouse of their households reach."""
        tables, people = self.run.world.tables.kin, self.run.citizens
        closed = np.zeros_like(self.actual)
        if not tables.any:
            return closed
        role = people["role"].to_physical().to_numpy()
        home = people["household"].to_numpy()
        for elder_role in (HEAD, SPOUSE):
            elders = np.flatnonzero(role == elder_role)
            of_home = dict(zip(home[elders].tolist(), elders.tolist(), strict=True))
            elder = np.array([of_home.get(at, -1) for at in home[self.who].tolist()])
            for kind, chosen in (
                (CHILDREN, role[self.who] == CHILD),
                (SPOUSES, (role[self.who] != CHILD) & (role[self.who] <= SPOUSE)),
            ):
                local = np.flatnonzero(chosen & (elder >= 0) & (elder != self.who))
                whose = elder[local]
                closed[:, local] |= _closes(
                    self.lives.tier[:, whose],
                    self.lives.lists[:, whose],
                    tables.tiers[kind],
                    tables.lists[kind],
                )
        return closed

    def left(
        self,
        removed: Flags,
        *,
        lists: int = -1,
        tiers: int = -1,
        kin: bool = False,
    ) -> NDArray[np.uint32]:
        """Return (W, n) what of that which is closed would be so without some entries.

        Args:
            removed: (R,) the entries to take away; what follows from them goes too.
            lists: Bits of the lists that still close something.
            tiers: Bits of the tiers that still close something.
            kin: Whether nothing is closed any more by what is kin's.

        """
        tables = self.run.world.tables
        gone = self.followed(removed)
        tier = self.tiers(gone) if self._moves_scores(gone) else self.tiers_in_fact
        held = self.stays.held(gone, tier, self.lives.closed.shape[0], self.who.shape[0])
        tier_closes = _those(tables.services.tier_closes, tiers)
        list_closes = _those(tables.lists.closes, lists)
        own = _closes(tier, held, tier_closes, list_closes)
        return self.actual & (own if kin else own | self.by_kin)

    def followed(self, removed: Flags) -> Flags:
        """Return (R,) the entries removed and all that follow from them."""
        origin = self.rows["origin"].to_numpy()
        gone = removed.copy()
        while True:
            more = gone | ((origin >= 0) & gone[origin])
            if (more == gone).all():
                return gone
            gone = more

    def _moves_scores(self, gone: Flags) -> bool:
        return bool((gone & (self._awards | self._terms)).any())

    @cached_property
    def tiers_in_fact(self) -> NDArray[np.uint8]:
        """(W, n) the tiers that all entries give."""
        return self.tiers(np.zeros(self.rows.height, bool))

    @cached_property
    def _awards(self) -> Flags:
        kinds = self.rows["kind"].is_in(["points", "reversal"])
        return (kinds & self.rows["category"].is_not_null()).to_numpy()

    @cached_property
    def _terms(self) -> Flags:
        return (self.rows["kind"] == "association").to_numpy()

    def tiers(self, gone: Flags) -> NDArray[np.uint8]:
        """Return (W, n) the tiers that entries give without those that are gone."""
        tables = self.run.world.tables.scoring
        score = self.scores(gone)
        tier = np.full(score.shape, NO_TIER, np.uint8)
        bands = zip(tables.tier_from.tolist(), tables.tier_below.tolist(), strict=True)
        for code, (low, high) in enumerate(bands):
            tier[(score >= low) & (score < high)] = code
        since = self.run.world.scored_from[self.who].astype(np.int64)
        # Who has a score from week f on has a tier from the close before.
        weeks = np.arange(score.shape[0])[:, None]
        tier[weeks + 1 < since] = NO_TIER
        return tier

    def scores(self, gone: Flags) -> NDArray[np.int64]:
        """Return (W, n) the scores in hundredths that entries give without those that are gone."""
        tables, names = self.run.world.tables.scoring, self.run.world.names
        weeks, people = self.lives.closed.shape[0], self.who.shape[0]
        start, low, high = tables.bounds.tolist()
        decay, reset = int(tables.decay), bool(tables.reset)
        weights = tables.weight[: len(names.categories)]
        rows = self.rows.filter(pl.Series(self._awards & ~gone)).sort("week")
        code = {name: at for at, name in enumerate(names.categories)}
        category = rows["category"].replace_strict(code, return_dtype=pl.Int64).to_numpy()
        local, points = rows["local"].to_numpy(), rows["points"].to_numpy().astype(np.int64)
        bounds = np.searchsorted(rows["week"].to_numpy(), np.arange(weeks + 1))
        term = self._term_by_week(gone)
        own = np.zeros((len(names.categories), people), np.int64)
        score = np.empty((weeks, people), np.int64)
        for week in range(weeks):
            part = slice(bounds[week], bounds[week + 1])
            added = np.zeros_like(own)
            np.add.at(added, (category[part], local[part]), points[part])
            own = np.clip(own + (added * POINT + 50) // 100, -_MOST, _MOST)
            if reset and (week + 1) % WEEKS_A_YEAR == 0:
                own[:] = 0
            if decay != int(CERTAIN):
                own = np.sign(own) * (np.abs(own) * decay >> 32)
            total = ((weights @ own + (1 << 15)) >> 16) * 100 + (1 << 15) >> 16
            score[week] = np.clip(start + total + term[week], low, high)
        return score

    def _term_by_week(self, gone: Flags) -> NDArray[np.int64]:
        """Return (W, n) what ties add, in hundredths; each entry replaces the last."""
        rows = self.rows.filter(pl.Series(self._terms & ~gone)).sort("week")
        weeks, people = self.lives.closed.shape[0], self.who.shape[0]
        bounds = np.searchsorted(rows["week"].to_numpy(), np.arange(weeks + 1))
        local, points = rows["local"].to_numpy(), rows["points"].to_numpy()
        held, term = np.zeros(people, np.int64), np.empty((weeks, people), np.int64)
        for week in range(weeks):
            part = slice(bounds[week], bounds[week + 1])
            held[local[part]] = points[part]
            term[week] = held
        return term


def _those(closes: NDArray[np.uint32], kept: int) -> NDArray[np.uint32]:
    """Return what each list or tier closes, nothing for those whose bit is not set."""
    bits = kept >> np.arange(closes.shape[0]) & 1
    return closes * bits.astype(np.uint32)


def _closes(
    tier: NDArray[np.uint8],
    lists: NDArray[np.uint32],
    tier_closes: NDArray[np.uint32],
    list_closes: NDArray[np.uint32],
) -> NDArray[np.uint32]:
    """Return (W, n) the services that tiers and lists close."""
    of_tier = np.append(tier_closes, np.zeros(NO_TIER + 1 - tier_closes.shape[0], np.uint32))
    closed = of_tier.astype(np.uint32)[tier]
    for code, bits in enumerate(list_closes.tolist()):
        if bits:
            closed |= np.where(
                lists >> np.uint32(code) & np.uint32(1), np.uint32(bits), np.uint32(0)
            )
    return closed


def own_lives(run: Run, lives: Lives, who: NDArray[np.int64]) -> OwnLives:
    """Read the entries of chosen citizens, in order of their number.

    The run kept all rows.
    """
    order = pl.DataFrame({"subject": who.astype(np.uint32), "local": np.arange(who.shape[0])})
    rows = run.ledger.filter(pl.col("subject").is_in(who.tolist()))
    told = (
        rows.with_columns(pl.selectors.enum().cast(pl.String))
        .sort("subject", "week", "seq")
        .collect()
        .join(order, on="subject", how="left", maintain_order="left")
        .with_row_index("at")
    )
    places = told.select(
        pl.col("at").cast(pl.Int64).alias("origin"),
        origin_subject="subject",
        origin_week="week",
        origin_seq="seq",
    )
    linked = told.join(
        places,
        on=["origin_subject", "origin_week", "origin_seq"],
        how="left",
        maintain_order="left",
    )
    return OwnLives(run, lives, who, linked.with_columns(pl.col("origin").fill_null(-1)))
