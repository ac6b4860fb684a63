"""The common workload here and in Starsim, in turns: `python -m benchmarks starsim --python PATH`.

PATH is the interpreter of an environment that holds Starsim (`pip install starsim`, with the newest
NumPy that it takes: it is slower below 2). Ours is counted from the call of `simulate` to its
return, people, files and measures included; of Starsim `sim.run()` alone.
"""

import json
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from upstanding import simulate

CASES = ((100_000, 1), (100_000, 3), (1_000_000, 1))
"""People and years."""
DAYS = 364
TURNS = 3


def main(python: str) -> None:
    """Print the seconds of both, the median of some turns, and how many times ours go into them."""
    with tempfile.TemporaryDirectory() as folder:
        _ours(8_192, 1, Path(folder) / "warm")
        print(f"{'people':>10}{'years':>6}{'Starsim s':>11}{'ours s':>8}{'ratio':>7}   mean scores")
        for people, years in CASES:
            turns = [
                (_theirs(python, people, years), _ours(people, years, Path(folder) / f"{turn}"))
                for turn in range(TURNS)
            ]
            theirs, ours = (median(one[0] for one in each) for each in zip(*turns, strict=True))
            means = " and ".join(f"{mean:.1f}" for _, mean in turns[-1])
            print(
                f"{people:10,}{years:6}{theirs:11.2f}{ours:8.2f}{theirs / ours:7.1f}   {means}",
                flush=True,
            )


def _theirs(python: str, people: int, years: int) -> tuple[float, float]:
    """Return the seconds that Starsim takes, and the mean score."""
    command = [python, str(Path(__file__).with_name("in_starsim.py")), str(people)]
    done = subprocess.run(
        [*command, str(years * DAYS)], capture_output=True, text=True, check=True, env={}
    )
    said = json.loads(done.stdout.splitlines()[-1])
    return said["seconds"], said["mean"]


def _ours(people: int, years: int, folder: Path) -> tuple[float, float]:
    """Return the seconds that we take, and the mean score."""
    out = folder.with_name(f"{folder.name}-{people}-{years}")
    began = time.perf_counter()
    run = simulate("common", society="common", citizens=people, years=years, ledger="off", out=out)
    return time.perf_counter() - began, float(run.citizens["score"].mean()) / 100
