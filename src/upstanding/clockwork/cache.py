"""Where compiled kernels are kept: one file for each entry and types of arguments.

A file lies in a folder named after the content of the kernel's module and of all that the module
imports, itself or through others, so that a changed source can never meet an old kernel. Its name
holds a hash of the types, of where structs have their fields, of the processor and of the versions
of Numba and Python. It is written whole or not at all, and begins with a hash of the rest: what is
cut off, or was written on another machine, is never run.
"""

import hashlib
import os
import pickle
import re
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core.caching import _Cache

from upstanding.clockwork import compiling
from upstanding.clockwork.struct import layout

_PACKAGE = Path(__file__).resolve().parent.parent
_CONSTANTS = ("clockwork", "mechanisms")
"""Folders whose plain values are frozen into kernels."""
_MARKS = ("clockwork.kernel", "clockwork.struct")
"""What other files hold if kernels do, or structs, whose places are frozen into kernels too."""
_IMPORT = re.compile(
    rf"^(?:from|import) ({_PACKAGE.name}[.\w]*)(?: import (\([^)]*\)|.*))?", re.MULTILINE
)


def cache_root() -> Path:
    """Return the folder that holds all compiled kernels: UPSTANDING_CACHE, or the user's own."""
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "upstanding"
    return Path(os.environ.get("UPSTANDING_CACHE", default))


@cache
def source_hash(module: str) -> str:
    """Return a hash of the present content of a module and of all that it imports."""
    digest = hashlib.blake2s(digest_size=8)
    for path in sorted(_sources(module)):
        digest.update(_read(path)[0])
    return digest.hexdigest()


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
    matters = any(name in source for name in _MARKS) or Path(path).parent.name in _CONSTANTS
    return f"{Path(path).name}\0{source}".encode() if matters else b"", tuple(asked)


@cache
def _files(module: str) -> tuple[str, ...]:
    """Return the file of a module, if there is one."""
    place = _PACKAGE.parent.joinpath(*module.split("."))
    return tuple(str(p) for p in (place.with_suffix(".py"), place / "__init__.py") if p.is_file())


class KernelCache(_Cache):
    """The files of one entry."""

    def __init__(self, function: Any) -> None:
        self._folder = cache_root() / source_hash(function.__module__)
        self._name = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}"

    @property
    def cache_path(self) -> str:
        """The folder."""
        return str(self._folder)

    def holds(self, sig: Any, target_context: Any) -> bool:
        """Return whether there is a file for a signature, and it is whole."""
        return self._read(sig, target_context) is not None

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the entry for a signature, or None if it is not kept."""
        content = self._read(sig, target_context)
        if content is None:
            return None
        return compiling.unpacked(target_context, pickle.loads(content))

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compiled entry; where nothing can be written, it lives for this process alone."""
        content = pickle.dumps(compiling.packed(data), protocol=pickle.HIGHEST_PROTOCOL)
        path = self._path(sig, data.target_context)
        part = path.with_suffix(f".{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(_seal(content) + content)
            part.replace(path)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _read(self, sig: Any, target_context: Any) -> bytes | None:
        path = self._path(sig, target_context)
        try:
            content = path.read_bytes()
            if time.time() - path.stat().st_mtime > _DAY:
                path.touch()  # Whatever is not touched for long is swept away.
        except OSError:
            return None
        return content[_SEAL:] if content[:_SEAL] == _seal(content[_SEAL:]) else None

    def _path(self, sig: Any, target_context: Any) -> Path:
        args = sig.args if hasattr(sig, "args") else sig
        key = (
            *map(layout, args),
            target_context.codegen().magic_tuple(),
            numba.__version__,
            llvmlite.__version__,
            sys.version,
        )
        digest = hashlib.blake2s(repr(key).encode(), digest_size=8).hexdigest()
        return self._folder / f"{self._name}.{digest}.kernel"

    def enable(self) -> None:
        """Nothing: it is always on."""

    def disable(self) -> None:
        """Nothing."""

    def flush(self) -> None:
        """Nothing: a changed source has another folder."""


_SEAL, _DAY, OLD_DAYS = 16, 86_400, 30
_OURS = re.compile(r".*\.[0-9a-f]{16}\.(?:kernel|\d+)|.*\.nb[ic]")
"""Whole kernels and those that were being written; Numba's own files, of version 0.1.0 before."""


def _seal(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_SEAL).digest()


def can_keep() -> bool:
    """Return whether compiled kernels can be kept on this machine."""
    root = cache_root()
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return True
    except OSError:
        return False


def sweep() -> None:
    """Remove what nobody has asked for in OLD_DAYS: kernels of earlier sources, for the most part.

    The folder may be one that holds other things, so nothing else is looked at than folders named
    by a hash and, in them, files that hold kernels. What another process removes meanwhile is no
    concern.
    """
    oldest = time.time() - OLD_DAYS * _DAY
    for folder in cache_root().glob(16 * "[0-9a-f]"):
        for path in folder.rglob("*"):
            with suppress(OSError):
                if _OURS.fullmatch(path.name) and path.stat().st_mtime < oldest:
                    path.unlink()
        for path in [*sorted(folder.rglob("*"), reverse=True), folder]:
            with suppress(OSError):  # Whatever still holds something stays.
                path.rmdir()
