"""Planning: from what a caller asks for to the plan of a run, or all that is wrong with it."""

import os
from collections.abc import Iterable
from operator import index
from typing import NamedTuple, SupportsIndex, TypeVar, cast

from upstanding.engine import memory
from upstanding.engine.blocks import LARGEST_BLOCK
from upstanding.engine.manifest import Plan
from upstanding.engine.memory import Expected, expect, gigabytes
from upstanding.errors import InputError, Problem
from upstanding.mechanisms.strata import CELL
from upstanding.mechanisms.ties import MOST_SLOTS
from upstanding.scheme.fit import fits
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

MOST_CITIZENS = 100_000_000
MOST_WEEKS = 4_000
MOST_THREADS = 1_024
MOST_SHARDS = 1_024
Rules = TypeVar("Rules", Scheme, Society)


class Means(NamedTuple):
    """By what a run is carried out; it changes no bit."""

    threads: int
    shards: int
    block: int | None
    """Citizens of a block; chosen if None."""


def planned(
    scheme: Scheme | str | os.PathLike[str],
    *,
    society: Society | str | os.PathLike[str] = "china",
    citizens: int = 100_000,
    years: int | None = None,
    weeks: int | None = None,
    seed: int = 1,
    threads: int | None = None,
    ledger: str = "all",
    cohort: Iterable[int] = (),
    standing: bool | None = None,
    shards: int = 1,
    block: int | None = None,
) -> tuple[Plan, Means]:
    """Return the plan of a run, and by what it is carried out; see `run.simulate`.

    Raises:
        InputError: with everything that is wrong with what was asked for.

    """
    problems: list[Problem] = []
    plain = {
        "citizens": citizens,
        "weeks": weeks if weeks is not None else 3 if years is None else years,
        "seed": seed,
        "threads": threads if threads is not None else os.cpu_count() or 1,
        "shards": shards,
        "block": CELL if block is None else block,
    }
    numbers = {name: _whole(name, number, problems) for name, number in plain.items()}
    numbers["weeks"] *= 52 if weeks is None else 1
    followed = tuple(_whole("cohort", citizen, problems) for citizen in cohort)
    both = weeks is not None and years is not None
    problems += _option_problems(numbers, ledger, followed, both=both)
    rules = _loaded(Scheme, scheme, problems)
    people = _loaded(Society, society, problems)
    if rules and people:
        problems += fits(rules, people)
        problems += _too_many(people, numbers["citizens"])
    if problems or not rules or not people:
        raise InputError(problems)
    plan = Plan(
        rules,
        people,
        numbers["citizens"],
        numbers["weeks"],
        numbers["seed"],
        ledger,
        followed,
        ledger == "all" if standing is None else standing,
    )
    size = None if block is None else numbers["block"]
    return plan, Means(numbers["threads"], numbers["shards"], size)


def foreseen(plan: Plan, means: Means) -> Expected:
    """Return the memory that a run is expected to take.

    Raises:
        InputError: if there is not as much, its rows not counted.

    """
    expected = expect(plan, threads=means.threads, block=means.block)
    if problems := _too_large(plan, expected):
        raise InputError(problems)
    return expected


def _loaded(
    kind: type[Rules], given: Rules | str | os.PathLike[str], problems: list[Problem]
) -> Rules | None:
    """Return the document given or named, or note what is wrong with it."""
    if isinstance(given, kind):
        return given
    try:
        return kind.load(cast("str | os.PathLike[str]", given))
    except InputError as error:
        problems += error.problems
        return None


def _whole(name: str, number: SupportsIndex, problems: list[Problem]) -> int:
    """Return a number as an ordinary integer; note one that is not whole, and return 1."""
    try:
        return index(number)
    except TypeError:
        problems.append(Problem("options", None, name, repr(number), "a whole number"))
        return 1


def _too_many(society: Society, citizens: int) -> list[Problem]:
    """Return a problem if each knows everybody and they are more than there are slots."""
    generator = society.file.ties.generator if society.file.ties else None
    if generator is None or generator.kind != "complete" or citizens <= MOST_SLOTS + 1:
        return []
    allowed = f"at most {MOST_SLOTS + 1}, where everybody is tied to everybody"
    return [Problem("options", None, "citizens", str(citizens), allowed)]


def _too_large(plan: Plan, expected: Expected) -> list[Problem]:
    """Return a problem if a run takes more memory than is free, its rows not counted."""
    free = memory.free()
    if free is None or expected.growth <= free:
        return []
    found = f"{plan.citizens}, which take about {gigabytes(expected.growth)} of memory"
    most = plan.citizens * free // expected.growth
    allowed = f"at most about {most}, for which there is room in {gigabytes(free)}"
    return [Problem("options", None, "citizens", found, allowed)]


def _option_problems(
    numbers: dict[str, int], ledger: str, cohort: tuple[int, ...], *, both: bool
) -> list[Problem]:
    """Return what is wrong with the options of a run."""
    bounds = {
        "citizens": (1, MOST_CITIZENS),
        "weeks": (1, MOST_WEEKS),
        "seed": (0, (1 << 64) - 1),
        "threads": (1, MOST_THREADS),
        "shards": (1, MOST_SHARDS),
        "block": (CELL, LARGEST_BLOCK),
    }
    checks = [
        (name, str(numbers[name]), low <= numbers[name] <= high, f"{low} to {high}")
        for name, (low, high) in bounds.items()
    ]
    last = numbers["citizens"] - 1
    followed = all(0 <= citizen <= last for citizen in cohort)
    checks += [
        ("block", str(numbers["block"]), numbers["block"] % CELL == 0, f"a multiple of {CELL}"),
        ("years", "years and weeks", not both, "one of the two"),
        ("ledger", str(ledger), ledger in {"all", "cohort", "off"}, "all, cohort or off"),
        (
            "cohort",
            str(list(cohort)),
            followed and (ledger == "cohort") == bool(cohort),
            f"given with ledger cohort and only then: citizens from 0 to {last}",
        ),
    ]
    return [
        Problem("options", None, name, found, allowed)
        for name, found, good, allowed in checks
        if not good
    ]
