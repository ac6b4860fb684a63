"""The scheme in plain words: its clauses (R5), and the way from a signal to an appeal (R6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import polars as pl

from upstanding.charts.figure import Figure
from upstanding.charts.theme import EDGE, INK, INK_2, SANS, SHEET
from upstanding.scheme.clauses import Clause
from upstanding.words import counted

_BESIDE = {"rule", "list", "tier", "sensor", "category", "publicity", "breach", "start"}
"""Tables of a scheme whose tables have names."""


def clause_table(
    clauses: Iterable[Clause], changed: frozenset[str], *, picture: str | None = None
) -> Figure:
    """Return R5: what the scheme says, a row a rule, sensor, list and so on.

    Args:
        clauses: Every clause, in the order of the file.
        changed: Keys that are not as they were shipped.
        picture: Whose picture it is, if the scheme is told and not on record.

    """
    rows: dict[str, list[Clause]] = {}
    for clause in clauses:
        rows.setdefault(_row_of(clause.key), []).append(clause)
    number = sum(map(len, rows.values()))
    lawful = sum(c.provenance == "documented law" for of in rows.values() for c in of)
    data = pl.DataFrame(
        {
            "clause": list(rows),
            "says": [
                "; ".join(f"{_rest_of(c.key)} {shown(c.value)}".strip() for c in of)
                for of in rows.values()
            ],
            "ground": [_all(map(_ground, of)) for of in rows.values()],
            "source": [
                _all(part for c in of for part in _sources(c.source)) for of in rows.values()
            ],
        }
    )
    if changed:
        marks = ["yes" if any(c.key in changed for c in of) else "" for of in rows.values()]
        data = data.with_columns(pl.Series("not as shipped", marks, dtype=pl.String))
    title = (
        f"The scheme has {counted(number, 'clause')}, of which {lawful:,} rest on documented law"
    )
    told = f"A table of {counted(number, 'clause')} in {counted(len(rows), 'row')}."
    numbers = {"clauses": number, "on documented law": lawful, "rows": len(rows)}
    notes = ("Sources stand here without their remarks; `upstanding evidence` has them whole.",)
    return Figure("R5", title, data, told, None, notes, picture=picture, numbers=numbers)


def _row_of(key: str) -> str:
    names = key.split(".")
    return ".".join(names[:2] if names[0] in _BESIDE else names[:1])


def _rest_of(key: str) -> str:
    return key.removeprefix(_row_of(key)).lstrip(".")


def shown(value: object) -> str:
    """Return a value of a scheme as its file has it.

    >>> shown(["a", "b"]), shown({"rural": [0, 3]}), shown(True)
    ('a, b', 'rural 0, 3', 'yes')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple | frozenset):
        return ", ".join(map(shown, value)) or "nothing"
    if isinstance(value, dict):
        return "; ".join(f"{key} {shown(of)}" for key, of in value.items()) or "nothing"
    return str(value)


def _ground(clause: Clause) -> str:
    """Return what a clause rests on in law, and since when."""
    since = None if clause.since is None else str(clause.since)
    said = filter(None, (clause.provenance, since, clause.legal_basis))
    return ", ".join(said)


def _sources(source: str | None) -> list[str]:
    """Return where figures come from, without remarks: "EV 2.1 S/M", "invented 0..100"."""
    return [part.split(":")[0].strip() for part in (source or "").split(";") if part.strip()]


def _all(words: Iterable[str | None]) -> str:
    """Return the different words, in order."""
    return "; ".join(dict.fromkeys(word for word in words if word))


@dataclass(frozen=True)
class Stage:
    """One step of the way, and what this run counted there."""

    name: str
    counts: Sequence[tuple[str, int | None]]
    """What is counted, and how often; None where the scheme has nothing of the kind."""


_WIDE, _GAP, _HIGH, _LINE = 112, 20, 150, 15


def flow(stages: Sequence[Stage], title: str, *, picture: str | None = None) -> Figure:
    """Return R6: signal, record, score, tier, consequence, appeal, with the counts of a run."""
    data = pl.DataFrame(
        [(stage.name, what, number) for stage in stages for what, number in stage.counts],
        schema={"stage": pl.String(), "what is counted": pl.String(), "number": pl.Int64()},
        orient="row",
    )
    told = "; ".join(
        f"{stage.name}: " + ", ".join(_said(what, number) for what, number in stage.counts)
        for stage in stages
    )
    wide = len(stages) * (_WIDE + _GAP) - _GAP + 16
    boxes = "".join(_box(stage, 8 + at * (_WIDE + _GAP)) for at, stage in enumerate(stages))
    arrows = "".join(_arrow(8 + at * (_WIDE + _GAP) - _GAP) for at in range(1, len(stages)))
    words = "" if picture is None else _inside(picture, wide / 2)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{_HIGH + 16}" '
        f'viewBox="0 0 {wide} {_HIGH + 16}"><rect width="100%" height="100%" fill="{SHEET}"/>'
        f"{boxes}{arrows}{words}</svg>"
    )
    return Figure("R6", title, data, f"From left to right. {told}.", svg, picture=picture)


def _said(what: str, number: int | None) -> str:
    return f"no {what}" if number is None else f"{number:,} {what}"


def _box(stage: Stage, left: float) -> str:
    lines, y = [], 8 + 40
    for what, number in stage.counts:
        lines.append(_text(left + 8, y, "none" if number is None else f"{number:,}", 14, INK, 600))
        for part in _wrapped(what, 18):
            y += _LINE
            lines.append(_text(left + 8, y, part, 11, INK_2))
        y += _LINE + 8
    return (
        f'<rect x="{left}" y="8" width="{_WIDE}" height="{_HIGH}" fill="none" stroke="{EDGE}"/>'
        f'<line x1="{left}" y1="8" x2="{left + _WIDE}" y2="8" stroke="{INK}" stroke-width="2"/>'
        + _text(left + 8, 8 + 20, stage.name, 12, INK, 600)
        + "".join(lines)
    )


def _arrow(left: float) -> str:
    y, right = 8 + _HIGH / 2, left + _GAP - 3
    return (
        f'<line x1="{left + 3}" y1="{y}" x2="{right}" y2="{y}" stroke="{INK}"/>'
        f'<polyline points="{right - 4},{y - 4} {right},{y} {right - 4},{y + 4}" fill="none" '
        f'stroke="{INK}"/>'
    )


def _inside(picture: str, middle: float) -> str:
    words = escape(picture, quote=False)
    return (
        f'<text x="{middle}" y="{_HIGH + 1}" text-anchor="middle" font-family="{SANS}" '
        f'font-size="14" font-weight="600" fill="{INK_2}" fill-opacity="0.7">{words}</text>'
    )


def _text(x: float, y: float, words: str, size: float, colour: str, weight: int = 400) -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="{SANS}" font-size="{size}" font-weight="{weight}" '
        f'fill="{colour}">{escape(words, quote=False)}</text>'
    )


def _wrapped(words: str, width: int) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
