"""The figures of a report by their keys: each a function of an impact.

A function yields no figure where the impact lacks what it needs. To plug a figure in, put its
function in place of None; until then the page does not mention it.
"""

from collections.abc import Callable, Iterable

from upstanding.charts.figure import Figure
from upstanding.report import figures, measured
from upstanding.report.impact import Impact

Maker = Callable[[Impact], Iterable[Figure]]

FIGURES: dict[str, Maker | None] = {
    "R1": figures.headline,
    "R2": figures.blinds_by_income,
    "R2-places": figures.blinds_by_place,
    "R3": measured.contexts,
    "R4": measured.ladder,
    "R5": figures.clauses,
    "R6": figures.flow,
    "R7": figures.population,
    "R8": figures.groups,
    "R9": measured.by_group,
    "R10": measured.duration,
    "R11": measured.errors,
    "R12": measured.spillover,
    "R13": measured.given_up,
    "R14": measured.concentration,
    "R15": figures.rights,
    "R16": figures.rights_served,
    "R17": measured.achieved,
    "R18": None,
    "R19": None,
    "R20": None,
    "R21": measured.drifting,
    "R22": measured.tripwires,
    "R23": None,
    "R24": None,
    "R25": None,
    "R26": figures.assumptions,
}
