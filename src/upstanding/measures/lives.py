"""Lives: how everybody stood at the close of every week, as arrays.

They are unfolded from the changes that a run keeps (`Run.standing`). A run of 100,000 people and
three years takes 150 MB.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.run import Run

NO_TIER = 255
CLOSED, LIST = "closed.", "list."


@dataclass(frozen=True)
class Lives:
    """How each of N citizens stood at the close of each of W weeks."""

    services: tuple[str, ...]
    """What the bits of `closed` stand for."""
    list_names: tuple[str, ...]
    """What the bits of `lists` stand for."""
    tiers: tuple[str, ...]
    """What `tier` counts in, NO_TIER being none."""
    closed: NDArray[np.uint32]
    """(W, N) a bit for each service that was closed to her, by what is her own or her kin's."""
    lists: NDArray[np.uint32]
    """(W, N) a bit for each list that she was on."""
    tier: NDArray[np.uint8]
    """(W, N)"""
    counted: NDArray[np.bool_]
    """(N,) False for the planted and their households, who are in no figure."""

    @property
    def barred(self) -> NDArray[np.bool_]:
        """(W, N) to whom something was closed."""
        barred: NDArray[np.bool_] = self.closed != 0
        return barred

    @property
    def services_closed(self) -> NDArray[np.uint8]:
        """(W, N) how many services were closed."""
        return np.bitwise_count(self.closed)


def lives_of(run: Run) -> Lives:
    """Unfold how everybody stood in a run.

    Raises:
        InputError: if the run did not keep it.

    """
    changes, weeks, citizens = run.standing, run.plan.weeks, run.plan.citizens
    services, lists = (_named(changes, prefix) for prefix in (CLOSED, LIST))
    tier = changes["tier"]
    tiers = tuple(tier.dtype.categories.to_list()) if isinstance(tier.dtype, pl.Enum) else ()
    codes = tier.to_physical().fill_null(NO_TIER).cast(pl.UInt8).to_numpy()

    def unfolded(values: NDArray[np.uint32], before: int) -> NDArray[np.uint32]:
        return _unfolded(changes, values, (weeks, citizens), before)

    return Lives(
        services,
        lists,
        tiers,
        unfolded(_bits(changes, CLOSED, services), 0),
        unfolded(_bits(changes, LIST, lists), 0),
        unfolded(codes.astype(np.uint32), NO_TIER).astype(np.uint8),
        counted(run),
    )


def counted(run: Run) -> NDArray[np.bool_]:
    """Return, (citizens,), who is in figures: all but the planted and their households."""
    marked = run.citizens.filter(pl.col("planted").is_not_null())["household"].unique()
    return ~run.citizens["household"].is_in(marked.to_list()).to_numpy()


def _named(changes: pl.DataFrame, prefix: str) -> tuple[str, ...]:
    return tuple(n.removeprefix(prefix) for n in changes.columns if n.startswith(prefix))


def _bits(changes: pl.DataFrame, prefix: str, names: tuple[str, ...]) -> NDArray[np.uint32]:
    bits = np.zeros(changes.height, np.uint32)
    for code, name in enumerate(names):
        bits |= changes[f"{prefix}{name}"].to_numpy().astype(np.uint32) << np.uint32(code)
    return bits


def _unfolded(
    changes: pl.DataFrame, values: NDArray[np.uint32], shape: tuple[int, int], before: int
) -> NDArray[np.uint32]:
    """Return what holds at every close, of what changed at some; `before` held at first."""
    week, citizen = changes["week"].to_numpy(), changes["citizen"].to_numpy()
    bounds = np.searchsorted(week, np.arange(shape[0] + 1))
    held = np.full(shape[1], before, np.uint32)
    whole = np.empty(shape, np.uint32)
    for at in range(shape[0]):
        part = slice(bounds[at], bounds[at + 1])
        held[citizen[part]] = values[part]
        whole[at] = held
    return whole
