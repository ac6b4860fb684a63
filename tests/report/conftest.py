"""Runs of a small town, and a report of them; made once."""

import pytest

from upstanding.report.impact import Impact, gathered
from upstanding.report.page import Report, report_of
from upstanding.run import Run, simulate
from upstanding.scheme.scheme import Scheme

OPTIONS = {"society": "town", "citizens": 3_072, "weeks": 78, "seed": 5}


@pytest.fixture(scope="session")
def runs(tmp_path_factory) -> dict[str, Run]:
    essay = Scheme.load("essay").with_values({"tier.c.from": 700, "tier.d.below": 700})
    schemes = {
        "essay": essay,
        "baseline": Scheme.load("baseline"),
        "appeal": essay.with_safeguards("notice", "appeal"),
        "alone": essay.ablated("no-association"),
        "other": Scheme.load("court-list"),
    }
    folder = tmp_path_factory.mktemp("runs")
    made = {
        name: simulate(scheme, out=folder / name, **OPTIONS) for name, scheme in schemes.items()
    }
    made["seed"] = simulate(essay, out=folder / "seed", **{**OPTIONS, "seed": 6})
    return made


@pytest.fixture(scope="session")
def impact(runs) -> Impact:
    return gathered(list(runs.values()))


@pytest.fixture(scope="session")
def report(impact) -> Report:
    return report_of(impact, beside="impact.files", call="upstanding report a b -o impact.html")
