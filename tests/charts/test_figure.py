"""A figure shows, tells and lists the same; whose picture it is stands within it."""

import re

import altair as alt
import polars as pl
import pytest

from upstanding.charts.figure import Figure
from upstanding.charts.theme import ACCESS, GLASS, INK, SEAL, SHEET, SPARED

DATA = pl.DataFrame({"group": ["a", "b", "c"], "people": [120, 1_200, 40], "half": ["x", "x", "y"]})
BARS = alt.Chart(DATA).mark_bar().encode(x="people:Q", y="group:N")
POINTS = alt.Chart(DATA).mark_point().encode(x="people:Q", y="group:N")
WHOSE = "the essay's picture"
SHAPES = {
    "unit": (BARS, 1),
    "layers": (BARS + POINTS, 1),
    "beside": (BARS | POINTS, 2),
    "above": (BARS & (BARS + POINTS), 2),
    "split by operator": (BARS.facet(row="half:N"), 2),
    "split by row": (BARS.encode(row="half:N"), 2),
    "split by facet": (BARS.encode(facet=alt.Facet("half:N", columns=1)), 2),
    "sized": (BARS.properties(width=300, height=90), 1),
}


def figure(drawing: alt.TopLevelMixin | str | None, picture: str | None = None) -> Figure:
    return Figure(
        "R9", "b has most people", DATA, "Bars by group: b 1,200.", drawing, (), (), picture
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_every_view_of_a_told_scheme_says_whose_picture_it_is(shape):
    drawing, views = SHAPES[shape]
    assert figure(drawing, WHOSE).svg().count(WHOSE) == views
    assert WHOSE not in figure(drawing).svg()


def test_the_words_lie_in_the_middle_of_the_data():
    svg = figure(SHAPES["sized"][0], WHOSE).svg()
    x, y = map(float, re.search(rf'translate\(([\d.]+),([\d.]+)\)"[^>]*>{WHOSE}', svg).groups())
    assert x == pytest.approx(150)
    assert y == pytest.approx(45, abs=10)


def test_what_is_drawn_is_the_same_with_the_words():
    def bars(svg: str) -> list[str]:
        return re.findall(r'aria-label="(?:people|group)[^"]*"[^>]*? d="([^"]*)"', svg)

    plain, told = figure(BARS).svg(), figure(BARS, WHOSE).svg()
    assert len(bars(plain)) == 3
    assert bars(plain) == bars(told)


def test_a_drawing_of_our_own_must_say_whose_picture_it_is():
    with pytest.raises(ValueError, match="the essay's picture"):
        figure("<svg xmlns='x'></svg>", WHOSE)
    assert figure(f'<svg xmlns="x"><text>{WHOSE}</text></svg>', WHOSE).svg()


def test_colours_are_literal_and_corners_square():
    svg = figure(BARS).svg()
    assert "var(" not in svg
    assert "gradient" not in svg.lower()
    assert f'fill="{INK}"' in svg
    assert SHEET in svg


def test_names_within_a_drawing_are_its_own():
    drawn = '<svg><clipPath id="c1"/><g clip-path="url(#c1)"/><use href="#c1"/></svg>'
    svg = figure(drawn).svg()
    assert svg.count("R9-c1") == 3


def test_it_is_told_and_listed():
    page = figure(BARS, WHOSE)._repr_html_()
    assert "b has most people" in page
    assert "Bars by group: b 1,200." in page
    assert "<td" in page
    assert "1,200" in page
    assert f"<caption>{WHOSE}</caption>" in page
    rows = figure(BARS, WHOSE).csv().splitlines()
    assert rows[0] == "group,people,half,whose picture"
    assert rows[2] == f"b,1200,x,{WHOSE}"
    assert figure(None).svg() == ""
    assert "<details open>" in figure(None)._repr_html_()


def test_text_is_measured_in_the_typeface_of_the_theme():
    names = pl.DataFrame({"group": ["a name as long as this"], "people": [1]})
    bars = alt.Chart(names).mark_bar().encode(x="people:Q", y="group:N").properties(width=100)

    def wide(font: str) -> float:
        svg = figure(bars.configure_axis(labelFont=font)).svg()
        return float(re.search(r'width="([\d.]+)"', svg).group(1))

    assert wide("Public Sans") != wide("no such typeface")
    assert figure(BARS).png(scale=2).startswith(b"\x89PNG")


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by WCAG 2.2."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        lin = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), lin, strict=True))

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_words_can_be_read():
    for ground in (GLASS, SHEET):
        assert contrast(INK, ground) > 7
        assert contrast(SEAL, ground) > 4.5
        assert contrast(SPARED, ground) > 4.5


def test_the_ramp_goes_from_dark_to_light():
    against_white = [contrast(colour, "#FFFFFF") for colour in ACCESS]
    assert against_white == sorted(against_white, reverse=True)
