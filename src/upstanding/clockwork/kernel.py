"""How a function of this project is compiled, and called.

A *part* is called by other kernels alone, and becomes a part of their code. An *entry* is called by
Python: `@entry` says so where that is in every run. It is compiled for the types that its
parameters are annotated with, which therefore can be done before there is anything to call it
with, and by several processes at once (`clockwork.workshop`). A kernel without it may be called
from Python as well, as tests do; it is then compiled for what it is given.

No thread layer of Numba is used: the engine maps blocks over a pool of ordinary threads, which is
safe when two simulations run in one process.
"""

import inspect
from collections.abc import Callable, Iterator
from functools import cached_property, update_wrapper
from types import ModuleType
from typing import Any, TypeVar, cast, get_type_hints

import numba
import numpy as np
from numba import types
from numba.core.datamodel.models import OpaqueModel
from numba.core.extending import register_model

from upstanding.clockwork.cache import KernelCache
from upstanding.clockwork.compiling import EntryCompiler, PartCompiler
from upstanding.clockwork.struct import StructType, holds, kernel_type

Function = TypeVar("Function", bound=Callable[..., Any])
ENTRIES: "list[Entry]" = []
"""The entries of all modules that are imported."""


class PartType(types.Dispatcher):
    """What Numba takes a kernel for where another calls it.

    A number that is written out in a call is an integer like any other: Numba would compile the
    callee anew for each.
    """

    def get_call_type(self, context: Any, args: Any, kws: Any) -> Any:
        """Return the signature of a call."""
        return super().get_call_type(context, tuple(map(types.unliteral, args)), kws)


@register_model(PartType)
class _Model(OpaqueModel):
    """Nothing: which code is called is known when the caller is compiled."""


class Kernel:
    """A compiled function."""

    def __init__(self, function: Callable[..., Any], *, inline: bool = False) -> None:
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
    def dispatcher(self) -> Any:
        """What Python calls."""
        made = numba.njit(
            self.py_func,
            nogil=True,
            boundscheck=False,
            no_cfunc_wrapper=True,
            pipeline_class=EntryCompiler,
        )
        made._cache = KernelCache(self.py_func)
        return made

    def __call__(self, *args: Any) -> Any:
        """Call it from Python."""
        return self.dispatcher(*args)

    @property
    def name(self) -> str:
        """Its module and name, as in `living.live`."""
        return f"{self.py_func.__module__.rpartition('.')[2]}.{self.py_func.__qualname__}"

    def reach(self) -> "set[Kernel]":
        """Return the kernels that it is made of: itself, and all that it calls."""
        found, asked = {self}, [self]
        while asked:
            for other in asked.pop().calls():
                if other not in found:
                    found.add(other)
                    asked.append(other)
        return found

    def calls(self) -> "Iterator[Kernel]":
        """Yield the kernels that its code names, as they are or as attributes of modules."""
        names, known = self.py_func.__code__.co_names, self.py_func.__globals__
        for name in names:
            value = known.get(name)
            if isinstance(value, Kernel):
                yield value
            elif isinstance(value, ModuleType):
                held = (vars(value).get(other) for other in names)
                yield from (each for each in held if isinstance(each, Kernel))


class Entry(Kernel):
    """A kernel that Python calls in every run, for the types that it declares."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._was_kept = False
        ENTRIES.append(self)

    @cached_property
    def declared(self) -> tuple[types.Type, ...]:
        """What its parameters are annotated with, as types of machine code."""
        hints = get_type_hints(self.py_func, include_extras=True)
        return tuple(
            kernel_type(hints[name]) for name in inspect.signature(self.py_func).parameters
        )

    @cached_property
    def compiled(self) -> Callable[..., Any]:
        """Its machine code, from the cache or made now; it takes what is declared, unchecked."""
        return cast("Callable[..., Any]", self.dispatcher.compile(self.declared))

    @cached_property
    def _checked(self) -> tuple[tuple[int, types.Type], ...]:
        kinds = (types.Array, StructType)
        return tuple((at, kind) for at, kind in enumerate(self.declared) if isinstance(kind, kinds))

    @property
    def weight(self) -> int:
        """How much there is to compile: the instructions of all that it is made of."""
        return sum(len(part.py_func.__code__.co_code) for part in self.reach())

    def is_kept(self) -> bool:
        """Return whether its machine code is in the cache, or was when it was last looked for."""
        if not self._was_kept:
            self._was_kept = self.dispatcher._cache.holds(self.declared, self.dispatcher.targetctx)
        return self._was_kept

    def __call__(self, *args: Any) -> Any:
        """Call it from Python.

        Raises:
            TypeError: if an argument is not what its parameter declares.
        """
        for at, kind in self._checked:
            if not holds(args[at], kind):
                where = list(inspect.signature(self.py_func).parameters)[at]
                given = args[at].dtype if isinstance(args[at], np.ndarray) else type(args[at])
                raise TypeError(f"{self.name} takes {kind} as {where}, not {given}")
        return self.compiled(*args)


def kernel(function: Function) -> Function:
    """Compile `function` without the interpreter's lock, cached by the content of its sources."""
    return cast("Function", Kernel(function))


def inlined(function: Function) -> Function:
    """Compile a small `function` into each of its callers, so that their loops vectorise."""
    return cast("Function", Kernel(function, inline=True))


def entry(function: Function) -> Function:
    """Compile `function` as `kernel` does, for the types that its parameters declare."""
    return cast("Function", Entry(function))
