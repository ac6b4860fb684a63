"""A report as a page and a folder: HTML that opens offline, and every number in files beside it."""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from upstanding.charts import theme
from upstanding.charts.figure import FONTS, Figure, said, table_of
from upstanding.engine.files import telling
from upstanding.report.draft import Draft
from upstanding.report.impact import Impact
from upstanding.report.law import law
from upstanding.report.sections import SECTIONS

FACES = (
    ("Newsreader", 400, "newsreader-latin-400-normal.woff2"),
    ("Newsreader", 600, "newsreader-latin-600-normal.woff2"),
    ("Public Sans", 400, "public-sans-latin-400-normal.woff2"),
    ("Public Sans", 600, "public-sans-latin-600-normal.woff2"),
    ("IBM Plex Mono", 400, "ibm-plex-mono-latin-400-normal.woff2"),
)
NUMBERS = "numbers.json"
ACROSS = 668
"""Pixels across the text of a sheet, at 96 to the inch."""


@dataclass(frozen=True)
class Report:
    """A report that was made, before it is written."""

    html: str
    files: dict[str, str]
    """By name: the CSV and SVG of each figure, and every number said."""


def report_of(impact: Impact, *, beside: str, call: str) -> Report:
    """Return the report of an impact.

    `beside` is the name of the folder of its files, as links name it; `call` is the command that
    makes it again.
    """
    draft, pages = Draft(impact), _pages()
    sections = []
    for section in SECTIONS:
        filled = section.fill(draft)
        if filled is not None:
            body = pages.get_template(section.template).render(
                **filled, section=section, draft=draft, beside=beside, call=call
            )
            sections.append((section, Markup(body)))
    plan = impact.run.plan
    html = pages.get_template("page.html").render(
        sections=sections,
        impact=impact,
        plan=plan,
        law=law(),
        opening=_opening(draft),
        picture=impact.picture,
        faces=[(family, weight, _inline(file)) for family, weight, file in FACES],
        theme=theme,
        beside=beside,
    )
    files = {NUMBERS: draft.numbers.to_json(draft.words_of_figures())}
    for name, text in _files(draft.figures.values()):
        files[name] = text
    return Report(html, files)


def _opening(draft: Draft) -> Markup:
    plan = draft.impact.run.plan
    return draft.say(
        "opening",
        "{citizens:synthetic person|synthetic people} of the society “{society}” lived "
        "{weeks:week|weeks} under “{scheme}” (seed {seed}). No real person is here.",
        citizens=plan.citizens,
        society=plan.society.name,
        weeks=plan.weeks,
        scheme=plan.scheme.label,
        seed=plan.seed,
    )


def _files(figures: Iterable[Figure]) -> Iterator[tuple[str, str]]:
    for figure in figures:
        yield f"{figure.key}.csv", figure.csv()
        if figure.drawing is not None:
            yield f"{figure.key}.svg", figure.svg()


def write(report: Report, page: Path) -> list[Path]:
    """Write a report's page, and its files into the folder `beside` it; return what was written."""
    folder = folder_of(page)
    with telling("create this directory", folder):
        folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path, text in [
        (page, report.html),
        *((folder / name, text) for name, text in report.files.items()),
    ]:
        with telling("write this file", path):
            path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def folder_of(page: Path) -> Path:
    """Return the folder of a report's files: impact.html has impact.files."""
    return page.with_suffix(".files")


def _chance(share: float) -> str:
    return "under 0.1%" if 0 < share < 0.001 else f"{share:.1%}"


def _fitted(svg: str) -> str:
    """Return a drawing no wider than a sheet of paper; on a screen it may be as wide as it is.

    WeasyPrint knows no automatic height.
    """
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    assert size
    width, height = map(float, size.groups())
    scale = min(1.0, ACROSS / width)
    fitted = f'width="{width * scale:g}" height="{height * scale:g}" style="--width: {width:g}px"'
    return svg.replace(size[0], fitted, 1)


@cache
def _pages() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("upstanding.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["table_of"] = lambda figure: Markup(table_of(figure.data, figure.picture))
    environment.globals["drawing_of"] = lambda figure: Markup(_fitted(figure.svg()))
    environment.globals["said"] = said
    environment.globals["chance"] = _chance
    return environment


@cache
def _inline(file: str) -> str:
    """Return a typeface as an address that holds it."""
    data = base64.b64encode((FONTS / file).read_bytes()).decode()
    return f"data:font/woff2;base64,{data}"
