"""How a function of this project is compiled.

Numba's own cache looks only at the file that holds a function, not at what the function calls.
Ours lives in a folder named after the content of the function's module and of all that the module
imports, itself or through others, so that a changed source can never meet an old kernel. No thread
layer of Numba is used: the engine maps blocks over a pool of ordinary threads, which is safe when
two simulations run in one process.
"""

import hashlib
import os
import re
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
_IMPORT = re.compile(
    rf"^(?:from|import) ({_PACKAGE.name}[.\w]*)(?: import (\([^)]*\)|.*))?", re.MULTILINE
)
Function = TypeVar("Function", bound=Callable[..., Any])


@cache
def cache_folder(module: str) -> Path:
    """Return the folder of a module's compiled kernels for the present content of the sources.

    Where none can be made, kernels live for this process alone.
    """
    digest = hashlib.blake2s(digest_size=8)
    for path in sorted(_sources(module)):
        digest.update(_read(path)[0])
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "upstanding"
    folder = Path(os.environ.get("UPSTANDING_CACHE", default)) / digest.hexdigest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="upstanding-"))
    return folder


def _sources(module: str) -> set[str]:
    """Return the files of a module and of all that it imports of this project."""
    found: set[str] = set()
    asked = list(_files(module))
    while asked:
        path = asked.pop()
        if path not in found:
            found.add(path)
            asked += _read(path)[1]
    return found


@cache
def _read(path: str) -> tuple[bytes, tuple[str, ...]]:
    """Return what of a file enters kernels, and the files that it imports at its top.

    A kernel can call nothing else.
    """
    source = Path(path).read_text("utf-8")
    asked: list[str] = []
    for module, names in _IMPORT.findall(source):
        asked += _files(module)
        for name in re.findall(r"\w+", names):
            asked += _files(f"{module}.{name}")
    matters = "clockwork.kernel" in source or Path(path).parent.name in _CONSTANTS
    return f"{Path(path).name}\0{source}".encode() if matters else b"", tuple(asked)


@cache
def _files(module: str) -> tuple[str, ...]:
    """Return the file of a module, if there is one."""
    place = _PACKAGE.parent.joinpath(*module.split("."))
    return tuple(str(p) for p in (place.with_suffix(".py"), place / "__init__.py") if p.is_file())


def kernel(function: Function) -> Function:
    """Compile `function` without the interpreter's lock, cached by the content of its sources."""
    return _compile(function, inline=False)


def inlined(function: Function) -> Function:
    """Compile a small `function` into each of its callers, so that their loops vectorise."""
    return _compile(function, inline=True)


def _compile(function: Function, *, inline: bool) -> Function:
    settings = cast("Any", config)
    earlier = settings.CACHE_DIR
    settings.CACHE_DIR = str(cache_folder(function.__module__))
    try:
        decorate = numba.njit(nogil=True, cache=True, forceinline=inline, boundscheck=False)
        return cast("Function", decorate(function))
    finally:
        settings.CACHE_DIR = earlier
