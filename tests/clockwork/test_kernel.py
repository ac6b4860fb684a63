"""Compiled kernels: no old one for a changed source, and none anew for others."""

from pathlib import Path

import pytest

from upstanding.clockwork import kernel

SOURCES = {
    "clockwork/kernel.py": "",
    "mechanisms/__init__.py": "",
    "mechanisms/dice.py": "SIDES = 6\n",
    "mechanisms/game.py": "from upstanding.mechanisms.dice import (\n    SIDES,\n)\n",
    "engine/table.py": "from upstanding.mechanisms import game as played\n",
    "mechanisms/other.py": "from upstanding.clockwork.kernel import kernel\n",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of a few modules, in place of this project's."""
    for name, text in SOURCES.items():
        path = tmp_path / "upstanding" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(kernel, "_PACKAGE", tmp_path / "upstanding")
    monkeypatch.setenv("UPSTANDING_CACHE", str(tmp_path / "cache"))
    return tmp_path / "upstanding"


def folder(module: str) -> str:
    kernel._read.cache_clear()
    kernel._files.cache_clear()
    return kernel.cache_folder.__wrapped__(f"upstanding.{module}").name


@pytest.mark.parametrize("changed", ["mechanisms/game.py", "mechanisms/dice.py"])
def test_what_a_module_imports_decides_where_its_kernels_lie(package: Path, changed: str) -> None:
    before = {module: folder(module) for module in ("engine.table", "mechanisms.other")}
    (package / changed).write_text(SOURCES[changed] + "# another\n")
    assert folder("engine.table") != before["engine.table"]
    assert folder("mechanisms.other") == before["mechanisms.other"]
