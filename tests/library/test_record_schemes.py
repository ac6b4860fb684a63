"""The schemes of the record, run on a few thousand people: who is scored, and what is closed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import upstanding as up
from upstanding.engine import world
from upstanding.finding import find
from upstanding.mechanisms.strata import MEMBER
from upstanding.run import Run
from upstanding.scheme import Scheme
from upstanding.society.traits import Population, populate

CITIZENS, WEEKS = 8_192, 20
Live = Callable[..., Run]


@pytest.fixture
def live(tmp_path: Path) -> Live:
    def lived(name: str, citizens: int = CITIZENS, weeks: int = WEEKS, seed: int = 1) -> Run:
        folder = tmp_path / f"{name}-{seed}"
        return up.simulate(
            name, society="china", citizens=citizens, weeks=weeks, seed=seed, out=folder
        )

    return lived


def scored(run: Run) -> pl.DataFrame:
    return run.citizens.filter(pl.col("score").is_not_null())


def rows(run: Run, kind: str) -> pl.DataFrame:
    return run.ledger.filter(pl.col("kind") == kind).collect()


def adults(run: Run, age: int = 18) -> pl.DataFrame:
    return run.citizens.filter(pl.col("age") >= age)


@pytest.mark.parametrize("name", sorted({*Scheme.names()} - {"common"}))
def test_each_runs_and_says_what_it_lacks(name: str, live: Live) -> None:
    run = live(name, citizens=3_000)
    file = run.plan.scheme.file
    assert run.manifest["absent"] == list(file.absent)
    text = " ".join(str(find(run)).split())
    count = len(file.absent)
    assert (f"{count} clause" in text) == bool(count)


def test_in_rongcheng_who_refuses_has_no_score_and_nobody_is_refused(live: Live) -> None:
    run = live("rongcheng")
    share = scored(run).height / adults(run).height
    consent = float(run.plan.scheme.file.scored.consent)  # type: ignore[union-attr, arg-type]
    assert abs(share - consent) < 4 * np.sqrt(consent * (1 - consent) / adults(run).height)
    assert set(scored(run)["tier"].unique()) >= {"a", "b"}
    assert run.citizens["refusals"].sum() == 0
    assert rows(run, "points").height > 100


def test_in_suining_the_young_are_scored_and_a_low_class_loses_posts_and_welfare(
    live: Live,
) -> None:
    run = live("suining")
    assert scored(run).height == adults(run, 14).height
    assert run.citizens["refusals"].sum() == 0
    # Nobody falls so far in 20 weeks: with the edges moved up, somebody does.
    edges = {"a.from": 998, "b.below": 998, "b.from": 996, "c.below": 996, "c.from": 994,
             "d.below": 994}  # fmt: skip
    moved = Scheme.load("suining").with_values(
        {f"tier.{edge}": points for edge, points in edges.items()}
    )
    lower = up.simulate(
        moved, society="china", citizens=CITIZENS, weeks=WEEKS, out=run.folder.parent / "lower"
    )
    refused = rows(lower, "denial")
    assert set(refused["object"].unique()) == {"welfare-benefit", "public-post"}
    assert refused.height > 20


def test_members_alone_have_the_company_s_score(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def every_third(*given: object) -> Population:
        population = populate(*given)  # type: ignore[arg-type]
        status = population.people.status
        is_member = np.arange(status.shape[0]) % 3 == 0
        bit = np.uint32(1 << MEMBER)
        status[:] = np.where(is_member, status | bit, status & ~bit)
        return population

    monkeypatch.setattr(world, "populate", every_third)
    run = live("sesame")
    members = run.citizens.filter(pl.col("company_score").is_not_null())
    assert members.height > 1_000
    assert (members["citizen"] % 3 == 0).all()
    assert members.height == -(-CITIZENS // 3)
    assert members["company_score"].is_between(350_00, 950_00).all()
    assert members["company_score_shown"].n_unique() == 2
    # The court list is the state's: it asks nobody whether she is a member.
    listed = pl.col("list.dishonest-personnel")
    assert run.citizens.filter(listed)["citizen"].len() > 10
    assert members.filter(listed)["company_score"].mean() < members["company_score"].mean() - 100_00
    # And the state has no score, and nothing of what the company sees.
    assert scored(run).is_empty()
    passed = run.long.filter(pl.col("measure") == "records-passed")
    assert passed.height
    assert passed["value"].sum() == 0
    assert not rows(run, "record").filter(pl.col("sensor") == "payments").height


def test_the_pilots_of_the_record_are_whole_districts_and_the_list_is_everywhere(
    live: Live,
) -> None:
    run = live("documented", citizens=65_536)
    pilots = set(scored(run)["district"].unique())
    districts = set(run.citizens["district"].unique())
    assert 1 <= len(pilots) <= len(districts) // 2
    inside = adults(run).filter(pl.col("district").is_in(pilots))
    assert 0.7 < scored(run).height / inside.height < 0.9
    assert run.citizens["rank"].null_count() == run.citizens.height
    listed = run.citizens.filter(pl.col("list.dishonest-personnel"))
    assert set(listed["district"].unique()) - pilots
    denied = rows(run, "denial")
    assert denied.height > 20
    assert not denied["rule"].cast(pl.String).str.starts_with("tier.").any()


def flagged_a_year(run: Run, name: str, years: range) -> float:
    """Return entries onto a list in some years, as a share of people a year."""
    entries = run.long.filter(
        pl.col("measure") == "list-in",
        pl.col("cell") == name,
        pl.col("week").is_between(52 * years.start, 52 * years.stop - 1),
    )
    return int(entries["value"].sum()) / run.plan.citizens / len(years)


def test_flags_a_year_are_set_to_the_published_figures(tmp_path: Path) -> None:
    """Calibrated, so no finding: the second and third years, within three standard errors.

    Home checks are 0.28 % of people a year in France (D, EV 8.2). Of Australia 433,000 people in
    about four years are published, of the Netherlands 26,000 in fourteen; that these were of some
    25 and 17 million people is recalled.
    """
    run = up.simulate(
        "welfare-fraud", citizens=100_000, weeks=156, seed=2, ledger="off", out=tmp_path / "run"
    )
    targets = {
        "home-check": 0.0028,
        "debt-notice": 433_000 / 4 / 25_000_000,
        "full-repayment": 26_000 / 14 / 17_000_000,
    }
    for name, target in targets.items():
        found = flagged_a_year(run, name, range(1, 3))
        error = (target / run.plan.citizens / 2) ** 0.5
        print(f"{name}: {found:.5%} of people a year, published {target:.5%}")
        assert abs(found - target) <= 3 * error, name


@pytest.mark.parametrize("name", ["rongcheng", "suining", "documented"])
def test_outer_classes_are_printed_and_held_to_nothing(name: str, tmp_path: Path) -> None:
    """Kenli's four outer classes held about half a per cent (EV 2.3): held out, so not asserted."""
    run = up.simulate(
        name, society="china", citizens=65_536, weeks=52, seed=1, ledger="off", out=tmp_path / "run"
    )
    everybody = scored(run)
    shares = dict(everybody["tier"].value_counts(normalize=True).iter_rows())
    print(name, {tier: f"{share:.3%}" for tier, share in sorted(shares.items()) if share})
    assert everybody.height > 1_000
    assert abs(sum(shares.values()) - 1) < 1e-9


@pytest.mark.parametrize("name", ["documented", "rongcheng", "sesame"])
def test_where_praise_earns_nothing_it_is_meant(name: str, live: Live) -> None:
    run = live(name, weeks=40)
    measures = run.long.filter(pl.col("split") == "all").group_by("measure")
    sums = dict(measures.agg(pl.col("value").sum()).iter_rows())
    assert sums["perceived-risk-65536ths"] > 0
    assert sums["praise"] >= 20
    assert sums["praise-against-conviction"] == 0


@pytest.mark.parametrize("seed", range(4))
def test_pilots_are_in_an_eighth_of_districts(live: Live, seed: int) -> None:
    run = live("documented", citizens=65_536, weeks=1, seed=seed)
    pilots = scored(run)["district"].n_unique()
    assert 3 <= pilots <= 6  # Of 32 districts .13, by two classes.


def test_who_is_flagged_for_what_harms_nobody_is_said(live: Live) -> None:
    run = live("welfare-fraud", citizens=16_384, weeks=52)
    entries = rows(run, "list-in")
    lawful = entries.filter(pl.col("act").is_in(["irregular-income", "claim-mistake"]))
    by_record = entries.filter(pl.col("act").is_not_null())
    assert 5 <= lawful.height < by_record.height
    text = " ".join(str(find(run)).split())
    assert (
        f"of {by_record.height} entries onto lists by record {lawful.height} were for an act that "
        f"harms nobody" in text
    )
    assert "of them about somebody else's act" in text
    assert "praise" not in text
