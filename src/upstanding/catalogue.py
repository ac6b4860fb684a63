"""What the commands that read schemes and societies do."""

import json as js
import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from upstanding.documents import library, patch
from upstanding.documents.evidence import Figure, tally
from upstanding.documents.raw import nearest, one_of, quoted
from upstanding.documents.read import read
from upstanding.documents.shape import shape_of
from upstanding.documents.sources import Status
from upstanding.errors import InputError, Problem
from upstanding.scheme import Scheme, fits, scheme_schema
from upstanding.scheme.model import SchemeFile
from upstanding.society import Society, society_schema
from upstanding.society.model import SocietyFile
from upstanding.society.traits import require_margins
from upstanding.words import counted, joined

FORMATS = {"scheme": scheme_schema, "society": society_schema}
UNCERTAIN: tuple[Status, ...] = ("invented", "assumption")


def schemes(*, json: bool) -> None:
    """Print what is shipped."""
    found = [
        {
            "kind": kind,
            "name": name,
            "title": (tree := read(library.find(folder, name)).tree)["title"],
            "status": tree.get("status") or tree["source"],
        }
        for kind, folder in (
            ("scheme", Scheme.folder),
            ("society", Society.folder),
            ("safeguard", patch.FOLDER),
        )
        for name in library.shipped(folder)
    ]
    if json:
        print(js.dumps(found))
        return
    for entry in found:
        print(f"{entry['kind']:9}  {entry['name']:12}  {entry['title']} ({entry['status']})")


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
            problems = tuple(fits(scheme, people))
            holds = f"{_scheme_words(scheme)}; it fits the society {people.name}"
    except InputError as error:
        problems = error.problems
    return {"file": file, "problems": [str(problem) for problem in problems], "holds": holds}


def _is_society(file: str) -> bool:
    """Whether a name or a file is a society's: by its name, or by the keys that it uses."""
    if file in Society.names() and file not in Scheme.names():
        return True
    keys = read(library.find(Scheme.folder, file)).tree.keys()
    of_society = keys & set(shape_of(SocietyFile).keys)
    return len(of_society) > len(keys & set(shape_of(SchemeFile).keys))


def _scheme_words(scheme: Scheme) -> str:
    file = scheme.file
    parts = [
        counted(len(file.sensor), "sensor"),
        counted(len(file.rule), "rule"),
        counted(len(file.tier), "tier"),
        counted(len(file.list_), "list"),
        _figure_words(list(scheme.figures())),
    ]
    return f"the scheme {scheme.name}: {', '.join(parts)}"


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


def evidence(scheme: str | None, society: str, *, json: bool) -> None:
    """Print every figure of a scheme and a society, and what they rest on.

    A society in place of a scheme stands for that society alone.
    """
    documents: list[Scheme | Society]
    if scheme and _is_society(scheme):
        documents = [Society.load(scheme)]
    else:
        documents = [*([Scheme.load(scheme)] if scheme else []), Society.load(society)]
    found = {document.name: list(document.figures()) for document in documents}
    if json:
        print(
            js.dumps(
                {
                    name: {
                        "figures": [_plain(figure) for figure in figures],
                        "statuses": tally(figures),
                    }
                    for name, figures in found.items()
                },
                default=_number,
            )
        )
        return
    for name, figures in found.items():
        width = max((len(figure.key) for figure in figures), default=0)
        for figure in figures:
            print(
                f"{figure.key:{width}}  {_value(figure.value)}  [{figure.status}] {figure.source}"
            )
        print(f"{name}: {_figure_words(figures)}\n")


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
