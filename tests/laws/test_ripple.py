"""When one citizen's habits change, others do only through declared couplings, each in its time.

Two runs of a town are alike but for the dispositions of one citizen. Whoever stands otherwise at
a close, or has other rows of its week, is she or is reached through

    tie     by those who stood otherwise at the close before (or were penalised then, or not), to
            whom a tie lived at the week's opening or turned in the week: one step a week
    mail    by those whose acts may have differed, one of which a sensor took for hers; at the
            close to which the sensor's delay brings the record
    home    by the head or spouse of her household, whose list or tier reaches her, at once
    queue   by an appeal of anybody in her region, so that her own is heard sooner or later; this
            is tested by itself, and off elsewhere
    audience by anybody who was shown in public at the close before, so that more strangers or fewer
            saw somebody; this is tested by itself, and off elsewhere
    probe   by whoever may be a critic of her district, so that an official met somebody else first;
            this is off here
    nation  by anybody, in her percentile, at the close of a year
    silent  by anybody, in whether she shows her score with the company, in the fourth week
    pool    by anybody of her district, in whether she is watched more, from a choice on; these two
            are tested by themselves as well

"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laws.common import ENOUGH, states_of_slots, whole_column
from upstanding.clockwork.names import PLACES, ROLES
from upstanding.engine.blocks import Everybody, cut, step
from upstanding.engine.world import World, build_world
from upstanding.mechanisms.platform import MONTH
from upstanding.mechanisms.rows import ENTRY, POINTS, SEEN
from upstanding.mechanisms.state import State
from upstanding.mechanisms.strata import MEMBER, ROLE, part_of
from upstanding.mechanisms.ties import CELL, LIVING
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

CITIZENS = 3_072
ODD = 1_234
"""The number of the one whose habits change."""
People = frozenset[int]

CAMERAS = "street-camera", "station-camera"
COVERAGE = [f"sensor.{camera}.coverage.{place}" for camera in CAMERAS for place in PLACES]
UNSEEN = dict.fromkeys(COVERAGE, 0)
"""No faces are looked for."""
MISTAKEN = dict.fromkeys(COVERAGE, 1) | {
    "sensor.street-camera.hit-rate": 0,
    "sensor.station-camera.hit-rate": 0,
    "sensor.station-camera.sees": ["jaywalking", "talking-to-untrustworthy"],
    "publicity.shop-window.records": ["jaywalking"],
}
"""Faces are looked for everywhere and never found: many are taken for others."""
BUSY = {"act.jaywalking.rate": 1_000, "act.jaywalking.top": 1_000}
"""Many acts that cameras see."""
UNHEARD = {"off": ["office", "platform", "pooling", "publicity", "remedy"]}
"""No queues, no company and no pool; nobody is shown, and nobody is probed for a critic."""
ALONE = {"off": ["association", *UNHEARD["off"]]}
FIXED = {"ties.wake-per-year": 0}
"""A dormant tie may wake though nobody is pulled."""
FEARFUL = {
    "act.late-bill.rate": 200,
    "act.late-bill.top": 200,
    "act.late-bill.caught": 0,
    "act.late-bill.certainty": 2,
    "learning.own": 0,
    "learning.ties": 0.9,
    "learning.decay": 0.6,
    "ties.living": 1,
}
"""What befalls friends changes at once how late bills are paid, which is penalised."""
HEEDLESS = FIXED | {"learning.ties": 0}
"""Nor does anybody learn from what befalls others."""


@dataclass(frozen=True)
class Close:
    """Who differs at the close of a week, and who may."""

    differ: People
    """Who stands otherwise, or has other rows of the week."""
    ranked: People
    """Whose percentile of the last yearly comparison is another."""
    changed: People
    """Who differed at any close before."""
    tied: People
    """To whom ties lead from those."""
    mailed: dict[int, People]
    """By how late they come: to whom records lead of others whose acts may have differed."""
    kin: dict[int, People]
    """Whom each head or spouse has as spouse and children."""
    odd: int = ODD

    @property
    def untied(self) -> People:
        """Who may differ though no tie leads to them."""
        return self.at_home((self.changed | {self.odd}).union(*self.mailed.values()))

    @property
    def may(self) -> People:
        """Who may differ: there is no other way."""
        return self.at_home(self.untied | self.tied)

    def at_home(self, people: People) -> People:
        """Return some people, their spouses and their children."""
        return people.union(*(self.kin.get(who, frozenset()) for who in people))


def ripple(scheme: Scheme, society: Society, weeks: int, odd: int = ODD) -> list[Close]:
    """Run a town twice, with an odd citizen of the least and of the largest dispositions."""
    all_scored = scheme.with_values({f"scored.enrol.{place}": [0, 0] for place in PLACES})
    world = build_world(all_scored.file, society.file, CITIZENS, 7)
    worlds = [with_leanings(world, leanings, odd) for leanings in (0, 0xFFFF_FFFF)]
    kin = kin_of(world)
    closes: list[Close] = []
    acting: list[People] = []
    changed: People = frozenset()
    with ThreadPoolExecutor(2) as pool:
        twins = [cut(each, pool, 1_024) for each in worlds]
        whom = neighbours(twins[0])
        for week in range(weeks):
            opening = [states(parts) for parts in twins]
            for each, parts in zip(worlds, twins, strict=True):
                step(each, parts, week, pool, 2)
            turned = [was != states(parts) for was, parts in zip(opening, twins, strict=True)]
            coupled = np.any([was == LIVING for was in opening] + turned, axis=0)
            tied = reach(changed, whom, coupled)
            acting.append(changed | tied | {odd})
            rows = [rows_of(parts) for parts in twins]
            differ = differing(*twins) | {row[0] for row in rows[0] ^ rows[1]}
            ranked = unequal(*(whole_column(parts, "standing") for parts in twins))
            mailed = mail(rows[0] | rows[1], acting)
            closes.append(Close(differ, ranked, changed, tied, mailed, kin, odd))
            changed |= differ
    return closes


def kin_of(world: World) -> dict[int, People]:
    """Return whom each head or spouse has as spouse and children."""
    people, household = world.population.people, world.population.household.tolist()
    role = [ROLES[part_of(status, ROLE, 2)] for status in people.status]
    elder = {who for who, named in enumerate(role) if named in ("head", "spouse")}
    members: dict[int, list[int]] = {}
    for who, home in enumerate(household):
        if role[who] != "other":
            members.setdefault(home, []).append(who)
    return {who: frozenset(members[household[who]]) - {who} for who in elder}


def with_leanings(world: World, leanings: int, odd: int) -> World:
    """Return a world in which the odd citizen has some dispositions."""
    population = world.population
    altered = population.people.leanings.copy()
    altered[odd] = leanings
    people = population.people.replaced(leanings=altered)
    return world._replace(population=population._replace(people=people))


def neighbours(parts: Everybody) -> NDArray[np.int64]:
    """Return whom each slot holds (n, slots), in one shard."""
    (shard,) = parts.shards
    cell = np.arange(CITIZENS) // CELL * CELL
    return np.concatenate([cell + shard.ties.near, shard.ties.far]).T


def states(parts: Everybody) -> NDArray[np.uint32]:
    """Return what each slot's tie is (n, slots)."""
    near, far = parts.shards[0].ties
    return states_of_slots(whole_column(parts, "ties"))[:, : near.shape[0] + far.shape[0]]


def reach(people: People, whom: NDArray[np.int64], coupled: NDArray[np.bool_]) -> People:
    """Return those to whom coupled ties of some people lead."""
    held = sorted(people)
    return frozenset(whom[held][coupled[held]].tolist())


def rows_of(parts: Everybody) -> frozenset[tuple[int, ...]]:
    """Return the rows of the last week as tuples of the fields of ENTRY."""
    return frozenset(row for part in parts.parts for row in part.rows.tolist())


def mail(rows: frozenset[tuple[int, ...]], acting: list[People]) -> dict[int, People]:
    """Return by lag to whom records of acts lead, of others who were `acting` in each week."""
    posted = np.array(sorted(rows), ENTRY)
    posted = posted[np.isin(posted["kind"], (POINTS, SEEN))]
    posted = posted[posted["actor"] != posted["subject"]]
    named: dict[int, set[int]] = {}
    for subject, actor, lag in posted[["subject", "actor", "lag"]].tolist():
        if actor in acting[-1 - lag]:
            named.setdefault(lag, set()).add(subject)
    return {lag: frozenset(subjects) for lag, subjects in named.items()}


def differing(one: Everybody, other: Everybody) -> People:
    """Return who stands otherwise in two societies, percentiles aside."""
    columns = {*State.names()} - {"standing"}
    pairs = ((whole_column(one, name), whole_column(other, name)) for name in columns)
    return frozenset().union(*(unequal(*pair) for pair in pairs))


def unequal(one: NDArray[np.int64], other: NDArray[np.int64]) -> People:
    """Return at which citizens two columns differ."""
    differ = (one != other).reshape(-1, CITIZENS).any(axis=0)
    return frozenset(np.flatnonzero(differ).tolist())


def sizes(closes: list[Close]) -> str:
    """Return how many differ, and may, week by week."""
    return " ".join(f"{len(close.differ)}/{len(close.may)}" for close in closes)


def test_through_ties_a_step_a_week(everything: Scheme, town: Society) -> None:
    closes = ripple(everything.with_values(UNSEEN | UNHEARD), town, weeks=14)
    print(sizes(closes))
    assert all(close.differ <= close.may for close in closes)
    assert not any(close.mailed for close in closes)
    first = next(close for close in closes if close.differ)
    assert ODD in first.differ <= first.at_home(frozenset({ODD}))
    assert sum(len(close.differ - close.changed) > 0 for close in closes) >= 5
    assert len(closes[-1].differ) >= ENOUGH
    told = [close for close in closes if 2 * len(close.may) < CITIZENS]
    assert len(told) >= 5, "nothing is learnt where everybody may differ"


def test_through_mail_when_it_is_due(everything: Scheme, town: Society) -> None:
    """Nobody is pulled, nor is a tie woken: she alone acts otherwise, and others are charged."""
    scheme, society = everything.with_values(MISTAKEN | ALONE), town.with_values(BUSY | HEEDLESS)
    closes = ripple(scheme, society, weeks=13, odd=500)
    print(sizes(closes))
    late: dict[int, set[int]] = {0: set(), 2: set()}
    for close in closes:
        assert close.differ <= close.untied
        for lag, people in close.mailed.items():
            late[lag] |= close.differ & people - close.changed
    print({lag: len(people) for lag, people in late.items()})
    assert min(map(len, late.values())) >= ENOUGH


def test_through_ties_and_mail(everything: Scheme, town: Society) -> None:
    closes = ripple(everything.with_values(MISTAKEN | UNHEARD), town.with_values(BUSY), weeks=8)
    print(sizes(closes))
    by_tie, by_mail = set[int](), set[int]()
    for close in closes:
        assert close.differ <= close.may
        new = close.differ - close.changed - {ODD}
        by_tie |= new & close.tied
        by_mail |= new - close.tied
    print(f"by tie: {len(by_tie)}; by mail: {len(by_mail)}")
    assert min(len(by_tie), len(by_mail)) >= ENOUGH
    told = [close for close in closes if 2 * len(close.may) < CITIZENS]
    assert len(told) >= 5, "nothing is learnt where everybody may differ"


def test_through_what_befalls_friends(everything: Scheme, town: Society) -> None:
    """Nobody is pulled: fear alone goes from tie to tie, a step a week."""
    scheme, society = everything.with_values(UNSEEN | ALONE), town.with_values(FIXED | FEARFUL)
    odd = 2_000
    closes = ripple(scheme, society, weeks=26, odd=odd)
    print(sizes(closes))
    assert all(close.differ <= close.may for close in closes)
    first = next(close for close in closes if close.differ)
    assert first.differ == {odd}
    assert sum(len(close.differ - close.changed) > 0 for close in closes) >= 5
    assert len(closes[-1].changed) >= ENOUGH
    told = [close for close in closes if 2 * len(close.may) < CITIZENS]
    assert len(told) >= 5, "nothing is learnt where everybody may differ"


def test_through_the_nation_once_a_year(everything: Scheme, town: Society) -> None:
    """Where nobody is tied or taken for another, she alone differs but for percentiles."""
    scheme = everything.with_values(UNSEEN | ALONE)
    closes = ripple(scheme, town.with_values(HEEDLESS), weeks=52)
    *year, last = closes
    assert all(close.differ <= close.at_home(frozenset({ODD})) for close in closes)
    assert sum(ODD in close.differ for close in closes) >= ENOUGH
    assert not any(close.ranked for close in year)
    print(f"other percentiles: {len(last.ranked)}")
    assert len(last.ranked - {ODD}) >= ENOUGH


SHOWN = {"publicity.debtors-page.rules": ["late-bill"], "publicity.debtors-page.persons": 0}
"""Whose bills are late is shown to friends."""


def test_through_what_is_shown(everything: Scheme, town: Society) -> None:
    """By friends who saw it and drop her, a step a week; where strangers learn, all at once."""
    apart = {"off": ["association", "office", "platform", "pooling", "remedy"]}
    scheme = everything.with_values(UNSEEN | SHOWN | apart)
    society = town.with_values(FIXED | FEARFUL | {"learning.published": 0, "shaming.cut": 0.5})
    closes = ripple(scheme, society, weeks=26)
    print(sizes(closes))
    assert all(close.differ <= close.may for close in closes)
    assert len(closes[-1].changed) > 5, "some of her friends"
    strangers = scheme.with_values(
        {"publicity.debtors-page.persons": 1, "publicity.debtors-page.ties": 0}
    )
    seldom = {"act.late-bill.rate": 20, "act.late-bill.top": 20, "learning.published": 0.5}
    closes = ripple(strangers, town.with_values(HEEDLESS | seldom), weeks=14)
    print(sizes(closes))
    first = next(week for week, close in enumerate(closes) if len(close.differ) > CITIZENS / 2)
    assert ODD in closes[first - 1].differ
    assert all(close.differ <= close.may for close in closes[:first])


AT_HOME = {
    "tier.b.from": 1_005,
    "tier.c.below": 1_005,
    "tier.c.from": 1_000,
    "tier.d.below": 1_000,
    "tier.d.reach.children": ["any-school", "flight", "public-transport"],
    "tier.d.reach.spouse": ["flight", "public-transport"],
}
"""A tier that she falls into and that reaches a whole household, which rides the bus."""


def test_through_the_household_at_the_same_close(everything: Scheme, town: Society) -> None:
    """A parent's standing closes services to her kin, who are refused them, and to nobody else."""
    scheme = everything.with_values(UNSEEN | ALONE | AT_HOME)
    society = town.with_values(HEEDLESS | {"service.public-transport.attempted": 5})
    families = kin_of(build_world(scheme.file, society.file, CITIZENS, 7))
    odd = max(families, key=lambda who: (len(families[who]), -who))
    assert len(families[odd]) >= 4
    closes = ripple(scheme, society, weeks=40, odd=odd)
    print(sizes(closes))
    assert all(close.differ <= families[odd] | {odd} for close in closes)
    reached = families[odd] & frozenset().union(*(close.differ for close in closes))
    assert len(reached) >= 4
    first = next(week for week, close in enumerate(closes) if close.differ & families[odd])
    assert odd in closes[first].differ
    off = ripple(scheme.with_values({"off": [*ALONE["off"], "kin"]}), society, weeks=40, odd=odd)
    assert frozenset().union(*(close.differ for close in off)) == {odd}


def test_through_the_queue_of_a_region(everything: Scheme, town: Society) -> None:
    """She has something to appeal, or not: others of her region wait longer, or less."""
    size = 512
    apart = ["association", *UNHEARD["off"]]
    apart.remove("remedy")
    scheme = everything.with_values(UNSEEN | {"off": apart, "remedy.notice": 1})
    one_district = {"numbering.districts-per-region": 1, "appeals.when-true": 1}
    closes = ripple(scheme, town.with_values(HEEDLESS | one_district), weeks=39)
    print(sizes(closes))
    differ = frozenset[int]().union(*(close.differ for close in closes))
    assert {who // size for who in differ} == {ODD // size}
    others = differ - closes[0].at_home(frozenset({ODD}))
    print(f"others: {len(others)}")
    assert len(others) >= ENOUGH


FRIENDLESS = {
    "platform.dimension.connections.weight": 0,
    "platform.dimension.credit-history.weight": 0.4,
    "platform.counts.bill-on-time.level": 20,
}
"""Nobody's friends count with the company; who pays her bills is far above who does not."""


def test_through_the_silent_of_the_nation(everything: Scheme, town: Society) -> None:
    """What others assume of the silent moves some to show or hide, when scores are told."""
    off = {"off": ["association", "remedy", "pooling"]}
    scheme = everything.with_values(UNSEEN | FRIENDLESS | off)
    town = town.with_values(HEEDLESS)
    world = build_world(scheme.file, town.file, CITIZENS, 7)
    members = np.flatnonzero(whole_members(world))
    odd = int(members[members > ODD][0])
    closes = ripple(scheme, town, weeks=40, odd=odd)
    print(sizes(closes))
    home = closes[0].at_home(frozenset({odd}))
    others: People = frozenset()
    for week, close in enumerate(closes):
        if (week + 1) % MONTH:
            assert close.differ - home <= others
        others = close.differ - home
    reached = frozenset().union(*(close.differ for close in closes)) - home
    print(f"others: {len(reached)}")
    assert reached
    assert reached <= set(members.tolist())


def whole_members(world: World) -> NDArray[np.bool_]:
    """Return who is a member of the platform."""
    return world.population.people.status >> np.uint32(MEMBER) & np.uint32(1) == 1


def test_through_the_pool_of_a_district(everything: Scheme, town: Society) -> None:
    """Who is recorded more takes the place of somebody of her district, who is watched less."""
    size = 512
    pool = {
        "off": ["association", "office", "platform", "publicity", "remedy"],
        "pooling.districts.urban": 1,
        "pooling.districts.rural": 1,
        "pooling.capacity": 0.1,
        "pooling.coverage-times": 10,
    }
    closes = ripple(everything.with_values(UNSEEN | pool), town.with_values(HEEDLESS), weeks=39)
    print(sizes(closes))
    home = closes[0].at_home(frozenset({ODD}))
    first = everything.file.pooling.period_weeks - 1  # type: ignore[union-attr]
    assert all(close.differ <= home for close in closes[:first])
    differ = frozenset[int]().union(*(close.differ for close in closes))
    assert {who // size for who in differ} == {ODD // size}
    print(f"others: {len(differ - home)}")
    assert len(differ - home) >= 3
