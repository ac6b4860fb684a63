"""The main job: ordinary law, the schemes on record, and the essay's picture, side by side.

Three runs of the same lives. How much of the published rate of performance the court list causes
is not known, so further pairs of runs share it out: a causal part c goes to the list, the rest of
0.17 a year to everybody who owes.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from upstanding.counts import Counts
from upstanding.engine.files import telling, write_whole
from upstanding.engine.manifest import FILE as MANIFEST
from upstanding.errors import RunDirectoryError
from upstanding.finding import Finding, find, stated
from upstanding.progress import Watch
from upstanding.run import Run, new_folder, simulate
from upstanding.scheme import Scheme
from upstanding.side_by_side import SideBySide, side_by_side
from upstanding.society import Society
from upstanding.words import JUDGMENT, counted, joined

CITIZENS, WEEKS = 100_000, 156
LAW, RECORD, TOLD = "baseline", "documented", "essay"
SCHEMES = (LAW, RECORD, TOLD)
LIST = "dishonest-personnel"
PERFORMED = Decimal("0.17")
"""A year, while listed (EVIDENCE 11)."""
CAUSAL = (Decimal("0"), Decimal("0.085"), Decimal("0.17"))
"""Parts of that which the list may cause; set by assumption."""
SHIPPED = CAUSAL[1]
"""The part in the shipped files, whose runs keep their ledger."""
PAIRS = (
    *((scheme, SHIPPED) for scheme in SCHEMES),
    *((scheme, part) for part in CAUSAL if part != SHIPPED for scheme in (LAW, RECORD)),
)
FILE = "finding.json"
EVIDENCE = {
    "on the list at the start": 440,
    "entries": 460,
    "on the list at the end": 565,
    "refused flights": 2050,
    "refused seats on high-speed trains": 450,
}
"""EVIDENCE 11, rounded, at 100,000 people and 3 years; a test holds it to the shipped files."""


@dataclass(frozen=True)
class FirstFinding:
    """What the schemes did in the model, side by side."""

    folder: Path
    beside: SideBySide
    findings: tuple[Finding, ...]
    """Of each of the schemes, as shipped."""
    beyond: dict[Decimal, int]
    """Debts paid under `documented` beyond `baseline`, by causal part."""
    compared: dict[str, tuple[int, int]]
    """Found, and what follows from the figures of the evidence; empty at other sizes."""
    seed: int

    def __str__(self) -> str:
        return "\n".join([str(self.beside), "", *self._debts(), *self._table(), *self._missing()])

    def _debts(self) -> Iterator[str]:
        low, high = min(self.beyond.values()), max(self.beyond.values())
        yield stated(
            RECORD,
            f"debts paid beyond `{LAW}` were {low:,} to {high:,}: "
            f"{joined(f'{number:,}' for number in self.beyond.values())} where the list causes "
            f"{joined(map(str, self.beyond))} of the {PERFORMED} that are performed a year while "
            f"listed (the causal part is set by assumption).",
        )

    def _table(self) -> Iterator[str]:
        if not self.compared:
            return
        yield stated(
            RECORD,
            f"one seed ({self.seed}) beside the figures that went in (EVIDENCE 11): arithmetic, "
            f"not validation; three seeds of a million are in `docs/verification.md`:",
        )
        yield f"  {'':36}{'found':>8}{'evidence':>10}"
        for what, (found, expected) in self.compared.items():
            yield f"  {what:36}{found:8,}{expected:10,}"

    def _missing(self) -> Iterator[str]:
        """Say of each scheme what of it the model leaves out."""
        for finding in self.findings:
            picture = finding.numbers["picture"]
            if absent := finding.numbers["absent"]:
                are = "is" if len(absent) == 1 else "are"
                yield stated(
                    finding.scheme,
                    f"{counted(len(absent), 'clause')} {are} absent: {finding.scheme}/{MANIFEST} "
                    f"has their text.",
                    picture,
                )

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values."""
        return {
            "side-by-side": self.beside.to_dict(),
            "findings": {finding.scheme: finding.numbers for finding in self.findings},
            "seed": self.seed,
            "debts-paid-beyond-baseline": {str(c): number for c, number in self.beyond.items()},
            "arithmetic": {
                what: {"found": found, "evidence": expected}
                for what, (found, expected) in self.compared.items()
            },
            "directory": str(self.folder),
        }


def first_finding(
    out: Path | None = None,
    *,
    citizens: int = CITIZENS,
    weeks: int = WEEKS,
    seed: int = 1,
    threads: int | None = None,
    resume: bool = False,
    watch: Watch | None = None,
) -> FirstFinding:
    """Simulate the schemes on `china`, and two for other causal parts, into a new directory.

    With `resume`, go on in the directory where an interrupted first finding stopped. `watch` is
    called after each week with the weeks closed in all runs, and the rows written in this one.

    Raises:
        InputError: if an option cannot be used.
        RunDirectoryError: if the directory exists (without `resume`), holds something else, or
            cannot be written.
    """
    folder = out or new_folder("first-finding")
    if out is not None:
        _look_into(out, resume=resume)
    runs: dict[tuple[str, Decimal], Run] = {}
    people = {part: _society(Society.load("china"), part) for part in CAUSAL}
    for number, (scheme, part) in enumerate(PAIRS):
        inside = folder / _name(scheme, part)
        runs[scheme, part] = simulate(
            _scheme(scheme, part),
            society=people[part],
            citizens=citizens,
            weeks=weeks,
            seed=seed,
            threads=threads,
            ledger="all" if part == SHIPPED else "off",
            out=inside,
            resume=inside.exists(),
            watch=_from(watch, weeks * number),
        )
    paid = {pair: Counts(run).sums("obligations-performed")[JUDGMENT] for pair, run in runs.items()}
    beyond = {part: paid[RECORD, part] - paid[LAW, part] for part in CAUSAL}
    shipped = [runs[scheme, SHIPPED] for scheme in SCHEMES]
    findings = tuple(map(find, shipped))
    whole = (citizens, weeks) == (CITIZENS, WEEKS)
    compared = _compared(findings[SCHEMES.index(RECORD)]) if whole else {}
    found = FirstFinding(folder, side_by_side(shipped), findings, beyond, compared, seed)
    text = json.dumps(found.to_dict(), indent=1) + "\n"
    write_whole(folder / FILE, lambda file: file.write(text.encode()))
    return found


def _look_into(folder: Path, *, resume: bool) -> None:
    """Raise a RunDirectoryError unless a first finding can begin or go on in a directory."""
    with telling("look into this directory", folder):
        inside = {path.name for path in folder.iterdir()} if folder.exists() else None
    if inside is not None and not resume:
        raise RunDirectoryError(f"{folder}: this directory exists; choose another, or resume it")
    if strange := (inside or set()) - {FILE, f"{FILE}.part", *(_name(*pair) for pair in PAIRS)}:
        raise RunDirectoryError(
            f"{folder}: this is no directory of a first finding: it holds {sorted(strange)[0]}"
        )


def _name(scheme: str, part: Decimal) -> str:
    return scheme if part == SHIPPED else f"{scheme}-causal-{part}"


def _scheme(name: str, part: Decimal) -> Scheme:
    scheme = Scheme.load(name)
    if part == SHIPPED or LIST not in scheme.file.list_:
        return scheme
    return scheme.with_values({f"list.{LIST}.leave.pressure-per-year": part})


def _society(society: Society, part: Decimal) -> Society:
    if part == SHIPPED:
        return society
    rate = PERFORMED - part
    return society.with_values({f"act.{JUDGMENT}.obligation.performed-per-year": rate})


def _from(watch: Watch | None, before: int) -> Watch | None:
    """Return a watch of one run among several, of which so many weeks came before."""
    if watch is None:
        return None
    return lambda closed, rows: watch(before + closed, rows)


def _compared(finding: Finding) -> dict[str, tuple[int, int]]:
    numbers = finding.numbers
    listed, refused = numbers["lists"][LIST], numbers["refused"]
    found = (
        numbers["stays-before-the-run"],
        listed["entries"],
        listed["listed-at-the-end"],
        refused["flight"]["attempts"],
        refused["high-speed-rail"]["attempts"],
    )
    return dict(zip(EVIDENCE, zip(found, EVIDENCE.values(), strict=True), strict=True))
