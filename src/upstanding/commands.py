"""What the commands that make and read runs do."""

import json
import shlex
import sys
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from upstanding import first_finding as main_job
from upstanding.documents.read import decimal
from upstanding.engine.manifest import FILE
from upstanding.engine.memory import Expected
from upstanding.errors import InputError, Problem, RunDirectoryError
from upstanding.finding import find
from upstanding.progress import Watch, watching
from upstanding.run import Run, new_folder, simulate
from upstanding.scheme import Scheme

HASHES = ("measures", "citizens", "ledger", "candidates")
INTERRUPTED = 130


@dataclass(frozen=True)
class Show:
    """What is printed."""

    json: bool
    quiet: bool

    def result(self, text: str, found: dict[str, Any]) -> None:
        """Print a result as text or as one JSON object."""
        if self.json:
            print(json.dumps(found))
        elif not self.quiet:
            print(text)


def rules_of(
    scheme: str, safeguards: Iterable[str], ablation: str | None, values: Iterable[str]
) -> Scheme:
    """Return a scheme with what a command changes of it; say what names nothing there."""
    rules = Scheme.load(scheme)
    if safeguards := tuple(safeguards):
        rules = rules.with_safeguards(*safeguards)
    if ablation is not None:
        rules = rules.ablated(ablation)
    if values := tuple(values):
        rules = rules.with_values(_values(values))
    for text in rules.unmatched:
        print(text, file=sys.stderr)
    return rules


def run(
    rules: Scheme,
    *,
    society: str,
    citizens: int,
    years: int | None,
    weeks: int | None,
    seed: int,
    threads: int | None,
    ledger: str,
    cohort: str,
    standing: bool | None,
    shards: int,
    out: Path | None,
    resume: bool,
    show: Show,
    call: list[str],
) -> None:
    """Simulate a scheme and print its finding; `call` is the command line, to say how to resume."""
    _needs_out(out, resume=resume)
    kept = _cohort(cohort)
    length = weeks or 52 * (years or 3)
    with (
        _begun(call, rules.name, out, resume=resume) as attempt,
        watching(rules.name, citizens, length, quiet=show.quiet) as watch,
    ):
        found = simulate(
            rules,
            society=society,
            citizens=citizens,
            years=years,
            weeks=weeks,
            seed=seed,
            threads=threads,
            ledger=ledger,
            cohort=kept,
            standing=standing,
            shards=shards,
            out=attempt.folder,
            resume=resume or out is None,
            announce=None if show.quiet or show.json else _announce,
            watch=attempt.watched(watch),
        )
    finding = find(found)
    show.result(
        f"{finding}\n\nThe run is in {found.folder}",
        {
            "finding": {"scheme": finding.scheme, **finding.numbers},
            "directory": str(found.folder),
            "hashes": {name: found.manifest["hashes"][name] for name in HASHES},
        },
    )


def _announce(expected: Expected) -> None:
    print(expected, file=sys.stderr)


def story(folder: Path, citizen: int, *, json: bool) -> None:
    """Print the story of a citizen."""
    told = Run.open(folder).story(citizen)
    Show(json=json, quiet=False).result(str(told), told.to_dict() if json else {})


def first_finding(
    *, seed: int, threads: int | None, out: Path | None, resume: bool, show: Show, call: list[str]
) -> None:
    """Carry out the main job; `call` is the command line, to say how to resume."""
    _needs_out(out, resume=resume)
    weeks = main_job.WEEKS * len(main_job.PAIRS)
    progress = watching("first finding", main_job.CITIZENS, weeks, quiet=show.quiet, several=True)
    with _begun(call, "first-finding", out, resume=resume) as attempt, progress as watch:
        found = main_job.first_finding(
            attempt.folder,
            seed=seed,
            threads=threads,
            resume=resume or out is None,
            watch=attempt.watched(watch),
        )
    show.result(f"{found}\n\nThe runs are in {found.folder}", found.to_dict())


@dataclass
class _Attempt:
    """A call that makes a directory, or goes on in one."""

    folder: Path
    ours: bool
    """Whether this very call made the directory, or has gone on in it."""

    def watched(self, watch: Watch | None) -> Watch:
        """Return a watch that notes that the directory is being written by this call."""

        def note(closed: int, rows: int) -> None:
            self.ours = True
            if watch:
                watch(closed, rows)

        return note


@contextmanager
def _begun(call: list[str], name: str, out: Path | None, *, resume: bool) -> Iterator[_Attempt]:
    """Give a directory to write; where that is broken off, say how it goes on."""
    folder = out or new_folder(name)
    attempt = _Attempt(folder, ours=out is None or not (resume or out.exists()))
    try:
        yield attempt
    except KeyboardInterrupt:
        print(f"interrupted{_how_to_resume(call, attempt)}", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except RunDirectoryError as error:
        if str(error).startswith(f"{folder}: this directory exists"):
            raise
        raise RunDirectoryError(f"{error}{_how_to_resume(call, attempt)}") from error
    finally:
        if out is None:
            with suppress(OSError):  # it holds something
                folder.rmdir()
                folder.parent.rmdir()


def _needs_out(out: Path | None, *, resume: bool) -> None:
    if resume and out is None:
        raise _wrong("--resume", "no --out", "used with the directory of an interrupted run")
    if resume and out is not None and not out.exists():
        allowed = "used with the directory of an interrupted run; without it a new one begins"
        raise _wrong("--resume", f"no directory {out}", allowed)


def _cohort(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(number) for number in text.split(",")) if text else ()
    except ValueError:
        raise _wrong("--cohort", f'"{text}"', "citizens in a row: 1,2,3") from None


def _values(settings: Iterable[str]) -> dict[str, Any]:
    """Return values by key from texts `key=value`; a value is one of TOML, or a bare word."""
    values: dict[str, Any] = {}
    problems = []
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals or not key:
            problems.append(_problem("--set", f'"{setting}"', "key=value"))
        elif key in values:
            problems.append(_problem("--set", f"{key} a second time", "set once"))
        values[key] = _value(text)
    if problems:
        raise InputError(problems)
    return values


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}", parse_float=decimal)["value"]
    except (tomllib.TOMLDecodeError, ValueError):
        return text


def _how_to_resume(call: list[str], attempt: _Attempt) -> str:
    """Say how what was broken off goes on, if this very call had begun it."""
    folder = attempt.folder
    if not attempt.ours or not ((folder / FILE).exists() or any(folder.glob(f"*/{FILE}"))):
        return ""
    words = [*call]
    if not any(word == "--out" or word.startswith("--out=") for word in words):
        words += ["--out", str(folder)]
    if "--resume" not in words:
        words += ["--resume"]
    return f"; go on with: {shlex.join(['upstanding', *words])}"


def _wrong(key: str, found: str, allowed: str) -> InputError:
    return InputError([_problem(key, found, allowed)])


def _problem(key: str, found: str, allowed: str) -> Problem:
    return Problem("options", None, key, found, allowed)
