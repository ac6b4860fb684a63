"""A run: simulated once, then read."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from itertools import count
from pathlib import Path

import polars as pl

from upstanding.documents.raw import nearest
from upstanding.engine import simulate as engine
from upstanding.engine.files import hash_file, hash_frame, read_frame, telling
from upstanding.engine.ledger import FOLDER, read_ledger
from upstanding.engine.manifest import Manifest, Plan, plan_of, read_manifest
from upstanding.engine.memory import Expected
from upstanding.engine.quarters import strange_segments
from upstanding.engine.recount import candidates_of_week
from upstanding.engine.standing import FOLDER as STANDING
from upstanding.engine.standing import read_standing
from upstanding.engine.tables import hash_of_rules
from upstanding.engine.world import World, build_world
from upstanding.errors import InputError, Problem, RunDirectoryError
from upstanding.planning import foreseen, planned
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society
from upstanding.story import Story, tell

RUNS = Path("runs")
GROUP_SPLITS = ("age", "sex", "income", "place", "group", "occupation")


@dataclass(frozen=True, repr=False)
class Run:
    """A finished run, in its directory."""

    folder: Path
    manifest: Manifest
    plan: Plan

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> "Run":
        """Open a run directory that this program made, and check that nothing in it was altered.

        People and tables are made again and compared with the manifest, and so are the candidates
        of the first and the last week, and every file.

        Raises:
            RunDirectoryError: if it is no finished run of ours, or was altered.

        """
        folder = Path(folder)
        manifest = read_manifest(folder)
        if manifest["state"] != "complete":
            raise RunDirectoryError(f"{folder}: this run is not finished; resume it first")
        run = cls(folder, manifest, plan_of(manifest, folder))
        run._check()
        return run

    @cached_property
    def world(self) -> World:
        """The people and tables of the run, made again."""
        plan = self.plan
        return build_world(plan.scheme.file, plan.society.file, plan.citizens, plan.seed)

    @cached_property
    def long(self) -> pl.DataFrame:
        """Measures as stored: one row a week, measure, split and cell, integers."""
        return read_frame(self.folder / engine.MEASURES)

    @cached_property
    def measures(self) -> pl.DataFrame:
        """Measures as a wide view: one row a week, a column "measure" or "measure.cell"."""
        return _wide(self.long.filter(~pl.col("split").is_in(GROUP_SPLITS)))

    def measures_by(self, split: str) -> pl.DataFrame:
        """Measures by group: one row a week and stratum, a column a measure.

        `people` and `scored` are how many each stratum has; `score` and `association-hundredths`
        are sums over its scored, the others counts.

        Args:
            split: age, sex, income, place, group or occupation.

        Raises:
            InputError: if people are not split by that.

        """
        if split not in GROUP_SPLITS:
            near = nearest(str(split), GROUP_SPLITS)
            allowed = f"one of {', '.join(GROUP_SPLITS)}"
            raise InputError([Problem("options", None, "split", str(split), allowed, near)])
        rows = self.long.filter(pl.col("split") == split)
        return rows.pivot("measure", index=["week", "cell"], values="value").rename({"cell": split})

    @cached_property
    def citizens(self) -> pl.DataFrame:
        """One row a citizen: traits, and standing after the last close."""
        return read_frame(self.folder / engine.CITIZENS)

    @property
    def ledger(self) -> pl.LazyFrame:
        """The rows kept, in the order (week, subject, seq)."""
        return read_ledger(self.folder)

    @cached_property
    def standing(self) -> pl.DataFrame:
        """How everybody stands: a row for each citizen and week whose close changed it.

        `tier`, a column `list.<name>` for each list, `closed.<name>` for each service, with which
        she left the close; whoever has no row has no tier, is on no list, and nothing is closed.

        Raises:
            InputError: if the run did not keep it.

        """
        if not self.plan.standing:
            allowed = "a run that kept how everybody stands (--standing)"
            raise InputError([Problem("options", None, "standing", "not kept", allowed)])
        return read_standing(self.folder)

    def story(self, citizen: int) -> Story:
        """Tell what happened to a citizen, in sentences with dates and causes.

        Raises:
            InputError: if there is no such citizen, or the run did not keep her rows.

        """
        kept = self.plan.ledger == "all" or citizen in self.plan.cohort
        if not 0 <= citizen < self.plan.citizens or not kept:
            allowed = (
                f"a citizen from 0 to {self.plan.citizens - 1}"
                if self.plan.ledger == "all"
                else f"one whose rows this run kept: {list(self.plan.cohort) or 'nobody'}"
            )
            raise InputError([Problem("options", None, "citizen", str(citizen), allowed)])
        return tell(self.ledger, self.citizens, self.plan, citizen)

    def __repr__(self) -> str:
        plan = self.plan
        return (
            f"Run({plan.scheme.label} on {plan.society.label}, {plan.citizens:,} citizens, "
            f"{plan.weeks} weeks, seed {plan.seed})"
        )

    def _repr_html_(self) -> str:
        # Drawn above this module; asked for by a notebook alone.
        shown: str = import_module("upstanding.display").of_run(self)
        return shown

    def _check(self) -> None:
        hashes = self.manifest["hashes"]
        found = {
            "tables": hash_of_rules(self.world.tables),
            "traits": self.world.population.hash(),
            "citizens": hash_file(self.folder / engine.CITIZENS),
            "measures": hash_frame(self.long),
        }
        altered = [name for name in found if found[name] != hashes[name]]
        weeks = self.manifest["candidates-by-week"]
        for week in {0, len(weeks) - 1}:
            if weeks[week] != f"{candidates_of_week(self.world, week):016x}":
                altered.append(f"candidates of week {week}")
        tables = {FOLDER: self.manifest["segments"]}
        if self.plan.standing:
            tables[STANDING] = self.manifest["changes"]
        altered += [
            f"{inside}/{name}"
            for inside, segments in tables.items()
            for name in strange_segments(self.folder / inside, segments)
        ]
        if altered:
            raise RunDirectoryError(
                f"{self.folder}: this run was altered, or was made by no run of ours: "
                f"{', '.join(altered)} do not match the manifest"
            )


def _wide(long: pl.DataFrame) -> pl.DataFrame:
    """Return long rows as one row a week; where a split's cells may recur, its name says which."""
    name = (
        pl.when(pl.col("split") == "all")
        .then("measure")
        .when(pl.col("split").str.starts_with("from-"))
        .then(pl.format("{}.{}.{}", "measure", "split", "cell"))
        .otherwise(pl.format("{}.{}", "measure", "cell"))
    )
    return long.with_columns(name.alias("column")).pivot("column", index="week", values="value")


def simulate(
    scheme: Scheme | str | os.PathLike[str],
    *,
    society: Society | str | os.PathLike[str] = "china",
    citizens: int = 100_000,
    years: int | None = None,
    weeks: int | None = None,
    seed: int = 1,
    threads: int | None = None,
    ledger: str = "all",
    cohort: Iterable[int] = (),
    standing: bool | None = None,
    out: str | os.PathLike[str] | None = None,
    resume: bool = False,
    shards: int = 1,
    block: int | None = None,
    announce: Callable[[Expected], object] | None = None,
    watch: engine.Watch | None = None,
) -> Run:
    """Simulate a scheme on a society of people who do not exist.

    Args:
        scheme: A scheme, the name of a shipped one, or the path of a file.
        society: Likewise.
        citizens: How many people, children included.
        years: How long, in years of 52 weeks; 3 if neither years nor weeks is given.
        weeks: How long, in weeks.
        seed: Which luck; 0 to 2**64 - 1. Schemes under one seed share every draw.
        threads: How many threads; as many as there are cores if not given. Changes no bit.
        ledger: Whose rows are kept: "all", "cohort" (those of `cohort`) or "off".
        cohort: Citizens whose rows are kept.
        standing: Whether it is kept how everybody stands week by week, which twins are compared by;
            if not given, it is if all rows are.
        out: The run's directory, which must not exist; a new one under `runs` if not given.
        resume: Go on in `out` where an interrupted run of the same plan stopped.
        shards: Into how many runs of whole districts society is cut, each with a board of its own;
            no more than there are districts. Changes no bit.
        block: Citizens of a block, a multiple of 512; chosen if not given. Changes no bit.
        announce: Called before the run with the memory that it is expected to take.
        watch: Called after each week with the weeks closed and the rows written.

    Raises:
        InputError: with everything that is wrong with the input; nothing is written then.
        RunDirectoryError: if the directory cannot be used.

    """
    plan, means = planned(
        scheme,
        society=society,
        citizens=citizens,
        years=years,
        weeks=weeks,
        seed=seed,
        threads=threads,
        ledger=ledger,
        cohort=cohort,
        standing=standing,
        shards=shards,
        block=block,
    )
    expected = foreseen(plan, means)
    if announce:
        announce(expected)
    folder = Path(out) if out is not None else new_folder(plan.scheme.name)
    made = engine.carry_out(
        plan,
        folder,
        threads=means.threads,
        shards=means.shards,
        block=means.block,
        resume=resume or out is None,
        watch=watch,
    )
    return Run(folder, read_manifest(folder), plan) if made else Run.open(folder)


def new_folder(name: str) -> Path:
    """Make a directory under `runs` that did not exist, and return it."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    for number in count(1):
        folder = RUNS / f"{name}-{stamp}-{number}"
        with telling("create this directory", folder):
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                continue
        return folder
    raise AssertionError
