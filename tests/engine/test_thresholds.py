"""Tables that are computed with floats hold the very integers of decimals."""

from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from laws.common import EVERYTHING
from upstanding import Scheme, Society
from upstanding.clockwork.numbers import CONTEXT, ONE, poisson_steps, threshold
from upstanding.engine.tables import compile_tables, hash_of, names_of
from upstanding.mechanisms import association, conduct, response, services, support
from upstanding.scheme.limited import limited

MODULES = (association, conduct, response, services, support)


def plain_thresholds(
    formula: Callable[..., Any], *arguments: Decimal | Sequence[Decimal]
) -> NDArray[np.uint64]:
    axes = [[each] if isinstance(each, Decimal) else each for each in arguments]
    shape = [len(each) for each in arguments if not isinstance(each, Decimal)]
    with localcontext(CONTEXT):
        steps = [threshold(formula(*values)) for values in product(*axes)]
    return np.array(steps, np.uint64).reshape(shape)


def plain_steps(means: Sequence[Decimal]) -> NDArray[np.uint64]:
    rows = [poisson_steps(mean) for mean in means]
    width = max(1, *map(len, rows))
    return np.array([[*row, *[ONE] * (width - len(row))] for row in rows], np.uint64)


@pytest.mark.parametrize(
    ("scheme", "society"),
    [
        ("common", "common"),
        *((name, "town") for name in Scheme.names() if name != "common"),
        ("essay", "china"),
        (str(EVERYTHING), "china"),
    ],
)
def test_tables_are_those_of_decimals(
    scheme: str, society: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = Society.load(society).file
    rules = limited(Scheme.load(scheme).file, people)
    names = names_of(rules, people)
    fast = compile_tables(rules, people, names)
    for module in MODULES:
        monkeypatch.setattr(module, "tabulated", plain_thresholds, raising=False)
        monkeypatch.setattr(module, "poisson_table", plain_steps, raising=False)
    assert hash_of(fast) == hash_of(compile_tables(rules, people, names))
