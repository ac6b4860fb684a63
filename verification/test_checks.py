"""Every check as a test; the numbers are printed."""

import pytest

from verification.check import Check
from verification.checks import TOPICS, checks_of

ALL = [
    pytest.param(check, id=f"{topic.__name__.rpartition('.')[2]}: {check.name}")
    for topic in TOPICS
    for check in checks_of(topic)
]


@pytest.mark.parametrize("check", ALL)
def test_check(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    """Run a check; print each number found beside the number expected."""
    figures = list(check.figures())
    with capsys.disabled():
        print(f"\n{check.name}", *figures, sep="\n  ")
    assert figures
    assert not [str(figure) for figure in figures if figure.verdict != "holds"]
