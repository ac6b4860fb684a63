"""The ODD description of a model in use: its modules' docstrings and the files that were loaded.

ODD (overview, design concepts, details; Grimm et al. 2020, JASSS 23(2) 7) is the field's standard
form. What a mechanism does is told by its own docstring, what it was given by the files: nothing is
told twice, and nothing can be left behind when a rule changes.
"""

import ast
import inspect
import json as js
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from inspect import cleandoc
from itertools import groupby
from textwrap import dedent
from types import ModuleType
from typing import Any

from upstanding.clockwork import dice
from upstanding.clockwork.names import KINDS, MECHANISMS
from upstanding.documents.evidence import Figure, tally
from upstanding.documents.table import Table
from upstanding.engine import closing, living
from upstanding.mechanisms import state, strata
from upstanding.scheme import Scheme, require_fit
from upstanding.society import Society, families, fit, households, persons, planted, traits
from upstanding.words import counted, day, joined, named

Row = tuple[str, str, str, str]
BESIDE = {
    "sensing": ("galleries", "allocation"),
    "scoring": ("enrolment",),
    "response": ("speech", "learning", "support"),
    "association": ("ties", "turning"),
    "office": ("tampering",),
    "remedy": ("corrections",),
    "publicity": ("showing",),
}
"""Modules beside a mechanism's own that tell parts of it, or hold its tables."""
PEOPLE = traits, fit, households, persons, families, planted
"""Modules that make the people."""


@dataclass(frozen=True)
class Section:
    """One of the seven elements of ODD, or a part of one."""

    heading: str
    text: str
    """Markdown."""
    level: int = 2

    def __str__(self) -> str:
        return f"{'#' * self.level} {self.heading}\n\n{self.text}"


@dataclass(frozen=True)
class Odd:
    """The description of a scheme on a society."""

    title: str
    sections: tuple[Section, ...]

    def __str__(self) -> str:
        return "\n\n".join([f"# {self.title}", *map(str, self.sections)])

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain values."""
        return {"title": self.title, "sections": [vars(section) for section in self.sections]}


def show(scheme: str, society: str, *, json: bool) -> None:
    """Print the description of a scheme on a society."""
    found = describe(Scheme.load(scheme), Society.load(society))
    print(js.dumps(found.to_dict()) if json else found)


def describe(scheme: Scheme, society: Society) -> Odd:
    """Describe a scheme on a society in the seven elements of ODD.

    Raises:
        InputError: if the scheme does not fit the society.
    """
    require_fit(scheme, society)
    figures = [*scheme.figures(), *society.figures()]
    title = f"ODD description: `{scheme.name}` on `{society.name}`"
    return Odd(
        title,
        (
            Section("1. Purpose and patterns", _purpose(scheme, society)),
            Section("2. Entities, state variables and scales", _entities(society)),
            Section("3. Process overview and scheduling", _schedule(scheme)),
            Section("4. Design concepts", _concepts(scheme, society)),
            Section("5. Initialisation", _initialisation(scheme, society)),
            Section("6. Input data", _input(figures)),
            Section("7. Submodels", "One for each mechanism, in the order of DESIGN."),
            *(_submodel(name, scheme, society, figures) for name in MECHANISMS),
        ),
    )


def _purpose(scheme: Scheme, society: Society) -> str:
    return _paragraphs(
        """The model asks what a system of social scoring does to a society: who is listed, who is
        refused what, by which rule, error or tie, and which safeguard would have spared them. It is
        made of people who do not exist, and what it shows follows from what was put in: a finding
        reads "the model gives, under this scheme", never a claim about a country.""",
        f"""Here it runs the scheme `{scheme.name}` ({scheme.file.title}; {scheme.file.status}) on
        the society `{society.name}` ({society.file.title}; {society.file.status}).""",
        """Patterns that it is held to: the published stock, inflow, outflow and refusals of a
        court list (arithmetic of its inputs, and said to be so), the margins of its society,
        and closed forms of each mechanism through whole runs (`docs/verification.md`).""",
    )


def _entities(society: Society) -> str:
    numbering = society.file.numbering
    district = numbering.cells_per_district * strata.CELL
    return "\n\n".join(
        [
            _paragraphs(
                f"""Citizens, in households, cells of {strata.CELL}, districts of {district:,} and
                regions of {district * numbering.districts_per_region:,}; ties between pairs of
                them; the scheme with its sensors, rules, tiers and lists; services that can be
                closed. A step is a week, a year 52 weeks; an entry knows its day."""
            ),
            "Traits of a citizen, which no run changes:",
            _attributes(strata.People),
            "State of a citizen:",
            _attributes(state.State),
            "What concerns few people, in sparse tables:",
            _attributes(state.Sparse),
            f"The ledger has rows of the kinds {named(KINDS)}; standing is a fold of them.",
        ]
    )


def _schedule(scheme: Scheme) -> str:
    off = (
        f" Switched off in this scheme: {named(sorted(scheme.file.off))}."
        if scheme.file.off
        else ""
    )
    return "\n\n".join(
        [
            cleandoc(living.__doc__ or ""),
            cleandoc(closing.__doc__ or ""),
            f"*Live*: {_summary(living.live)} *Close*: {_summary(closing.close)}",
            "Everybody lives against the boards of last week, so the order of citizens within a "
            f"week cannot matter.{off}",
        ]
    )


def _concepts(scheme: Scheme, society: Society) -> str:
    file, people = scheme.file, society.file
    protected = sorted(name for name, act in people.act.items() if act.protects)
    concepts = {
        "Basic principles": "Each mechanism rests on a published model where there is one; its "
        "docstring, under Submodels, names it. Two schemes on one society and seed share every "
        "draw, so that what differs between their runs is caused by the rules.",
        "Emergence": "How scores spread, who gathers on lists, and what is given up in fear. What "
        "follows by arithmetic from one figure is no emergence, and is said to be so.",
        "Adaptation": "Conduct answers to perceived risk and to reward; nobody plans.",
        "Objectives": "None is pursued; where somebody decides whether to speak, a loss is least.",
        "Learning": "As `response` says, if the society has a table for it.",
        "Prediction": "Only of the chance to be caught, which is perceived, not known.",
        "Sensing": f"The scheme watches by {counted(len(file.sensor), 'sensor')}"
        + (f": {named(sorted(file.sensor))}." if file.sensor else "."),
        "Interaction": "By ties, by household, and by records that name somebody else.",
        "Stochasticity": (inspect.getdoc(dice) or "").split("\n\n")[0].replace("\n", " ")
        + " Draws are addressed by citizen, act, week and purpose, never consumed.",
        "Collectives": "Households, districts and regions are given; they do not act.",
        "Observation": "Weekly counts, the citizens at the end, and a ledger with causes. Acts "
        + (f"that exercise a right are {named(protected)}." if protected else "exercise no right."),
    }
    return "\n\n".join(f"*{name}.* {text}" for name, text in concepts.items())


def _initialisation(scheme: Scheme, society: Society) -> str:
    start = scheme.file.start.list_
    stock = (
        f"At time zero the lists {named(sorted(start))} have a stock; its rows come first."
        if start
        else "At time zero nobody is on a list."
    )
    own = set(_keys(type(society.file))) - {key for m in _mechanisms() for key in _tables(m)}
    return "\n\n".join(
        [
            f"Week 0 begins on {day(society.file.epoch)}. {stock}",
            *(cleandoc(module.__doc__ or "") for module in PEOPLE),
            _table(_rows(f for f in society.figures() if f.key.split(".")[0] in own)),
        ]
    )


def _input(figures: list[Figure]) -> str:
    counts = tally(figures)
    rest = joined(f"{number:,} {status}" for status, number in counts.items())
    return _paragraphs(
        f"""No data enter while a run goes on, and none about persons ever do. The files hold
        {counted(len(figures), "figure")}: {rest}. Each stands below with its source, under the
        mechanism that reads it. A source that begins with a section (EV 11, VALIDATION 2) cites
        the project's registers of published figures; S, D and R are seen, derived and recalled,
        H, M and L the confidence."""
    )


def _submodel(name: str, scheme: Scheme, society: Society, figures: list[Figure]) -> Section:
    module = _module(name)
    keys = set(_tables(module))
    used = [figure for figure in figures if figure.key.split(".")[0] in keys]
    parts = [cleandoc(part.__doc__ or "") for part in _parts(module)]
    if name in scheme.file.off:
        parts.append(f"*Switched off in `{scheme.name}`.*")
    if used:
        parts.append(_table(_rows(used)))
    return Section(name, "\n\n".join(parts), level=3)


def _module(mechanism: str) -> ModuleType:
    return import_module(f"upstanding.mechanisms.{mechanism}")


def _mechanisms() -> Iterator[ModuleType]:
    return map(_module, MECHANISMS)


def _parts(mechanism: ModuleType) -> Iterator[ModuleType]:
    """Yield a mechanism's own module and those beside it."""
    name = mechanism.__name__.rpartition(".")[2]
    yield mechanism
    yield from map(_module, BESIDE.get(name, ()))


def _tables(module: ModuleType) -> Iterator[str]:
    """Yield the keys that a mechanism adds to the files."""
    for part in _parts(module):
        for holder in ("SchemeTables", "SocietyTables"):
            tables = vars(part).get(holder)
            if tables is not None and tables.__module__ == part.__name__:
                yield from _keys(tables)


def _keys(tables: type[Table]) -> Iterator[str]:
    for name, field in tables.model_fields.items():
        yield field.alias or name.replace("_", "-")


def _attributes(columns: type) -> str:
    """Return a list of the columns of a named tuple, each with what its source says of it."""
    body = ast.parse(dedent(inspect.getsource(columns))).body[0]
    assert isinstance(body, ast.ClassDef)
    told: dict[str, str] = {}
    last = ""
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            last = node.target.id
            told[last] = ""
        elif last and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            told[last] = " ".join(str(node.value.value).split())
    return "\n".join(f"- `{name}`{f': {text}' if text else ''}" for name, text in told.items())


def _summary(function: object) -> str:
    return " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())


def _rows(figures: Iterable[Figure]) -> Iterator[Row]:
    """Yield key, value, status and source; neighbours that share a table and a source are one."""
    for (table, source, status), group in groupby(
        figures, lambda f: (f.key.rpartition(".")[0], f.source, f.status)
    ):
        found = list(group)
        if len(found) == 1:
            yield f"`{found[0].key}`", _value(found[0].value), status, source
            continue
        values = [f"{figure.key[len(table) + 1 :]} {_value(figure.value)}" for figure in found]
        yield f"`{table}`", "; ".join(values), status, source


def _value(value: object) -> str:
    return f"[{', '.join(map(_value, value))}]" if isinstance(value, list) else str(value)


def _table(rows: Iterable[Row]) -> str:
    lines = ["| parameter | value | status | source |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(" ".join(text.split()) for text in texts)
