"""The common workload in Starsim: `PYTHON benchmarks/in_starsim.py PEOPLE DAYS`.

PYTHON is of an environment that holds Starsim. Prints the seconds that `sim.run()` takes, and the
mean score at the end. It is what the shipped `common` does: each day everybody does well with a
chance of their own, or ill; three acts in ten are seen; points are gained or lost, within a range;
each week a tenth of the way is gone to the mean of ten friends. Columns are of all agents at once,
and nothing is counted.
"""

import json
import sys
import time

import numpy as np
import starsim as ss

FRIENDS = 10
WEEK = 7


class Scoring(ss.Module):
    """A score that follows what people do."""

    def __init__(self) -> None:
        super().__init__()
        self.define_pars(seen=0.3, up=1.0, down=-5.0, low=600.0, high=1300.0, pull=0.1)
        self.define_states(
            ss.FloatArr("virtue", default=ss.uniform(low=0.57, high=0.85)),
            ss.FloatArr("score", default=1000.0),
        )
        self.luck = ss.random()
        self.eye = ss.bernoulli(p=self.pars.seen)

    def init_post(self) -> None:
        """Choose everybody's friends, once."""
        super().init_post()
        people = len(self.sim.people)
        self.friends = np.random.default_rng(1).integers(0, people, (FRIENDS, people))

    def step(self) -> None:
        """Live one day."""
        pars, everybody = self.pars, self.sim.people.auids
        points = np.where(self.luck.rvs(everybody) < self.virtue.values, pars.up, pars.down)
        score = self.score.values + points * self.eye.rvs(everybody)
        if self.ti % WEEK == WEEK - 1:
            mean = np.zeros_like(score)
            for friend in self.friends:
                mean += score[friend]
            score += pars.pull * (mean / FRIENDS - score)
        self.score[everybody] = np.clip(score, pars.low, pars.high)


def main() -> None:
    """Run what the command line says."""
    people, days = map(int, sys.argv[1:])
    sim = ss.Sim(
        modules=Scoring(),
        n_agents=people,
        start=ss.days(0),
        dur=ss.days(days - 1),
        dt=ss.days(1),
        verbose=0,
    )
    sim.init()
    began = time.perf_counter()
    sim.run()
    seconds = time.perf_counter() - began
    if sim.t.npts != days:
        raise AssertionError(f"{sim.t.npts} days in place of {days}")
    (scoring,) = sim.modules
    print(json.dumps({"seconds": seconds, "mean": float(scoring.score.values.mean())}))


if __name__ == "__main__":
    main()
