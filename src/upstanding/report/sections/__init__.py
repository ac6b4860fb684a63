"""The sections of a report, in their order.

Each has a template and a function that fills it from the draft; where that returns None the section
is absent from the page. What figures a section shows, `report.parts` says by their keys.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from upstanding.report.draft import Draft
from upstanding.report.sections import annexes, front, people, rights, scheme, screening
from upstanding.report.sections.shown import only_figures

Filled = Mapping[str, Any] | None


@dataclass(frozen=True)
class Section:
    """One section of a report."""

    mark: str
    """Its number, or the letter of an annex."""
    title: str
    template: str
    fill: Callable[[Draft], Filled]
    human: str | None = None
    """What only people can answer, asked at its end."""


FIGURES = "figures.html"
SECTIONS = (
    Section("1", "On one page", "front.html", front.fill),
    Section(
        "2",
        "Screening: is it prohibited?",
        "screening.html",
        screening.fill,
        "Who, with what training in law, has read this table, and what do they conclude?",
    ),
    Section(
        "3",
        "The scheme in plain words",
        "scheme.html",
        scheme.fill,
        "Who is responsible for the scheme, and where may its text be read?",
    ),
    Section(
        "4",
        "Who is affected",
        FIGURES,
        people.fill,
        "Which groups that matter here does the synthetic population not know?",
    ),
    Section(
        "5",
        "What happens to them",
        FIGURES,
        only_figures("R9", "R10", "R11", "R12", "but-for", "ablations", "R13", "R14"),
        "Which of these harms have people reported themselves?",
    ),
    Section(
        "6",
        "Right by right",
        "rights.html",
        rights.fill,
        "How grave is each of these harms, in the judgement of those whom it meets?",
    ),
    Section(
        "7",
        "Does it achieve its aim?",
        FIGURES,
        only_figures("R17"),
        "Who set the aim, and which milder means were considered?",
    ),
    Section(
        "8",
        "Safeguards, tested",
        FIGURES,
        only_figures("R18", "R19", "R20"),
        "Who oversees the scheme, with what power to stop it?",
    ),
    Section(
        "9",
        "After deployment",
        FIGURES,
        only_figures("R21", "R22"),
        "At which level of which indicator must who act, and to whom does one complain?",
    ),
    Section("10", "Three lives", FIGURES, only_figures("R23")),
    Section("11", "Who was asked", "asked.html", people.asked),
    Section("12", "Interests served and harmed; advice", "advice.html", people.advice),
    Section("A", "Method, and how to make this again", "method.html", annexes.method),
    Section("B", "On what the figures rest", "register.html", annexes.register),
    Section("C", "Where other instruments find their answers", "mapping.html", annexes.mapping),
)
