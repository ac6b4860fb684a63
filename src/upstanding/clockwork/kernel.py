"""How a function of this project is compiled.

No thread layer of Numba is used: the engine maps blocks over a pool of ordinary threads, which is
safe when two simulations run in one process.
"""

from collections.abc import Callable
from functools import cached_property, update_wrapper
from typing import Any, TypeVar, cast

import numba
from numba import types
from numba.core.datamodel.models import OpaqueModel
from numba.core.extending import register_model

from upstanding.clockwork.cache import KernelCache
from upstanding.clockwork.compiling import EntryCompiler, PartCompiler

Function = TypeVar("Function", bound=Callable[..., Any])


class PartType(types.Dispatcher):
    """What Numba takes a kernel for where another calls it.

    A number that is written out in a call is an integer like any other: Numba would compile the
    callee anew for each.
    """

    def get_call_type(self, context: Any, args: Any, kws: Any) -> Any:
        """Return the signature of a call."""
        return super().get_call_type(context, [types.unliteral(kind) for kind in args], kws)


@register_model(PartType)
class _Model(OpaqueModel):
    """Nothing: which code is called is known when the caller is compiled."""


class Kernel:
    """A compiled function: a part of the kernels that call it, an entry where Python does."""

    def __init__(self, function: Callable[..., Any], *, inline: bool) -> None:
        self.py_func = function
        self._inline = inline
        update_wrapper(self, function)

    @property
    def _numba_type_(self) -> Any:
        return PartType(self.part)

    @cached_property
    def part(self) -> Any:
        """What other kernels call."""
        return numba.njit(
            self.py_func,
            nogil=True,
            forceinline=self._inline,
            boundscheck=False,
            no_cpython_wrapper=True,
            no_cfunc_wrapper=True,
            pipeline_class=PartCompiler,
        )

    @cached_property
    def entry(self) -> Any:
        """What Python calls."""
        entry = numba.njit(
            self.py_func,
            nogil=True,
            boundscheck=False,
            no_cfunc_wrapper=True,
            pipeline_class=EntryCompiler,
        )
        entry._cache = KernelCache(self.py_func)
        return entry

    def __call__(self, *args: Any) -> Any:
        return self.entry(*args)


def kernel(function: Function) -> Function:
    """Compile `function` without the interpreter's lock, cached by the content of its sources."""
    return cast("Function", Kernel(function, inline=False))


def inlined(function: Function) -> Function:
    """Compile a small `function` into each of its callers, so that their loops vectorise."""
    return cast("Function", Kernel(function, inline=True))
