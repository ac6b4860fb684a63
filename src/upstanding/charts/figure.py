"""A figure: what it says, what is drawn, and the same for those who do not see it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from html import escape
from pathlib import Path
from typing import Any

import altair as alt
import polars as pl
import vl_convert

from upstanding.charts.theme import INK_2, NAME, SANS

Drawing = alt.TopLevelMixin | str | None
Spec = dict[str, Any]
FONTS = Path(__file__).parent / "fonts"
MOST_ROWS = 200
"""Rows of a table in a page; the CSV holds all."""
_VIEWS = ("layer", "hconcat", "vconcat", "concat", "spec")
_SIZES = ("data", "width", "height", "transform", "name", "title", "view", "resolve", "projection")
"""What of a view speaks for all its layers."""


@dataclass(frozen=True)
class Figure:
    """One figure of a notebook, a report or the application.

    Raises:
        ValueError: if a drawing of the project's own lacks the words of `picture`.

    """

    key: str
    """By which a report names it: "R9"."""
    title: str
    """One sentence, the answer, generated from the data, with a verb."""
    data: pl.DataFrame
    """What is drawn, with column names for people."""
    alt: str
    """What somebody who does not see the drawing is told."""
    drawing: Drawing
    """An Altair chart, an SVG that the project drew, or None: a table alone."""
    notes: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    """Which groups were too small to be shown."""
    picture: str | None = None
    """Whose picture it is, if of a scheme that is told and not on record."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """By name, the numbers that title, notes or text say and that are no cell of the data."""

    def __post_init__(self) -> None:
        if isinstance(self.drawing, str) and self.picture and self.picture not in self.drawing:
            raise ValueError(f"{self.key}: the drawing does not say: {self.picture}")

    @cached_property
    def spec(self) -> Spec:
        """The Vega-Lite specification of a chart, its theme and `picture` within it.

        Raises:
            TypeError: if the drawing is no chart.

        """
        if not isinstance(self.drawing, alt.TopLevelMixin):
            raise TypeError(f"{self.key} is not drawn by Vega-Lite")
        with alt.theme.enable(NAME), alt.data_transformers.enable("default", max_rows=None):
            spec: Spec = self.drawing.to_dict()
        return inscribed(spec, self.picture) if self.picture else spec

    def svg(self) -> str:
        """Return the drawing as SVG with literal colours; nothing where it is a table alone."""
        if self.drawing is None:
            return ""
        return _labelled(self._plain_svg, self.key, self.alt)

    def png(self, scale: float = 2) -> bytes:
        """Return the drawing as PNG, `scale` pixels for each of the SVG; nothing for a table."""
        if self.drawing is None:
            return b""
        _register_fonts()
        return bytes(vl_convert.svg_to_png(self._plain_svg, scale=scale))

    def csv(self) -> str:
        """Return what is drawn as CSV; whose picture it is stands in each row."""
        data = self.data
        if self.picture:
            data = data.with_columns(pl.lit(self.picture).alias("whose picture"))
        return data.write_csv()

    @cached_property
    def _plain_svg(self) -> str:
        if isinstance(self.drawing, str):
            return self.drawing
        _register_fonts()
        return str(vl_convert.vegalite_to_svg(json.dumps(self.spec)))

    def _repr_html_(self) -> str:
        notes = [*self.notes, *([_too_few(self.suppressed)] if self.suppressed else [])]
        return (
            f'<figure><figcaption style="font: 600 18px {SANS}">{escape(self.title)}</figcaption>'
            + self.svg()
            + f'<p style="font: 13px {SANS}; color: {INK_2}">{escape(self.alt)}</p>'
            + "".join(f'<p style="font: 13px {SANS}">{escape(note)}</p>' for note in notes)
            + f"<details{'' if self.drawing else ' open'}><summary>Show as table</summary>"
            + table_of(self.data, self.picture)
            + "</details></figure>"
        )


def inscribed(spec: Spec, picture: str) -> Spec:
    """Return a specification that says whose picture it is in the middle of every view's data.

    There it cannot be cropped away without the data. A view that is split by an encoding is split
    by the operator instead, since words can be laid over nothing else.
    """
    inner = {key: spec[key] for key in _VIEWS if key in spec}
    if "layer" in inner:
        return {**spec, "layer": [*spec["layer"], _words(picture)]}
    if inner:
        return spec | {
            key: inscribed(below, picture)
            if isinstance(below, dict)
            else [inscribed(each, picture) for each in below]
            for key, below in inner.items()
        }
    encoding = dict(spec.get("encoding", {}))
    split = {key: encoding.pop(key) for key in ("row", "column", "facet") if key in encoding}
    outer = {key: value for key, value in spec.items() if key in _SIZES or key.startswith("$")}
    outer |= {
        key: spec[key] for key in ("config", "datasets", "background", "padding") & spec.keys()
    }
    unit = {key: value for key, value in spec.items() if key not in outer} | {"encoding": encoding}
    layered = {"layer": [unit, _words(picture)]}
    if not split:
        return outer | layered
    sizes = {key: outer.pop(key) for key in ("width", "height", "view") if key in outer}
    by: Spec = {key: value for key, value in split.items() if key != "facet"}
    if "facet" in split:
        by = dict(split["facet"])
        outer |= {key: by.pop(key) for key in ("columns", "spacing", "align") if key in by}
    return outer | {"facet": by, "spec": layered | sizes}


def _words(picture: str) -> Spec:
    """Return a layer of words in the middle of a view, whatever its size."""
    middle = {axis: {"expr": f"item.mark.group.{size} / 2"} for axis, size in _AXES.items()}
    size = {"expr": "clamp(item.mark.group.height / 3, 9, 18)"}
    mark = {"type": "text", "text": picture, "fontSize": size, "fontWeight": 600, "fill": INK_2}
    # An opacity of the whole would be a layer of its own, which WeasyPrint cuts off.
    over = {"fillOpacity": 0.5, "align": "center", "baseline": "middle", "tooltip": None}
    return {"data": {"values": [{}]}, "mark": mark | over | middle}


_AXES = {"x": "width", "y": "height"}


def table_of(data: pl.DataFrame, picture: str | None = None) -> str:
    """Return a frame as an HTML table of at most MOST_ROWS rows, numbers to the right."""
    numeric = [data.schema[name].is_numeric() for name in data.columns]
    caption = f"<caption>{escape(picture, quote=False)}</caption>" if picture else ""
    head = "".join(
        f'<th scope="col"{_right(right)}>{escape(name)}</th>'
        for name, right in zip(data.columns, numeric, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{_right(right)}>{escape(said(value))}</td>"
            for value, right in zip(row, numeric, strict=True)
        )
        + "</tr>"
        for row in data.head(MOST_ROWS).iter_rows()
    )
    more = data.height - MOST_ROWS
    foot = f"<p>{more:,} more rows are in the CSV.</p>" if more > 0 else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{foot}"


def said(value: object) -> str:
    """Return a value of a table as people read it.

    >>> said(12345), said(0.123456), said(1234.5), said(None), said(True)
    ('12,345', '0.123', '1,234.5', '', 'yes')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        if 0 < abs(value) < 0.001:
            return f"{value:.1g}"
        return f"{value:,.{3 if abs(value) < 10 else 1}f}".rstrip("0").rstrip(".")
    return str(value)


def _right(right: bool) -> str:
    return ' class="number" style="text-align: right"' if right else ""


def _too_few(groups: tuple[str, ...]) -> str:
    return f"Too small to be shown (fewer than ten people): {', '.join(groups)}."


@cache
def _register_fonts() -> None:
    """Let text be measured, and drawn in a PNG, in the typeface of the theme."""
    vl_convert.register_font_directory(str(FONTS))


def _labelled(svg: str, key: str, told: str) -> str:
    """Return an SVG for a page: named for those who do not see it.

    Names within it begin with the figure's key, since those of all drawings of a page are one set.
    """
    own = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{key}-", svg)
    return own.replace("<svg ", f'<svg role="img" aria-label="{escape(told)}" ', 1)
