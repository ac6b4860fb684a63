"""The recipe is followed to the letter on a copy of the package: parsed, compiled and counted.

The kernels of a whole run are not compiled anew, which would take minutes: the new one is, and the
close that calls it is read by the type checker's rules, in that its arguments exist.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "recipe.md").read_text("utf-8")
STEP = re.compile(
    r"(?:`(?P<file>[\w./-]+)`[^`\n]*:\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL
)

FOLLOW = """
import numpy as np
from upstanding.clockwork.names import MECHANISMS
from upstanding.engine import closing, series
from upstanding.engine.reference import counting
from upstanding.engine.tables import compile_tables, names_of
from upstanding.mechanisms import fees
from upstanding.mechanisms.rows import ENTRY, LIST_IN, REFUSED
from upstanding.mechanisms.tally import new_tally
from upstanding.scheme import Scheme
from upstanding.scheme.fit import fits
from upstanding.society import Society

assert MECHANISMS[-1] == "fees"
china, fined = Society.load("china"), Scheme.load("fined.toml")
assert fits(fined, china) == []
for scheme, amount in ((fined, 100), (fined.with_safeguards("no-fees"), 0)):
    names = names_of(scheme.file, china.file)
    tables, tally = compile_tables(scheme.file, china.file, names), new_tally(names, 5)
    rows = np.zeros(3, ENTRY)
    rows["kind"] = [LIST_IN, REFUSED, LIST_IN]
    fees.charge(rows, tables.fees.amount, tally.fees)
    assert tally.fees.tolist() == [2 * amount], tally.fees
totals = series.Series(1, names, tally).totals
measure = next(m for m in series.declared(totals, names) if m.name == "fees")
assert measure.cells == ("dishonest-personnel",), measure
assert closing.fees is fees
print("followed")
"""


def insert(file: Path, hunk: str) -> None:
    """Put the lines marked + after the first line that is the hunk's own line, given no other."""
    given, *added = hunk.splitlines()
    lines = file.read_text("utf-8").splitlines()
    at = lines.index(given.removeprefix(" "))
    lines[at + 1 : at + 1] = [line.removeprefix("+") for line in added]
    file.write_text("\n".join(lines) + "\n", "utf-8")


def test_the_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path
    for step in STEP.finditer(PAGE):
        if step["file"]:
            file = tmp_path / step["file"]
        if step["kind"] == "diff":
            insert(file, step["text"])
        elif step["kind"] in ("python", "toml") and step["file"]:
            file.write_text(step["text"], "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "src"))
    child = subprocess.run(
        [sys.executable, "-c", FOLLOW], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert child.stdout == "followed\n", child.stderr
