"""A command imports what it needs, and nothing that is heavy besides."""

import subprocess
import sys

import pytest

DRAWING = ("altair", "vl_convert", "jinja2", "weasyprint", "IPython", "rich")
SIMULATING = ("numba", "polars")
STATISTICS = ("scipy.stats",)

CALL = """
import sys
from upstanding.cli import main
try:
    main(sys.argv[2:])
except SystemExit as left:
    assert not left.code, left.code
print(sorted(set(sys.argv[1].split()) & sys.modules.keys()), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("call", "absent"),
    [
        ("--help", (*DRAWING, *SIMULATING, *STATISTICS, "numpy")),
        ("run --help", (*DRAWING, *SIMULATING, *STATISTICS, "numpy")),
        ("schemes", (*DRAWING, *SIMULATING, *STATISTICS, "numpy")),
        ("check essay", (*DRAWING, *STATISTICS, "polars", "upstanding.engine")),
        ("schema", (*DRAWING, *STATISTICS, "polars", "upstanding.engine")),
        ("evidence town", (*DRAWING, *STATISTICS, "polars", "upstanding.engine")),
        (
            "run baseline --society uniform --citizens 512 --weeks 1 --json",
            (*DRAWING, *STATISTICS, "upstanding.report", "upstanding.charts", "upstanding.lab"),
        ),
    ],
)
def test_a_command_imports_what_it_needs(call: str, absent: tuple[str, ...], tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CALL, " ".join(absent), *call.split()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "[]"


def test_the_package_itself_imports_nothing_heavy() -> None:
    code = "import sys, upstanding; print({'numpy', 'pydantic'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
