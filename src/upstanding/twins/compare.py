"""Comparing: two schemes on the same lives."""

import os
from pathlib import Path
from typing import Any

from upstanding.engine.simulate import Watch
from upstanding.run import Run, new_folder, simulate
from upstanding.scheme.scheme import Scheme
from upstanding.twins.twins import Twins

Rules = Scheme | str | os.PathLike[str]
BEFORE, AFTER = "before", "after"


def compare(
    before: Rules | Run,
    after: Rules,
    *,
    like: Run | None = None,
    out: str | os.PathLike[str] | None = None,
    watch: Watch | None = None,
    **options: Any,
) -> Twins:
    """Simulate a scheme and another on the same lives.

    Args:
        before: The scheme as it is proposed; or a run of it, which then is not made again.
        after: The scheme that it is held against.
        like: A run whose society, people, weeks and seed both take. If it is one of `before`, that
            is not made again.
        out: A directory for the runs, which must not exist; a new one under `runs` if not given.
        watch: Called after each week with the weeks closed in both runs, and the rows written.
        options: What `simulate` takes, if there is no run to be like.

    Raises:
        InputError: with everything that is wrong with the input; nothing is written then.

    """
    run = before if isinstance(before, Run) else like
    if run is not None:
        plan = run.plan
        options = {
            "society": plan.society,
            "citizens": plan.citizens,
            "weeks": plan.weeks,
            "seed": plan.seed,
            "ledger": plan.ledger,
            "cohort": plan.cohort,
            **options,
        }
    rules = after if isinstance(after, Scheme) else Scheme.load(after)
    options["standing"] = True
    first = _made_already(before, run)
    folder = Path(out) if out is not None else new_folder(f"{rules.name}-twins")
    if first is None:
        assert not isinstance(before, Run)
        first = simulate(before, out=folder / BEFORE, watch=watch, **options)
        options["weeks"] = first.plan.weeks
        options.pop("years", None)
        watch = _later(watch, first.plan.weeks)
    return Twins(first, simulate(rules, out=folder / AFTER, watch=watch, **options))


def _made_already(before: Rules | Run, like: Run | None) -> Run | None:
    """Return the run of the first scheme if there is one that kept how everybody stands."""
    if isinstance(before, Run):
        return before
    rules = before if isinstance(before, Scheme) else Scheme.load(before)
    return like if like and like.plan.standing and like.plan.scheme == rules else None


def _later(watch: Watch | None, weeks: int) -> Watch | None:
    if watch is None:
        return None
    return lambda closed, rows: watch(weeks + closed, rows)
