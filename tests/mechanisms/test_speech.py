"""The decision to speak: its numbers, that it loses least, and that integers decide as it does."""

from collections import Counter
from decimal import Decimal
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstanding.clockwork.dice import U64
from upstanding.clockwork.names import OUTCOMES, Names
from upstanding.mechanisms import conduct, speech
from upstanding.mechanisms.speech import (
    NEVER,
    Tolerance,
    proportional_peak,
    switches,
    uniform_switch,
)

Punishment = Literal["uniform", "proportional"]
ONE = 1 << 32
FINE = Decimal("1e-9")


def decimals(low: str, high: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=3)


@pytest.mark.parametrize(
    ("v", "p", "point"),
    [("0.2", "0.6", "0.711538462"), ("0.2", "2", None), ("0.5", "0.6", "0.785714286")],
)
def test_published_switches_of_a_uniform_fine(v: str, p: str, point: str | None) -> None:
    found = uniform_switch(Decimal(1), Decimal(v), Decimal("0.25"), Decimal(p))
    expected = NEVER if point is None else Decimal(point)
    assert abs(found - expected) <= FINE


@pytest.mark.parametrize(
    ("v", "p", "point"), [("0.2", "1", "0.625"), ("0.5", "1.5", "0.291666667")]
)
def test_published_peaks_of_a_proportional_fine(v: str, p: str, point: str) -> None:
    found = proportional_peak(Decimal(1), Decimal(v), Decimal("0.25"), Decimal(p))
    assert abs(found - Decimal(point)) <= FINE


def test_where_all_is_seen_only_the_bold_speak() -> None:
    tolerance = Decimal("0.25")
    assert proportional_peak(Decimal(1), Decimal(1), tolerance, Decimal(1)) == NEVER
    assert proportional_peak(Decimal("0.9"), Decimal(1), tolerance, Decimal(1)) == tolerance


def loss(kind: Punishment, b: float, v: float, t: float, p: float, d: float, a: float) -> float:
    """Return what silence and punishment cost, as Daymude, Axelrod and Forrest put it."""
    beyond = a - t
    fine = 0.0 if beyond <= 0 else p if kind == "uniform" else p * beyond
    return b * (d - a) + (v + (1 - v) * a) * fine


def said(kind: Punishment, b: Decimal, v: Decimal, t: Decimal, p: Decimal, d: Decimal) -> Decimal:
    """Return how much of a dissent the switch points let a citizen say."""
    rule = Tolerance(tolerance=t, punishment=kind, size=p, source="definition")
    speaks, part = switches(rule, b, v)
    if d <= t:
        return d
    return t if d < speaks else min(d, part)


@given(
    kind=st.sampled_from(["uniform", "proportional"]),
    b=decimals("0.05", "4"),
    v=decimals("0", "1"),
    t=decimals("0", "1"),
    p=decimals("0", "4"),
    d=decimals("0", "1"),
)
def test_nothing_else_loses_less(
    kind: Punishment, b: Decimal, v: Decimal, t: Decimal, p: Decimal, d: Decimal
) -> None:
    figures = float(b), float(v), float(t), float(p), float(d)
    least = loss(kind, *figures, float(said(kind, b, v, t, p, d)))
    others = np.linspace(0, float(d), 201)
    assert least <= min(loss(kind, *figures, a) for a in others) + 1e-9


SPEECH = conduct.Speech(scale=Decimal("2.5"), source="definition")


def tables_of(rule: Tolerance) -> speech.Tables:
    act = conduct.Act(
        title="Speaking",
        kind="speech",
        place="online",
        rate=1,
        top=1,
        largest_boost=1,
        harms=False,
        caught=0,
        certainty=0,
        severity=0,
        reward=0,
        speech=SPEECH,
        source="definition",
    )
    names = Names(("speaking",), *((),) * 8, speech=("speaking",))
    habits = conduct.SocietyTables(act={"speaking": act})
    penalised = {True: frozenset({"speaking"}), False: frozenset[str]()}
    return speech.compile_tables(rule, habits, names, penalised)


@pytest.mark.parametrize("kind", ["uniform", "proportional"])
@pytest.mark.parametrize("size", ["0", "0.6", "1.5", "4"])
def test_integers_decide_as_the_equations_do(kind: Punishment, size: str) -> None:
    """Everywhere but within 2**-31 of a point at which the outcome switches."""
    rule = Tolerance(
        tolerance=Decimal("0.25"), punishment=kind, size=Decimal(size), source="definition"
    )
    tables = tables_of(rule)
    met: Counter[str] = Counter()
    for risk in (0, 1, 51, 128, 200, 255):
        v = Decimal(risk) / 256
        speaks, part = switches(rule, SPEECH.scale, v)
        points = [rule.tolerance, speaks, part]
        near = [int(x * ONE) + off for x in points for off in (-3, 3)]
        words = [w for w in [*near, *range(0, ONE, ONE // 97), ONE - 1] if 0 <= w < ONE]
        for word in words:
            d = Decimal(word) / ONE
            if min(abs(d - point) for point in points) <= Decimal(2) ** -31:
                continue
            amount = said(kind, SPEECH.scale, v, rule.tolerance, rule.size, d)
            expected = (
                "complied"
                if d <= rule.tolerance
                else "defied"
                if amount == d
                else "censored"
                if amount == rule.tolerance
                else "in-part"
            )
            wanted = U64(speech.dissent(U64(word), U64(ONE // 2), U64(0)))
            found = speech.outcome(
                wanted, tables.tolerated, tables.censored[0, risk], tables.defied[0, risk]
            )
            assert OUTCOMES[found] == expected, (risk, d)
            met[expected] += 1
    assert met["complied"] >= 20
    assert met["defied"] >= 20 or size == "4"


def test_conviction_bounds_dissent() -> None:
    word, half, loyal = U64(ONE - 1), U64(ONE // 2), U64(ONE)
    assert speech.dissent(word, half, U64(0)) == word
    assert speech.dissent(word, U64(0), loyal) == word
    assert speech.dissent(word, U64(ONE), loyal) == 0
    assert abs(int(speech.dissent(word, half, loyal)) - ONE // 2) <= 2
