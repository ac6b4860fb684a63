"""Queues of appeals: Erlang's formula, and what happens where more arrives than can be heard."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from verification.check import check
from verification.experiment import SEEDS, Experiment, Outcome, only
from verification.figure import Figure, figure, mean, ratio

REGION, REGIONS = 512, 64
SMALL = {"numbering.cells-per-district": 1, "numbering.districts-per-region": 1}
"""Regions of one cell: each run has 64 queues, independent of each other."""
STAMPS = 1024
WEEKS, STEADY = 520, 104
"""Weeks of a run, and those that are dropped, as the offices are idle at first."""


class Load(NamedTuple):
    """Offices, what is offered to them in cases a service, and the mean service in weeks."""

    servers: int
    offered: float
    service: float

    def experiment(self) -> Experiment:
        """Return the experiment in which so much arrives, exactly."""
        rate = self.offered / self.service * 52 / REGION
        return Experiment(
            "appeals",
            REGION * REGIONS,
            WEEKS,
            people=only({"jaywalking": (rate, rate)}) | SMALL,
            rules={
                "remedy.servers-per-100k": self.servers * 100_000 / REGION,
                "remedy.service-weeks": self.service,
            },
        )


class Queue(NamedTuple):
    """What a run's queues came to once they were steady."""

    decided: int
    waited: int
    stamps: int
    waiting: float
    """Cases in the queue of a region, averaged over closes."""
    growth: float
    """Cases a week by which it grew."""


def _queue(outcome: Outcome) -> Queue:
    def steady(measure: str, cell: str = "everybody") -> int:
        return int(outcome.series(measure, cell)[STEADY:].sum())

    waiting = outcome.series("cases-waiting", "everybody")[STEADY:] / REGIONS
    return Queue(
        steady("upheld", "true") + steady("reversed", "true"),
        steady("cases-that-waited"),
        steady("stamps-waited"),
        float(waiting.mean()),
        float((waiting[-1] - waiting[0]) / (len(waiting) - 1)),
    )


@cache
def _queues(load: Load) -> list[Queue]:
    return load.experiment().each_seed(_queue, SEEDS[:10])


def _erlang(
    load: Load, chance: float, queue: float, wait: float, margins: tuple[float, float, float]
) -> Iterator[Figure]:
    runs = _queues(load)
    decided = [run.decided for run in runs]
    found = ratio([run.waited for run in runs], decided)
    yield figure("share of cases that wait", chance, found, margins[0])
    found = mean([run.waiting for run in runs])
    yield figure("cases in the queue", queue, found, margins[1])
    services = [run.stamps / (STAMPS * load.service) for run in runs]
    yield figure("mean wait in services", wait, ratio(services, decided), margins[2])


@check("VALIDATION 3 (Erlang C)")
def appeals_to_one_office() -> Iterator[Figure]:
    """Hold a queue before one office, offered .8 cases a service, to Erlang's C.

    P(wait) = .8, a mean queue of 3.2 cases, a mean wait of 4 services. 64 regions of 512 citizens,
    .65 appeals a person and year (6.4 a region and week), 1/8 week a service. Cases decided, and
    queues at closes, of weeks 104 to 519. Ten seeds, here and below. Margins .01, .15, .15.
    """
    yield from _erlang(Load(1, 0.8, 0.125), 0.8, 3.2, 4, (0.01, 0.15, 0.15))


@check("VALIDATION 3 (Erlang C)")
def appeals_to_five_offices() -> Iterator[Figure]:
    """Hold a queue before five offices, offered 4 cases a service, to Erlang's C.

    P(wait) = .554113, a mean queue of 2.216450 cases, a mean wait of .554113 services. 1.625
    appeals a person and year, 1/4 week a service. Margins .01, .1, .025.
    """
    yield from _erlang(Load(5, 4, 0.25), 0.554113, 2.216450, 0.554113, (0.01, 0.1, 0.025))


@check("VALIDATION 3 (Erlang C)")
def appeals_to_ten_offices() -> Iterator[Figure]:
    """Hold a queue before ten offices, offered 9 cases a service, to Erlang's C.

    P(wait) = .668732, a mean queue of 6.018584 cases, a mean wait of .668732 services. 3.65625
    appeals a person and year, 1/4 week a service. Margins .015, .3, .035.
    """
    yield from _erlang(Load(10, 9, 0.25), 0.668732, 6.018584, 0.668732, (0.015, 0.3, 0.035))


@check("VALIDATION 3 (overload)")
def appeals_beyond_capacity() -> Iterator[Figure]:
    """Hold the growth of a queue to arrivals less capacity where more arrives than can be heard.

    One office, 1/8 week a service: 8 cases a week, of 10 that arrive; 2 more wait every week, from
    week 104 to 519. Margin .04.
    """
    grown = mean([run.growth for run in _queues(Load(1, 1.25, 0.125))])
    yield figure("cases more in the queue, a week", 2, grown, 0.04)
