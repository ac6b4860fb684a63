"""Stories against the rows that they tell."""

import json
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from upstanding.run import Run, simulate
from upstanding.scheme import Scheme
from upstanding.story import Story
from upstanding.teller import FOLDED
from upstanding.words import hundredths

EVERYTHING = Path(__file__).parents[1] / "everything.toml"
KIND, RULE, TRUTH = pl.col("kind"), pl.col("rule").cast(pl.String), pl.col("truth")


@pytest.fixture(scope="module")
def everything(tmp_path_factory) -> Run:
    """Everything, with so wide a lowest tier that many are in it and come out of it."""
    out = tmp_path_factory.mktemp("runs") / "everything"
    scheme = Scheme.load(EVERYTHING).with_values({"tier.d.below": 985, "tier.c.from": 985})
    return simulate(scheme, citizens=3000, years=2, seed=5, out=out)


@pytest.fixture(scope="module")
def court(tmp_path_factory) -> Run:
    out = tmp_path_factory.mktemp("runs") / "court-list"
    return simulate("court-list", citizens=10_000, years=2, seed=5, out=out)


def rows_of(run: Run, condition: pl.Expr) -> list[dict]:
    rows = run.ledger.filter(condition).collect().to_dicts()
    assert rows, "the run has no such row, so that this test would say nothing"
    return rows


def spoken(run: Run, week: int, day: int) -> str:
    then = run.plan.society.file.epoch + timedelta(weeks=week, days=day)
    return f"{then.day} {then:%B} {then.year}"


def told(story: Story, row: dict) -> str:
    """Return the one sentence that tells a row."""
    place = (row["week"], row["seq"])
    (text,) = (s.text for s in story.sentences if place in s.rows)
    return text


def origin(run: Run, row: dict) -> dict:
    same = (pl.col("subject") == row["origin_subject"]) & (pl.col("week") == row["origin_week"])
    (found,) = rows_of(run, same & (pl.col("seq") == row["origin_seq"]))
    return found


def test_every_row_is_told_once(everything: Run, court: Run) -> None:
    folded = Counter()
    for run in (everything, court):
        subjects = run.ledger.select("subject").unique().sort("subject").head(150).collect()
        for citizen in subjects["subject"]:
            story = run.story(citizen)
            places = [place for sentence in story.sentences for place in sentence.rows]
            rows = {(row["week"], row["seq"]): row for row in story.entries.to_dicts()}
            assert sorted(places) == sorted(rows)
            for sentence in story.sentences:
                kinds = {rows[place]["kind"] for place in sentence.rows}
                truths = {rows[place]["truth"] for place in sentence.rows}
                if len(sentence.rows) > 1:
                    together = kinds in ({"denial"}, {"association"}, {"publication"})
                    assert together or (kinds == {"points"} and truths == {"true"})
                    assert together or len(sentence.rows) >= FOLDED
                    (rule,) = {rows[place]["rule"] for place in sentence.rows}
                    assert f"({rule})" in sentence.text
                folded[next(iter(kinds)), len(sentence.rows) > 1] += 1
    assert folded["points", True] > 100
    assert folded["points", False] > 100
    assert folded["denial", True] > 5
    assert folded["association", True] > 100
    assert folded["publication", True] > 5
    assert folded["publication", False] > 20
    assert folded["association", False] > 5
    assert folded["list-in", False] > 20
    assert folded["list-out", False] > 20
    assert folded["start", False] > 20
    assert folded["list-in", True] == 0


def test_head_names_model_scheme_and_person(everything: Run) -> None:
    jobs = {"official": "an official", "journalist": "a journalist", "student": "a student"}
    for number in (17, *everything.citizens.filter(occupation="student")["citizen"][:2]):
        occupation = everything.citizens["occupation"][number]
        head = everything.story(number).head
        assert head.endswith(f", {jobs[occupation]}." if occupation in jobs else " district.")
    story = everything.story(17)
    person = everything.citizens.row(17, named=True)
    head, *_, standing = str(story).splitlines()
    assert head.startswith("In this model of synthetic people, under `everything`: citizen 17, a ")
    assert f"aged {person['age']} at the end" in head
    assert f"an {person['place']}" in head or f"a {person['place']}" in head
    assert ("woman" in head or "girl" in head) == (person["sex"] == "female")
    assert standing.startswith(f"At the end of the run, on {spoken(everything, 103, 6)}, ")


def test_who_is_shown_is_told_where_and_for_what(everything: Run) -> None:
    """A jaywalker shown on a screen; one taken for another."""
    shown = (KIND == "publication") & (pl.col("object").cast(pl.String) == "crossing-screen")
    of_jaywalking = shown & (pl.col("act").cast(pl.String) == "jaywalking")
    for row in rows_of(everything, of_jaywalking & (TRUTH == "true"))[:20]:
        text = told(everything.story(row["subject"]), row)
        assert "she was shown on a screen" in text.lower() or "he was shown on a" in text.lower()
        assert "crossing the road where or when it is not allowed (publicity.crossing-" in text
        assert "mistaken" not in text
    for row in rows_of(everything, of_jaywalking & (TRUTH == "false match"))[:20]:
        text = told(everything.story(row["subject"]), row)
        assert text.startswith(f"On {spoken(everything, row['week'], 6)} ")
        assert "shown on a screen at the crossing, for crossing the road where " in text
        assert "`street-camera` had mistaken " in text
        assert text.endswith(f"another citizen's act, that of citizen {row['actor']}.")
    for row in rows_of(everything, (KIND == "publication") & pl.col("sensor").is_null())[:20]:
        text = told(everything.story(row["subject"]), row)
        name = origin(everything, row)["object"]
        assert "shown on a page of the court" in text
        assert f"as somebody on the list `{name}` (publicity.debtors-page)" in text


def test_start_row_tells_the_age_of_the_stay(court: Run) -> None:
    for row in rows_of(court, KIND == "start")[:30]:
        text = told(court.story(row["subject"]), row)
        assert f"When the run began, on {spoken(court, 0, 0)}, " in text
        since = spoken(court, -1 - row["lag"], 6)
        assert f" since {since} for leaving a court judgment unpaid (start" in text
        assert "(start.list.dishonest-personnel)" in text


def test_entry_names_the_judgment_and_both_dates(everything: Run) -> None:
    entered = (KIND == "list-in") & (RULE == "list.court-debtors.enter")
    rows = rows_of(everything, entered & (TRUTH == "true"))
    assert len(rows) >= 3
    for row in rows:
        story, record = everything.story(row["subject"]), origin(everything, row)
        happened = spoken(everything, record["week"] - record["lag"], record["day"])
        text = told(story, row)
        assert text.startswith(f"On {spoken(everything, row['week'], 6)} ")
        assert f" for leaving a court judgment unpaid, recorded on {happened} " in text
        assert "(list.court-debtors.enter)" in text
        before = told(story, record)
        assert record["lag"] == 1
        assert f"On {happened} `court` recorded " in before
        assert f"(posted on {spoken(everything, record['week'], 6)})" in before


def test_strikes_name_the_last_of_them(everything: Run) -> None:
    rows = rows_of(everything, (KIND == "list-in") & (RULE == "list.repeat-offenders.enter"))
    assert len(rows) >= 20
    for row in rows[:20]:
        last = origin(everything, row)
        title = everything.plan.society.file.act[last["act"]].title
        happened = spoken(everything, last["week"] - last["lag"], last["day"])
        text = told(everything.story(row["subject"]), row)
        assert "4 entries or more within 13 weeks, the last for " in text
        assert f"{title[0].lower()}{title[1:]}, recorded on {happened} " in text


def test_a_list_of_a_tier_names_the_tier(everything: Run) -> None:
    rows = rows_of(everything, (KIND == "list-in") & (RULE == "list.lowest.enter"))
    text = told(everything.story(rows[0]["subject"]), rows[0])
    assert f"score was in tier `d` on {spoken(everything, rows[0]['week'], 6)} (list" in text


def test_a_false_match_says_so(everything: Run) -> None:
    rows = rows_of(everything, TRUTH == "false match")
    assert len(rows) >= 20
    for row in rows[:20]:
        assert row["actor"] != row["subject"]
        text = told(everything.story(row["subject"]), row)
        sensor = row["sensor"] or origin(everything, row)["sensor"]
        assert f"`{sensor}` had mistaken " in text
        assert f"of another citizen's act, that of citizen {row['actor']}." in text
    for row in rows_of(everything, TRUTH == "true")[:20]:
        assert "mistaken" not in told(everything.story(row["subject"]), row)


def test_a_denial_names_its_list_and_since_when(everything: Run, court: Run) -> None:
    lists, starts, tiers = 0, 0, 0
    for run in (everything, court):
        for row in rows_of(run, KIND == "denial")[:100]:
            text = told(run.story(row["subject"]), row)
            title = run.plan.society.file.service[row["object"]].title
            assert f"{title[0].lower()}{title[1:]} " in text.replace(
                "her own", "one's own"
            ).replace("his own", "one's own")
            assert "was refused buying" not in text
            assert "was refused " in text or "was kept from " in text
            assert spoken(run, row["week"], row["day"])[-4:] in text
            if row["origin_week"] is None:
                tiers += 1
                assert f"score was in tier `{row['rule'].split('.')[1]}`" in text
                continue
            entry = origin(run, row)
            assert f"the list `{entry['object']}` since " in text
            if entry["kind"] == "start":
                starts += 1
                assert f"since {spoken(run, -1 - entry['lag'], 6)} " in text
            else:
                lists += 1
                assert f"since {spoken(run, entry['week'], 6)} " in text
    assert min(lists, starts, tiers) >= 5


def test_a_denial_for_kin_names_whose_list_and_nobody(everything: Run) -> None:
    kin = {("children", "female"): "mother", ("children", "male"): "father"}
    kin |= {("spouse", "female"): "wife", ("spouse", "male"): "husband"}
    found = Counter()
    for row in rows_of(everything, pl.col("mechanism") == "kin")[:150]:
        story = everything.story(row["subject"])
        text = told(story, row)
        whose = "her" if everything.citizens["sex"][row["subject"]] == "female" else "his"
        who = kin[row["rule"].rpartition(".")[2], everything.citizens["sex"][row["actor"]]]
        assert str(row["actor"]) not in text.replace(",", "").split()
        if row["origin_week"] is None:
            found["tier"] += 1
            tier = row["rule"].split(".")[1]
            assert f", because {whose} {who}'s score was in tier `{tier}` ({row['rule']})" in text
            continue
        found[who] += 1
        entry = origin(everything, row)
        assert entry["subject"] == row["actor"]
        week = -1 - entry["lag"] if entry["kind"] == "start" else entry["week"]
        since = f"on the list `{entry['object']}` since {spoken(everything, week, 6)}"
        assert f", because {whose} {who} had been {since} ({row['rule']})." in text
    print(found)
    assert min(found[who] for who in ("tier", "mother", "father")) >= 5


def test_whose_rows_are_not_kept_is_told_without_a_date(everything: Run, tmp_path) -> None:
    of_kin = (pl.col("mechanism") == "kin") & pl.col("origin_week").is_not_null()
    row = rows_of(everything, of_kin & (pl.col("week") < 52))[0]
    who = row["subject"]
    kept = {"years": 1, "seed": 5, "ledger": "cohort", "cohort": [who], "out": tmp_path / "run"}
    run = simulate(EVERYTHING, citizens=3000, **kept)
    text = told(run.story(who), row)
    assert f" was on the list `{row['rule'].split('.')[1]}` ({row['rule']})." in text


def test_ways_off_a_list(everything: Run, court: Run) -> None:
    found = Counter()
    for row in rows_of(everything, KIND == "list-out") + rows_of(court, KIND == "list-out"):
        run = everything if row["object"] in everything.plan.scheme.file.list_ else court
        way = row["rule"].split(".", 2)[-1]
        enter = run.plan.scheme.tree["list"][row["object"]]["enter"]
        found[way] += 1
        if found[way] > 10:
            continue
        text = told(run.story(row["subject"]), row)
        if way == "leave.performance":
            done = origin(run, row)
            assert f"had paid the debt on {spoken(run, done['week'], done['day'])} " in text
        phrase = {
            "leave.performance": "paid",
            "leave.other-per-year": "another reason",
            "leave.term-weeks": "weeks were over",
            "leave.above-tier": "no longer in tier `d`",
            "leave.repair": "for good acts within",
            "remedy": "correct" if "record" not in enter else "was reversed",
        }[way]
        assert phrase in text
    assert len(found) == 6


@pytest.fixture(scope="module")
def corrected(tmp_path_factory) -> Run:
    audited = {"remedy.audit": 1, "remedy.right-reversed": 0.9, "remedy.servers-per-100k": 50_000}
    scheme = Scheme.load(EVERYTHING).with_values(audited)
    out = tmp_path_factory.mktemp("runs") / "corrected"
    return simulate(scheme, citizens=3000, weeks=40, seed=5, out=out)


def test_what_a_correction_gave_back(corrected: Run) -> None:
    given = rows_of(corrected, (KIND == "reversal") & pl.col("category").is_not_null())
    assert len(given) > 20
    for row in given[:20]:
        entry, text = origin(corrected, row), told(corrected.story(row["subject"]), row)
        assert "was reversed, which gave back" in text
        assert hundredths(row["points"], "+") in text
        assert hundredths(entry["points"], "+") in text
        assert spoken(corrected, entry["week"] - entry["lag"], entry["day"]) in text
    listed = rows_of(corrected, (KIND == "reversal") & pl.col("object").is_not_null())
    for row in listed:
        text = told(corrected.story(row["subject"]), row)
        assert f"as far as it led onto the list `{row['object']}`" in text
    assert listed


def test_a_debt_is_paid_for_a_record_or_a_stay(everything: Run, court: Run) -> None:
    found = Counter()
    for run in (court, everything):
        for row in rows_of(run, KIND == "performance")[:60]:
            text = told(run.story(row["subject"]), row)
            if row["origin_week"] is None:
                found["none"] += 1
                assert " paid a debt from a court judgment (act.judgment" in text
                continue
            cause = origin(run, row)
            found[cause["kind"]] += 1
            if cause["kind"] == "start":
                since = spoken(run, -1 - cause["lag"], 6)
                assert (
                    f"paid the debt for which {text.split()[4]} had been listed since {since} ("
                    in text
                )
                continue
            record = origin(run, cause) if cause["kind"] == "list-in" else cause
            happened = spoken(run, record["week"] - record["lag"], record["day"])
            assert f"paid the debt recorded on {happened} (act.judgment" in text
    assert min(found["start"], found["list-in"]) >= 3


def test_two_stays_at_once(tmp_path) -> None:
    again, rest = 0, 0
    scheme = Scheme.load(EVERYTHING).with_values({"list.drunk-drivers.enter.record": "jaywalking"})
    run = simulate(scheme, citizens=600, weeks=60, out=tmp_path / "a")
    subjects = run.ledger.filter(KIND == "list-in").select("subject", "object").collect()
    often = subjects.filter(subjects.is_duplicated())["subject"].unique().sort()
    for citizen in often[:100]:
        story = run.story(citizen)
        held = Counter()
        for row in story.entries.to_dicts():
            if row["kind"] in {"start", "list-in"}:
                held[row["object"]] += 1
                more = row["kind"] == "list-in" and held[row["object"]] > 1
                assert ("once more, while still on it" in told(story, row)) == more
                again += more
            elif row["kind"] == "list-out":
                held[row["object"]] -= 1
                left = held[row["object"]] > 0
                assert ("stays on the list" in told(story, row)) == left
                assert ("was taken off the list" in told(story, row)) != left
                rest += left
    assert min(again, rest) >= 1


def test_standing_is_that_of_the_citizen(everything: Run) -> None:
    listed = everything.citizens.filter(pl.col("list.lowest"))["citizen"].to_list()
    assert listed
    story = everything.story(listed[0])
    assert "`lowest`" in story.standing
    assert "in tier `d`" in story.standing
    refusals = story.entries.filter(KIND == "denial").height
    often = {0: "nothing", 1: "something once", 2: "something twice"}
    assert f"been refused {often.get(refusals, f'something {refusals} times')}." in story.standing
    free = everything.citizens.filter(~pl.any_horizontal("^list\\..*$"))["citizen"][0]
    assert "on no list" in everything.story(free).standing


def test_plain_values(everything: Run) -> None:
    row = rows_of(everything, KIND == "list-in")[0]
    story = everything.story(row["subject"])
    plain = json.loads(json.dumps(story.to_dict()))
    assert plain["citizen"] == row["subject"]
    assert len(plain["entries"]) == story.entries.height
    assert [s["text"] for s in plain["sentences"]] == [s.text for s in story.sentences]
    assert all(date.fromisoformat(s["date"]) for s in plain["sentences"])


def test_nothing_happened_to_a_citizen_without_rows(court: Run) -> None:
    story = court.story(
        next(c for c in range(100) if court.ledger.filter(subject=c).collect().is_empty())
    )
    assert story.sentences == ()
    assert len(str(story).splitlines()) == 2


def test_what_friends_make_of_a_score(everything: Run) -> None:
    rows = rows_of(everything, KIND == "association")
    year = [row for row in rows if row["subject"] == rows[0]["subject"] and row["week"] < 52]
    story = everything.story(rows[0]["subject"])
    said = told(story, year[-1])
    last = f"{year[-1]['points'] / 100:+g} point"
    assert len(year) > 1
    assert f"changed {len(year)} times" in said or "twice" in said
    assert f"from {spoken(everything, year[-1]['week'], 6)} it made {last}" in said
    assert said.endswith("(association).")


def test_a_rank_is_told(everything: Run) -> None:
    best = everything.citizens.filter(pl.col("rank") == 1)
    ranked = everything.citizens["rank"].count()
    standing = everything.story(best["citizen"][0]).standing
    assert re.search(rf", rank 1 of {ranked:,}(,| and) had ", standing)


def test_what_a_member_has_with_the_company(everything: Run) -> None:
    members = everything.citizens.filter(pl.col("company_band").is_not_null())
    for shown, said in ((True, "showed them"), (False, "kept them to h")):
        row = members.filter(pl.col("company_score_shown") == shown).to_dicts()[0]
        standing = everything.story(row["citizen"]).standing
        points = hundredths(row["company_score"])
        assert f"had {points} points with the company in band `{row['company_band']}`" in standing
        assert said in standing
        assert ("showed" in standing) == shown
    stranger = everything.citizens.filter(pl.col("company_score").is_null())["citizen"][0]
    assert "with the company" not in everything.story(stranger).standing


def test_games_are_told_with_whose_sensor_saw_them(everything: Run) -> None:
    games = (KIND == "points") & (pl.col("act") == "gaming-all-day")
    for row in rows_of(everything, games):
        said = told(everything.story(row["subject"]), row)
        if "recorded" in said and "times" not in said:
            assert "`internet`, a company's, recorded" in said
            assert "-1.33 points in `consumption-behaviour` (rule.gaming-all-day)" in said
            break
    else:
        pytest.fail("nobody who played now and then")
