"""The blinds: each group a window, each person a pixel, exclusion pulled down from the top.

People of a window are put in order of how much is closed to them, so that those who are shut out
are one dark band whose depth is their share. Between twins one order serves both: the strip by
which the blind is lifted is the people spared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.charts.figure import Figure
from upstanding.charts.raster import address_of, png_of
from upstanding.charts.theme import (
    ACCESS,
    EDGE,
    FADED,
    HARMED_BAND,
    INK,
    INK_2,
    SANS,
    SHEET,
    SPARED_BAND,
)
from upstanding.charts.windows import ACROSS, GAP, SMALLEST, Place, Windows, placed
from upstanding.words import counted, joined

Levels = NDArray[np.uint8]
FREE = len(ACCESS) - 1
"""The level of access of those to whom nothing is closed."""
AT_LEAST = (10, 7, 5, 3, 2, 1, 0)
"""Services closed at each level of access, at least."""
BANDS = (
    "10 or more closed",
    "7 to 9 closed",
    "5 or 6 closed",
    "3 or 4 closed",
    "2 closed",
    "1 service closed",
    "nothing closed",
)
FATES = ("barred in both", "spared", "newly harmed", "barred in neither")
_FATE_COLOURS = (ACCESS[1], SPARED_BAND, HARMED_BAND, FADED)
_LABEL = 58
"""Pixels below a window for its name and its numbers."""
_LEGEND = 30
_MARGIN = 8


def levels_of(closed: NDArray[np.uint32]) -> Levels:
    """Return levels of access 0..6 of people from bits of the services closed to each.

    6 is that nothing is closed; below that, AT_LEAST tells how many are.
    """
    number = np.bitwise_count(closed)
    return (FREE - np.searchsorted(sorted(AT_LEAST)[1:], number, side="right")).astype(np.uint8)


def blinds(
    levels: Levels, windows: Windows, *, key: str = "R2", when: str, picture: str | None = None
) -> Figure:
    """Return the blinds of one run.

    Args:
        levels: (citizens,) level of access, 0 to 6.
        windows: Where each citizen belongs.
        key: By which a report names the figure.
        when: As in "after week 156".
        picture: Whose picture it is, if of a scheme that is told and not on record.

    """
    order = np.lexsort((levels, windows.of))
    table = _table(levels, windows, BANDS)
    sizes = windows.sizes().tolist()
    barred = [size - free for size, free in zip(sizes, table[BANDS[FREE]], strict=True)]
    title = f"{_some(sum(barred), sum(sizes), 'barred from something')} {when}"
    plate = _Plate(
        [
            (f"{out:,} of {size:,}", f"{out / max(size, 1):.1%} barred")
            for out, size in zip(barred, sizes, strict=True)
        ],
        [[out] for out in barred],
        list(zip(BANDS, ACCESS, strict=True)),
    )
    return Figure(
        key,
        title,
        table.filter(pl.col("people") >= SMALLEST),
        f"Blinds: {_extremes(windows.names, barred, sizes, 'barred')}",
        _drawn(plate, levels, order, windows, title, picture),
        ("Each pixel is a person who does not exist; the darker, the more is closed to her.",),
        _small(windows),
        picture,
        {"barred": sum(barred), "people": sum(sizes), **_numbers(windows.names, barred, sizes)},
    )


def twin_blinds(
    levels: Levels,
    twin: Levels,
    windows: Windows,
    *,
    key: str = "R2b",
    when: str,
    change: str,
    picture: str | None = None,
) -> Figure:
    """Return the blinds of two twins as one: what the change lifts, and what it pulls down.

    Args:
        levels: (citizens,) level of access without the change, 0 to 6.
        twin: (citizens,) the same with it.
        windows: Where each citizen belongs.
        key: By which a report names the figure.
        when: As in "after week 156".
        change: What differs, as in "Hearing people first".
        picture: Whose picture it is, if of a scheme that is told and not on record.

    """
    fates = np.where(levels < FREE, (twin == FREE) * 1, 2 + (twin == FREE)).astype(np.uint8)
    order = np.lexsort((twin, levels, fates, windows.of))
    table = _table(fates, windows, FATES)
    both, spared, harmed, _ = (table[fate].to_list() for fate in FATES)
    out = sum(both) + sum(spared)
    freed = f"spares {sum(spared):,} of {out:,} who were barred"
    title = f"{change} {freed if out else 'finds nobody barred'}"
    title += f" and newly bars {sum(harmed):,}, {when}"
    plate = _Plate(
        [
            (f"{freed:,} spared,", f"{worse:,} newly harmed")
            for freed, worse in zip(spared, harmed, strict=True)
        ],
        [
            [stay, stay + freed, stay + freed + worse]
            for stay, freed, worse in zip(both, spared, harmed, strict=True)
        ],
        list(zip(FATES, _FATE_COLOURS, strict=True)),
    )
    sizes = windows.sizes().tolist()
    return Figure(
        key,
        title,
        table.filter(pl.col("people") >= SMALLEST),
        f"Blinds of two twins: {_extremes(windows.names, spared, sizes, 'spared')}",
        _drawn(plate, fates, order, windows, title, picture),
        (
            "Same people, same choices, same luck; people stand in one order for both.",
            "Whoever is barred in both may be barred from more or from less.",
        ),
        _small(windows),
        picture,
        {
            "barred before": out,
            "spared": sum(spared),
            "newly barred": sum(harmed),
            **_numbers(windows.names, spared, sizes),
        },
    )


@dataclass(frozen=True)
class _Plate:
    """What stands beside the pixels."""

    told: Sequence[tuple[str, str]]
    """Two lines for each window, below its name."""
    edges: Sequence[Sequence[int]]
    """Of each window, after how many people a line of ink is drawn."""
    bands: Sequence[tuple[str, str]]
    """What each code means, and its colour."""


def _drawn(
    plate: _Plate,
    codes: Levels,
    order: NDArray[np.intp],
    windows: Windows,
    title: str,
    picture: str | None,
) -> str:
    """Return the windows as SVG: pixels in the given order of people, edges, words."""
    sizes = windows.sizes().tolist()
    places, height = placed(sizes, _LABEL)
    ends = np.cumsum([int((windows.of < 0).sum()), *sizes])
    parts = []
    for place in places:
        people = codes[order[ends[place.window] : ends[place.window + 1]]]
        parts.append(_window(place, people, plate, windows.names[place.window], picture))
    if not places:
        parts.append(_text(0, 20, f"No group has {SMALLEST} people. {picture or ''}", INK))
    parts.append(_legend(plate.bands, height + 8))
    wide, high = ACROSS + 2 * _MARGIN, height + _LEGEND + 2 * _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high:g}" '
        f'viewBox="0 0 {wide} {high:g}"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="{SHEET}"/>'
        f'<g transform="translate({_MARGIN},{_MARGIN})">{"".join(parts)}</g></svg>'
    )


def _window(place: Place, people: Levels, plate: _Plate, name: str, picture: str | None) -> str:
    nobody = len(plate.bands)
    codes = np.full(place.rows * place.columns, nobody, np.uint8)
    codes[: people.size] = people
    png = png_of(codes.reshape(place.rows, -1), [colour for _, colour in plate.bands])
    box = f'x="{place.left:g}" y="{place.top:g}" width="{place.width:g}" height="{place.height:g}"'
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:g},{y:g}" for x, y in place.edge(after))}" '
        f'fill="none" stroke="{INK}" stroke-width="1"/>'
        for after in sorted(set(plate.edges[place.window]) - {0})
    )
    below = place.top + place.height
    return (
        f'<image {box} preserveAspectRatio="none" image-rendering="optimizeSpeed" '
        f'style="image-rendering: pixelated" href="{address_of(png)}"/>{lines}'
        f'<rect {box} fill="none" stroke="{EDGE}" stroke-width="1"/>'
        + (_inscription(place, picture) if picture else "")
        + _text(place.left, below + 16, name, INK, 600)
        + _text(place.left, below + 29, plate.told[place.window][0], INK_2, size=10)
        + _text(place.left, below + 42, plate.told[place.window][1], INK_2, size=10)
    )


def _inscription(place: Place, picture: str) -> str:
    """Return words across the middle of a window, to be read on dark and on pale alike."""
    size = max(8, min(18, place.width / (0.6 * len(picture))))
    at = (
        f'x="{place.left + place.width / 2:g}" y="{place.top + place.height / 2 + size / 3:g}" '
        f'text-anchor="middle" font-family="{SANS}" font-size="{size:.3g}" font-weight="600"'
    )
    words = escape(picture, quote=False)
    return (
        f'<text {at} fill="none" stroke="{SHEET}" stroke-width="3" stroke-opacity="0.6" '
        f'aria-hidden="true">{words}</text>'
        f'<text {at} fill="{INK_2}" fill-opacity="0.8">{words}</text>'
    )


def _legend(bands: Sequence[tuple[str, str]], top: float) -> str:
    """Return what the colours mean, in words, from dark to light."""
    parts, left = [], 0.0
    for label, colour in bands:
        parts.append(
            f'<rect x="{left:g}" y="{top:g}" width="12" height="12" fill="{colour}" '
            f'stroke="{EDGE}" stroke-width="1"/>'
            + _text(left + 17, top + 10, label, INK_2, size=10)
        )
        left += 17 + 5.6 * len(label) + GAP
    return "".join(parts)


def _text(x: float, y: float, words: str, colour: str, weight: int = 400, size: float = 12) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="{SANS}" font-size="{size:g}" '
        f'font-weight="{weight}" fill="{colour}">{escape(words, quote=False)}</text>'
    )


def _table(codes: Levels, windows: Windows, names: Sequence[str]) -> pl.DataFrame:
    """Return a row a window: its name, its people, and how many have each code."""
    inside = windows.of >= 0
    joint = windows.of[inside].astype(np.int64) * len(names) + codes[inside]
    counts = np.bincount(joint, minlength=len(windows.names) * len(names))
    by_code = counts.reshape(len(windows.names), len(names))
    return pl.DataFrame(
        {"window": windows.names, "people": by_code.sum(axis=1)}
        | {name: by_code[:, code] for code, name in enumerate(names)}
    )


def _numbers(names: Sequence[str], parts: Sequence[int], sizes: Sequence[int]) -> dict[str, float]:
    """Return how many of each window, and which share, and how many windows are drawn."""
    drawn = [row for row in zip(names, parts, sizes, strict=True) if row[2] >= SMALLEST]
    return (
        {"windows": len(drawn)}
        | {f"of {name}": part for name, part, _ in drawn}
        | {f"share of {name}": part / size for name, part, size in drawn}
    )


def _small(windows: Windows) -> tuple[str, ...]:
    sizes = windows.sizes().tolist()
    return tuple(name for name, size in zip(windows.names, sizes, strict=True) if size < SMALLEST)


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}" + (f" ({part / whole:.1%})" if whole else "")


def _some(part: int, whole: int, what: str) -> str:
    are = "is" if part == 1 else "are"
    return f"{part:,} of {counted(whole, 'person', 'people')} {are} {what}"


def _extremes(names: Sequence[str], parts: Sequence[int], sizes: Sequence[int], what: str) -> str:
    """Say of which window the largest and the smallest share is, or of the only one."""
    shown = [
        (part / size, name, part, size)
        for name, part, size in zip(names, parts, sizes, strict=True)
        if size >= SMALLEST
    ]
    if not shown:
        return f"no window has {SMALLEST} people."
    ends = dict.fromkeys((max(shown), min(shown)))
    each = joined(f"{_share(part, size)} in {name}" for _, name, part, size in ends)
    between = f"; {len(shown)} windows, the most and the least" if len(shown) > 1 else ""
    return f"{what} are {each}{between}."
