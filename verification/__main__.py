"""Run every check, print its numbers, write them to docs/verification.md.

With names of topics (`python -m verification luck kin`) it runs those alone, and writes nothing.
Two processes work on a topic each: most runs are so small that threads wait for the interpreter.
Exits with status 1 if a number is missed.
"""

import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

from verification.checks import TOPICS, checks_of, numbers_of
from verification.figure import ERRORS, SURE, Figure

PAGE = Path(__file__).parents[1] / "docs" / "verification.md"
HEAD = f"""# Verification: the engine held to closed forms

This page is written by `python -m verification`; do not edit it. Every number in the column
*found* is read from simulated runs of synthetic people, mostly of the society `uniform`, in which
all are alike, so that what should come out can be written down in a line. A number holds within
the larger of its margin, stated before anything was run, and {ERRORS} standard errors over seeds
(30 seeds unless a check says otherwise). A check whose standard errors dwarf its margin is
`blurred`, which counts as missed. A standard error of - means that the bound is exact. A number
that is held to be *equal* has to lie within its margin with {SURE} standard errors to spare.

No quantitative simulation of social scoring on a national scale has been published, so the engine
is held to closed forms mechanism by mechanism.
"""
AT_ONCE = 2
"""Topics in hand at a time."""
TABLE = """
| number | expected | found | margin | standard error | verdict |
|---|---:|---:|---:|---:|---|
"""


def main(asked: list[str]) -> int:
    """Run every check, or those of the topics asked for; return the exit status."""
    known = {topic.__name__.rpartition(".")[2]: topic for topic in TOPICS}
    if strange := sorted(set(asked) - known.keys()):
        print(f"no such topic: {', '.join(strange)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    found = _all([known[name] for name in asked] or list(TOPICS))
    figures = [figure for checks in found.values() for numbers in checks for figure in numbers]
    missed = sum(figure.verdict != "holds" for figure in figures)
    summary = f"{len(figures) - missed} of {len(figures)} numbers hold"
    if not asked:
        _write(found, summary)
    print(summary)
    return int(missed > 0)


def _write(found: dict[str, list[list[Figure]]], summary: str) -> None:
    """Write the page."""
    text = HEAD
    for topic in TOPICS:
        text += f"\n## {(topic.__doc__ or '').splitlines()[0].rstrip('.')}\n"
        for check, figures in zip(checks_of(topic), found[topic.__name__], strict=True):
            text += f"\n### {check.name.capitalize()}\n\n{_escaped(check.text)}\n\n"
            text += f"Source: {check.source}.\n{TABLE}{''.join(map(_line, figures))}"
    PAGE.write_text(text.replace(HEAD, f"{HEAD}\n**{summary}.**\n"), encoding="utf-8")


def _all(topics: list[ModuleType]) -> dict[str, list[list[Figure]]]:
    """Return the numbers of each check of each topic; print them topic by topic as they come."""
    found = {}
    with ProcessPoolExecutor(AT_ONCE, get_context("spawn")) as pool:
        # What takes longest stands last on the page and goes first.
        runs = {pool.submit(numbers_of, topic.__name__): topic for topic in reversed(topics)}
        for run in as_completed(runs):
            topic = runs[run]
            found[topic.__name__] = run.result()
            for check, figures in zip(checks_of(topic), run.result(), strict=True):
                print(check.name, *figures, sep="\n  ", flush=True)
    return found


def _escaped(text: str) -> str:
    return text.replace("*", r"\*").replace("^", r"\^")


def _line(figure: Figure) -> str:
    error = f"{figure.error:.2g}" if figure.error else "-"
    return (
        f"| {figure.what} | {figure.shown(figure.expected)} | {figure.shown(figure.found)} "
        f"| {figure.margin:.3g} | {error} | {figure.verdict} |\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
