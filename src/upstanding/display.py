"""How runs, twins and stories show themselves in a notebook: a sentence, then the blinds."""

from html import escape

from upstanding.charts.blinds import blinds, levels_of, twin_blinds
from upstanding.charts.figure import Figure, table_of
from upstanding.charts.theme import SANS, SERIF
from upstanding.charts.windows import Windows
from upstanding.finding import find
from upstanding.measures.lives import lives_of
from upstanding.run import Run
from upstanding.story import Story
from upstanding.twins.twins import Twins
from upstanding.words import day, picture_of

FIRST = 8
"""People of whom it is shown where their two lives part."""


def figure_of_run(run: Run) -> Figure:
    """Return the blinds of a run at its end, a window for each fifth of incomes."""
    lives = lives_of(run)
    windows = Windows.by(run.citizens["income"], lives.counted, "income fifth {}")
    picture = picture_of(run.plan.scheme.file.status)
    return blinds(levels_of(lives.closed[-1]), windows, when=_when(run), picture=picture)


def figure_of_twins(twins: Twins) -> Figure:
    """Return the blinds of twins at their end, a window for each fifth of incomes."""
    before, after = (levels_of(lives.closed[-1]) for lives in twins.lives)
    windows = Windows.by(twins.before.citizens["income"], twins.counted, "income fifth {}")
    return twin_blinds(
        before,
        after,
        windows,
        when=_when(twins.before),
        change=f"“{twins.labels[1]}”",
        picture=twins.picture,
    )


def of_run(run: Run) -> str:
    """Return a run as HTML: the blinds, and its finding; the finding alone without standing."""
    drawn = figure_of_run(run)._repr_html_() if run.plan.standing else ""
    found = find(run)
    whose = f", {picture}" if (picture := found.numbers["picture"]) else ""
    head = f"In this model of synthetic people, under `{found.scheme}`{whose}:"
    lines = "".join(f"<li>{escape(statement)}</li>" for statement in found.statements)
    return (
        f'{drawn}<details style="font: 14px {SANS}"><summary>The finding</summary>'
        f"<p>{escape(head)}</p><ul>{lines}</ul></details>"
    )


def of_twins(twins: Twins) -> str:
    """Return twins as HTML: who is spared, the blinds, where the first lives part."""
    head = f'<p style="font: 600 17px {SERIF}">{escape(str(twins))}</p>'
    if twins.is_unchanged:
        return head
    people = "".join(
        f"<details><summary>{escape(title)}: {found.height:,}</summary>"
        f"{table_of(found.head(FIRST), twins.picture)}</details>"
        for title, found in (("Spared", twins.spared), ("Newly harmed", twins.newly_harmed))
    )
    drawn = figure_of_twins(twins)._repr_html_()
    return f'<div style="font: 14px {SANS}">{head}{drawn}{people}</div>'


def of_story(story: Story) -> str:
    """Return a story as HTML: a line for each sentence, with its date."""
    lines = "".join(
        f"<tr><td>{day(sentence.date)}</td><td>{escape(sentence.text)}</td></tr>"
        for sentence in story.sentences
    )
    return (
        f'<div style="font: 14px {SANS}"><p style="font: 600 17px {SERIF}">{escape(story.head)}</p>'
        f"<table>{lines}</table><p>{escape(story.standing)}</p></div>"
    )


def _when(run: Run) -> str:
    return f"after week {run.plan.weeks}"
