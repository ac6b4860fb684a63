"""A whole run: from a plan to a directory, week by week, with checkpoints."""

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from upstanding.clockwork.kernel import ENTRIES
from upstanding.clockwork.names import KINDS
from upstanding.clockwork.workshop import compile_missing
from upstanding.engine import blocks, checkpoint, memory
from upstanding.engine.blocks import Everybody
from upstanding.engine.citizens import citizens_slices
from upstanding.engine.files import telling, write_frame, write_slices
from upstanding.engine.ledger import FOLDER, Ledger
from upstanding.engine.manifest import FILE as MANIFEST
from upstanding.engine.manifest import (
    Manifest,
    Plan,
    new_manifest,
    read_manifest,
    write_manifest,
)
from upstanding.engine.quarters import QUARTER, Quarters
from upstanding.engine.series import Series
from upstanding.engine.standing import FOLDER as STANDING
from upstanding.engine.standing import Standing
from upstanding.engine.world import World, build_world
from upstanding.engine.writer import Writer
from upstanding.errors import RunDirectoryError
from upstanding.mechanisms.scoring import CATEGORIES
from upstanding.mechanisms.tally import Tally, new_tally

WATCH = "watch."
"""What the tables of `Everybody.watch` are called in a checkpoint."""
CITIZENS, MEASURES = "citizens.parquet", "measures.parquet"
Watch = Callable[[int, int], None]
"""Called after each week with the weeks closed and the rows written so far."""


@dataclass
class _Course:
    """A run in progress."""

    plan: Plan
    world: World
    folder: Path
    manifest: Manifest
    society: Everybody
    ledger: Ledger
    standing: Standing | None
    series: Series
    writer: Writer
    digests: list[int] = field(default_factory=list)


def carry_out(
    plan: Plan,
    folder: Path,
    *,
    threads: int,
    block: int | None = None,
    shards: int = 1,
    resume: bool = False,
    watch: Watch | None = None,
) -> bool:
    """Simulate a plan into a new folder, or go on where an interrupted run of it stopped.

    Returns whether there was anything to do; a run that is complete already is left as it is.

    Raises:
        RunDirectoryError: if the folder exists (without `resume`), holds another run, is damaged,
            or cannot be written.

    """
    began, earlier_peak = time.perf_counter(), memory.most_resident()
    expected = memory.expect(plan, threads=threads, block=block)
    with telling("look into this directory", folder):
        found = folder.exists()
        begun = found and not _is_blank(folder)
    if found and not resume:
        raise RunDirectoryError(f"{folder}: this directory exists; choose another, or resume it")
    compile_missing(ENTRIES, __name__)
    world = build_world(
        plan.scheme.file,
        plan.society.file,
        plan.citizens,
        plan.seed,
        written=plan.ledger != "off",
    )
    manifest = new_manifest(plan, world)
    if begun:
        earlier = read_manifest(folder)
        _same(earlier, manifest, folder)
        if earlier["state"] == "complete":
            return False
        manifest = earlier
    else:
        with telling("create this directory", folder):
            for inside in (FOLDER, STANDING) if plan.standing else (FOLDER,):
                (folder / inside).mkdir(parents=True, exist_ok=True)
        write_manifest(folder, manifest)
    with Writer() as writer, ThreadPoolExecutor(max_workers=threads) as pool:
        size = block or blocks.block_size(plan.citizens, threads)
        society = blocks.cut(world, pool, size, shards)
        course = _begin(plan, world, society, folder, manifest, writer)
        for week in range(len(course.digests), plan.weeks):
            tally = blocks.step(world, society, week, pool, threads)
            _note(course, week, tally)
            writer.check()
            if (week + 1) % QUARTER == 0 and week + 1 < plan.weeks:
                _save(course, week)
            if watch:
                watch(week + 1, int(course.ledger.kinds.sum()))
        society.places.count([part.state for part in society.parts], pool)
        _finish(course)
    _conclude(course, time.perf_counter() - began, expected.peak, earlier_peak)
    return True


def _is_blank(folder: Path) -> bool:
    """Return whether a folder holds nothing, or what a run leaves that ends before its manifest."""
    tables = {FOLDER, STANDING}
    inside = {path.name for path in folder.iterdir()} - {*tables, f"{MANIFEST}.part"}
    begun = any((folder / name).is_dir() and any((folder / name).iterdir()) for name in tables)
    return not inside and not begun


def _same(earlier: Manifest, manifest: Manifest, folder: Path) -> None:
    if earlier["version"] != manifest["version"]:
        raise RunDirectoryError(
            f"{folder}: upstanding {earlier['version']} began this run; resume it with that version"
        )
    if earlier["run"] == manifest["run"]:
        return
    keys = ("scheme", "society", "citizens", "weeks", "seed", "ledger", "cohort", "standing")
    other = [key for key in keys if earlier[key] != manifest[key]]
    raise RunDirectoryError(
        f"{folder}: this directory holds another run: its {', '.join(other)} "
        f"{'differs' if len(other) == 1 else 'differ'} from what was asked for"
    )


def _begin(
    plan: Plan,
    world: World,
    society: Everybody,
    folder: Path,
    manifest: Manifest,
    writer: Writer,
) -> _Course:
    kept = None if plan.ledger == "all" else np.array(plan.cohort, np.uint32)
    ledger = Ledger(folder, world.names, kept)
    standing = Standing(folder, world.names, society.parts) if plan.standing else None
    pooled = np.flatnonzero(world.pooled).tolist()
    series = Series(plan.weeks, world.names, new_tally(world.names, CATEGORIES), pooled)
    course = _Course(plan, world, folder, manifest, society, ledger, standing, series, writer)
    progress = checkpoint.load(folder, manifest["run"], society)
    if progress is None:
        ledger.begin(part.rows for part in society.parts)
    else:
        ledger.go_on(progress.segments)
        if standing:
            standing.go_on(progress.changes)
            standing.remember(society.parts)
        ledger.kinds = progress.kinds
        series.restore(progress.totals)
        for name, table in society.watch.as_dict().items():
            table[...] = progress.totals[f"{WATCH}{name}"]
        society.views = int(series.totals.tally.strangers[progress.weeks - 1, 0])
        course.digests = progress.digests
        society.audits.share, society.audits.found = progress.audits
        society.silent = series.totals.tally.silent[len(course.digests) - 1].copy()
    with telling("clear this directory", folder):
        ledger.drop_unlisted()
        if standing:
            standing.drop_unlisted()
    return course


def _note(course: _Course, week: int, tally: Tally) -> None:
    digest = 0
    for part in course.society.parts:
        course.ledger.add(part.rows)
        if course.standing:
            course.standing.add(week, part)
        digest += part.digest
    course.ledger.kinds += tally.unwritten
    course.series.add(week, tally, course.society.places, course.society.pool)
    course.digests.append(digest % (1 << 64))


def _save(course: _Course, week: int) -> None:
    """Write the quarter that ends with a week, then a checkpoint, behind the weeks to come.

    One quarter may wait besides that in hand.
    """
    course.writer.wait(left=1)
    parts = checkpoint.parts_of(course.society.parts)
    behind = checkpoint.is_copied(checkpoint.size_of(parts), course.ledger.waiting)
    if behind:
        parts = checkpoint.copied(parts)
    write = _seal(course, week)
    watched = {f"{WATCH}{name}": table for name, table in course.society.watch.as_dict().items()}
    totals = course.series.totals.columns() | watched
    progress = checkpoint.Progress(
        week + 1,
        course.digests.copy(),
        course.ledger.segments,
        course.standing.segments if course.standing else {},
        course.ledger.kinds.copy(),
        {name: table.copy() for name, table in totals.items()},
        (course.society.audits.share, course.society.audits.found),
    )

    def save() -> None:
        write()
        checkpoint.save(course.folder, course.manifest["run"], progress, parts)

    course.writer.put(save)
    if not behind:
        course.writer.wait()


def _seal(course: _Course, week: int) -> Callable[[], None]:
    """Return the work of writing the rows of the quarter that ends with a week."""
    tables: list[Quarters] = [course.standing] if course.standing else []
    if course.plan.ledger != "off" or week + 1 == course.plan.weeks:
        tables.insert(0, course.ledger)  # Where it is off, one file without a row is enough.
    works = [table.seal(week) for table in tables]

    def write() -> None:
        for work in works:
            work()

    return write


def _finish(course: _Course) -> None:
    """Write what came out of the run."""
    plan, world = course.plan, course.world
    course.writer.wait(left=1)
    course.writer.put(_seal(course, plan.weeks - 1))
    course.society.forget_ties()
    counted = plan.citizens - world.uncounted.shape[0]
    citizens = citizens_slices(world, course.society, plan.weeks)
    digests = [f"{digest:016x}" for digest in course.digests]
    manifest = course.manifest
    written = {
        "citizens": write_slices(course.folder / CITIZENS, citizens),
        "measures": write_frame(
            course.folder / MEASURES, course.series.frame(world.names, counted)
        ),
    }
    course.writer.wait()
    segments = course.ledger.segments
    changes = course.standing.segments if course.standing else {}
    manifest["hashes"] |= {
        "candidates": _hash("".join(digests)),
        **written,
        "ledger": _hash("".join(segments[name] for name in sorted(segments))),
        "standing": _hash("".join(changes[name] for name in sorted(changes))),
    }
    manifest["candidates-by-week"] = digests
    manifest["segments"] = segments
    manifest["changes"] = changes
    manifest["rows"] = dict(zip(KINDS, map(int, course.ledger.kinds), strict=True))


def _conclude(course: _Course, seconds: float, expected: int, earlier: int | None) -> None:
    """Say what the run took, and that it is whole; `expected` and `earlier` are peaks in bytes."""
    manifest, peak = course.manifest, memory.most_resident()
    manifest["seconds"] = round(seconds, 3)
    # A peak from before the run says nothing about it.
    manifest["memory"] = {"predicted": expected, "measured": None if peak == earlier else peak}
    manifest["state"] = "complete"
    write_manifest(course.folder, manifest)
    with telling("remove this file", course.folder / checkpoint.FILE):
        (course.folder / checkpoint.FILE).unlink(missing_ok=True)


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
