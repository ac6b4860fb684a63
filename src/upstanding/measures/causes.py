"""What exclusion is due to, by following the ledger: whose record, of which act, under what reason.

A week in which something was closed to somebody counts once, shared alike among the lists and the
tier that closed it at its close (`bars`). A list stands for the records behind her stays on it, by
their weeks; a tier for the points that she lost until she was last barred by it, unfaded, and for
what ties took from her (`sources`). This accounts for what the ledger says and is no but-for: what
would have been without a record is for twins to tell.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.clockwork.names import bits
from upstanding.measures.lives import Lives
from upstanding.measures.stays import is_wrong, ledger_of, stays_of
from upstanding.mechanisms.kin import Reach
from upstanding.run import Run
from upstanding.scheme.limited import limited

OWN, WRONG, TIES, TRAIT, UNKNOWN = (
    "her own act",
    "a wrong record",
    "the standing of friends",
    "what she is",
    "not known",
)
"""What a restriction rests on."""
BARS = pl.Schema(
    {
        "citizen": pl.UInt32(),
        "due_to": pl.UInt32(),
        "reason": pl.String(),
        "service": pl.String(),
        "weeks": pl.Float64(),
        "last": pl.Int32(),
    }
)
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Reason:
    """A list or a tier, and which services it closes to whom, as bits over those of `Lives`."""

    name: str
    """As a clause begins: "list.debtors", "tier.d"."""
    code: int
    is_list: bool
    own: int
    children: int
    spouse: int

    def binds(self, lives: Lives, people: NDArray[np.int64]) -> Mask:
        """Return, (weeks, people), who was on the list or in the tier."""
        if self.is_list:
            listed: Mask = lives.lists[:, people] & np.uint32(1 << self.code) != 0
            return listed
        inside: Mask = lives.tier[:, people] == self.code
        return inside


def reasons_of(run: Run, lives: Lives) -> list[Reason]:
    """Return the lists and tiers of a scheme, within its limits."""
    file = limited(run.plan.scheme.file, run.plan.society.file)
    reached = "kin" not in file.off

    def reason(name: str, code: int, closes: frozenset[str], reach: Reach | None) -> Reason:
        to = reach if reach and reached else Reach()
        children, spouse = (bits(whom, lives.services) for whom in (to.children, to.spouse))
        is_list = name.startswith("list.")
        return Reason(name, code, is_list, bits(closes, lives.services), children, spouse)

    found = []
    for code, name in enumerate(lives.list_names):
        table = file.list_[name]
        closes = table.closes
        if table.of == "firms":
            closes = table.reach.representative if table.reach else frozenset()
        found.append(reason(f"list.{name}", code, closes, table.reach))
    for code, name in enumerate(lives.tiers if file.tier else ()):
        tier = file.tier[name]
        found.append(reason(f"tier.{name}", code, tier.closes, tier.reach))
    return found


def bars(run: Run, lives: Lives, *, by_service: bool = False) -> pl.DataFrame:
    """Return how many weeks something was closed to whom, by reason and by whose standing it was.

    `due_to` is the citizen herself, or the parent or spouse whose list or tier reached her; `last`
    the last such week. Without `by_service` a week counts once, however much was closed.
    """
    held = np.flatnonzero(lives.barred.any(axis=0) & lives.counted)
    closed, reasons = lives.closed[:, held], reasons_of(run, lives)
    elders = _elders(run)[:, held]
    child = (run.citizens["role"].cast(pl.String) == "child").to_numpy()[held]
    every = (1 << len(lives.services)) - 1
    services = {name: 1 << code for code, name in enumerate(lives.services)}
    frames = [BARS.to_frame()]
    for service, bit in services.items() if by_service else ((None, every),):
        shut = closed & np.uint32(bit) != 0
        if not shut.any():
            continue
        parts = [
            (reason.name, held, shut & reason.binds(lives, held))
            for reason in reasons
            if reason.own & bit
        ]
        left = shut.copy()
        for _, _, mask in parts:
            left &= ~mask
        if left.any():
            parts += _by_kin(lives, reasons, bit, left, elders, child)
        count = np.zeros(shut.shape, np.uint8)
        for _, _, mask in parts:
            count += mask
        for name, due_to, mask in parts:
            frames.append(_told(name, service, held, due_to, mask, count))
    return pl.concat(frames)


def _elders(run: Run) -> NDArray[np.int64]:
    """Return, (2, N), head and spouse of everybody's household; -1 where there is none."""
    people = run.citizens.select("citizen", "household", pl.col("role").cast(pl.String))
    home = people["household"].to_numpy()
    found = np.full((2, people.height), -1, np.int64)
    for row, role in enumerate(("head", "spouse")):
        of = people.filter(pl.col("role") == role)
        by_home = np.full(int(home.max(initial=0)) + 1, -1, np.int64)
        by_home[of["household"].to_numpy()] = of["citizen"].to_numpy()
        found[row] = by_home[home]
    return found


def _by_kin(
    lives: Lives,
    reasons: list[Reason],
    bit: int,
    left: Mask,
    elders: NDArray[np.int64],
    child: Mask,
) -> Iterator[tuple[str, NDArray[np.int64], Mask]]:
    """Yield which of a parent's or a spouse's lists and tiers close what nothing of hers does."""
    for elder in elders:
        there = elder >= 0
        for reason in reasons:
            reaches = np.where(child, reason.children & bit != 0, reason.spouse & bit != 0)
            if not (reaches & there).any():
                continue
            yield reason.name, elder, left & reason.binds(lives, elder) & reaches & there


def _told(
    name: str,
    service: str | None,
    held: NDArray[np.int64],
    due_to: NDArray[np.int64],
    mask: Mask,
    count: NDArray[np.uint8],
) -> pl.DataFrame:
    """Return the rows of one reason, of those whom it barred at some time."""
    met = np.flatnonzero(mask.any(axis=0))
    part = mask[:, met]
    weeks = np.divide(part, count[:, met], out=np.zeros(part.shape), where=part).sum(axis=0)
    last = part.shape[0] - 1 - part[::-1].argmax(axis=0)
    return pl.DataFrame(
        {
            "citizen": held[met],
            "due_to": due_to[met],
            "reason": [name] * met.size,
            "service": [service] * met.size,
            "weeks": weeks,
            "last": last,
        },
        schema=BARS,
    )


def sources(run: Run, barred: pl.DataFrame) -> pl.DataFrame:
    """Return on what each reason rests that barred somebody: shares that sum to 1.

    A row for each `due_to`, `reason`, `act`, `sensor` and `rests_on` (OWN, WRONG, TIES, TRAIT,
    UNKNOWN), with its `share`.
    """
    met = barred.group_by("due_to", "reason").agg(pl.col("last").max())
    lists = met.filter(pl.col("reason").str.starts_with("list."))
    stays = stays_of(run).with_columns(pl.format("list.{}", "list").alias("reason"))
    behind = lists.join(
        stays.rename({"citizen": "due_to"}), on=["due_to", "reason"], how="left"
    ).with_columns(pl.col("weeks").fill_null(0).clip(1).cast(pl.Float64).alias("weight"))
    by_score = pl.col("way_in") == "tier"
    recorded = behind.filter(~by_score.fill_null(value=False)).select(
        "due_to", "reason", "act", "sensor", _rests_on(pl.col("way_in").is_null()), "weight"
    )
    scores = pl.concat(
        [
            met.filter(pl.col("reason").str.starts_with("tier.")),
            behind.filter(by_score).select(met.columns).unique(),
        ]
    )
    rows = pl.concat([recorded, _points_behind(run, scores)])
    summed = rows.group_by("due_to", "reason", "act", "sensor", "rests_on").agg(
        pl.col("weight").sum()
    )
    share = pl.col("weight") / pl.col("weight").sum().over("due_to", "reason")
    return summed.select(
        "due_to", "reason", "act", "sensor", "rests_on", share.alias("share")
    ).sort("due_to", "reason", "act", "sensor", "rests_on")


def _rests_on(unknown: pl.Expr) -> pl.Expr:
    return (
        pl.when(unknown)
        .then(pl.lit(UNKNOWN))
        .when(is_wrong())
        .then(pl.lit(WRONG))
        .when(pl.col("act").is_null())
        .then(pl.lit(TRAIT))
        .otherwise(pl.lit(OWN))
        .alias("rests_on")
    )


def _points_behind(run: Run, met: pl.DataFrame) -> pl.DataFrame:
    """Return the points lost until a tier last barred somebody, and what her ties then took."""
    of = met.lazy().rename({"due_to": "subject"})
    lost = (
        ledger_of(run, "points")
        .filter(pl.col("points") < 0)
        .join(of, on="subject")
        .filter(pl.col("week") <= pl.col("last"))
        .select(
            pl.col("subject").alias("due_to"),
            "reason",
            "act",
            "sensor",
            _rests_on(pl.lit(value=False)),
            (-pl.col("points")).cast(pl.Float64).alias("weight"),
        )
    )
    ties = (
        ledger_of(run, "association")
        .join(of, on="subject")
        .filter(pl.col("week") <= pl.col("last"))
        .sort("week")
        .group_by(pl.col("subject").alias("due_to"), "reason")
        .agg((-pl.col("points").last()).cast(pl.Float64).alias("weight"))
        .filter(pl.col("weight") > 0)
        .with_columns(rests_on=pl.lit(TIES))
    )
    found = pl.concat([lost.collect(), ties.collect()], how="diagonal")
    none = met.join(found, on=["due_to", "reason"], how="anti").select(
        "due_to", "reason", rests_on=pl.lit(UNKNOWN), weight=pl.lit(1.0)
    )
    return pl.concat([found, none], how="diagonal").select(
        "due_to",
        "reason",
        pl.col("act").cast(pl.String),
        pl.col("sensor").cast(pl.String),
        "rests_on",
        "weight",
    )


def exclusion(run: Run, lives: Lives, *, by_service: bool = False) -> pl.DataFrame:
    """Return the weeks of exclusion of everybody by what they rest on.

    The columns of `bars` but `last`, and `act`, `sensor`, `rests_on`; `weeks` add up to those of
    `bars`.
    """
    barred = bars(run, lives, by_service=by_service)
    behind = sources(run, barred)
    return (
        barred.join(behind, on=["due_to", "reason"], how="left", maintain_order="left")
        .with_columns(
            pl.col("rests_on").fill_null(UNKNOWN),
            (pl.col("weeks") * pl.col("share").fill_null(1)).alias("weeks"),
        )
        .drop("share", "last")
    )


def refusals(run: Run, lives: Lives) -> pl.DataFrame:
    """Return every refused attempt, shared among what the restriction behind it rests on.

    `citizen`, `due_to`, `reason`, `service`, `act`, `sensor`, `rests_on`, `denials`.
    """
    rows = (
        ledger_of(run, "denial")
        .select(
            pl.col("subject").alias("citizen"),
            pl.coalesce("actor", "subject").alias("due_to"),
            pl.col("rule").str.split(".").list.head(2).list.join(".").alias("reason"),
            pl.col("object").alias("service"),
        )
        .group_by("citizen", "due_to", "reason", "service")
        .agg(pl.len().cast(pl.Float64).alias("denials"))
        .collect()
    )
    behind = sources(run, bars(run, lives))
    return (
        rows.join(behind, on=["due_to", "reason"], how="left")
        .with_columns(
            pl.col("rests_on").fill_null(UNKNOWN),
            (pl.col("denials") * pl.col("share").fill_null(1)).alias("denials"),
        )
        .drop("share")
        .sort("citizen", "service", "due_to", "reason", "act", "sensor", "rests_on")
    )
