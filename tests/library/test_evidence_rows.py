"""Each row in which the essay's picture and the evidence differ (EV 0.1) is a clause that differs.

What is asserted is what the two files say, not what comes of it. Where the mechanism of a row is
not built, the row is a mechanism used or a clause named as absent.
"""

from decimal import Decimal

import pytest

from upstanding.scheme import Scheme
from upstanding.scheme.model import SchemeFile

ROWS = (
    "one national score per citizen",
    "low score triggers travel bans",
    "scoring is compulsory",
    "friends' scores lower yours",
    "praise of the state raises the score",
    "hours of video games lower the score",
    "children barred from school",
    "7 million blacklisted",
    "the Integrated Joint Operations Platform pools data beside the score",
    "Sesame gives nothing to the state",
    "jaywalkers lose points",
    "a journalist blacklisted after a lost suit",
    "seventeen refused service",
    "1,100 officials blacklisted",
)


@pytest.fixture(scope="module")
def essay() -> SchemeFile:
    return Scheme.load("essay").file


@pytest.fixture(scope="module")
def documented() -> SchemeFile:
    return Scheme.load("documented").file


def absent(file: SchemeFile, words: str) -> bool:
    return any(words in clause for clause in file.absent)


def provenance(name: str, key: str) -> str | None:
    return next(c.provenance for c in Scheme.load(name).clauses() if c.key == key)


def test_there_are_as_many_tests_as_rows() -> None:
    assert len(ROWS) == 14
    named = [name for name in globals() if name.startswith("test_row_")]
    assert sorted(int(name.split("_")[2]) for name in named) == list(range(1, len(ROWS) + 1))


def test_row_1_one_national_score(essay: SchemeFile, documented: SchemeFile) -> None:
    assert "ranking" not in essay.off
    assert essay.scored is not None
    assert not essay.scored.districts
    assert "ranking" in documented.off
    assert documented.scored is not None
    shares = documented.scored.districts
    assert set(shares) == {"urban", "rural"}
    assert max(shares.values()) < Decimal("0.5")


def test_row_2_bans_from_a_score(essay: SchemeFile, documented: SchemeFile) -> None:
    travel = {"flight", "high-speed-rail"}
    assert any(travel <= tier.closes for tier in essay.tier.values())
    assert documented.tier
    assert not any(tier.closes for tier in documented.tier.values())
    assert all(table.enter.tier is None for table in documented.list_.values())
    assert all(table.enter.strikes is None for table in documented.list_.values())
    assert travel <= documented.list_["dishonest-personnel"].closes


def test_row_3_consent(essay: SchemeFile, documented: SchemeFile) -> None:
    assert essay.scored is not None
    assert essay.scored.consent is None
    assert documented.scored is not None
    assert documented.scored.consent is not None
    assert documented.scored.consent < 1


def test_row_4_friends(essay: SchemeFile, documented: SchemeFile) -> None:
    assert essay.association is not None
    assert documented.association is not None
    assert documented.association.strength <= Decimal("0.02") < essay.association.strength


def test_row_5_praise_and_petitions(essay: SchemeFile, documented: SchemeFile) -> None:
    assert essay.rule["praise-of-the-state"].points > 0
    praised = {name for name, rule in documented.rule.items() if rule.points > 0}
    assert praised == {"heroic-act"}
    assert documented.rule["petitioning"].points < 0


def test_row_6_games(essay: SchemeFile, documented: SchemeFile) -> None:
    assert essay.rule["gaming-all-day"].points < 0
    assert essay.platform.counts["gaming-all-day"].level < 0
    assert "gaming-all-day" not in documented.rule
    assert "gaming-all-day" not in documented.platform.counts
    assert not any("gaming-all-day" in sensor.sees for sensor in documented.sensor.values())


def test_row_7_children(essay: SchemeFile, documented: SchemeFile) -> None:
    listed, told = "dishonest-personnel", frozenset({"any-school", "private-school"})
    assert essay.list_[listed].reach.children > told
    assert essay.tier["d"].reach.children == told
    assert documented.list_[listed].reach.children == {"private-school"}
    assert not any(tier.reach and tier.reach.children for tier in documented.tier.values())
    assert provenance("documented", f"list.{listed}.reach.children") == "documented law"
    assert provenance("essay", f"list.{listed}.reach.children") == "as told"


def test_row_8_seven_million(essay: SchemeFile, documented: SchemeFile) -> None:
    listed, stock = "dishonest-personnel", "start.list.dishonest-personnel.share"
    assert essay.start.list_[listed].share == 1
    assert documented.start.list_[listed].share == Decimal("0.8889")
    assert provenance("documented", stock) == "reported"
    assert provenance("essay", stock) == "as told"


def test_row_9_pooling(essay: SchemeFile, documented: SchemeFile) -> None:
    assert essay.pooling is not None
    assert documented.pooling is None
    ijop = Scheme.load("ijop").file
    assert ijop.pooling is not None
    assert ijop.score is None
    assert absent(ijop, "OHCHR (2022) reported")
    assert absent(documented, "no part of social credit")


def test_row_10_the_company_and_the_state(essay: SchemeFile, documented: SchemeFile) -> None:
    assert essay.platform is not None
    assert documented.platform is not None
    assert essay.platform.access == "bulk"
    assert documented.platform.access == "none"
    assert documented.platform.lists == {"dishonest-personnel"}
    assert documented.platform.listed_points < 0
    assert provenance("documented", "platform.lists") == "reported"


def test_row_11_jaywalkers(essay: SchemeFile, documented: SchemeFile) -> None:
    assert essay.rule["jaywalking"].points < 0
    acts = {rule.act or name for name, rule in documented.rule.items()}
    assert "jaywalking" not in acts
    assert any("jaywalking" in sensor.sees for sensor in documented.sensor.values())
    assert documented.publicity["crossing-screen"].records == {"jaywalking"}
    assert essay.publicity["traffic-page"].rules == {"jaywalking"}


def test_row_12_the_journalist(essay: SchemeFile, documented: SchemeFile) -> None:
    """The essay's score falls with the suit; on record a sum left unpaid leads to the list."""
    suit = "defamation-judgment"
    assert essay.rule[suit].points < 0
    assert suit in essay.sensor["court"].sees
    assert suit not in documented.rule
    assert suit not in documented.sensor["court"].sees
    assert documented.list_["dishonest-personnel"].enter.record == "judgment-left-unpaid"


def test_row_13_the_seventeen(essay: SchemeFile, documented: SchemeFile) -> None:
    closes = "list.service-refusers.closes"
    assert provenance("essay", closes) == "as told"
    assert provenance("documented", closes) == "reported"
    assert "refusing-service" in essay.rule
    assert "refusing-service" not in documented.rule
    assert not {"private-school", "any-school"} & documented.list_["service-refusers"].closes


def test_row_14_officials(essay: SchemeFile, documented: SchemeFile) -> None:
    assert essay.rule["taking-a-bribe"].points < 0
    assert essay.office is not None
    assert "taking-a-bribe" not in documented.rule
    assert documented.office is None
    assert absent(documented, "county governments on the list")
