"""No kernel's compiled code holds a floating-point operation, and none is left uncompiled.

Every entry is looked at when it is compiled, with all that it calls; code that holds one is refused
and never kept. What is in the cache has passed.
"""

import sys
from typing import Any

import numpy as np
import pytest

from upstanding.clockwork.kernel import ENTRIES, Kernel, kernel
from upstanding.engine import simulate


@kernel
def halved(number: int) -> Any:
    return number / 2


@kernel
def outer(number: int) -> Any:
    return int(halved(number))


@kernel
def copied(target: Any, source: Any) -> None:
    target[: source.shape[0]] = source


@pytest.mark.parametrize("function", [halved, outer])
def test_a_kernel_that_divides_into_fractions_is_refused(function: Any) -> None:
    with pytest.raises(FloatingPointError, match="floating-point operation"):
        function(3)


def test_so_is_one_whose_error_message_is_put_together_with_some() -> None:
    with pytest.raises(FloatingPointError):
        copied(np.zeros(3, np.int64), np.zeros(3, np.int64))


def test_every_entry_passes() -> None:
    assert len(ENTRIES) >= 20
    for entry in ENTRIES:
        assert entry.compiled


def test_every_kernel_is_part_of_an_entry() -> None:
    """Else nothing would have looked at it."""
    assert simulate
    kernels = {
        value
        for name, module in list(sys.modules.items())
        if name.startswith("upstanding.")
        for value in vars(module).values()
        if isinstance(value, Kernel)
    }
    reached = set[Kernel]().union(*(entry.reach() for entry in ENTRIES))
    assert not {part.name for part in kernels - reached}
