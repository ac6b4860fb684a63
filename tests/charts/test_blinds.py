"""Every pixel of the blinds is a person, and those who are shut out are on top."""

import base64
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from upstanding.charts.blinds import AT_LEAST, FREE, blinds, levels_of, twin_blinds
from upstanding.charts.theme import ACCESS, FADED, HARMED_BAND, INK, SPARED_BAND
from upstanding.charts.windows import ACROSS, GAP, Windows, placed

RNG = np.random.default_rng(3)
CITIZENS = 30_000
CLOSED = np.where(RNG.random(CITIZENS) < 0.1, RNG.integers(1, 4096, CITIZENS), 0).astype(np.uint32)
LEVELS = levels_of(CLOSED)
TWIN = np.where(RNG.random(CITIZENS) < 0.3, FREE, LEVELS).astype(np.uint8)
TWIN[(LEVELS == FREE) & (RNG.random(CITIZENS) < 0.01)] = 2
COUNTED = RNG.random(CITIZENS) < 0.99
GROUPS = pl.Series(np.searchsorted([0.6, 0.9, 0.9997], RNG.random(CITIZENS)))
WINDOWS = Windows.by(GROUPS, COUNTED, "group {}")
WHOSE = "the essay's picture"


def drawn(svg: str) -> list[list[str | None]]:
    """Return the pixels of each window, row by row, as colours; None where nobody stands."""
    root = ET.fromstring(svg)
    images = [node for node in root.iter() if node.tag.endswith("image")]
    return [pixels(base64.b64decode(node.get("href").partition(",")[2])) for node in images]


def pixels(png: bytes) -> list[str | None]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0] == zlib.crc32(
            kind + body
        )
        chunks[kind] = body
        at += 12 + size
    columns, rows = struct.unpack(">II", chunks[b"IHDR"][:8])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(rows, columns + 1)
    assert not lines[:, 0].any()
    palette = chunks[b"PLTE"]
    colours = ["#" + palette[i : i + 3].hex().upper() for i in range(0, len(palette) - 3, 3)]
    return [colours[code] if code < len(colours) else None for code in lines[:, 1:].ravel()]


def test_levels_follow_the_number_of_services_closed():
    closed = np.array([(1 << number) - 1 for number in range(14)], np.uint32)
    expected = [
        next(level for level, few in enumerate(AT_LEAST) if number >= few) for number in range(14)
    ]
    assert levels_of(closed).tolist() == expected
    assert levels_of(np.array([0, 8], np.uint32)).tolist() == [FREE, FREE - 1]


def test_every_person_counted_is_one_pixel_and_the_barred_hang_from_the_top():
    figure = blinds(LEVELS, WINDOWS, when="after week 8")
    windows = drawn(figure.svg())
    assert len(windows) == 3
    for group, window in enumerate(windows):
        people = LEVELS[COUNTED & (GROUPS.to_numpy() == group)]
        assert [colour for colour in window if colour] == [
            ACCESS[level] for level in sorted(people)
        ]
        assert window[len(people) :] == [None] * (len(window) - len(people))


def test_small_groups_are_named_and_not_drawn():
    sizes = WINDOWS.sizes()
    assert 0 < sizes[3] < 10
    figure = blinds(LEVELS, WINDOWS, when="after week 8")
    assert figure.suppressed == ("group 3",)
    assert "group 3" not in figure.svg()
    assert "group 3" not in figure.csv()


def test_the_line_lies_between_the_barred_and_the_rest():
    figure = blinds(LEVELS, WINDOWS, when="after week 8")
    lines = re.findall(rf'polyline points="([^"]+)" fill="none" stroke="{INK}"', figure.svg())
    places, _ = placed(WINDOWS.sizes().tolist(), 58)
    for line, place in zip(lines, places, strict=True):
        group = COUNTED & (GROUPS.to_numpy() == place.window)
        points = [tuple(map(float, point.split(","))) for point in line.split()]
        above = sum((x2 - x1) * (y1 - place.top) for (x1, y1), (x2, _) in pairwise(points))
        person = place.width * place.height / place.columns / place.rows
        assert above / person == pytest.approx((LEVELS[group] < FREE).sum(), rel=1e-3)


def test_the_title_and_the_words_count_the_barred():
    figure = blinds(LEVELS, WINDOWS, when="after week 8", picture=WHOSE)
    barred = int((LEVELS[COUNTED] < FREE).sum())
    assert figure.title.startswith(f"{barred:,} of {COUNTED.sum():,} people are barred")
    assert figure.title.endswith("after week 8")
    share = figure.data.with_columns(pl.col("people") - pl.col("nothing closed"))
    largest = share.row(0, named=True)
    assert f"{largest['people']:,} of" in figure.svg()
    assert figure.svg().count(f">{WHOSE}<") == 2 * 3


def test_twins_share_one_order_and_the_spared_are_one_strip():
    figure = twin_blinds(LEVELS, TWIN, WINDOWS, when="after week 8", change="Hearing people")
    for group, window in enumerate(drawn(figure.svg())):
        inside = COUNTED & (GROUPS.to_numpy() == group)
        before, after = LEVELS[inside] < FREE, TWIN[inside] < FREE
        expected = [
            *[ACCESS[1]] * (before & after).sum(),
            *[SPARED_BAND] * (before & ~after).sum(),
            *[HARMED_BAND] * (~before & after).sum(),
            *[FADED] * (~before & ~after).sum(),
        ]
        assert [colour for colour in window if colour] == expected
    spared = int(((LEVELS < FREE) & (TWIN == FREE) & COUNTED).sum())
    assert f"spares {spared:,} of" in figure.title


def test_identical_twins_show_nobody_spared_or_harmed():
    figure = twin_blinds(LEVELS, LEVELS, WINDOWS, when="after week 8", change="Nothing")
    colours = {colour for window in drawn(figure.svg()) for colour in window if colour}
    assert colours == {ACCESS[1], FADED}
    assert "spares 0 of" in figure.title
    assert "newly bars 0" in figure.title


def test_the_file_is_small_and_draws_as_png():
    one = Windows.one(COUNTED)
    figure = blinds(LEVELS, one, when="after week 8")
    assert len(figure.svg()) < 20_000
    assert figure.png(scale=1).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "sizes", [[30_000], [18_000, 9_000, 50, 12], [500] * 48, [500] * 200, [9, 3], [10**6, 10]]
)
def test_windows_lie_beside_each_other(sizes):
    places, height = placed(sizes, 58)
    assert [place.window for place in places] == [w for w, n in enumerate(sizes) if n >= 10]
    for place in places:
        assert place.left + place.width <= ACROSS + 1e-6
        assert place.top + place.height <= height
        assert place.columns * (place.rows - 1) < sizes[place.window] <= place.columns * place.rows
    for one, next_ in pairwise(places):
        beside = next_.left >= one.left + one.width + GAP - 1e-6
        assert beside or next_.top >= one.top + one.height + 58 - 1e-6


def test_nobody_is_drawn_where_every_group_is_small():
    few = Windows.by(pl.Series([0, 1, 2]), np.ones(3, np.bool_))
    figure = blinds(np.full(3, FREE, np.uint8), few, when="after week 8", picture=WHOSE)
    assert WHOSE in figure.svg()
    assert figure.suppressed == ("0", "1", "2")
