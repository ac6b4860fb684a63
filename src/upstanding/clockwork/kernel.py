"""How a function of this project is compiled.

Numba's own cache looks only at the file that holds a function, not at what the function calls.
Ours lives in a folder named after the content of every kernel source, so that a changed source can
never meet an old kernel. No thread layer of Numba is used: the engine maps blocks over a pool of
ordinary threads, which is safe when two simulations run in one process.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import config

_PACKAGE = Path(__file__).resolve().parent.parent
_CONSTANTS = ("clockwork", "mechanisms")
"""Folders whose plain values are frozen into kernels."""
Function = TypeVar("Function", bound=Callable[..., Any])


@cache
def cache_folder() -> Path:
    """Return the folder of compiled kernels for the present content of the sources.

    Where none can be made, kernels live for this process alone.
    """
    digest = hashlib.blake2s(digest_size=8)
    for path in sorted(_PACKAGE.rglob("*.py")):
        source = path.read_bytes()
        if b"clockwork.kernel" in source or path.parent.name in _CONSTANTS:
            digest.update(path.name.encode() + b"\0" + source)
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "upstanding"
    folder = Path(os.environ.get("UPSTANDING_CACHE", default)) / digest.hexdigest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="upstanding-"))
    return folder


def kernel(function: Function) -> Function:
    """Compile `function` without the interpreter's lock, cached by the content of all kernels."""
    return _compile(function, inline=False)


def inlined(function: Function) -> Function:
    """Compile a small `function` into each of its callers, so that their loops vectorise."""
    return _compile(function, inline=True)


def _compile(function: Function, *, inline: bool) -> Function:
    settings = cast("Any", config)
    earlier = settings.CACHE_DIR
    settings.CACHE_DIR = str(cache_folder())
    try:
        decorate = numba.njit(nogil=True, cache=True, forceinline=inline, boundscheck=False)
        return cast("Function", decorate(function))
    finally:
        settings.CACHE_DIR = earlier
