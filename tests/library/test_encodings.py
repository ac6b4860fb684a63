"""The court list and Rongcheng as shipped, clause by clause against a second encoding."""

from decimal import Decimal
from typing import Any

from library import encodings as second
from upstanding.documents.sources import status_of
from upstanding.scheme import Clause, Scheme
from upstanding.society import Society

ON_RECORD = {"seen", "derived", "recalled"}
LIST = "list.dishonest-personnel"
WEBSITE = "publicity.court-website"


def shipped(name: str) -> dict[str, Clause]:
    return {clause.key: clause for clause in Scheme.load(name).clauses()}


def on_record(name: str) -> dict[str, Any]:
    """Return the values of all clauses whose source is the record, and not an assumption."""
    return {
        key: set(clause.value) if isinstance(clause.value, list) else clause.value
        for key, clause in shipped(name).items()
        if status_of(clause.source or "") in ON_RECORD
    }


# --- The court list ---


def test_what_the_court_list_has_on_record_is_the_second_encoding() -> None:
    told = second.COURT_LIST
    days = told["working days from performance to removal"]
    assert on_record("court-list") == {
        f"{LIST}.enter.record": told["who"],
        f"{LIST}.leave.performance": True,
        f"{LIST}.leave.other-per-year": told["exits a year"]["other"],
        f"{LIST}.leave.removal-delay-weeks": -(-days // 5),
        f"{LIST}.closes": set(second.restricted()),
        f"{LIST}.reach.children": second.reaching_children(),
        f"{WEBSITE}.where": told["published"][0],
        f"{WEBSITE}.lists": {LIST.removeprefix("list.")},
    }


def test_what_the_court_list_assumes_adds_up_to_the_second_encoding() -> None:
    """Performance and its cause, and what the society has of the record."""
    told, found = second.COURT_LIST, shipped("court-list")
    act = Society.load("china").file.act[told["who"]]
    assert act.obligation is not None
    pressure = found[f"{LIST}.leave.pressure-per-year"].value
    assert act.obligation.performed_per_year + pressure == told["exits a year"]["performance"]
    share = found["start.list.dishonest-personnel.share"].value
    stock = share * act.obligation.outstanding_per_1000_adults
    assert round(stock, 3) == told["stock per 1,000 adults"]
    assert act.rate * 1000 == told["new a year per 1,000 adults"]
    assert (Scheme.load("court-list").file.score is not None) == told["a number"]


def test_the_court_list_has_no_clause_besides() -> None:
    assumed = {f"{LIST}.delay-weeks", f"{LIST}.leave.pressure-per-year", f"{LIST}.domain"}
    assumed |= {f"sensor.court.{key}" for key in ("sees", "hit-rate", "gallery")}
    assumed |= {f"sensor.court.coverage.{place}" for place in ("urban", "rural")}
    assumed |= {"start.list.dishonest-personnel.share"}
    assumed |= {f"{WEBSITE}.{key}" for key in ("persons", "ties")}
    assert set(shipped("court-list")) == assumed | set(on_record("court-list"))


def test_the_court_list_has_the_dates_and_the_standing_of_the_record() -> None:
    found = shipped("court-list")
    for key in ("enter.record", "leave.performance", "leave.removal-delay-weeks"):
        clause = found[f"{LIST}.{key}"]
        assert (clause.since, clause.provenance) == (
            second.LISTED_SINCE, second.COURT_PROVENANCE,
        )  # fmt: skip
    closes = found[f"{LIST}.closes"]
    # All who are listed are restricted since then, and the last of what is closed came with it.
    assert closes.since == second.EVERYBODY_LISTED_RESTRICTED_SINCE
    assert closes.since == max(second.restricted().values())
    assert closes.provenance == second.COURT_PROVENANCE
    for key in ("delay-weeks", "leave.pressure-per-year", "leave.other-per-year"):
        clause = found[f"{LIST}.{key}"]
        assert clause.provenance != second.COURT_PROVENANCE
        assert str(clause.legal_basis).startswith("none")


# --- Rongcheng ---


def test_what_rongcheng_has_on_record_is_the_second_encoding() -> None:
    expected: dict[str, Any] = {
        "score.start": second.RONGCHENG["opening balance"],
        "scored.min-age": second.RONGCHENG["from age"],
    }
    for act, points in second.items().items():
        expected[f"rule.{act}.points"] = points
    for name, (low, above) in second.classes().items():
        if low is not None:
            expected[f"tier.{name}.from"] = low
        if above is not None:
            expected[f"tier.{name}.below"] = above
    found = on_record("rongcheng")
    numbers = {key: value for key, value in found.items() if isinstance(value, int | Decimal)}
    assert numbers == expected
    others = {key.rpartition(".")[2] for key in set(found) - set(numbers)}
    assert others == {"sees", "note", "category"}


def test_rongcheng_s_other_rules_keep_to_what_is_known_of_them() -> None:
    found = shipped("rongcheng")
    others = {
        key.split(".")[1]: clause.value
        for key, clause in found.items()
        if key.startswith("rule.") and key.endswith(".points")
    }
    for act, points in second.items().items():
        assert others.pop(act) == points
    assert others.pop(second.STRAIGHT_TO_C) == second.points_straight_to_c() == -151
    low, high = second.BY_GRAVITY["other commercial dishonesty"]
    for act in ("false-advertising", "unsafe-food"):
        assert low <= others.pop(act) <= high
    assert all(points > 0 for points in others.values())
    assert second.CREDITED - {"heroic-act"} <= set(others)
    assert set(others) - second.CREDITED == {"blood-donation"}
    for act in others:
        assert found[f"rule.{act}.points"].provenance == "invented"


def test_rongcheng_asks_and_bars_nobody() -> None:
    file = Scheme.load("rongcheng").file
    closing = [tier for tier in file.tier.values() if tier.closes]
    assert len(closing) + len(file.list_) == second.RONGCHENG["restrictions from a low class"]
    assert file.scored is not None
    assert (file.scored.consent is not None) == second.RONGCHENG["consent"]
    assert {file.status} == {second.RONGCHENG_PROVENANCE}


def test_rongcheng_s_printed_items_are_the_pilot_s_or_the_press_s() -> None:
    found = shipped("rongcheng")
    told = {act: found[f"rule.{act}.points"].provenance for act in second.items()}
    press = {"red-light", "heroic-act"}
    assert {act for act, word in told.items() if word == "reported"} == press
    assert set(told.values()) == {"reported", second.RONGCHENG_PROVENANCE}
