"""The measures that a ledger determines, worked out from it and compared cell by cell."""

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl

from replay.entries import Counts
from replay.form import REMEDY, WAYS
from replay.groups import (
    SPLITS,
    Cells,
    Whole,
    by_trait,
    check_acts,
    children_barred,
    of_everybody,
)
from replay.kin import OF_KIN, Flags, closed
from replay.ranking import FIFTHS, SUMS, comparisons, deciles
from replay.reading import ReplayError, Rules, Run
from replay.standing import NO_TIER, Standing
from replay.stays import Flagged

CELL = ("week", "measure", "split", "cell")
BEYOND = (
    "candidates",
    "acts",
    "obligations-open",
    "records-right",
    "records-wrong",
    "records",
    "records-dropped",
    "speech-complied",
    "speech-censored",
    "speech-in-part",
    "speech-defied",
    "praise",
    "praise-against-conviction",
    "perceived-risk-65536ths",
    "ties-made",
    "ties-cut",
    "ties-cut-for-shame",
    "views-by-ties",
    "notices",
    "appeals",
    "audits",
    "upheld",
    "reversed",
    "cases-waiting",
    "stamps-waited",
    "cases-that-waited",
    "days-to-correction",
    "tampers",
    "tampers-found",
    "audited-65536ths",
    "records-fabricated",
    "no-critic-met",
    "company-score-over-lowest",
    "company-score-hidden",
    "company-score-shown",
    "hidden-score-over-lowest",
    "in-company-band",
    "records-passed",
    "focus",
    "focus-for-lawful-conduct",
    "focus-cells-withheld",
    "lawful-cells-withheld",
    "dossiers",
    "pooled-records",
    "breaches",
    "people-exposed",
    "records-stolen",
)
"""Measures of what leaves no row: the ledger tells them only as far as `is_told` says."""


RESTING = {
    "stays-by-mistake": "false match",
    "stays-by-fabrication": "fabricated",
    "stays-by-theft": "stolen",
}
"""Measures of stays that rest on no act of their subject, by the truth of the record."""
TOLD: dict[str, Callable[[Rules], bool]] = {
    "fabricated": lambda rules: rules.has_office,
    "stolen": lambda rules: bool(rules.breach),
}
"""Of which truths a scheme has measures."""


def is_told(run: Run) -> pl.Expr:
    """Return which measures a replay determines, or holds to sums and bounds, by group."""
    fixed = [] if run.rules.can_wake else ["ties-made"]
    fixed += [] if run.rules.can_cut else ["ties-cut"]
    of_groups = pl.col("split").is_in(SPLITS)
    told = ~pl.col("measure").is_in(BEYOND) | pl.col("measure").is_in(fixed) | of_groups
    bars = pl.col("measure").is_in(["barred", "children-barred"])
    return told & ~bars if run.rules.remedy.get("suspensive") else told


def check_measures(
    run: Run,
    standing: Standing,
    on: dict[str, Counts],
    mistaken: dict[str, dict[str, Counts]],
    flagged: Flagged,
) -> int:
    """Compare every measure that the ledger determines; return how many cells that were."""
    shut = closed(run, standing, on)
    everybody = of_everybody(run, standing, on, shut)
    suspends = run.rules.remedy.get("suspensive")
    if suspends:  # what is appealed against does not bind, and the ledger does not tell of appeals
        shut = {}
        del everybody["barred"], everybody["children-barred"]
    expected = pl.concat(
        [
            *_of_rows(run),
            *_of_flagged(run, flagged),
            *_of_people(run, standing, on, mistaken),
            *_of_places(run, standing),
            *_of_groups(run, everybody),
            *_of_schools(run, shut),
        ]
    )
    summed = (pl.col("measure") == "acts") & pl.col("split").is_in(SPLITS)
    stored = run.measures.filter(is_told(run) & ~summed)
    both = expected.join(stored, on=list(CELL), how="full", suffix="_stored", coalesce=True)
    wrong = both.filter(
        pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"{c}_stored")) for c in ("value", "n"))
    ).sort(CELL)
    if wrong.height:
        row = wrong.row(0, named=True)
        raise ReplayError(
            f"week {row['week']}, measure {row['measure']} of {row['split']} {row['cell']}: "
            f"expected {row['value']} of {row['n']}, "
            f"found {row['value_stored']} of {row['n_stored']}"
        )
    if stored.height != expected.height:
        raise ReplayError("the measures: expected each cell once, found one twice")
    return expected.height + check_acts(run)


def _of_rows(run: Run) -> Iterator[pl.DataFrame]:
    """Yield counts and sums of rows."""
    rules, rows = run.rules, run.told
    kinds = {str(kind[0]): part for kind, part in rows.group_by("kind")}
    kinds["denial of kin"] = rows.filter(OF_KIN)
    given = (pl.col("kind") == "reversal") & pl.col("category").is_not_null()
    kinds["given-back"] = rows.filter(given)
    services, count = sorted(rules.services), pl.len()
    hours = {name: rules.hundredths(s.get("hours-lost", 0)) for name, s in rules.services.items()}
    rule = pl.col("rule").str.strip_prefix("rule.")
    points = pl.col("points").cast(pl.Int64).sum()
    lost = pl.col("object").replace_strict(hours, default=0, return_dtype=pl.Int64).sum()
    table: list[tuple[str, str, str, pl.Expr, pl.Expr, list[str]]] = [
        ("obligations-performed", "performance", "act", pl.col("act"), count, list(rules.acts)),
        ("entries", "points", "rule", rule, count, list(rules.rules)),
        (
            "points-hundredths",
            "points",
            "category",
            pl.col("category"),
            points,
            rules.categories,
        ),
        ("list-in", "list-in", "list", pl.col("object"), count, list(rules.lists)),
        (
            "reversed-hundredths",
            "given-back",
            "category",
            pl.col("category"),
            points,
            rules.categories,
        ),
        ("denials", "denial", "service", pl.col("object"), count, services),
        ("denials-of-kin", "denial of kin", "service", pl.col("object"), count, services),
        ("hours-lost-hundredths", "denial", "service", pl.col("object"), lost, services),
    ]
    persons = {name: int(channel["persons"]) for name, channel in rules.channels.items()}
    strangers = pl.col("object").replace_strict(persons, default=0, return_dtype=pl.Int64).sum()
    shown = {
        "publications": count,
        "publications-of-wrong-persons": (pl.col("truth") != "true").sum(),
        "people-shown": pl.col("subject").n_unique(),
        "views-by-strangers": strangers,
    }
    for measure, counted in shown.items():
        channels = rules.channel_names
        table.append((measure, "publication", "channel", pl.col("object"), counted, channels))
    for measure, clause in (("records-shielded", "shielding"), ("records-spared", "spared")):
        if rules.has_office:
            held = (pl.col("rule") == f"office.{clause}").sum()
            table.append((measure, "shielded", "all", pl.lit("everybody"), held, ["everybody"]))
    for way, clause in WAYS.items():
        leaving = pl.col("rule").str.ends_with(f".leave.{clause}").sum()
        cells = list(rules.lists)
        table.append((f"list-out-by-{way}", "list-out", "list", pl.col("object"), leaving, cells))
    if rules.breach:
        robbed = (pl.col("truth") == "stolen").sum()
        lists = list(rules.lists)
        table.append(("list-in-by-theft", "list-in", "list", pl.col("object"), robbed, lists))
    leaving, cells = (pl.col("rule") == REMEDY).sum(), list(rules.lists)
    table.append(("list-out-by-reversal", "list-out", "list", pl.col("object"), leaving, cells))
    weeks = pl.DataFrame({"week": np.arange(run.weeks, dtype=np.uint16)})
    for measure, kind, split, by, what, cells in table:
        part = kinds.get(kind, rows.clear())
        found = part.group_by("week", by.alias("cell")).agg(what.cast(pl.Int64).alias("value"))
        named = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
        if strange := set(found["cell"]) - set(cells):
            raise ReplayError(f"measure {measure}: expected no rows of {sorted(strange)}")
        grid = weeks.join(named, how="cross").join(found, on=["week", "cell"], how="left")
        yield _long(measure, split, grid, np.full(grid.height, run.in_measures))


def _of_flagged(run: Run, flagged: Flagged) -> Iterator[pl.DataFrame]:
    """Yield the denials under stays that were reversed."""
    for name in run.rules.lists:
        counts = np.array([flagged[week, name] for week in range(run.weeks)])
        frame = pl.DataFrame({"week": np.arange(run.weeks, dtype=np.uint16), "value": counts})
        frame = frame.with_columns(cell=pl.lit(name))
        yield _long("denials-flagged", "list", frame, np.full(run.weeks, run.in_measures))


def _of_people(
    run: Run, standing: Standing, on: dict[str, Counts], mistaken: dict[str, dict[str, Counts]]
) -> Iterator[pl.DataFrame]:
    """Yield counts of people and of stays, and the sum of scores, at each close."""
    everybody = np.full(run.weeks, run.in_measures)
    week = np.arange(run.weeks, dtype=np.uint16)

    def series(
        measure: str, split: str, cell: str, values: np.ndarray, n: np.ndarray = everybody
    ) -> pl.DataFrame:
        frame = pl.DataFrame({"week": week, "value": values.astype(np.int64)})
        return _long(measure, split, frame.with_columns(cell=pl.lit(cell)), n)

    has, tier = standing.has[1:] & run.counted, standing.tier[:, run.counted]
    tiers = [*run.rules.tiers, "none"]
    sums = np.where(has, standing.score[1:], 0).sum(axis=1)
    yield series("score", "all", "everybody", sums, has.sum(axis=1))
    codes = {name: NO_TIER if name == "none" else code for code, name in enumerate(tiers)}
    for name, code in codes.items():
        if name != "none":
            yield series("in-tier", "tier", name, (tier[1:] == code).sum(axis=1))
        for other, to in codes.items() if run.rules.tiers else ():
            moved = (tier[:-1] == code) & (tier[1:] == to)
            yield series("tier-moves", f"from-{name}", other, moved.sum(axis=1))
    for measure, turns in (("ties-made", run.rules.can_wake), ("ties-cut", run.rules.can_cut)):
        if not turns:
            yield series(measure, "all", "everybody", np.zeros_like(sums))
    for name in run.rules.lists:
        yield series("listed", "list", name, (on[name][1:, run.counted] > 0).sum(axis=1))
        for measure, stays in mistaken.items():
            yield series(measure, "list", name, stays[name][1:, run.counted].sum(axis=1))


def _of_places(run: Run, standing: Standing) -> Iterator[pl.DataFrame]:
    """Yield the deciles of scores, and what the yearly comparisons of percentiles find."""
    moves = np.zeros((run.weeks, FIFTHS, FIFTHS), np.int64)
    sums = np.zeros((run.weeks, len(SUMS)), np.int64)
    for week, *found in comparisons(run, standing):
        moves[week], sums[week] = found
    fifths = tuple(str(fifth + 1) for fifth in range(FIFTHS))
    tenths = tuple(str(tenth) for tenth in range(10, 100, 10))
    scored = standing.has[1:, run.counted].sum(axis=1)[:, None]
    yield _grid(Cells("score-decile", "percent", tenths, deciles(run, standing), scored))
    yield _grid(Cells("rank-comparison", "sum", SUMS, sums, sums[:, :1]))
    everybody = np.full((run.weeks, 1), run.in_measures)
    for code, fifth in enumerate(fifths):
        moved = Cells("rank-moves", f"from-fifth-{fifth}", fifths, moves[:, code], everybody)
        yield _grid(moved)


def _of_groups(run: Run, everybody: dict[str, Whole]) -> Iterator[pl.DataFrame]:
    """Yield the measures by the traits that stay."""
    yield from map(_grid, by_trait(run, everybody))


def _of_schools(run: Run, shut: dict[str, Flags]) -> Iterator[pl.DataFrame]:
    """Yield the children who are barred, by service."""
    barred, services = children_barred(run, shut), tuple(sorted(shut))
    none = np.zeros((run.weeks, run.people), bool)
    if not services:
        return
    value = [(barred.get(name, none) & run.counted).sum(axis=1) for name in services]
    everybody = np.full((run.weeks, 1), run.in_measures)
    yield _grid(Cells("children-barred", "service", services, np.array(value).T, everybody))


def _grid(cells: Cells) -> pl.DataFrame:
    weeks, strata = cells.value.shape
    frame = pl.DataFrame(
        {
            "week": np.repeat(np.arange(weeks, dtype=np.uint16), strata),
            "cell": cells.strata * weeks,
            "value": cells.value.ravel(),
        }
    )
    return _long(
        cells.measure, cells.split, frame, np.broadcast_to(cells.n, cells.value.shape).ravel()
    )


def _long(measure: str, split: str, frame: pl.DataFrame, n: np.ndarray) -> pl.DataFrame:
    return frame.select(
        "week",
        pl.lit(measure).alias("measure"),
        pl.lit(split).alias("split"),
        "cell",
        pl.col("value").fill_null(0),
        pl.Series("n", n, dtype=pl.Int64),
    )


def check_seen(run: Run, seen: pl.DataFrame) -> None:
    """Check that no more records were posted than were made in the week of the act.

    Sensors make them, audits that find a tamper, officials that make one up, and thieves of names.
    Of a company's there are no more than passed to the state.
    """
    whose = seen.select(pl.coalesce("actor", "subject")).to_series().to_numpy()
    seen = seen.filter(pl.Series(run.counted[whose]))
    kinds = {
        told["act"]: kind
        for kind, told in run.rules.office.items()
        if isinstance(told, dict) and "act" in told
    }
    of_truth = {
        "true": "records-right",
        "false match": "records-wrong",
        "fabricated": "records-fabricated",
        "stolen": "records-stolen",
    }
    tamper = pl.col("act").replace_strict(kinds, default=None, return_dtype=pl.String)
    by_audit, by_sensor = tamper.is_not_null(), pl.col("truth").is_in(["true", "false match"])
    passed = (pl.col("truth") == "true") & pl.col("sensor").is_in(run.rules.company)
    measure = pl.when(by_audit).then(pl.lit("tampers-found"))
    measure = measure.when(passed).then(pl.lit("records-passed"))
    cell = pl.when(by_audit).then(tamper).when(by_sensor).then("sensor")
    posted = seen.group_by(
        week=pl.col("act_week").cast(pl.UInt16),
        measure=measure.otherwise(pl.col("truth").replace_strict(of_truth, return_dtype=pl.String)),
        cell=cell.otherwise(pl.lit("everybody")),
    ).agg(posted=pl.col("begins").sum())
    stolen = pl.col("measure") == "records-stolen"
    made = run.measures.with_columns(
        cell=pl.when(stolen).then(pl.lit("everybody")).otherwise("cell")
    )
    made = made.group_by("week", "measure", "cell").agg(pl.col("value").sum())
    both = posted.join(made, on=["week", "measure", "cell"], how="left")
    wrong = both.filter(pl.col("posted") > pl.col("value").fill_null(0)).sort("week", "cell")
    if wrong.height:
        row = wrong.row(0, named=True)
        raise ReplayError(
            f"week {row['week']}, measure {row['measure']} of {row['cell']}: "
            f"expected no more than {row['value']} records posted, found {row['posted']}"
        )
