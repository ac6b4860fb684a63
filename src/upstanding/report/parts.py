"""The figures of a report by their keys: each a function of an impact.

A function yields no figure where the impact lacks what it needs.
"""

from collections.abc import Callable, Iterable

from upstanding.charts.figure import Figure
from upstanding.report import figures, measured, tested
from upstanding.report.impact import Impact

Maker = Callable[[Impact], Iterable[Figure]]

FIGURES: dict[str, Maker] = {
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
    "but-for": tested.causes,
    "ablations": tested.parts_taken_away,
    "R13": measured.given_up,
    "R14": measured.concentration,
    "R15": figures.rights,
    "R16": figures.rights_served,
    "R17": measured.achieved,
    "R18": tested.spared_by_each,
    "R19": tested.first_and_last,
    "R20": tested.not_spared,
    "R21": measured.drifting,
    "R22": measured.tripwires,
    "R23": tested.dossiers,
    "R24": tested.ranges,
    "R25": tested.what_moves_it,
    "R26": figures.assumptions,
}
