"""The shipped files: what they hold, where their figures come from, and what they add up to.

Sums are taken over a quarter of a million people, whose strata hang together.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import upstanding
from society.sums import ADULT, factors, lives, of_adults
from upstanding.documents.table import Sourced
from upstanding.mechanisms.conduct import LEVELS, Strata
from upstanding.mechanisms.lists import ListReach
from upstanding.scheme.model import SchemeFile
from upstanding.scheme.scheme import Scheme
from upstanding.society.model import SocietyFile
from upstanding.society.society import Society

LIBRARY = Path(upstanding.__file__).parent / "library"
SOCIETIES = ("china", "town", "uniform")
SCHEMES = tuple(name for name in Scheme.names() if name != "common")
EVERYTHING = Path(__file__).parents[1] / "everything.toml"

ACTS = {
    "everyday": "jaywalking red-light drunk-driving fare-evasion smoking-on-train littering "
    "library-book-late reservation-not-cancelled",
    "payment": "bill-on-time late-bill late-card-payment loan-default judgment-left-unpaid "
    "tax-evasion irregular-income claim-mistake benefit-fraud",
    "business": "counterfeit-goods false-advertising unsafe-food broken-contract",
    "speech": "praise-of-the-state criticism sharing-banned-post petitioning "
    "defamation-judgment assembly",
    "belief": "worship moving-house travel-abroad giving-up-smartphone keeping-to-oneself",
    "company": "befriending-low-standing talking-to-untrustworthy",
    "consumption": "gaming-all-day frivolous-purchase nappies",
    "civic": "volunteering blood-donation donation heroic-act caring-for-parents",
    "duty": "refusing-service",
    "office": "taking-a-bribe shielding-kin fabricating-a-record",
}
SERVICES = (
    "flight high-speed-rail public-transport star-hotel restaurant property insurance loan "
    "own-schooling private-school any-school university-place public-post "
    "welfare-benefit"
)
BEGINNING = re.compile(
    r"EV [\d.]+ [SDR]/[HML]\b|VALIDATION \d|MODEL \d|essay E\d|definition\b|fitted\b"
    r"|(?:assumption|invented) (-?\d[\d.e-]*?)\.\.(-?\d[\d.e-]*)"
)


def society(name: str) -> SocietyFile:
    return Society.load(name).file


def scheme(name: str) -> SchemeFile:
    return Scheme.load(EVERYTHING if name == "everything" else name).file


# --- Sums over people ---


def candidates(name: str) -> float:
    return sum(
        float(act.top * act.largest_boost) * factors(name, act.by).mean()
        for act in society(name).act.values()
    )


def largest_factor(by: Strata) -> Decimal:
    splits = [by.age, by.sex, by.place, by.group, by.occupation]
    largest = max(by.income) if by.income else Decimal(1)
    for table in splits:
        largest *= max(table.values(), default=Decimal(1))
    return largest


@pytest.mark.parametrize("name", ["china", "town"])
def test_about_one_candidate_a_week(name: str) -> None:
    assert abs(candidates(name) - 52) <= 10


def test_a_run_gives_the_lives_that_the_file_promises(tmp_path: Path) -> None:
    """Speed must not be bought with fewer lives. No scheme changes a candidate: one will do."""
    people = 16_384
    run = upstanding.simulate(
        "baseline", citizens=people, weeks=52, ledger="off", out=tmp_path / "run"
    )
    counted = run.long.filter(measure="candidates")["value"].sum() / people
    assert abs(counted - 52) <= 10
    assert abs(counted / candidates("china") - 1) <= 0.02


@pytest.mark.parametrize(
    ("service", "published", "tolerance"),
    [("flight", "1.35", "0.01"), ("high-speed-rail", "0.30", "0.003")],
)
def test_refusals_are_fitted_to_the_record(service: str, published: str, tolerance: str) -> None:
    wanted = society("china").service[service]
    refused = float(wanted.demand * wanted.attempted) * of_adults("china", wanted.by)
    assert abs(refused - float(published)) <= float(tolerance)
    assert wanted.learning is None, "learning would lower the mean that was fitted"


def test_demand_for_travel_meets_the_published_trips_a_head() -> None:
    for service, trips in (("flight", 0.47), ("high-speed-rail", 1.6)):
        wanted = society("china").service[service]
        assert abs(float(wanted.demand) * factors("china", wanted.by).mean() - trips) < 0.01


def test_the_court_list_has_the_flows_of_the_record() -> None:
    judgment = society("china").act["judgment-left-unpaid"]
    adults = lives("china")["weeks"] >= ADULT * 52
    assert set(factors("china", judgment.by)[adults]) == {1}
    assert judgment.rate == Decimal("0.00195")
    owed = judgment.obligation
    assert owed is not None
    leave = scheme("court-list").list_["dishonest-personnel"].leave
    performance = owed.performed_per_year + (leave.pressure_per_year or 0)
    assert performance * owed.able_share == Decimal("0.17")
    assert leave.other_per_year == Decimal("0.05")


@pytest.mark.parametrize("name", SOCIETIES)
def test_shares_are_shares_of_a_whole(name: str) -> None:
    people = society(name)
    assert sum(people.age.share.values()) == 1
    assert sum(people.household.size.values()) == 1
    assert people.epoch.weekday() == 0
    edges = list(people.band.values())
    assert edges[0][0] == 0
    assert edges[-1][1] == 120
    assert all(after[0] == before[1] + 1 for before, after in pairwise(edges))


def test_ages_are_the_census_to_a_millionth() -> None:
    share = society("china").age.share
    for years, millions in (("0-4", "77.88"), ("30-34", "124.15"), ("60-64", "73.38")):
        assert abs(share[years] - Decimal(millions) / Decimal("1409.78")) < Decimal("1e-6")
    assert abs(sum(list(share.values())[:3]) - Decimal("253.38") / Decimal("1409.78")) < 2e-6


@pytest.mark.parametrize("name", SOCIETIES)
def test_the_format_s_limits_are_kept(name: str) -> None:
    people = society(name)
    assert len(people.band) <= 8
    assert len(people.act) <= 64
    assert len(people.service) <= 32
    assert len(people.disposition) <= 8
    for habit in people.act.values():
        cap = habit.top * habit.largest_boost * largest_factor(habit.by)
        if habit.disposition is not None:
            step = people.disposition[habit.disposition].ratio ** (Decimal(1) / (LEVELS - 1))
            levels = [step**k for k in range(LEVELS)]
            cap *= levels[-1] * LEVELS / sum(levels)
        assert habit.rate <= habit.top
        assert cap <= 156


# --- What must be there ---


@pytest.mark.parametrize("name", ["china", "town"])
def test_every_act_and_service_of_the_model_is_there(name: str) -> None:
    people = society(name)
    expected = {act: kind for kind, acts in ACTS.items() for act in acts.split()}
    assert {act: habit.kind for act, habit in people.act.items()} == expected
    assert set(people.service) == set(SERVICES.split())


def test_habits_do_not_differ_between_groups() -> None:
    people = society("china")
    assert not any(habit.by.group for habit in people.act.values())
    assert not any(service.by.group for service in people.service.values())


def test_conduct_answers_as_its_kind_says() -> None:
    for name, habit in society("china").act.items():
        assert not (habit.harms and habit.protects), name
        protected = habit.kind in {"speech", "belief", "company", "consumption"}
        assert protected == (habit.protects is not None), name
        deterred = habit.harms and habit.obligation is None
        assert (habit.certainty > 0) == deterred, name
        assert (habit.reward > 0) == (habit.largest_boost > 1), name


def test_a_town_differs_from_china_in_its_roles_alone() -> None:
    china, town = society("china"), society("town")
    for field in set(SocietyFile.model_fields) - {
        "name", "title", "status", "extends", "numbering", "occupation", "planted",
    }:  # fmt: skip
        assert getattr(town, field) == getattr(china, field), field
    assert set(town.planted) == {"journalist", "refuser"}
    raised = {name for name, role in town.occupation.items() if role.over_represented}
    assert raised == {"official", "journalist", "business-owner"}
    for name, role in china.occupation.items():
        assert town.occupation[name].share == role.share
        assert town.occupation[name].ages == role.ages
        assert town.occupation[name].schooling == role.schooling


@pytest.mark.parametrize("name", [*SCHEMES, "everything"])
def test_schemes_name_only_what_exists(name: str) -> None:
    people, rules = society("china"), scheme(name)
    acts, services = set(people.act), set(people.service)
    for sensor in rules.sensor.values():
        assert sensor.sees <= acts
    seen = {act for sensor in rules.sensor.values() for act in sensor.sees}
    seen |= set(rules.office.tampers.values()) if rules.office else set()
    for key, rule in rules.rule.items():
        assert (rule.act or key) in seen
        assert rule.category in rules.category
        assert (rule.sensors or set()) <= set(rules.sensor)
    for band in rules.tier.values():
        assert band.closes <= services
    for blacklist in rules.list_.values():
        enter = blacklist.enter
        assert blacklist.closes <= services
        ways = (enter.record, enter.strikes, enter.tier, enter.category)
        assert sum(way is not None for way in ways) == 1
        assert enter.record is None or enter.record in seen
        assert enter.tier is None or enter.tier in rules.tier
        assert enter.strikes is None or enter.strikes.rules <= set(rules.rule)
    assert set(rules.start.list_) <= set(rules.list_)
    if rules.response is not None:
        assert set(rules.response.severity) <= acts


@pytest.mark.parametrize("name", [*SCHEMES, "everything"])
def test_no_scheme_asks_for_more_than_the_largest_boost(name: str) -> None:
    people, rules = society("china"), scheme(name)
    for key, rule in rules.rule.items():
        habit = people.act[rule.act or key]
        gained = rule.points * max(rules.category[rule.category].weight, Decimal(1))
        assert 1 + habit.reward * gained <= habit.largest_boost, key


def test_everything_is_everything() -> None:
    rules = scheme("everything")
    assert set(rules.category) == {
        "social-connections", "consumption-behaviour", "security", "wealth", "compliance",
    }  # fmt: skip
    galleries = {sensor.gallery for sensor in rules.sensor.values()}
    assert galleries == {"none", "district", "nation"}
    assert any(sensor.delay_weeks for sensor in rules.sensor.values())
    assert any(sensor.human_check for sensor in rules.sensor.values())
    signs = {rule.points > 0 for rule in rules.rule.values()}
    assert signs == {True, False}
    lists = rules.list_.values()
    ways_in = {key for entry in lists for key, value in entry.enter if value is not None}
    assert ways_in == {"record", "share", "strikes", "tier", "category"}
    ways_out = {key for entry in lists for key, value in entry.leave if value}
    assert ways_out == set(type(next(iter(lists)).leave).model_fields)


def test_baseline_watches_nobody() -> None:
    rules = scheme("baseline")
    assert not rules.sensor
    assert not rules.list_
    assert rules.score is None


def test_what_the_court_list_leaves_out_is_named() -> None:
    rules = scheme("court-list")
    assert rules.score is None
    assert "private-school" not in rules.list_["dishonest-personnel"].closes
    assert rules.list_["dishonest-personnel"].reach == ListReach(
        children=frozenset({"private-school"})
    )
    for clause in ("notice", "ringtone", "representative"):
        assert any(clause in absent for absent in rules.absent)
    assert rules.publicity["court-website"].lists == {"dishonest-personnel"}


# --- Where figures come from ---


def figures(value: Any) -> Iterator[Decimal]:
    """All numbers in a value; those of a table with sources of its own are not its parent's."""
    if value is None or isinstance(value, Sourced | bool | str):
        return
    if isinstance(value, Decimal | int):
        yield Decimal(value)
    elif isinstance(value, BaseModel):
        for key in value.model_fields_set:
            yield from figures(getattr(value, key))
    elif isinstance(value, Mapping):
        for below in value.values():
            yield from figures(below)
    elif isinstance(value, tuple | frozenset):
        for below in value:
            yield from figures(below)


def sourced(value: Any, path: str = "") -> Iterator[tuple[str, Sourced]]:
    if isinstance(value, Sourced):
        yield path, value
    if isinstance(value, BaseModel):
        for key in type(value).model_fields:
            yield from sourced(getattr(value, key), f"{path}.{key}")
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from sourced(below, f"{path}.{key}")


@pytest.mark.parametrize(
    "document", [*map(Society.load, Society.names()), *map(Scheme.load, Scheme.names())], ids=repr
)
def test_a_figure_lies_in_the_range_that_its_source_gives(document: Society | Scheme) -> None:
    """That each has a source is checked on loading; that the range holds the figure, here."""
    ranged = 0
    for figure in document.figures():
        begun = BEGINNING.match(figure.source)
        assert begun, f"{figure.key}: {figure.source!r}"
        if begun[1] is not None:
            low, high = Decimal(begun[1]), Decimal(begun[2])
            assert all(low <= number <= high for number in figures(figure.value)), figure
            ranged += 1
    assert ranged >= 3 or document.name in {"baseline", "uniform", "common"}


def test_top_is_the_upper_end_of_what_the_habit_is_swept_over() -> None:
    for name, habit in society("china").act.items():
        assert isinstance(habit.source, Mapping)
        ranged = re.search(r"([\d.]+?)\.\.([\d.]*\d)", habit.source["rate"])
        assert ranged, name
        assert Decimal(ranged[1]) <= habit.rate <= Decimal(ranged[2]) == habit.top, name
