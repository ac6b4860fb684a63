"""A report while it is written: its impact, its numbers, the figures shown so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from upstanding.charts.figure import Figure
from upstanding.report.impact import Impact
from upstanding.report.parts import FIGURES
from upstanding.report.say import Numbers, Value


@dataclass
class Draft:
    """What sections are filled from, and where they leave their figures and numbers."""

    impact: Impact
    numbers: Numbers = field(default_factory=Numbers)
    figures: dict[str, Figure] = field(default_factory=dict)

    def say(self, name: str, template: str, /, **values: Value) -> Markup:
        """Return a sentence; see `Numbers.say`."""
        return self.numbers.say(name, template, **values)

    def show(self, *keys: str) -> list[Figure]:
        """Make the figures of these keys that can be made of the impact, and keep them."""
        shown = []
        for key in keys:
            make = FIGURES[key]
            for figure in make(self.impact):
                if figure.key in self.figures:
                    raise ValueError(f"two figures are called {figure.key}")
                self.figures[figure.key] = figure
                shown.append(figure)
        return shown

    def words_of_figures(self) -> Mapping[str, Any]:
        """Return what is said of each figure, and the numbers said that are no cell of its data."""
        return {
            key: {
                "title": figure.title,
                "alt": figure.alt,
                "notes": figure.notes,
                "numbers": dict(figure.numbers),
                "suppressed": figure.suppressed,
            }
            for key, figure in self.figures.items()
        }
