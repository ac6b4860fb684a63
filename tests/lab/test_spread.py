"""Ranges over what is not known: tags, signs, break-even values, where the law is known."""

import numpy as np
import pytest

from upstanding.lab.spread import Spread, spread_of
from upstanding.lab.unknowns import Unknown, draw, unknowns
from upstanding.scheme import Scheme
from upstanding.society import Society

SETS = 64


@pytest.fixture
def spread() -> Spread:
    luck = np.random.default_rng(1)
    inputs = {f"scheme.x{n}": luck.random(SETS) for n in range(20)}
    first, second, third = (inputs[f"scheme.x{n}"] for n in range(3))
    noise = luck.normal(size=SETS)
    return Spread(
        inputs,
        {
            "is the input": 3 * first - 1,
            "mostly the input": first + 0.08 * noise,
            "of two": second + third - 0.5,
            "of none": noise,
            "above zero": 1 + second,
        },
    )


def test_outputs_are_tagged_by_what_carries_them(spread: Spread) -> None:
    rows = {row["output"]: row for row in spread.table.iter_rows(named=True)}
    assert rows["is the input"]["tag"] == "identity"
    assert rows["mostly the input"]["tag"] == "pass-through"
    assert rows["of two"]["tag"] == rows["of none"]["tag"] == "emergent"
    assert rows["is the input"]["input"] == rows["mostly the input"]["input"] == "scheme.x0"
    assert rows["of two"]["input"] in {"scheme.x1", "scheme.x2"}
    assert rows["of none"]["input"] is None


def test_break_even_is_where_the_sign_turns(spread: Spread) -> None:
    rows = {row["output"]: row for row in spread.table.iter_rows(named=True)}
    assert rows["is the input"]["break_even"] == pytest.approx(1 / 3)
    assert rows["above zero"]["break_even"] is None
    assert rows["above zero"]["claimed"]
    assert rows["above zero"]["sign"] == 1
    assert not rows["is the input"]["claimed"]


def test_few_sets_tell_nothing() -> None:
    values = [{"scheme.x": float(n)} for n in range(4)]
    few = spread_of(values, [{"y": float(n)} for n in range(4)])
    assert few.table["tag"].to_list() == ["too few sets to tell"]


def test_an_input_seldom_drawn_is_not_looked_at() -> None:
    values = [{"scheme.x": float(n)} if n < 5 else {} for n in range(SETS)]
    found = spread_of(values, [{"y": float(n)} for n in range(SETS)])
    assert found.carried("y") == {}


def test_what_is_drawn_lies_in_the_ranges_that_the_files_name() -> None:
    scheme, society = Scheme.load("essay"), Society.load("china")
    known = {f"scheme.{u.key}": u for u in unknowns(scheme)}
    known |= {f"society.{u.key}": u for u in unknowns(society)}
    assert len(known) > 100
    sets = list(draw(scheme, society, 6, seed=3))
    for drawn in sets:
        assert len(drawn.values) > 100
        for key, value in drawn.values.items():
            assert known[key].low <= value <= known[key].high, key
    assert {drawn.society.file.support.reading for drawn in sets} == {"fear", "persuasion"}
    share = "scheme.sensor.neighbours.hit-rate"
    thirds = sorted(int((d.values[share] - 0.5) / 0.5 * 6) for d in sets)
    assert thirds == list(range(6)), "a Latin hypercube draws once from each sixth of a range"


def test_a_wide_range_is_drawn_on_a_logarithmic_scale() -> None:
    wide = Unknown("gallery", 1e6, 1e4, 1e10, whole=True)
    assert wide.drawn(0.5) == 10_000_000


def test_what_the_rest_of_a_file_forbids_keeps_its_value() -> None:
    scheme, society = Scheme.load("essay"), Society.load("china")
    kept = [drawn for drawn in draw(scheme, society, 6) if "tier.d.below" in drawn.kept]
    for drawn in kept:
        assert drawn.scheme.file.tier["d"].below == scheme.file.tier["d"].below
    assert kept
