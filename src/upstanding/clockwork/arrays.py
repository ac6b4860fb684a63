"""Copying inside kernels."""

from typing import Any

from numpy.typing import NDArray

from upstanding.clockwork.kernel import kernel


@kernel
def copy_to(target: NDArray[Any], source: NDArray[Any]) -> None:
    """Copy `source` to the beginning of `target`, which is at least as long.

    A slice on the left would do, but the text of Numba's error for it is put together with
    floating-point arithmetic, and no kernel holds any.
    """
    for at in range(source.shape[0]):
        target[at] = source[at]
