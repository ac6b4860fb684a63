"""What the tests of the laws share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from upstanding.engine.blocks import Everybody
from upstanding.engine.manifest import Manifest
from upstanding.mechanisms.ties import MOST_SLOTS

EVERYTHING = Path(__file__).parents[1] / "everything.toml"
PLANTED = Path(__file__).parents[1] / "planted.toml"
RESULTS = ("candidates", "citizens", "measures", "ledger", "standing")
ENOUGH = 20
Simulate = Callable[..., tuple[Path, Manifest]]


def results(manifest: Manifest) -> dict[str, str]:
    """Return the hashes of what came out of a run."""
    return {name: manifest["hashes"][name] for name in RESULTS}


def whole_column(society: Everybody, name: str) -> NDArray[Any]:
    """Return a column of everybody's state."""
    return np.concatenate([getattr(block.state, name) for block in society.parts], axis=-1)


def states_of_slots(bits: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return what each slot holds (n, 16), given two bits a slot (n,)."""
    return bits[:, None] >> np.arange(0, 2 * MOST_SLOTS, 2, np.uint32) & np.uint32(3)
