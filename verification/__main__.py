"""Run every check, print its numbers, write them to docs/verification.md.

Exits with status 1 if a number is missed.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from verification.check import Check
from verification.checks import TOPICS, checks_of
from verification.figure import ERRORS, Figure

PAGE = Path(__file__).parents[1] / "docs" / "verification.md"
HEAD = f"""# Verification: the engine held to closed forms

This page is written by `python -m verification`; do not edit it. Every number in the column
*found* is read from simulated runs of synthetic people, mostly of the society `uniform`, in which
all are alike, so that what should come out can be written down in a line. A number holds within
the larger of its margin, stated before anything was run, and {ERRORS} standard errors over seeds
(30 seeds unless a check says otherwise). A check whose standard errors dwarf its margin is
`blurred`, which counts as missed. A standard error of - means that the bound is exact.

No quantitative simulation of social scoring on a national scale has been published, so the engine
is held to closed forms mechanism by mechanism.
"""
TABLE = """
| number | expected | found | margin | standard error | verdict |
|---|---:|---:|---:|---:|---|
"""


def main() -> int:
    """Run every check; return the exit status."""
    results = [(topic, [(check, _run(check)) for check in checks_of(topic)]) for topic in TOPICS]
    text = HEAD
    for topic, checks in results:
        text += f"\n## {(topic.__doc__ or '').splitlines()[0].rstrip('.')}\n"
        for check, figures in checks:
            text += f"\n### {check.name.capitalize()}\n\n{_escaped(check.text)}\n\n"
            text += f"Source: {check.source}.\n{TABLE}{''.join(map(_line, figures))}"
    figures = [figure for _, checks in results for _, found in checks for figure in found]
    missed = sum(figure.verdict != "holds" for figure in figures)
    summary = f"{len(figures) - missed} of {len(figures)} numbers hold"
    PAGE.write_text(text.replace(HEAD, f"{HEAD}\n**{summary}.**\n"), encoding="utf-8")
    print(summary)
    return int(missed > 0)


def _run(check: Check) -> list[Figure]:
    print(check.name, flush=True)
    return list(_told(check))


def _told(check: Check) -> Iterator[Figure]:
    for figure in check.figures():
        print(f"  {figure}", flush=True)
        yield figure


def _escaped(text: str) -> str:
    return text.replace("*", r"\*").replace("^", r"\^")


def _line(figure: Figure) -> str:
    error = f"{figure.error:.2g}" if figure.error else "-"
    return (
        f"| {figure.what} | {figure.shown(figure.expected)} | {figure.shown(figure.found)} "
        f"| {figure.margin:.3g} | {error} | {figure.verdict} |\n"
    )


if __name__ == "__main__":
    sys.exit(main())
