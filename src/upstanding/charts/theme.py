"""The identity: pale glass, ink, one blind. Tokens, type, and the theme of ordinary charts.

Light means access, dark means shut out. SEAL marks nothing but harm that the shown change causes or
a right that is engaged, SPARED nothing but counterfactual gain, DOUBT uncertainty and what is
invented. Square corners, rules of 1 px, no gradients and no shadows.
"""

from typing import Any, cast

import altair as alt

GLASS = "#EDF1EE"
SHEET = "#FAFBF9"
INK = "#14201C"
INK_2 = "#46554F"
SEAL = "#B83A1B"
SPARED = "#1B5FA8"
DOUBT = "#6B5A8E"
EDGE = "#6F7E78"
HAIRLINE = "#C9D2CC"
"""Grid lines and rules between rows; decoration only."""
FADED = "#E3E9E5"
"""What a change left as it was, in a picture of the difference."""

ACCESS = ("#101A2B", "#1D3347", "#2E5161", "#4B7377", "#76968F", "#A9BDB0", "#DCE6D9")
"""From barred to free, in seven steps of which neighbours differ little: label them."""
SPARED_BAND = "#7DB8F5"
HARMED_BAND = "#FF8A5C"
"""The lighter pair, for the blinds of two twins; close their lower edge with a line of ink."""

SERIF = "Newsreader, Georgia, 'Times New Roman', serif"
SANS = "'Public Sans', 'Helvetica Neue', Arial, sans-serif"
MONO = "'IBM Plex Mono', Menlo, Consolas, monospace"

WIDTH = 600
"""Pixels of the drawing of an ordinary chart, axes not counted."""
PROPOSED = {"shape": "square", "filled": True, "color": INK, "size": 60}
SAFEGUARDED = {"shape": "circle", "filled": False, "color": SPARED, "size": 60, "strokeWidth": 2}
HARMED = {"shape": "triangle-up", "filled": True, "color": SEAL, "size": 70}
INTERVAL = {"height": 5, "color": DOUBT, "opacity": 0.35}
"""Marks: as proposed, with a safeguard, newly harmed (as `mark_point(**PROPOSED)`), and the flat
bar of an interval (as `mark_bar(**INTERVAL)`)."""

NAME = "upstanding"


@alt.theme.register(NAME, enable=False)
def theme() -> alt.theme.ThemeConfig:
    """Return the Vega-Lite configuration of all charts."""
    words = {"labelColor": INK_2, "titleColor": INK_2, "labelFontSize": 12, "titleFontSize": 12}
    config: dict[str, Any] = {
        "background": SHEET,
        "font": SANS,
        "padding": 8,
        "view": {
            "continuousWidth": WIDTH,
            "continuousHeight": 260,
            "discreteWidth": WIDTH,
            "stroke": None,
            "step": 24,
        },
        "axis": {
            **words,
            "titleFontWeight": "normal",
            "labelLimit": 260,
            "titleLimit": 480,
            "domainColor": EDGE,
            "domainWidth": 1,
            "gridColor": HAIRLINE,
            "gridWidth": 1,
            "tickColor": EDGE,
            "tickWidth": 1,
        },
        "axisY": {"titleAnchor": "end", "titleAngle": 0, "titleAlign": "left", "titleY": -10},
        "axisBand": {"grid": False, "ticks": False, "domain": False},
        "axisPoint": {"grid": False, "ticks": False, "domain": False},
        "header": {**words, "labelFontWeight": 600, "labelColor": INK, "labelLimit": 400},
        "legend": {
            **words,
            "titleFontWeight": "normal",
            "labelLimit": 320,
            "orient": "top",
            "symbolStrokeWidth": 1,
        },
        "title": {"color": INK, "fontSize": 14, "fontWeight": 600, "anchor": "start"},
        "arc": {"fill": INK},
        "area": {"color": ACCESS[4], "line": {"color": INK, "strokeWidth": 1}},
        "bar": {"color": INK, "cornerRadius": 0},
        "line": {"color": INK, "strokeWidth": 1.5},
        "point": {"color": INK, "filled": True, "size": 60, "opacity": 1},
        "rect": {"color": INK},
        "rule": {"color": EDGE, "strokeWidth": 1},
        "text": {"color": INK, "fontSize": 12},
        "tick": {"color": INK},
        "range": {
            "category": [INK, ACCESS[3], ACCESS[5], EDGE, ACCESS[2], ACCESS[4]],
            "ordinal": list(ACCESS),
            "ramp": list(reversed(ACCESS)),
            "heatmap": list(reversed(ACCESS)),
        },
    }
    return cast("alt.theme.ThemeConfig", {"config": config})
