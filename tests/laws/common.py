"""What the tests of the laws share."""

from collections.abc import Callable
from pathlib import Path

from upstanding.engine.manifest import Manifest

EVERYTHING = Path(__file__).parents[1] / "everything.toml"
RESULTS = ("candidates", "citizens", "measures", "ledger")
Simulate = Callable[..., tuple[Path, Manifest]]


def results(manifest: Manifest) -> dict[str, str]:
    """Return the hashes of what came out of a run."""
    return {name: manifest["hashes"][name] for name in RESULTS}
