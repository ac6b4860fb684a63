"""The kernels say what the reference says, to the bit, where much happens and where little does."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.scaled import scaled
from upstanding.clockwork.names import (
    KINDS,
    LIST_CLAUSES,
    MECHANISMS,
    NO_BYTE,
    NO_WORD,
    OUTCOMES,
)
from upstanding.engine import reference
from upstanding.engine.blocks import cut, step
from upstanding.engine.reference import Outcome
from upstanding.engine.reference.counting import Ranking
from upstanding.engine.reference.pooling import Totals
from upstanding.engine.world import World, build_world
from upstanding.mechanisms.rows import FABRICATED, KIN, SHOWN, STOLEN
from upstanding.mechanisms.state import State
from upstanding.mechanisms.strata import AT_HOME, unpack_status
from upstanding.mechanisms.tally import (
    MISSHOWN,
    PEOPLE,
    PEOPLE_SHOWN,
    PUBLISHED,
    SEEN_BY_STRANGERS,
    SEEN_BY_TIES,
)
from upstanding.scheme import Scheme
from upstanding.scheme.model import SchemeFile
from upstanding.society import Society
from upstanding.society.model import SocietyFile
from upstanding.society.traits import CELL

Tree = dict[str, Any]
EVERYTHING = Path(__file__).parents[1] / "everything.toml"
PLANTED = Path(__file__).parents[1] / "planted.toml"
ENOUGH = 20
OCCUR = {
    ("conduct", "performance"),
    ("scoring", "points"),
    ("association", "association"),
    ("lists", "start"),
    ("lists", "record"),
    ("lists", "list-in"),
    ("lists", "list-out"),
    ("services", "denial"),
    ("kin", "denial"),
    ("publicity", "publication"),
    ("office", "shielded"),
    ("remedy", "reversal"),
    ("remedy", "list-out"),
}


def everything() -> Tree:
    return deepcopy(dict(Scheme.load(EVERYTHING).tree))


def china() -> Tree:
    """Return China's people, who appeal often, and of whom many more than officials tamper."""
    tree = deepcopy(dict(Society.load("china").tree))
    tree["appeals"] |= {"when-true": Decimal("0.3"), "when-false": Decimal("0.8")}
    for act in ("fabricating-a-record", "shielding-kin"):
        tree["act"][act] |= {"rate": Decimal("0.05"), "top": Decimal("0.05")}
        tree["act"][act]["by"]["occupation"]["other"] = Decimal("0.5")
    return tree


def world_of(scheme: Tree, society: Tree, citizens: int, seed: int) -> World:
    files = SchemeFile.model_validate(scheme), SocietyFile.model_validate(society)
    return build_world(*files, citizens, seed)


def run_kernels(world: World, weeks: int) -> Outcome:
    """Do by the kernels what the reference does, in the smallest blocks and shards of districts."""
    tallies, rankings, pools, digest = [], [], [], 0
    with ThreadPoolExecutor(2) as pool:
        society = cut(world, pool, CELL, shards=world.citizens)
        rows = [block.rows for block in society.parts]
        for week in range(weeks):
            tallies.append(step(world, society, week, pool, threads=2))
            rows += [block.rows for block in society.parts]
            digest += sum(block.digest for block in society.parts)
            places = society.places
            ranking = Ranking(places.deciles, places.moves, places.sums)
            rankings.append(deepcopy(ranking))
            pools.append(Totals(society.pool.flags.copy(), society.pool.filled.copy()))
    columns = zip(*(block.state for block in society.parts), strict=True)
    ledger = np.concatenate(rows)
    return Outcome(
        ledger[np.lexsort((ledger["seq"], ledger["subject"], ledger["week"]))],
        State(*(np.concatenate(parts, axis=-1) for parts in columns)),
        tallies,
        rankings,
        digest % (1 << 64),
        pools,
    )


def compare(world: World, weeks: int) -> Outcome:
    """Assert that both ways of running a world leave the same; return it."""
    expected, found = reference.run(world, weeks), run_kernels(world, weeks)
    assert found.digest == expected.digest
    both = min(len(found.rows), len(expected.rows))
    for at in np.flatnonzero(found.rows[:both] != expected.rows[:both])[:1]:
        pytest.fail(f"row {at}: {found.rows[at]} where the reference has {expected.rows[at]}")
    assert len(found.rows) == len(expected.rows)
    for field, column in expected.state.as_dict().items():
        np.testing.assert_array_equal(getattr(found.state, field), column, field, strict=True)
    for week in range(weeks):
        named, told = (
            side.tallies[week].as_dict() | vars(side.rankings[week]) | side.pools[week]._asdict()
            for side in (found, expected)
        )
        for field, counts in told.items():
            np.testing.assert_array_equal(named[field], counts, f"{field} in week {week}")
    return expected


def total(outcome: Outcome, field: str) -> Any:
    return sum(getattr(tally, field) for tally in outcome.tallies)


def reversals(outcome: Outcome) -> Any:
    """Return the rows that corrections made."""
    return outcome.rows[outcome.rows["kind"] == KINDS.index("reversal")]


def contacts(world: World, outcome: Outcome) -> int:
    """Return how many acts were contact with a tie of low standing."""
    return int(total(outcome, "acts") @ world.tables.association.contact)


def test_everything_at_once() -> None:
    society = scaled(china())
    # A stock, which scaling leaves alone: 5.6 among 1,000 adults would be one start row here.
    owed = society["act"]["judgment-left-unpaid"]["obligation"]
    owed["outstanding-per-1000-adults"] = 600
    society["occupation"]["official"]["over-represented"] = 10
    society["numbering"]["cells-per-district"] = (
        1  # Critics are met among all numbers of a district.
    )
    rules = scaled(everything())
    rules["remedy"]["servers-per-100k"] = 50_000
    rules["office"]["follow"]["pays-per-100k"] = 100_000
    world = world_of(rules, society, citizens=300, seed=7)
    outcome = compare(world, weeks=60)

    rows = outcome.rows
    counts = Counter(zip(rows["mechanism"].tolist(), rows["kind"].tolist(), strict=True))
    named = {(MECHANISMS[m], KINDS[k]): count for (m, k), count in sorted(counts.items())}
    print()
    for (mechanism, kind), count in named.items():
        print(f"{mechanism:10} {kind:12} {count:8,}")
    ways = [clause for clause in LIST_CLAUSES if clause.startswith("leave.")] + ["remedy"]
    for name, left in zip(world.names.lists, total(outcome, "left").tolist(), strict=True):
        print(f"{name:16}", dict(zip(ways, left, strict=True)))
    clauses = Counter(world.names.clauses[row["rule"]] for row in rows if row["mechanism"] == KIN)
    print(clauses)
    reached = Counter[str]()
    for clause, count in clauses.items():
        of, *_, whom = clause.split(".")
        reached[f"{of} {whom}"] += count
    assert len(reached) == 4
    assert min(reached.values()) >= ENOUGH
    repaired = total(outcome, "left")[:, ways.index("leave.repair")]
    assert repaired.sum() >= ENOUGH
    assert total(outcome, "children").sum() >= ENOUGH
    print("dropped", total(outcome, "dropped"), "wrong", total(outcome, "records")[:, 1])
    made, cut_off = total(outcome, "ties").tolist()
    tampers, critics, out = (total(outcome, f) for f in ("tampers", "critics", "kept_out"))
    shares = {int(tally.inspected[0]) for tally in outcome.tallies}
    print(f"tampers {tampers.tolist()}, critics {critics}, kept out {out}; audits {shares}")
    assert min(tampers.min(), critics[0], *out) >= ENOUGH
    assert critics[1] > 0
    assert len(shares) > 3
    forged = outcome.rows[outcome.rows["truth"] == FABRICATED]
    assert np.count_nonzero(forged["kind"] == KINDS.index("points")) >= ENOUGH
    breaches = total(outcome, "breaches")
    robbed = outcome.rows[outcome.rows["truth"] == STOLEN]
    print(f"breaches {breaches.tolist()}, entries by theft {total(outcome, 'robbed')}")
    assert breaches.min() > 0
    assert np.count_nonzero(robbed["kind"] == KINDS.index("points")) >= ENOUGH
    assert np.count_nonzero(robbed["kind"] == KINDS.index("reversal")) >= ENOUGH
    assert total(outcome, "robbed").sum() >= ENOUGH
    company = contacts(world, outcome)
    print(f"ties made {made}, cut {cut_off}; acts in low company {company}")
    fears = [np.unique(getattr(outcome.state, name)).size for name in ("risk", "known")]
    spoken, praise = total(outcome, "speech").sum(axis=0), total(outcome, "praise")
    print(f"risks {fears[0]}, ways known {fears[1]}; speech {spoken}, praise {praise}")

    shown, shamed = total(outcome, "published"), int(total(outcome, "shamed")[0])
    print(f"publications by channel {shown.tolist()}, ties cut for shame {shamed}")
    print("records by holder and place", total(outcome, "privacy").tolist())
    assert shown[:, [PUBLISHED, PEOPLE_SHOWN, SEEN_BY_STRANGERS, SEEN_BY_TIES]].min() >= ENOUGH
    assert shown[:, MISSHOWN].sum() >= ENOUGH
    without = (rows["kind"] == SHOWN) & (rows["origin_seq"] == NO_WORD)
    assert min(np.count_nonzero(without), shamed) >= ENOUGH
    assert np.all(total(outcome, "privacy").sum(axis=1) >= ENOUGH)
    assert min(*fears, *spoken, *praise) >= ENOUGH
    assert named.keys() == OCCUR
    assert min(made, cut_off, company, *named.values()) >= ENOUGH


def test_the_planted_do_what_they_do_and_are_in_no_figure() -> None:
    society = scaled(dict(Society.load(PLANTED).tree))
    society["act"]["judgment-left-unpaid"]["obligation"]["performed-per-year"] = Decimal("0.1")
    world = world_of(scaled(everything()), society, citizens=80, seed=10)
    code = unpack_status(world.population.people.status)["planted"]
    marked = np.flatnonzero((code > 0) & (code < AT_HOME))
    uncounted = world.population.uncounted()
    assert marked.size == len(society["planted"]) < uncounted.size
    names = world.names
    outcome = compare(world, weeks=20)
    rows = outcome.rows[np.isin(outcome.rows["subject"], marked)]
    assert rows.size >= ENOUGH
    for name in ("criticism", "praise-of-the-state", "judgment-left-unpaid"):
        own = rows[(rows["act"] == names.acts.index(name)) & (rows["actor"] == rows["subject"])]
        assert own.size, name
    for tally in outcome.tallies:
        assert tally.cells[PEOPLE].sum() == 80 - uncounted.size
    assert np.count_nonzero(rows["kind"] == KINDS.index("list-in")) > 0
    given = outcome.rows[outcome.rows["kind"] == KINDS.index("points")]
    theirs = np.isin(given["subject"], uncounted)
    assert 0 < np.count_nonzero(theirs) < given.size - ENOUGH
    assert total(outcome, "entries").sum() == np.count_nonzero(~theirs)


def test_little_happens_and_mail_crosses_blocks() -> None:
    scheme, society = everything(), china()
    # Two districts, one rural and one urban, so that both have their own people and gallery.
    society["numbering"] |= {"cells-per-district": 1, "districts-per-region": 1}
    scheme["scored"]["enrol"] = {"urban": [0, 6], "rural": [3, 12]}
    # So many cameras that wrong faces in the other district reach ENOUGH.
    scheme["sensor"]["station-camera"]["coverage"] = {"urban": 1, "rural": 1}
    outcome = compare(world_of(scheme, society, citizens=700, seed=11), weeks=30)
    assert np.all(np.bincount(reversals(outcome)["subject"] // CELL) > 0)
    rows = outcome.rows[outcome.rows["kind"] == KINDS.index("points")]
    assert np.count_nonzero(rows["subject"] // CELL != rows["actor"] // CELL) >= ENOUGH


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_with_a_mechanism_off(mechanism: str) -> None:
    scheme = everything() | {"off": [mechanism]}
    world = world_of(scaled(scheme), scaled(china()), citizens=40, seed=3)
    outcome = compare(world, weeks=12)
    assert not np.any(outcome.rows["mechanism"] == MECHANISMS.index(mechanism))


@pytest.mark.parametrize("name", sorted({*Scheme.names()} - {"common"}))
def test_shipped_schemes(name: str) -> None:
    scheme = dict(Scheme.load(name).tree)
    compare(world_of(scaled(scheme), scaled(china()), citizens=60, seed=5), weeks=12)


def test_acceptance_drawn_from_the_other_end() -> None:
    scheme = everything()
    straight = compare(world_of(scaled(scheme), scaled(china()), citizens=40, seed=3), weeks=12)
    scheme["response"]["mirrored"] = True
    mirrored = compare(world_of(scaled(scheme), scaled(china()), citizens=40, seed=3), weeks=12)
    acts, others = (total(outcome, "acts") for outcome in (straight, mirrored))
    assert acts.tolist() != others.tolist()
    assert total(straight, "candidates").tolist() == total(mirrored, "candidates").tolist()


def test_every_day_is_lived_and_standing_carried_forward() -> None:
    scheme, society = dict(Scheme.load("common").tree), dict(Society.load("common").tree)
    assert scheme["association"]["anchor"] == "none"
    outcome = compare(world_of(scheme, society, citizens=40, seed=5), weeks=104)
    acts = {"doing-ill", "doing-well"}
    assert set(society["act"]) == acts
    assert total(outcome, "acts").sum() == 40 * 104 * 7
    assert total(outcome, "acts").min() >= ENOUGH
    assert np.count_nonzero(outcome.rows["kind"] == KINDS.index("association")) >= ENOUGH
    assert outcome.rankings[-1].moves.sum() == 40
    assert outcome.rankings[-1].moves.trace() < 40


COUNTED = {
    "low-tie-points": {"points": Decimal("-2.5")},
    "bayes": {"agreement": Decimal("0.7"), "points-per-log-odds": 4},
}


@pytest.mark.parametrize("rule", COUNTED)
def test_ties_are_counted(rule: str) -> None:
    scheme = everything()
    figures = {"rule": rule, "strength": Decimal("0.8"), "low-below": 990} | COUNTED[rule]
    scheme["association"] = figures | {"source": "invented 0..1000"}
    world = world_of(scaled(scheme), scaled(china()), citizens=60, seed=5)
    outcome = compare(world, weeks=20)
    rows = outcome.rows[outcome.rows["kind"] == KINDS.index("association")]
    assert np.unique(rows["points"]).size >= 3
    assert rows.size >= ENOUGH
    assert contacts(world, outcome) >= ENOUGH


SMALL_WORLD = {"kind": "small-world", "neighbours": 4, "rewired": Decimal("0.4")}
GENERATORS = [
    ({"kind": "ring", "neighbours": 4}, 20, 12),
    ({"kind": "complete"}, 17, 12),
    (SMALL_WORLD, 20, 12),
    # Two shards, whose most sociable citizens have different numbers of ties.
    (SMALL_WORLD, 540, 4),
]


@pytest.mark.parametrize(("generator", "citizens", "weeks"), GENERATORS, ids=str)
def test_ties_of_a_textbook(generator: Tree, citizens: int, weeks: int) -> None:
    society, scheme = scaled(china()), scaled(everything())
    society["numbering"]["cells-per-district"] = 1
    del society["ties"]["slots"], society["ties"]["unlike"]
    society["ties"]["generator"] = generator | {"source": "definition: a textbook's"}
    society["ties"]["cut-per-year"] = 325
    scheme["scored"] |= {"min-age": 0, "enrol": {}}
    scheme["score"]["range"] = [950, 1050]  # Narrow, so that a gap is a large share of it.
    world = world_of(scheme, society, citizens, seed=5)
    outcome = compare(world, weeks)
    made, cut_off = total(outcome, "ties").tolist()
    print(f"ties made {made}, cut {cut_off}; acts in low company {contacts(world, outcome)}")
    assert made == 0  # All live at first, and what is cut stays cut.
    assert min(cut_off, contacts(world, outcome)) >= ENOUGH


@pytest.mark.parametrize("punishment", ["uniform", "proportional"])
def test_what_is_said_and_what_is_meant(punishment: str) -> None:
    scheme, society = scaled(everything()), scaled(china())
    scheme["response"]["speech"] |= {"punishment": punishment, "size": 1}
    scheme["sensor"]["internet"]["sees"] += ["sharing-banned-post"]
    scheme["rule"]["sharing-banned-post"] = scheme["rule"]["criticism"]
    society["act"]["sharing-banned-post"]["speech"] |= {"conviction": 0, "scale": Decimal("0.6")}
    society["support"] |= {"reading": "persuasion", "sway": Decimal("0.1")}
    outcome = compare(world_of(scheme, society, citizens=100, seed=5), weeks=12)
    spoken, praise = total(outcome, "speech").sum(axis=0), total(outcome, "praise")
    print(dict(zip(OUTCOMES, spoken.tolist(), strict=True)), "praise", praise)
    happened = np.delete(spoken, OUTCOMES.index("in-part")) if punishment == "uniform" else spoken
    assert min(*happened.tolist(), *praise.tolist()) >= ENOUGH
    assert np.unique(outcome.state.swayed).size >= ENOUGH


def test_points_are_set_to_nothing_at_the_close_of_a_year() -> None:
    scheme = everything()
    del scheme["score"]["half-life-weeks"]
    scheme["score"]["yearly-reset"] = True
    world = world_of(scaled(scheme), scaled(china()), citizens=30, seed=13)
    reset = compare(world, weeks=52)
    assert np.count_nonzero(reset.rows["kind"] == KINDS.index("points")) >= ENOUGH
    assert not reset.state.own.any()


def test_the_range_of_a_category_ends() -> None:
    scheme = everything()
    for rule in scheme["rule"].values():
        rule["points"] = 10_000 if rule["points"] > 0 else -10_000
    world = world_of(scaled(scheme), scaled(china()), citizens=10, seed=2)
    outcome = compare(world, weeks=8)
    assert np.abs(outcome.state.own.astype(np.int64)).max() > (1 << 30)


def test_faces_lead_onto_lists() -> None:
    scheme, society = scaled(everything()), scaled(china())
    sensors, judgment, driving = scheme["sensor"], "judgment-left-unpaid", "drunk-driving"
    # One person is named for several people's acts of one week, beside her own.
    seen = {"sees": [judgment, driving], "false-match-rate": 1, "hit-rate": 0}
    sensors["station-camera"] |= seen
    society["act"][driving] |= {"rate": 50, "top": 50}
    # What the court has reported is reported again, by when it may be on a list or performed.
    sensors["police"] |= {"sees": [judgment], "delay-weeks": 3}
    # Whoever is missed has nobody to be taken for.
    sensors["street-camera"]["enrolled"] = Decimal("1e-9")
    outcome = compare(world_of(scheme, society, citizens=60, seed=7), weeks=20)
    assert total(outcome, "mistaken").sum() >= ENOUGH


@pytest.mark.parametrize("suspensive", [True, False])
def test_corrections_end_stays_of_every_list(suspensive: bool) -> None:
    scheme, society = scaled(everything()), scaled(china())
    judgment = society["act"]["judgment-left-unpaid"]
    judgment |= {"rate": 4, "top": 4}
    judgment["obligation"]["performed-per-year"] = Decimal("0.2")
    society["appeals"] |= {"when-true": Decimal("0.8"), "when-false": 1, "by-schooling": {}}
    # Faces lead onto a list, and stays are long enough to learn of them and to be heard.
    scheme["list"]["drunk-drivers"]["enter"] = {"record": "red-light", "share": Decimal("0.5")}
    for entry in scheme["list"].values():
        entry["leave"] |= {"other-per-year": 1, "term-weeks": 20}
    scheme["sensor"]["street-camera"]["coverage"] = {"urban": 1, "rural": 1}
    scheme["remedy"] |= {
        "notice": Decimal("0.1"),
        "suspensive": suspensive,
        "servers-per-100k": 28_000,
        "right-reversed": Decimal("0.7"),
        "wrong-upheld": Decimal("0.4"),
    }
    # Of firms there are too few; what somebody is has no remedy.
    for name in ("firms", "firms-again", "watched", "watched-in-town"):
        del scheme["list"][name]
    outcome = compare(world_of(scheme, society, citizens=140, seed=5), weeks=48)
    fields = ("notices", "appeals", "audited", "decided", "waited", "delay", "left", "flagged")
    for field in fields:
        print(field, total(outcome, field).tolist())
    for field in ("notices", "appeals", "audited", "decided", "waited", "delay"):
        assert total(outcome, field).min() >= ENOUGH, field
    assert total(outcome, "left")[:, -1].min() >= 5
    assert total(outcome, "flagged").min() >= 5
    given = reversals(outcome)
    assert np.count_nonzero(given["object"] != NO_BYTE) >= ENOUGH


def test_where_sensors_look_follows_what_they_found() -> None:
    scheme, society = scaled(everything()), scaled(china())
    society["numbering"]["cells-per-district"] = 1
    scheme["sensor"]["street-camera"] |= {
        "allocation": "finds",
        "period-weeks": 2,
        "floor": Decimal("0.2"),
    }
    scheme["sensor"]["police"] |= {"allocation": "corrected", "period-weeks": 3}
    # Shares that would exceed certainty.
    scheme["sensor"]["court"] |= {"allocation": "finds", "period-weeks": 4}
    outcome = compare(world_of(scheme, society, citizens=1_060, seed=7), weeks=9)
    finds = total(outcome, "finds")
    print("finds by sensor and district", finds.tolist())
    assert finds.shape == (3, 3)
    assert finds.min() >= 5
    assert finds.sum(axis=1).min() >= ENOUGH


def test_more_strike_lists_than_records() -> None:
    scheme = everything()
    scheme["tier"], scheme["start"], scheme["publicity"] = {}, {}, {}
    scheme["scored"]["enrol"] = {}
    scheme["rule"] = {"bill-on-time": scheme["rule"]["bill-on-time"]}
    strikes = {"rules": ["bill-on-time"], "count": 1, "within-weeks": 10}
    many = {"enter": {"strikes": strikes}, "leave": {"term-weeks": 2}, "source": "invented 0..1"}
    scheme["list"] = {f"list-{number}": many for number in range(28)}
    outcome = compare(world_of(scheme, china(), citizens=100, seed=7), weeks=4)
    assert total(outcome, "entered").sum() > total(outcome, "entries").sum()
