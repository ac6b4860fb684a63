"""Where compiled kernels are kept: no old one for a changed source, and none that is broken."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from numba.core import event
from numba.core.codegen import CPUCodegen
from numba.core.registry import cpu_target

from upstanding.clockwork import cache, dice
from upstanding.clockwork.dice import U64
from upstanding.clockwork.kernel import Kernel
from upstanding.clockwork.struct import layout, struct_type
from upstanding.mechanisms.state import Columns

SOURCES = {
    "clockwork/kernel.py": "",
    "mechanisms/__init__.py": "",
    "mechanisms/dice.py": "SIDES = 6\n",
    "mechanisms/game.py": "from upstanding.mechanisms.dice import (\n    SIDES,\n)\n",
    "engine/table.py": "from upstanding.mechanisms import game as played\n",
    "mechanisms/other.py": "from upstanding.clockwork.kernel import kernel\n",
    "engine/held.py": "from upstanding.clockwork.struct import Struct\n",
    "engine/plain.py": "MANY = 3\n",
    "engine/week.py": (
        "from upstanding.clockwork.kernel import entry\nfrom upstanding.engine import held, plain\n"
    ),
}
CALL = """
from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64
print(*map(int, dice.block(*map(U64, range(6)))))
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of a few modules, in place of this project's."""
    for name, text in SOURCES.items():
        path = tmp_path / "upstanding" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(cache, "_PACKAGE", tmp_path / "upstanding")
    return tmp_path / "upstanding"


def hash_of(module: str) -> str:
    cache._read.cache_clear()
    cache._files.cache_clear()
    return cache.source_hash.__wrapped__(f"upstanding.{module}")


@pytest.mark.parametrize("changed", ["mechanisms/game.py", "mechanisms/dice.py"])
def test_what_a_module_imports_decides_where_its_kernels_lie(package: Path, changed: str) -> None:
    before = {module: hash_of(module) for module in ("engine.table", "mechanisms.other")}
    (package / changed).write_text(SOURCES[changed] + "# another\n")
    assert hash_of("engine.table") != before["engine.table"]
    assert hash_of("mechanisms.other") == before["mechanisms.other"]


def test_so_do_structs_wherever_they_are(package: Path) -> None:
    before = hash_of("engine.week")
    (package / "engine/plain.py").write_text("MANY = 4\n")
    assert hash_of("engine.week") == before
    (package / "engine/held.py").write_text(SOURCES["engine/held.py"] + "# another\n")
    assert hash_of("engine.week") != before


def test_the_places_of_a_structs_fields_are_part_of_a_files_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind = struct_type(Columns)
    said = layout(kind)
    assert "Columns(people: People(age_weeks: " in said
    assert said.index("tier: ") < said.index("listed: ") < said.index("records: ")

    files = cache.KernelCache(cache.source_hash.__wrapped__)
    target = cpu_target.target_context
    before = files._path((kind,), target)
    assert files._path((kind,), target) == before
    monkeypatch.setattr(cache, "layout", lambda _: said.replace("tier: ", "band: "))
    assert files._path((kind,), target) != before


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of kernels as they are compiled; one is kept already, in an empty cache."""
    monkeypatch.setenv("UPSTANDING_CACHE", str(tmp_path))
    seen = _Seen()
    with event.install_listener("numba:compile", seen):
        call()
        assert seen.names.pop() == "block"
        seen.names.clear()
        yield seen.names


class _Seen(event.Listener):
    """Notes what Numba compiles."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def on_start(self, event: event.Event) -> None:
        """Nothing yet."""

    def on_end(self, event: event.Event) -> None:
        """Note a name."""
        self.names.append(event.data["dispatcher"].py_func.__name__)


def call() -> tuple[int, ...]:
    """Call a kernel as a process does that has not called it before."""
    return tuple(map(int, Kernel(dice.block.py_func)(*map(U64, range(6)))))  # type: ignore[attr-defined]


def only(folder: Path) -> Path:
    (path,) = folder.rglob("*.kernel")
    return path


def test_a_kept_kernel_is_not_compiled_again(compiled: list[str]) -> None:
    assert call() == tuple(map(int, dice.block(*map(U64, range(6)))))
    assert not compiled


@pytest.mark.parametrize("left", [0, 7, 16, 1_000, -1])
def test_a_file_that_is_cut_off_is_compiled_anew(
    tmp_path: Path, compiled: list[str], left: int
) -> None:
    path, expected = only(tmp_path), call()
    path.write_bytes(path.read_bytes()[:left])
    assert call() == expected
    assert compiled.pop() == "block"
    compiled.clear()
    call()
    assert not compiled


def test_a_file_that_was_altered_is_compiled_anew(tmp_path: Path, compiled: list[str]) -> None:
    path, expected = only(tmp_path), call()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert call() == expected
    assert compiled


def test_what_was_compiled_for_another_processor_is_passed_over(
    tmp_path: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache that is copied from another machine holds files of other names."""
    monkeypatch.setattr(CPUCodegen, "magic_tuple", lambda _: ("x86_64", "another", ""))
    call()
    assert compiled
    assert len(list(tmp_path.rglob("*.kernel"))) == 2
    compiled.clear()
    monkeypatch.undo()
    monkeypatch.setenv("UPSTANDING_CACHE", str(tmp_path))
    call()
    assert not compiled


def test_two_processes_that_compile_at_once_do_no_harm(tmp_path: Path) -> None:
    both = [begin(tmp_path), begin(tmp_path)]
    first, second = (process.communicate()[0] for process in both)
    assert first == second
    assert [process.returncode for process in both] == [0, 0]
    assert only(tmp_path)


def begin(folder: Path) -> "subprocess.Popen[str]":
    environment = os.environ | {"UPSTANDING_CACHE": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-c", CALL], stdout=subprocess.PIPE, text=True, env=environment
    )


def test_where_nothing_can_be_kept_nothing_is_left(
    tmp_path: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, temporary = tmp_path / "file", tmp_path / "temporary"
    folder.write_text("in the way")
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("UPSTANDING_CACHE", str(folder))
    assert not cache.can_keep()
    call()
    assert compiled
    assert folder.read_text() == "in the way"
    assert not list(temporary.iterdir())


def test_what_nobody_asks_for_is_swept_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPSTANDING_CACHE", str(tmp_path))
    name = f"a.{16 * 'b'}.kernel"
    earlier, now = tmp_path / (16 * "0"), tmp_path / (16 * "1")
    of_numba = earlier / "clockwork" / "a.py311.1.nbc"
    swept, kept = [earlier / name, of_numba], [now / name]
    strange = [tmp_path / "letter.txt", tmp_path / "photographs" / name, now / "letter.txt"]
    long_ago = time.time() - 86_400 * (cache.OLD_DAYS + 1)
    for path in [*swept, *kept, *strange]:
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(b"")
        if path not in kept:
            os.utime(path, (long_ago, long_ago))
    cache.sweep()
    assert all(path.exists() for path in [*kept, *strange])
    assert not earlier.exists()
