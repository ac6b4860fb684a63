"""What the commands that read schemes and societies do."""

import json as js
import sys
import textwrap
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from upstanding.documents import shelf
from upstanding.documents.evidence import Figure, tally
from upstanding.documents.raw import nearest, one_of, quoted
from upstanding.documents.read import read
from upstanding.documents.shape import shape_of
from upstanding.documents.sources import STATUSES, Status
from upstanding.errors import InputError, Problem
from upstanding.scheme import Clause, Scheme, fits, scheme_schema
from upstanding.scheme.model import SchemeFile
from upstanding.society import Society, society_schema
from upstanding.society.model import SocietyFile
from upstanding.society.traits import require_margins
from upstanding.words import counted, joined

FORMATS = {"scheme": scheme_schema, "society": society_schema}
_UNDER: dict[str, Any] = {
    "initial_indent": "  ",
    "subsequent_indent": "  ",
    "break_on_hyphens": False,
    "break_long_words": False,
}
UNCERTAIN: tuple[Status, ...] = ("invented", "assumption")


def check(files: Iterable[str], society: str, *, json: bool) -> None:
    """Check schemes and societies; print all that is wrong and exit with 2, or say ok."""
    reports = [_checked(file, society) for file in files]
    wrong = any(report["problems"] for report in reports)
    if json:
        print(js.dumps(reports))
    else:
        for report in reports:
            for problem in report["problems"]:
                print(problem, file=sys.stderr)
            if not report["problems"]:
                print(f"{report['file']}: ok, {report['holds']}")
    if wrong:
        raise SystemExit(2)


def _checked(file: str, society: str) -> dict[str, Any]:
    problems: tuple[Problem, ...] = ()
    holds = ""
    try:
        if _is_society(file):
            people = Society.load(file)
            require_margins(people.file)
            holds = _society_words(people)
        else:
            scheme, people = Scheme.load(file), Society.load(society)
            problems = (*scheme.unmatched_clauses(), *fits(scheme, people))
            holds = f"{_scheme_words(scheme)}; it fits the society {people.name}"
    except InputError as error:
        problems = error.problems
    return {"file": file, "problems": [str(problem) for problem in problems], "holds": holds}


def _is_society(file: str) -> bool:
    """Whether a name or a file is a society's: by its name, or by the keys that it uses."""
    if file in Society.names() and file not in Scheme.names():
        return True
    keys = read(shelf.find(Scheme.folder, file)).tree.keys()
    of_society = keys & set(shape_of(SocietyFile).keys)
    return len(of_society) > len(keys & set(shape_of(SchemeFile).keys))


def _scheme_words(scheme: Scheme) -> str:
    file = scheme.file
    parts = [
        counted(len(file.sensor), "sensor"),
        counted(len(file.rule), "rule"),
        counted(len(file.tier), "tier"),
        counted(len(file.list_), "list"),
        _clause_words(list(scheme.clauses())),
        _figure_words(list(scheme.figures())),
    ]
    return f"the scheme {scheme.name}: {', '.join(parts)}"


def _clause_words(clauses: list[Clause]) -> str:
    """Return how many clauses there are, and how many lack a ground."""
    bare = sum(not clause.is_grounded for clause in clauses)
    lacking = f" ({bare:,} without date, legal basis or provenance)" if bare else ""
    return counted(len(clauses), "clause") + lacking


def _society_words(society: Society) -> str:
    file = society.file
    parts = [
        counted(len(file.act), "act"),
        counted(len(file.service), "service"),
        _figure_words(list(society.figures())),
    ]
    return f"the society {society.name}: {', '.join(parts)}"


def schema(of: str, *, json: bool) -> None:
    """Print the JSON Schema of a file format; on one line with `json`."""
    if of not in FORMATS:
        allowed, near = one_of(FORMATS), nearest(of, FORMATS)
        raise InputError([Problem("options", None, "schema", quoted(of), allowed, near)])
    print(js.dumps(FORMATS[of](), indent=None if json else 1))


def evidence(name: str | None, society: str, status: str | None, *, json: bool) -> None:
    """Print every figure of a scheme and a society, the scheme's clauses, and what they rest on.

    `name` is a scheme's, or a society's that is looked at alone; with `status` only figures of that
    status are printed, and still all are counted.
    """
    if status is not None and status not in STATUSES:
        allowed, near = one_of(STATUSES), nearest(status, STATUSES)
        raise InputError([Problem("options", None, "--status", quoted(status), allowed, near)])
    documents = list(_documents(name, society))
    found = {document.name: list(document.figures()) for document in documents}
    shown = {
        document: [figure for figure in figures if status in (None, figure.status)]
        for document, figures in found.items()
    }
    rules = documents[0] if isinstance(documents[0], Scheme) else None
    if json:
        told: dict[str, dict[str, Any]] = {
            document: {
                "figures": [_plain(figure) for figure in shown[document]],
                "statuses": tally(figures),
            }
            for document, figures in found.items()
        }
        if rules:
            told[rules.name]["clauses"] = [_ground(clause) for clause in rules.clauses()]
        print(js.dumps(told, default=_number))
        return
    if rules and status is None:
        for ground, keys in _by_ground(rules).items():
            print(f"{ground}:\n{textwrap.fill(', '.join(keys), 100, **_UNDER)}")
        print(f"{rules.name}: {_clause_words(list(rules.clauses()))}\n")
    for document, figures in found.items():
        width = max((len(figure.key) for figure in shown[document]), default=0)
        for figure in shown[document]:
            print(
                f"{figure.key:{width}}  {_value(figure.value)}  [{figure.status}] {figure.source}"
            )
        print(f"{document}: {_figure_words(figures)}\n")
    if len(found) > 1:
        print(f"in all: {_figure_words([figure for each in found.values() for figure in each])}")


def _documents(name: str | None, society: str) -> Iterator[Scheme | Society]:
    """Yield the documents in use; a name or a file may be that of a society alone."""
    if name is not None and _is_society(name):
        yield Society.load(name)
        return
    if name is not None:
        yield Scheme.load(name)
    yield Society.load(society)


def _figure_words(figures: list[Figure]) -> str:
    """Return how many figures there are and on what they rest."""
    statuses = tally(figures)
    if not statuses:
        return "no figures"
    uncertain = sum(statuses.get(status, 0) for status in UNCERTAIN)
    parts = joined(f"{number:,} {status}" for status, number in statuses.items())
    return (
        f"{counted(len(figures), 'figure')} ({parts}), "
        f"{uncertain / len(figures):.0%} on invention or assumption"
    )


def _by_ground(scheme: Scheme) -> dict[str, list[str]]:
    """Return the keys of a scheme's clauses by what they rest on."""
    keys: dict[str, list[str]] = {}
    for clause in scheme.clauses():
        when = "no date" if clause.since is None else f"since {clause.since}"
        until = f" until {clause.until}" if clause.until is not None else ""
        word, basis = clause.provenance or "no provenance", clause.legal_basis or "not said"
        keys.setdefault(f"{word}, {when}{until}; legal basis: {basis}", []).append(clause.key)
    return keys


def _ground(clause: Clause) -> dict[str, Any]:
    return {
        "key": clause.key,
        "since": _when(clause.since),
        "until": _when(clause.until),
        "legal-basis": clause.legal_basis,
        "provenance": clause.provenance,
        "source": clause.source,
    }


def _when(when: date | int | None) -> str | None:
    return None if when is None else str(when)


def _plain(figure: Figure) -> dict[str, Any]:
    return {
        "key": figure.key,
        "value": figure.value,
        "status": figure.status,
        "source": figure.source,
    }


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"no number: {value!r}")


def _value(value: object) -> str:
    return f"[{', '.join(map(_value, value))}]" if isinstance(value, list) else str(value)
