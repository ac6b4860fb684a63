"""A stage takes what it works on, in few arguments."""

import inspect

from upstanding.clockwork.kernel import ENTRIES, Kernel
from upstanding.engine import simulate

MOST = 8


def test_no_stage_takes_more_than_eight_arguments() -> None:
    assert simulate
    stages = {part for entry in ENTRIES for part in entry.reach() if not _is_private(part)}
    assert len(stages) >= 80
    assert not {stage.name for stage in stages if _arguments(stage) > MOST}


def _is_private(part: Kernel) -> bool:
    return part.py_func.__name__.startswith("_")


def _arguments(stage: Kernel) -> int:
    return len(inspect.signature(stage.py_func).parameters)
