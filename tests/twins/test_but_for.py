"""But-for by own life held to its definition, told again in plain Python, and to a second run."""

from collections import defaultdict

import numpy as np
import pytest

import upstanding as up
from upstanding.measures.lives import lives_of
from upstanding.twins.but_for import Cause, attribute, whole_society, without

YEAR, UNIT = 52, 1 << 16
HARSH = {
    "rule.jaywalking.points": -90,
    "rule.late-bill.points": -110,
    "remedy.notice": 1,
    "remedy.servers-per-100k": 20,
    "remedy.service-weeks": 4,
    "remedy.suspensive": True,
    "remedy.wrong-upheld": 0.1,
    "remedy.right-reversed": 0.3,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> up.Run:
    """A town of 2,000 under a harsher scheme, so that many are barred and some appeal."""
    scheme = up.Scheme.load("essay").with_values(HARSH)
    out = tmp_path_factory.mktemp("harsh") / "run"
    return up.simulate(scheme, society="town", citizens=2_000, weeks=104, seed=1, out=out)


@pytest.fixture(scope="module")
def attribution(run: up.Run):
    return attribute(run)


class Told:
    """One citizen's ledger, folded as the definition says, entry by entry."""

    def __init__(self, run: up.Run, lives, rows: list[dict], citizen: int) -> None:
        self.run, self.lives, self.rows, self.citizen = run, lives, rows, citizen
        self.file = run.plan.scheme.file
        self.services = {name: code for code, name in enumerate(lives.services)}

    def weeks_barred(self, cause: Cause) -> int:
        gone = self.gone(cause)
        own = self.own(gone, cause)
        kin = self.kin() if cause.kind != "kin" else [0] * self.run.plan.weeks
        fact = self.lives.closed[:, self.citizen].tolist()
        return sum(fact[w] & (own[w] | kin[w]) != 0 for w in range(self.run.plan.weeks))

    def gone(self, cause: Cause) -> set[tuple[int, int]]:
        gone = set()
        for row in self.rows:
            key, origin = (row["week"], row["seq"]), (row["origin_week"], row["origin_seq"])
            hit = (
                (cause.kind == "rule" and row["kind"] == "points" and row["rule"] == cause.key)
                or (cause.kind == "error" and row["truth"] == cause.name)
                or (cause.kind == "association" and row["kind"] == "association")
            )
            if hit or (row["origin_subject"] == self.citizen and origin in gone):
                gone.add(key)
        return gone

    def scores(self, gone: set[tuple[int, int]]) -> list[int]:
        score = self.file.score
        low, high = (int(100 * end) for end in score.range)
        tables = self.run.world.tables.scoring
        own = dict.fromkeys(self.file.category, 0)
        term, found = 0, []
        by_week = defaultdict(list)
        for row in self.rows:
            by_week[row["week"]].append(row)
        for week in range(self.run.plan.weeks):
            added: dict[str, int] = defaultdict(int)
            for row in by_week[week]:
                if (row["week"], row["seq"]) in gone:
                    continue
                if row["kind"] == "association":
                    term = row["points"]
                elif row["kind"] in ("points", "reversal") and row["category"]:
                    added[row["category"]] += row["points"]
            for name, points in added.items():
                own[name] += (points * UNIT + 50) // 100
            if score.yearly_reset and (week + 1) % YEAR == 0:
                own = dict.fromkeys(own, 0)
            if int(tables.decay) < 1 << 32:
                own = {
                    n: (abs(o) * int(tables.decay) >> 32) * (1 if o > 0 else -1)
                    for n, o in own.items()
                }
            total = sum(int(self.file.category[n].weight * UNIT) * o for n, o in own.items())
            total = (total + (1 << 15)) >> 16
            points = (total * 100 + (1 << 15)) >> 16
            found.append(min(max(int(100 * score.start) + points + term, low), high))
        return found

    def tiers(self, gone: set[tuple[int, int]]) -> list[str | None]:
        since = int(self.run.world.scored_from[self.citizen])
        return [
            next((n for n, tier in self.file.tier.items() if tier.holds(score)), None)
            if week + 1 >= since
            else None
            for week, score in enumerate(self.scores(gone))
        ]

    def own(self, gone: set[tuple[int, int]], cause: Cause) -> list[int]:
        tiers = self.tiers(gone)
        closed = [0] * self.run.plan.weeks
        for week, tier in enumerate(tiers):
            if tier and cause.key != f"tier.{tier}":
                closed[week] |= self.bits(self.file.tier[tier].closes)
        for name, begin, end in self.stays(gone, tiers):
            if cause.key != f"list.{name}":
                table = self.file.list_[name]
                firm = table.reach.representative if table.of == "firms" and table.reach else ()
                for week in range(begin, end):
                    closed[week] |= self.bits(firm if table.of == "firms" else table.closes)
        return closed

    def stays(self, gone, tiers):
        """Yield the stays that stand: pairs of an entry and the first exit that may be its own."""
        entries = [row for row in self.rows if row["kind"] in ("start", "list-in")]
        exits = [row for row in self.rows if row["kind"] == "list-out"]
        by_key = {(row["week"], row["seq"]): row for row in self.rows}
        for entry in entries:
            key, name = (entry["week"], entry["seq"]), entry["object"]
            end = self.run.plan.weeks
            for exit_ in exits:
                at = (exit_["origin_week"], exit_["origin_seq"])
                if at in by_key and by_key[at]["kind"] == "performance":
                    at = (by_key[at]["origin_week"], by_key[at]["origin_seq"])
                if exit_["object"] == name and at in (
                    key,
                    (entry["origin_week"], entry["origin_seq"]),
                ):
                    end = min(end, exit_["week"])
            if self.stands(entry, gone, tiers):
                yield name, entry["week"], end

    def stands(self, entry: dict, gone, tiers) -> bool:
        table = self.file.list_[entry["object"]]
        decided = entry["week"] - table.delay_weeks
        if entry["kind"] == "list-in" and (asked := table.enter.strikes):
            rules = {f"rule.{name}" for name in asked.rules}
            strikes = [
                row
                for row in self.rows
                if row["rule"] in rules
                and decided - asked.within_weeks < row["week"] <= decided
                and (row["week"], row["seq"]) not in gone
            ]
            return len(strikes) >= asked.count
        if entry["kind"] == "list-in" and table.enter.tier:
            return tiers[max(decided, 0)] == table.enter.tier
        return (entry["week"], entry["seq"]) not in gone

    def kin(self) -> list[int]:
        people = self.run.citizens
        me = people.row(self.citizen, named=True)
        if me["role"] == "other":
            return [0] * self.run.plan.weeks
        whom = "children" if me["role"] == "child" else "spouse"
        elders = people.filter(
            (people["household"] == me["household"])
            & people["role"].cast(str).is_in(["head", "spouse"])
            & (people["citizen"] != self.citizen)
        )["citizen"].to_list()
        closed = [0] * self.run.plan.weeks
        for elder in elders:
            for week in range(self.run.plan.weeks):
                tier = int(self.lives.tier[week, elder])
                holding = [self.file.tier[self.lives.tiers[tier]]] if tier != 255 else []
                holding += [
                    self.file.list_[name]
                    for code, name in enumerate(self.lives.list_names)
                    if self.lives.lists[week, elder] >> code & 1
                ]
                for table in holding:
                    if table.reach:
                        closed[week] |= self.bits(getattr(table.reach, whom))
        return closed

    def bits(self, names) -> int:
        return sum(1 << self.services[name] for name in names)


def test_own_life_agrees_with_its_definition(run: up.Run, attribution) -> None:
    lives = lives_of(run)
    by_subject = attribution.own.rows.partition_by("subject", as_dict=True)
    told = [
        Told(
            run, lives, by_subject[citizen,].to_dicts() if (citizen,) in by_subject else [], citizen
        )
        for citizen in attribution.who.tolist()
    ]
    assert len(told) > 100
    moved = 0
    for at, cause in enumerate(attribution.causes):
        expected = [one.weeks_barred(cause) for one in told]
        assert attribution.weeks_left[at].tolist() == expected, cause.key
        moved += bool((attribution.weeks_left[at] < attribution.weeks).any())
    assert moved > 20


def test_with_nothing_removed_all_is_as_it_was(run: up.Run, attribution) -> None:
    lives, own = lives_of(run), attribution.own
    assert np.array_equal(own.tiers_in_fact, lives.tier[:, attribution.who])
    nothing = np.zeros(own.rows.height, bool)
    assert np.array_equal(own.left(nothing), own.actual)
    assert "reversal" in set(own.rows["kind"])


def test_causes_that_were_necessary_together(attribution) -> None:
    table = attribution.table
    assert (table["people"] <= table["of_people"]).all()
    assert table["people"].sum() == attribution.necessary.sum()
    pairs = attribution.pairs()
    assert pairs.height > 0
    assert pairs["of_people"][0] == (attribution.necessary == 0).sum()
    first = pairs.row(0, named=True)
    causes = [c for c in attribution.causes if c.key in first["causes"].split(" and ")]
    spared = attribution.left(causes) == 0
    assert (spared & (attribution.necessary == 0)).sum() == first["people"]


@pytest.mark.parametrize("key", ["rule.jaywalking", "tier.d", "list.dishonest-personnel", "kin"])
def test_the_whole_society_without_a_cause(run: up.Run, attribution, tmp_path, key: str) -> None:
    cause = Cause(key)
    twins = whole_society(run, cause, tmp_path / "twins")
    at = attribution.causes.index(cause)
    alone = set(attribution.who[attribution.weeks_left[at] == 0].tolist())
    assert len(set(twins.spared["citizen"]) & alone) > 0.5 * len(alone) > 0


def test_every_cause_can_be_taken_from_the_scheme(run: up.Run, attribution) -> None:
    scheme = run.plan.scheme
    for cause in attribution.causes:
        assert without(scheme, cause) != scheme or cause.key == "tier.d", cause.key


def test_a_run_without_its_rows_tells_no_causes(tmp_path) -> None:
    bare = up.simulate(
        "essay",
        society="town",
        citizens=512,
        weeks=5,
        ledger="off",
        standing=True,
        out=tmp_path / "b",
    )
    with pytest.raises(up.InputError, match="--ledger all"):
        attribute(bare)
