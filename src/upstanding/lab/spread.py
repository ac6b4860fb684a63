"""Spread: how far a result moves over what is not known, and by which figure.

Each output is tagged (MODEL 6). *Identity*: one input gives it up to rounding (its squared rank
correlation with the output is .999 or more). *Pass-through*: one input carries over 80 % of the
variance (.8 or more). *Emergent*: none does. A sign is claimed where it holds in 95 % of the sets.
The break-even is the value of the input that carries most at which a line through the sets crosses
zero, if it does so within the range that was drawn. An input is named only if it carries more than
the luckiest of as many idle ones would in 95 % of all cases (`Spread.by_chance`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import beta, rankdata

IDENTITY, PASS_THROUGH = 0.999, 0.8
TOO_FEW = "too few sets to tell"
CLAIMED = 0.95
"""The share of sets in which a sign holds that may be claimed."""
DRAWN = 0.75
"""The share of sets in which an input must have been drawn to be looked at."""
LOW, HIGH = 0.05, 0.95
"""Quantiles between which a range is told."""


@dataclass(frozen=True)
class Spread:
    """Outputs of S sets of draws, and the inputs that were drawn."""

    inputs: Mapping[str, NDArray[np.float64]]
    """(S,) by key; nan in a set that kept the shipped value."""
    outputs: Mapping[str, NDArray[np.float64]]
    """(S,) by name."""

    @property
    def table(self) -> pl.DataFrame:
        """A row an output: its range over the sets, the share with its sign, its tag.

        `low` and `high` are the 5 % and 95 % quantiles, `sign` is -1, 0 or 1 and `sign_share` the
        share of sets with it, `input` the input that carries most, `carries` its squared rank
        correlation, `break_even` null where nothing crosses zero.
        """
        return pl.DataFrame(
            [self._row(name, values) for name, values in self.outputs.items()],
            schema={
                "output": pl.String,
                "median": pl.Float64,
                "low": pl.Float64,
                "high": pl.Float64,
                "sign": pl.Int64,
                "sign_share": pl.Float64,
                "claimed": pl.Boolean,
                "tag": pl.String,
                "input": pl.String,
                "carries": pl.Float64,
                "break_even": pl.Float64,
            },
        )

    def _row(self, name: str, values: NDArray[np.float64]) -> dict[str, object]:
        carried = self.carried(name)
        most = max(carried, key=lambda key: carried[key]) if carried else None
        if most and carried[most] <= self.by_chance:
            most = None
        share = carried[most] if most else 0.0
        sign = int(np.sign(np.median(values)))
        holds = float((np.sign(values) == sign).mean())
        return {
            "output": name,
            "median": float(np.median(values)),
            "low": float(np.quantile(values, LOW)),
            "high": float(np.quantile(values, HIGH)),
            "sign": sign,
            "sign_share": holds,
            "claimed": sign != 0 and holds >= CLAIMED,
            "tag": tag(share) if self.by_chance < PASS_THROUGH else TOO_FEW,
            "input": most,
            "carries": share,
            "break_even": self.break_even(name, most) if most else None,
        }

    @property
    def by_chance(self) -> float:
        """What the luckiest of as many idle inputs carries at most in 95 % of all cases.

        The squared correlation of S independent pairs is Beta(1/2, (S - 2)/2).
        """
        sets = len(next(iter(self.outputs.values())))
        luckiest = CLAIMED ** (1 / max(len(self.inputs), 1))
        return float(beta.ppf(luckiest, 0.5, (sets - 2) / 2)) if sets > 2 else 1.0

    def carried(self, name: str) -> dict[str, float]:
        """Return by input its squared rank correlation with an output."""
        values = self.outputs[name]
        found = {}
        for key, drawn in self.inputs.items():
            known = ~np.isnan(drawn)
            one, other = drawn[known], values[known]
            if known.mean() >= DRAWN and np.ptp(one) > 0 and np.ptp(other) > 0:
                found[key] = float(np.corrcoef(rankdata(one), rankdata(other))[0, 1] ** 2)
        return found

    def sign(self, name: str, key: str) -> float:
        """Return 1 if more of an input goes with more of an output, -1 if with less."""
        drawn, values = self.inputs[key], self.outputs[name]
        known = ~np.isnan(drawn)
        return float(np.sign(np.corrcoef(rankdata(drawn[known]), rankdata(values[known]))[0, 1]))

    def break_even(self, name: str, key: str) -> float | None:
        """Return the value of an input, of those drawn, at which an output would cross zero."""
        drawn, values = self.inputs[key], self.outputs[name]
        known = ~np.isnan(drawn)
        slope, level = np.polyfit(drawn[known], values[known], 1)
        if slope == 0:
            return None
        crossing = float(-level / slope)
        low, high = float(drawn[known].min()), float(drawn[known].max())
        return crossing if low <= crossing <= high else None


def tag(carried: float) -> str:
    """Return what an output is, of whose variance one input carries such a share."""
    if carried >= IDENTITY:
        return "identity"
    return "pass-through" if carried >= PASS_THROUGH else "emergent"


def spread_of(
    values: Sequence[Mapping[str, float]], outputs: Sequence[Mapping[str, float]]
) -> Spread:
    """Return the spread of outputs over sets of draws; both have one mapping a set."""
    keys = dict.fromkeys(key for each in values for key in each)
    inputs = {key: np.array([each.get(key, np.nan) for each in values]) for key in keys}
    names = outputs[0] if outputs else {}
    return Spread(inputs, {name: np.array([each[name] for each in outputs]) for name in names})
