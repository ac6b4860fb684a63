"""What the tests of the command line share."""

from typing import NamedTuple

import pytest

from upstanding.cli import main


class Said(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def upstanding(capsys, monkeypatch, tmp_path):
    """Call the command line in an empty directory; return its exit status and what it printed."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        return Said(int(left.value.code or 0), *capsys.readouterr())

    return call
