"""Measures by theme, recomputed from ledger, citizens and standing in other ways."""

import numpy as np
import polars as pl
import pytest

from upstanding.errors import InputError
from upstanding.measures import (
    benefit,
    chilling,
    drift,
    enforcement,
    equality,
    error,
    power,
    privacy,
    standing,
)
from upstanding.measures.lives import Lives
from upstanding.measures.rates import FEWEST, ROWS, people_of, shares, suppressed
from upstanding.run import Run, simulate

Runs = dict[str, Run]
Stood = dict[str, Lives]


def counted(run: Run) -> pl.DataFrame:
    marked = run.citizens.filter(pl.col("planted").is_not_null())["household"]
    return run.citizens.filter(~pl.col("household").is_in(marked.to_list()))


def whole(rows: pl.DataFrame, measure: str) -> dict:
    (row,) = rows.filter(pl.col("measure") == measure, pl.col("split") == "all").iter_rows(
        named=True
    )
    return row


def test_each_split_adds_up_to_the_whole_and_small_groups_have_no_figure(
    runs: Runs, lives: Stood
) -> None:
    rows = enforcement.stock(runs["essay"], lives["essay"])
    assert rows.schema == ROWS
    ever = rows.filter(pl.col("measure") == "ever-barred")
    for (split,), part in ever.group_by("split"):
        assert part["n"].sum() == counted(runs["essay"]).height, split
        assert part["total"].sum() == whole(rows, "ever-barred")["total"]
    assert whole(rows, "ever-barred")["total"] > 50
    within = pl.col("low") <= pl.col("value"), pl.col("value") <= pl.col("high")
    assert rows.filter(pl.col("n") >= FEWEST).select(pl.all_horizontal(within).all()).item()
    people = people_of(runs["essay"]).head(40).with_columns(flag=pl.lit(value=True))
    few = shares(people, "flag", "flag")
    small = few.filter(pl.col("n") < FEWEST)
    assert small.height > 5
    assert small.select("total", "value", "low", "high").null_count().row(0) == (small.height,) * 4
    assert len(suppressed(few)) == small.height


def test_means_are_those_of_the_citizens_and_of_the_engine(runs: Runs) -> None:
    run = runs["essay"]
    rows = standing.scores(run)
    assert whole(rows, "score")["value"] == pytest.approx(counted(run)["score"].mean() / 100)
    last = run.measures_by("place").filter(pl.col("week") == run.plan.weeks - 1)
    for place, total, n in last.select("place", "score", "scored").iter_rows():
        found = rows.filter(pl.col("measure") == "score", pl.col("cell") == place)
        assert found["value"].item() == pytest.approx(total / n / 100)
    tiers = standing.tiers(run).filter(pl.col("split") == "sex")
    sums = tiers.group_by("cell").agg(pl.col("value").sum())["value"]
    assert sums.to_list() == pytest.approx([1, 1])


def test_mobility_is_what_the_last_comparison_of_ranks_says(runs: Runs) -> None:
    found = standing.mobility_of_run(runs["essay"])
    assert found is not None
    rows = runs["essay"].long.filter(
        pl.col("week") == runs["essay"].plan.weeks - 1, pl.col("measure") == "rank-moves"
    )
    top = rows.filter(pl.col("split") == "from-fifth-5")
    stay = top.filter(pl.col("cell") == "5")["value"].item() / top["value"].sum()
    assert found.top_stay == pytest.approx(stay)
    assert 0.3 < found.slope < 1
    assert found.n == rows["value"].sum() > 1000
    assert standing.mobility_of_run(runs["baseline"]) is None


def test_spells_are_those_of_a_walk_through_the_weeks(lives: Stood) -> None:
    barred = lives["essay"].barred
    told = standing.spells(barred)
    assert told["weeks"].sum() == barred.sum()
    walked = []
    for citizen in np.flatnonzero(barred.any(axis=0)):
        begin = None
        for week in range(barred.shape[0] + 1):
            now = week < barred.shape[0] and barred[week, citizen]
            if now and begin is None:
                begin = week
            if not now and begin is not None:
                walked.append((citizen, begin, week - 1, week < barred.shape[0]))
                begin = None
    assert told.select("citizen", "begin", "end", "ended").rows() == walked
    lasting = standing.time_barred(lives["essay"])
    assert lasting is not None
    begun = told.filter(
        ~pl.col("had_begun"), pl.Series(lives["essay"].counted[told["citizen"].to_numpy()])
    )
    assert (lasting.n, lasting.ended) == (begun.height, begun["ended"].sum())


def test_burden_is_what_the_ledger_holds(runs: Runs, lives: Stood) -> None:
    run = runs["essay"]
    rows, years = enforcement.burden(run, lives["essay"]), run.plan.weeks / 52
    n = counted(run).height
    hers = pl.col("subject").is_in(counted(run)["citizen"].to_list())
    denials = run.ledger.filter(hers, pl.col("kind").cast(pl.String) == "denial").collect()
    assert denials.height > 50
    assert whole(rows, "attempts-refused")["value"] == pytest.approx(denials.height / n / years)
    hours = run.long.filter(
        pl.col("measure") == "hours-lost-hundredths", pl.col("split") == "service"
    )
    assert whole(rows, "hours-lost")["total"] == pytest.approx(hours["value"].sum() / 100 / years)
    shown = run.measures_by("sex")["publications"].sum()
    assert whole(rows, "times-shown")["total"] == pytest.approx(shown / years)
    flows = enforcement.flows(run)
    entered = run.long.filter(pl.col("measure") == "list-in", pl.col("split") == "list")
    new = flows.filter(pl.col("flow") == "in", pl.col("reason") != "start")
    assert new["n"].sum() == entered["value"].sum() > 20


def test_errors_are_those_of_ledger_and_standing(runs: Runs, lives: Stood) -> None:
    run = runs["everything"]
    table = error.table(run, lives["everything"])
    assert table["people"].sum() == counted(run).height
    kinds = run.ledger.with_columns(pl.selectors.enum().cast(pl.String)).filter(
        pl.col("truth").is_in(["false match", "fabricated", "stolen"]),
        (pl.col("kind") == "record") | ((pl.col("kind") == "points") & (pl.col("points") < 0)),
    )
    wrong = set(kinds.select("subject").collect()["subject"].to_list())
    barred = set(np.flatnonzero(lives["everything"].barred.any(axis=0)).tolist())
    people = set(counted(run)["citizen"].to_list())
    cells = {(w, b): n for w, b, n in table.iter_rows()}
    assert cells[True, True] == len(wrong & barred & people) > 100
    assert cells[True, False] == len((wrong - barred) & people)
    assert cells[False, True] == len((barred - wrong) & people)
    weeks, all_, _ = error.resting_on_wrong_records(run, lives["everything"])
    assert 0 < weeks < all_
    mended = error.corrections(run)
    assert mended["wrong"] == sum(error.records(run).values()) - error.records(run)["right"]
    assert 0 < mended["corrected"] < mended["wrong"]


def test_precision_and_recall_of_each_sensor(runs: Runs) -> None:
    run = runs["essay"]
    told = error.sensors(run)
    by = {
        (s, m): (n, v) for s, m, n, v in told.select("sensor", "measure", "n", "value").iter_rows()
    }
    acts = run.long.filter(pl.col("measure") == "acts", pl.col("split") == "act")
    seen = run.plan.scheme.file.sensor["street-camera"].sees
    done = acts.filter(pl.col("cell").is_in(list(seen)))["value"].sum()
    right, wrong = (
        run.long.filter(pl.col("measure") == f"records-{truth}", pl.col("cell") == "street-camera")[
            "value"
        ].sum()
        for truth in ("right", "wrong")
    )
    assert by["street-camera", "precision"] == (
        right + wrong,
        pytest.approx(right / (right + wrong)),
    )
    assert by["street-camera", "recall"] == (done, pytest.approx(right / done))
    assert 0.9 < right / (right + wrong) < 1
    assert by["payments", "precision"][1] == 1


def test_performed_but_listed_is_the_delay_of_removal(runs: Runs) -> None:
    """Court-list stays are removed a week after performance."""
    after = error.performed_but_listed(runs["documented"]).filter(
        pl.col("list") == "dishonest-personnel"
    )
    delay = runs["documented"].plan.scheme.file.list_["dishonest-personnel"].leave
    n, weeks, still = after.select("n", "weeks", "still").row(0)
    assert n > 2
    assert weeks == (n - still) * delay.removal_delay_weeks + still * 1
    assert delay.removal_delay_weeks == 1


def test_conduct_is_the_same_under_every_scheme_and_counts_candidates(runs: Runs) -> None:
    found = [equality.conduct_of(runs[name]) for name in ("baseline", "essay")]
    assert (found[0] == found[1]).all()
    run = runs["essay"]
    harmful = [name for name, act in run.plan.society.file.act.items() if act.harms]
    drawn = run.long.filter(pl.col("measure") == "candidates", pl.col("cell").is_in(harmful))
    ours = found[0][np.isin(np.arange(run.plan.citizens), counted(run)["citizen"].to_numpy())]
    daily = [name for name in harmful if run.plan.society.file.act[name].count == "daily"]
    assert not daily
    assert ours.sum() == drawn["value"].sum() > 10_000


def test_rates_at_equal_conduct_by_hand(runs: Runs, lives: Stood) -> None:
    run = runs["everything"]
    conduct = equality.conduct_of(run)
    told = equality.barred_ratios(run, lives["everything"], conduct)
    people = counted(run)
    ever = lives["everything"].barred.any(axis=0)[people["citizen"].to_numpy()]
    stratum = equality.strata_of(conduct[people["citizen"].to_numpy()])
    assert np.unique(stratum).size == equality.STRATA
    sizes = np.bincount(stratum)
    women = (people["sex"].cast(pl.String) == "female").to_numpy()
    rates = [ever[women & (stratum == s)].mean() for s in range(equality.STRATA)]
    (row,) = told.filter(pl.col("cell") == "female").iter_rows(named=True)
    assert row["value"] == pytest.approx(1000 * ever[women].mean())
    assert row["at_equal_conduct"] == pytest.approx(1000 * np.average(rates, weights=sizes))
    assert row["equal_low"] < row["ratio_at_equal_conduct"] < row["equal_high"]
    draw = np.random.default_rng(1)

    def resampled(chosen: np.ndarray) -> float:
        """Return a bootstrap draw of the standardised share."""
        parts = [ever[chosen & (stratum == s)] for s in range(equality.STRATA)]
        shares_ = [draw.choice(part, part.size).mean() for part in parts]
        return float(np.average(shares_, weights=sizes))

    again = [resampled(women) / resampled(~women) for _ in range(400)]
    low, high = np.quantile(again, [0.025, 0.975])
    assert (row["equal_low"], row["equal_high"]) == pytest.approx((low, high), rel=0.02)
    base = told.filter(pl.col("cell") == pl.col("compared_with"))
    assert base["ratio"].to_list() == [1] * 6
    assert not base["apart"].any()


def test_concentration_adds_up(lives: Stood) -> None:
    found = equality.concentration(lives["essay"])
    weeks = np.sort(lives["essay"].barred[:, lives["essay"].counted].sum(axis=0))
    assert found["weeks"] == weeks.sum()
    assert found["top 10 %"] == pytest.approx(weeks[-round(weeks.size / 10) :].sum() / weeks.sum())
    assert equality.concentration(lives["baseline"])["gini"] == 0


def test_what_is_given_up_is_missing_from_the_acts(runs: Runs) -> None:
    told = chilling.given_up(runs["essay"], runs["baseline"])
    sums = {
        name: runs[name]
        .long.filter(
            pl.col("measure") == "acts", pl.col("split") == "act", pl.col("cell") == "criticism"
        )["value"]
        .sum()
        for name in ("baseline", "essay")
    }
    (row,) = told.filter(pl.col("act") == "criticism").iter_rows(named=True)
    assert row["given_up"] == sums["baseline"] - sums["essay"] > 100
    speech = chilling.speech(runs["essay"]).filter(pl.col("act") == "criticism")
    assert speech["share"].sum() == pytest.approx(1)
    unsaid = speech.filter(pl.col("outcome") == "censored")["count"].item()
    assert unsaid == row["given_up"]
    assert chilling.speech(runs["baseline"]).height == 0
    uttered, feigned = chilling.praise(runs["essay"])
    assert 0 < feigned < uttered


def test_lives_that_differ_are_refused(runs: Runs, tmp_path) -> None:
    other = simulate(
        "baseline", society="town", citizens=600, weeks=4, seed=9, out=tmp_path / "run"
    )
    with pytest.raises(InputError, match="other than"):
        chilling.given_up(runs["essay"], other)


def test_power_privacy_and_drift_count_what_the_measures_hold(runs: Runs, lives: Stood) -> None:
    run = runs["everything"]
    tampers = power.tampers(run)
    assert tampers["n"].sum() > 0
    assert (tampers["survived"] <= tampers["n"]).all()
    holders = dict(power.holders(runs["essay"]).select("holder", "share").iter_rows())
    assert 0.5 < holders["company"] < 1 < sum(holders.values())
    places = privacy.records_by_place(runs["essay"])
    assert places["share"].sum() == pytest.approx(1)
    points = runs["essay"].ledger.filter(
        pl.col("kind").cast(pl.String) == "points",
        pl.col("subject").is_in(counted(runs["essay"])["citizen"].to_list()),
    )
    entries = privacy.entries(runs["essay"])
    per_year = points.select(pl.len()).collect().item() / (runs["essay"].plan.weeks / 52)
    assert whole(entries, "entries")["total"] == pytest.approx(per_year)
    stolen = privacy.exposed(run)
    assert stolen["people"].sum() > 0
    for breaches, people, each in stolen.select(
        "breaches", "people", "people_a_breach"
    ).iter_rows():
        assert each == (people / breaches if breaches else None)
    alone, of = privacy.told_apart(runs["essay"])
    assert 0 < alone < of
    weekly = drift.drift(runs["essay"])
    assert set(weekly["indicator"]) == {drift.GAMING, drift.REPORTS}
    assert drift.drift(runs["baseline"]).height == 0
    wires = drift.tripwires(runs["essay"], lives["essay"])
    assert wires["level"].null_count() == wires["who must act"].null_count() == wires.height
    measured = dict(wires.select("indicator", "measured").iter_rows())
    barred = lives["essay"].barred[-1, lives["essay"].counted].mean()
    assert measured["people to whom something is closed"] == pytest.approx(barred)
    age = runs["essay"].citizens["age"].to_numpy()
    services = runs["essay"].plan.society.file.service
    schools = sum(
        1 << code for code, name in enumerate(lives["essay"].services) if services[name].school
    )
    young = (age < 18) & lives["essay"].counted
    shut = (lives["essay"].closed[-1, young] & np.uint32(schools) != 0).mean()
    assert measured["children to whom a school is closed"] == pytest.approx(shut)
    assert shut > 0


def test_benefits_are_those_of_the_schemes_side_by_side(runs: Runs) -> None:
    told = benefit.beside([runs["baseline"], runs["documented"], runs["essay"]])
    prevented = told.filter(pl.col("what") == benefit.BRINGS[0])
    assert prevented["value"].to_list()[0] is None
    assert prevented["value"][2] > prevented["value"][1] >= 0
    assert prevented["picture"].to_list() == [None, None, "the essay's picture"]
    assert set(benefit.BRINGS) <= set(told["what"])
    paid = benefit.debts_paid(runs["documented"])
    done = runs["documented"].long.filter(
        pl.col("measure") == "obligations-performed", pl.col("split") == "act"
    )
    total = 1000 * done["value"].sum() / (runs["documented"].plan.weeks / 52)
    assert whole(paid, "obligations-performed")["total"] == pytest.approx(total)


def test_services_and_scores_by_hand(runs: Runs, lives: Stood) -> None:
    run = runs["essay"]
    told = enforcement.by_service(run, lives["essay"])
    denials = run.long.filter(pl.col("measure") == "denials", pl.col("split") == "service")
    sums = dict(denials.group_by("cell").agg(pl.col("value").sum()).iter_rows())
    assert dict(told.select("service", "denials").iter_rows()) == sums
    assert told["weeks"].sum() == lives["essay"].services_closed[:, lives["essay"].counted].sum()
    assert (told["refused"] <= told["barred"]).all()
    gaps = equality.score_gaps(run)
    (row,) = gaps.filter(pl.col("cell") == "minority").iter_rows(named=True)
    people = counted(run).filter(pl.col("score").is_not_null())
    by = {
        group: np.sort(people.filter(pl.col("group").cast(pl.String) == group)["score"].to_numpy())
        for group in ("majority", "minority")
    }
    assert row["mean_difference"] == pytest.approx(
        (by["minority"].mean() - by["majority"].mean()) / 100
    )
    grid = (np.arange(20_000) + 0.5) / 20_000
    quantiles = [np.quantile(each, grid, method="inverted_cdf") / 100 for each in by.values()]
    distance = np.abs(quantiles[0] - quantiles[1]).mean()
    assert row["wasserstein"] == pytest.approx(distance, rel=0.02)
    said = chilling.expressed_minus_private(run)
    unsaid = run.long.filter(pl.col("measure") == "speech-censored")["value"].sum()
    assert said.filter(pl.col("what") == "dissent")["difference"].item() == -unsaid < 0
    assert said.filter(pl.col("what") == "support")["difference"].item() > 0
