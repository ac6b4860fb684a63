"""The manifest: what a run is, so that it can be made again, and what it became."""

import hashlib
import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from upstanding import __version__
from upstanding.engine.files import telling, write_whole
from upstanding.engine.tables import hash_of_rules
from upstanding.engine.world import World
from upstanding.errors import RunDirectoryError
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

FILE = "manifest.json"
FORMAT = 3
"""Number of the format of run directories."""

Manifest = dict[str, Any]
_JSON = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True)
class Plan:
    """What a run is a function of, and which of its rows are kept."""

    scheme: Scheme
    society: Society
    citizens: int
    weeks: int
    seed: int
    ledger: str = "all"
    """Whose rows are kept: all, cohort or off."""
    cohort: tuple[int, ...] = ()
    standing: bool = True
    """Whether it is kept how everybody stands week by week."""


def new_manifest(plan: Plan, world: World) -> Manifest:
    """Return the manifest of a run that is about to begin."""
    manifest = {
        "format": FORMAT,
        "state": "running",
        "version": __version__,
        "run": "",
        "call": call_of(plan),
        "scheme": json.loads(plan.scheme.to_json()),
        "society": json.loads(plan.society.to_json()),
        "patches": list(plan.scheme.patches),
        "unmatched": list(plan.scheme.unmatched),
        "citizens": plan.citizens,
        "weeks": plan.weeks,
        "seed": plan.seed,
        "ledger": plan.ledger,
        "cohort": list(plan.cohort),
        "standing": plan.standing,
        "absent": list(plan.scheme.file.absent),
        "hashes": {"tables": hash_of_rules(world.tables), "traits": world.population.hash()},
        "machine": {
            "system": platform.platform(),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
        },
    }
    manifest["run"] = identity(manifest)
    return manifest


def identity(manifest: Manifest) -> str:
    """Return the hash of what a run is: two runs with one identity are one run."""
    keys = (
        "format",
        "scheme",
        "society",
        "citizens",
        "weeks",
        "seed",
        "ledger",
        "cohort",
        "standing",
        "hashes",
    )
    hashes = {name: manifest["hashes"][name] for name in ("tables", "traits")}
    parts = {**{key: manifest[key] for key in keys}, "hashes": hashes}
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()


def call_of(plan: Plan) -> str:
    """Return the call that makes the run again, given files of the names that it used."""
    scheme, society = (repr(d.label) for d in (plan.scheme, plan.society))
    cohort = f", cohort={plan.cohort!r}" if plan.cohort else ""
    # Whether it is kept how everybody stands follows the ledger, if nothing is said.
    if plan.standing != (plan.ledger == "all"):
        cohort += f", standing={plan.standing}"
    return (
        f"upstanding.simulate({scheme}, society={society}, citizens={plan.citizens}, "
        f"weeks={plan.weeks}, seed={plan.seed}, ledger={plan.ledger!r}{cohort})"
    )


def plan_of(manifest: Manifest, folder: Path) -> Plan:
    """Return the plan that a manifest records; documents are validated again."""
    file = str(folder / FILE)
    return Plan(
        Scheme.from_json(json.dumps(manifest["scheme"]), patches=manifest["patches"], file=file),
        Society.from_json(json.dumps(manifest["society"]), file=file),
        manifest["citizens"],
        manifest["weeks"],
        manifest["seed"],
        manifest["ledger"],
        tuple(manifest["cohort"]),
        manifest["standing"],
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a manifest, sealed with the hash of all that it says."""
    manifest["seal"] = _seal(manifest)
    text = f"{_lines(manifest, 3)}\n"
    write_whole(folder / FILE, lambda file: file.write(text.encode()))


def _lines(value: object, levels: int, indent: str = "\n ") -> str:
    """Return JSON with a line for each key of so many levels; Python is slow to break all lines."""
    if levels == 0 or not isinstance(value, dict) or not value:
        return _JSON.encode(value)
    entries = (
        f"{_JSON.encode(key)}: {_lines(item, levels - 1, f'{indent} ')}"
        for key, item in value.items()
    )
    return f"{{{indent}{f',{indent}'.join(entries)}{indent[:-1]}}}"


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder.

    Raises:
        RunDirectoryError: if the folder is no run directory, is that of another format, or its
            manifest was altered.
    """
    path = folder / FILE
    if not path.is_file():
        raise RunDirectoryError(f"{folder}: this is no run directory: it has no {FILE}")
    with telling("read this file", path):
        content = path.read_bytes()
    try:
        manifest = json.loads(content)
        made = (manifest["format"], manifest["version"])
        whole = made[0] != FORMAT or manifest["seal"] == _seal(manifest)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RunDirectoryError(f"{path}: this manifest is damaged") from error
    if made[0] != FORMAT:
        raise RunDirectoryError(
            f"{folder}: made by upstanding {made[1]} in format {made[0]}; "
            f"this is upstanding {__version__}, which reads format {FORMAT}"
        )
    if not whole:
        raise RunDirectoryError(f"{path}: this manifest was altered: it does not match its seal")
    return dict(manifest)


def _seal(manifest: Manifest) -> str:
    """Return the hash of everything in a manifest but its seal."""
    parts = {key: value for key, value in manifest.items() if key != "seal"}
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()
