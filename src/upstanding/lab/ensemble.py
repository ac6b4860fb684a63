"""Ensembles: schemes run under several seeds, each seed on the same lives for all of them.

Runs are independent, so that each has a process of its own and one thread. Two runs under one seed
would be one run counted twice; equal seeds are refused.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from upstanding.engine.manifest import plan_of, read_manifest
from upstanding.errors import InputError, Problem
from upstanding.planning import planned
from upstanding.run import Run, simulate
from upstanding.scheme.scheme import Scheme
from upstanding.twins.twins import Twins

Rules = Scheme | str | os.PathLike[str]
Watch = Callable[[int, int], object]


@dataclass(frozen=True)
class Ensemble:
    """Runs of some schemes under some seeds."""

    folder: Path
    schemes: tuple[str, ...]
    """Their labels, which are unlike each other."""
    seeds: tuple[int, ...]
    runs: Mapping[tuple[str, int], Run]
    """By label and seed."""

    def of(self, scheme: str) -> tuple[Run, ...]:
        """Return the runs of a scheme, in the order of seeds."""
        return tuple(self.runs[scheme, seed] for seed in self.seeds)

    def twins(self, before: str, after: str) -> Iterator[Twins]:
        """Yield the twins of two schemes, paired by seed."""
        for seed in self.seeds:
            yield Twins(self.runs[before, seed], self.runs[after, seed])


def ensemble(
    schemes: Sequence[Rules],
    *,
    seeds: int | Iterable[int] = 20,
    out: str | os.PathLike[str],
    processes: int | None = None,
    watch: Watch | None = None,
    **options: Any,
) -> Ensemble:
    """Simulate each scheme under each seed.

    Args:
        schemes: Schemes, names of shipped ones, or paths of files; no two with one label.
        seeds: How many seeds, from 1 on; or the seeds, no two of which are equal.
        out: A directory, which must not exist; a run of `essay` under seed 3 is in `essay/3`.
        processes: How many at once; as many as there are cores if not given. Changes no bit.
        watch: Called after each run with how many are done, and how many there are.
        options: What else `simulate` takes.

    Raises:
        InputError: with everything that is wrong with the input; nothing is written then.

    """
    chosen = tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(seeds)
    problems = _problems(chosen)
    rules = [scheme if isinstance(scheme, Scheme) else Scheme.load(scheme) for scheme in schemes]
    labels = [scheme.label for scheme in rules]
    problems += [
        Problem("options", None, "schemes", f"{label} a second time", "each once")
        for label in sorted({label for label in labels if labels.count(label) > 1})
    ]
    if problems:
        raise InputError(problems)
    folder = Path(out)
    for scheme in rules:
        planned(scheme, seed=chosen[0], **options)
    jobs = {
        (scheme.label, seed): (scheme, folder / scheme.label.replace(" + ", "+") / str(seed), seed)
        for scheme in rules
        for seed in chosen
    }
    count = processes or os.cpu_count() or 1
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=spawn) as pool:
        waiting = [pool.submit(_carry_out, job, options) for job in jobs.values()]
        for done, future in enumerate(as_completed(waiting), 1):
            future.result()
            if watch:
                watch(done, len(jobs))
    runs = {key: made_now(path) for key, (_, path, _) in jobs.items()}
    return Ensemble(folder, tuple(labels), chosen, runs)


def made_now(folder: Path) -> Run:
    """Return a run that this program has just made; nothing in it is checked."""
    manifest = read_manifest(folder)
    return Run(folder, manifest, plan_of(manifest, folder))


def _carry_out(job: tuple[Scheme, Path, int], options: Mapping[str, Any]) -> None:
    scheme, folder, seed = job
    simulate(scheme, seed=seed, out=folder, threads=1, **options)


def _problems(seeds: tuple[int, ...]) -> list[Problem]:
    problems = []
    if not seeds:
        problems.append(Problem("options", None, "seeds", "none", "at least one"))
    if again := sorted({seed for seed in seeds if seeds.count(seed) > 1}):
        found = f"{', '.join(map(str, again))} more than once"
        allowed = "seeds that differ: one seed twice is one run, counted twice"
        problems.append(Problem("options", None, "seeds", found, allowed))
    return problems
