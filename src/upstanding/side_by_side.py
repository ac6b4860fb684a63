"""Schemes side by side: what each brings and what it costs, in the same units.

All are runs of one society, length and seed, so that the lives are the same and the rules alone
differ; the first is what the others are compared with. A benefit and a harm are both counts of
events (or hours) a year and 1,000 people, or people at the end of 1,000, so that either can be
held against the other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import polars as pl

from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.counts import Counts
from upstanding.engine.manifest import Plan
from upstanding.errors import InputError, Problem
from upstanding.finding import WIDTH
from upstanding.mechanisms.conduct import Act
from upstanding.run import Run
from upstanding.words import counted, picture_of

PER = 1000
LABEL, COLUMN = 38, 20


@dataclass(frozen=True)
class Line:
    """One thing that is counted under each scheme."""

    part: str
    """The heading it stands under."""
    what: str
    values: tuple[float | None, ...]
    """By scheme; None where it would be the difference from itself."""


@dataclass(frozen=True)
class SideBySide:
    """Runs of the same lives under different rules."""

    plans: tuple[Plan, ...]
    lines: tuple[Line, ...]

    @property
    def pictures(self) -> tuple[str | None, ...]:
        """Whose picture each scheme is, if it is told and not on record."""
        return tuple(picture_of(plan.scheme.file.status) for plan in self.plans)

    @property
    def schemes(self) -> tuple[str, ...]:
        """The names of the schemes; what the others are compared with is first."""
        return tuple(plan.scheme.name for plan in self.plans)

    def __str__(self) -> str:
        return "\n".join(self._text())

    def _text(self) -> Iterator[str]:
        plan = self.plans[0]
        yield from wrap(
            f"In this model, {counted(plan.citizens, 'person', 'people')} who do not exist lived "
            f"{counted(plan.weeks, 'week')} (seed {plan.seed}) under each scheme. Events and hours "
            f"are per year and {PER:,} people; what it brings, and acts given up, are differences "
            f"from `{plan.scheme.name}`.",
            WIDTH,
        )
        yield _row("", self.schemes)
        if any(self.pictures):
            yield _row("", [picture or "" for picture in self.pictures])
        part = ""
        for line in self.lines:
            if line.part != part:
                part = line.part
                yield part
            yield _row(f"  {line.what}", map(_shown, line.values))
        acts = plan.society.file.act.values()
        if any(act.protects and not act.speech and not act.certainty for act in acts):
            yield from wrap(
                "Of acts that exercise a right, this version lets fear act on what is said and on "
                "no other, such as worship, travel or company: acts given up are a lower bound.",
                WIDTH,
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values, by scheme."""
        return {
            scheme: {
                "picture": self.pictures[column],
                **{line.what: _rounded(line.values[column]) for line in self.lines},
            }
            for column, scheme in enumerate(self.schemes)
        }


def side_by_side(runs: Sequence[Run]) -> SideBySide:
    """Hold runs side by side; the first is what the others are compared with.

    Raises:
        InputError: if they are not runs of the same lives: one society, seed, size and length.
    """
    plans = tuple(run.plan for run in runs)
    same_lives(plans)
    counts = [Counts(run) for run in runs]
    groups = [_whole(run) for run in runs]
    return SideBySide(plans, tuple(_lines(plans, counts, groups)))


def same_lives(plans: Sequence[Plan]) -> None:
    """Raise an InputError unless plans have one society, seed, number of people and of weeks."""
    first = plans[0]
    problems = [
        Problem(
            "runs",
            None,
            plan.scheme.name,
            f"{what} other than that of {first.scheme.name}",
            "a run of the same lives: one society, seed, number of people and of weeks",
        )
        for plan in plans[1:]
        for what, same in (
            ("a society", plan.society == first.society),
            ("a seed", plan.seed == first.seed),
            ("a number of people", plan.citizens == first.citizens),
            ("a number of weeks", plan.weeks == first.weeks),
        )
        if not same
    ]
    if problems:
        raise InputError(problems)


def _whole(run: Run) -> dict[str, list[int]]:
    """Return the measures by group, added up for everybody, a number a week."""
    rows = run.long.filter(pl.col("split") == "sex")
    weekly = rows.group_by("measure", "week").agg(pl.col("value").sum()).sort("week")
    return {str(name): part["value"].to_list() for (name,), part in weekly.group_by("measure")}


def _lines(
    plans: Sequence[Plan], counts: Sequence[Counts], groups: Sequence[dict[str, list[int]]]
) -> Iterator[Line]:
    plan = plans[0]
    acts = plan.society.file.act
    of_people = PER / max(groups[0]["people"][0], 1)
    years = of_people * WEEKS_A_YEAR / plan.weeks

    def line(part: str, what: str, values: Iterable[float | None], scale: float) -> Line:
        return Line(part, what, tuple(v if v is None else v * scale for v in values))

    def beyond(by_act: Callable[[Counts], dict[str, int]], net: Callable[[Act, int], int]) -> Any:
        base = by_act(counts[0])
        return [
            None if at == 0 else sum(net(acts[a], n - base[a]) for a, n in by_act(each).items())
            for at, each in enumerate(counts)
        ]

    def done(each: Counts) -> dict[str, int]:
        return each.sums("acts")

    def paid(each: Counts) -> dict[str, int]:
        return each.sums("obligations-performed")

    def in_all(measure: str) -> list[float]:
        return [sum(each.sums(measure).values()) for each in counts]

    def at_the_end(measure: str) -> list[float]:
        return [each[measure][-1] if measure in each else 0 for each in groups]

    def person_years(measure: str) -> list[float]:
        return [sum(each.get(measure, [0])) / WEEKS_A_YEAR for each in groups]

    who = "people, of 1,000 at the end"
    yield line(who, "with a score", at_the_end("scored"), of_people)
    yield line(who, "on a list", at_the_end("listed"), of_people)
    yield line(who, "to whom something is closed", at_the_end("barred"), of_people)
    if any("children-barred" in each for each in groups):
        yield line(who, "children with a school closed", at_the_end("children-barred"), of_people)
    brought = "what it brings"
    prevented = beyond(done, lambda act, more: -more if act.harms else 0)
    yield line(brought, "harmful acts prevented", prevented, years)
    yield line(brought, "debts paid beyond ordinary law", beyond(paid, lambda _, more: more), years)
    civic = beyond(done, lambda act, more: more if act.kind == "civic" else 0)
    yield line(brought, "civic acts added", civic, years)
    yield line(brought, "entries for acts of officials", _of_officials(plans, counts), years)
    cost = "what it costs"
    given_up = beyond(done, lambda act, more: max(-more, 0) if act.protects else 0)
    yield line(cost, "acts that exercise a right given up", given_up, years)
    unsaid, feigned = in_all("speech-censored"), in_all("praise-against-conviction")
    yield line(cost, "of which dissent left unsaid", unsaid, years)
    yield line(cost, "dissent kept to what is tolerated", in_all("speech-complied"), years)
    yield line(cost, "praise against conviction", feigned, years)
    yield line(cost, "attempts refused", in_all("denials"), years)
    yield line(cost, "of which for a restriction of kin", in_all("denials-of-kin"), years)
    yield line(cost, "hours lost by refusals", in_all("hours-lost-hundredths"), years / 100)
    yield line(cost, "person-years with something closed", person_years("barred"), years)
    yield line(cost, "records in a wrong name", in_all("records-wrong"), years)
    yield line(cost, "shown in public", in_all("publications"), years)
    wrongly = in_all("publications-of-wrong-persons")
    yield line(cost, "of which in another's place", wrongly, years)
    yield line(cost, "ties cut", in_all("ties-cut"), years)


def _of_officials(plans: Sequence[Plan], counts: Sequence[Counts]) -> Iterator[float]:
    """Yield the entries under rules on acts of office."""
    for plan, each in zip(plans, counts, strict=True):
        rules, acts = plan.scheme.file.rule, plan.society.file.act
        entries = each.sums("entries")
        yield sum(
            entries[name] for name, rule in rules.items() if acts[rule.act or name].kind == "office"
        )


def _row(label: str, cells: Iterable[str]) -> str:
    return f"{label:{LABEL}}{''.join(f'{cell:>{COLUMN}}' for cell in cells)}".rstrip()


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.12g}")


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.1f}" if abs(value) >= 1 else f"{value:.2g}" if value else "0"


assert LABEL + 3 * COLUMN <= WIDTH
