"""How long things last: stays, obligations, and the stock at time zero."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from verification.check import check
from verification.experiment import Experiment, Outcome, only
from verification.figure import Estimate, Figure, figure, ratio

DUTY = "act.judgment-left-unpaid"
OWED = {
    **only({}),
    f"{DUTY}.obligation.outstanding-per-1000-adults": 500,
}
"""Half of all owe at time zero; nobody after."""
STAYS = Experiment("chance", 3_000, weeks=104, people=only({"jaywalking": (2, 2)}), ledger="all")
YEAR, TWO = 51, 103
"""The weeks at whose close one year, and two, have passed."""


class Stays(NamedTuple):
    """Stays entered in the first year, and how many of them lasted so long."""

    entered: int
    lasted: dict[int, int]


def _stays(outcome: Outcome) -> Stays:
    entries = outcome.rows("list-in").filter(pl.col("week") < 52).select("subject", "week", "seq")
    exits = outcome.rows("list-out").select(
        "subject",
        pl.col("origin_week").alias("week"),
        pl.col("origin_seq").alias("seq"),
        pl.col("week").alias("out"),
    )
    stays = entries.join(exits, on=("subject", "week", "seq"), how="left", validate="1:1")
    lengths = (stays["out"].cast(pl.Int64) - stays["week"].cast(pl.Int64)).fill_null(WHOLE)
    return Stays(stays.height, {after: int((lengths > after).sum()) for after in (13, 26, 52)})


WHOLE = 1 << 20
"""Weeks of a stay that had not ended."""


@check("CLOCKWORK 1 (leaving a state: 1 - exp(-r/52) a week)")
def stays_at_a_rate_of_leaving() -> Iterator[Figure]:
    """Hold the share of stays that last longer than t weeks to exp(-r t / 52).

    r = 1 a year: .778801, .606531, .367879 after 13, 26, 52 weeks, of stays entered in the first
    of two years, from entries and exits in the ledger. Margin .005.
    """
    runs = STAYS.each_seed(_stays)
    for after, expected in ((13, 0.7788008), (26, 0.6065307), (52, 0.3678794)):
        found = ratio([run.lasted[after] for run in runs], [run.entered for run in runs])
        yield figure(f"stays that last longer than {after} weeks", expected, found, 0.005)


def _open(scheme: str, weeks: int, people: Mapping[str, Any], rules: Mapping[str, Any]) -> Estimate:
    """Return the share of what was owed at time zero that is still owed after so many weeks."""

    def shares(outcome: Outcome) -> tuple[int, int]:
        still = outcome.series("obligations-open", "judgment-left-unpaid")
        done = outcome.series("obligations-performed", "judgment-left-unpaid")
        return int(still[-1]), int(still[0] + done[0])

    runs = Experiment(scheme, 20_000, weeks, {**OWED, **people}, rules).each_seed(shares)
    return ratio([still for still, _ in runs], [owed for _, owed in runs])


@check("CLOCKWORK 1 (leaving a state); MODEL 4 (performance)")
def obligations_that_nothing_presses() -> Iterator[Figure]:
    """Hold the share of obligations still open to exp(-r t), without a list.

    r = .2 a year: exp(-.2) = .818731 after one year, exp(-.4) = .670320 after two. Margin .003.
    """
    yield figure("still owed after a year", 0.8187308, _open("baseline", 52, {}, {}), 0.003)
    yield figure("still owed after two years", 0.6703200, _open("baseline", 104, {}, {}), 0.003)


@check("CLOCKWORK 1 (leaving a state); MODEL 4 (performance)")
def obligations_of_listed_people() -> Iterator[Figure]:
    """Hold the share still open to exp(-(r + pressure) t) where all who owe are listed.

    .2 + .8 = 1 a year, nobody leaves otherwise: exp(-1) = .367879 after a year. If half are not
    able, .5 + .5 exp(-1) = .683940. If a half of those who owe are listed, (exp(-1) + exp(-.2)) /
    2 = .593305. Margin .003.
    """
    rules = {"start.list.debtors.share": 1, "list.debtors.leave.other-per-year": 0}
    found = _open("debtors", 52, {}, rules)
    yield figure("still owed after a year, all listed", 0.3678794, found, 0.003)
    found = _open("debtors", 52, {f"{DUTY}.obligation.able-share": 0.5}, rules)
    yield figure("still owed after a year, half not able", 0.6839397, found, 0.003)
    found = _open("debtors", 52, {}, {**rules, "start.list.debtors.share": 0.5})
    yield figure("still owed after a year, half listed", 0.5933051, found, 0.003)


class Start(NamedTuple):
    """The rows of a list at time zero."""

    people: int
    owed: int
    listed: int
    older: int
    """Stays of 52 weeks and more."""
    oldest: int


def _start(outcome: Outcome) -> Start:
    rows = outcome.rows("start")
    owed = [
        int(outcome.series(measure, "judgment-left-unpaid")[0])
        for measure in ("obligations-open", "obligations-performed")
    ]
    ages = rows["lag"].to_numpy()
    return Start(
        outcome.citizens.height, sum(owed), rows.height, int((ages >= 52).sum()), int(ages.max())
    )


@cache
def _starts(term: int | None) -> list[Start]:
    rules = {"list.debtors.leave.term-weeks": term} if term else {}
    return Experiment("debtors", 20_000, 1, OWED, rules, ledger="all").each_seed(_start)


@check("CLOCKWORK 2 (time zero)")
def the_stock_at_time_zero() -> Iterator[Figure]:
    """Hold what is owed at time zero, and the share of it that is listed, to what the files say.

    500 per 1,000 adults owe; .8 of them are listed. Margin .003.
    """
    runs = _starts(None)
    owed = ratio([run.owed for run in runs], [run.people for run in runs])
    yield figure("owed at time zero, a head", 0.5, owed, 0.003)
    listed = ratio([run.listed for run in runs], [run.owed for run in runs])
    yield figure("listed of those who owe", 0.8, listed, 0.003)


@check("CLOCKWORK 2 (time zero: the age of a stay)")
def how_old_stays_are_at_time_zero() -> Iterator[Figure]:
    """Hold the ages of stays at time zero to survival: S(a) = exp(-(r + other) a / 52), a = 0..520.

    r + other = .2 + .3 = .5: with q = exp(-.5/52) the share of a year and more is (q^52 - q^521) /
    (1 - q^521) = .603887. With a term of 104 weeks it is (q^52 - q^104) / (1 - q^104) = .377541,
    and no stay is older than 103 weeks. Margin .003, and none for the oldest.
    """
    for term, expected in ((None, 0.6038872), (104, 0.3775407)):
        runs = _starts(term)
        found = ratio([run.older for run in runs], [run.listed for run in runs])
        what = f"a term of {term} weeks" if term else "no term"
        yield figure(f"stays of a year and more at time zero, {what}", expected, found, 0.003)
        if term:
            oldest = max(run.oldest for run in runs)
            yield Figure(f"oldest stay at time zero, {what}", term - 1, oldest, 0)


@check("MODEL 4 (removal within so many weeks of performance)")
def the_delay_of_removal() -> Iterator[Figure]:
    """Hold the weeks from performance to removal to the two that the scheme names, in every case.

    Each removal's origin in the ledger is the row of the performance. Margin 0.
    """

    def delays(outcome: Outcome) -> np.ndarray:
        exits = outcome.rows("list-out")
        done = exits.filter(pl.col("rule") == "list.debtors.leave.performance")
        return (done["week"].cast(pl.Int64) - done["origin_week"].cast(pl.Int64)).to_numpy()

    runs = Experiment("debtors", 5_000, 52, OWED, ledger="all").each_seed(delays, seeds=(1, 2, 3))
    weeks = np.concatenate(runs)
    yield Figure(f"fewest weeks to removal, of {len(weeks)}", 2, int(weeks.min()), 0)
    yield Figure(f"most weeks to removal, of {len(weeks)}", 2, int(weeks.max()), 0)
