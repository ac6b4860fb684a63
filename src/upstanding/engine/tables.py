"""A scheme and a society, compiled to flat integer tables for the kernels."""

import hashlib
from typing import Any, NamedTuple

import numpy as np

from upstanding.clockwork.names import Names, by_hash
from upstanding.mechanisms import conduct, lists, response, scoring, sensing, services
from upstanding.scheme.model import SchemeFile
from upstanding.scheme.terms import penalised_acts, rewarded_acts
from upstanding.society.model import SocietyFile


class Tables(NamedTuple):
    """The tables of every mechanism."""

    conduct: conduct.Tables
    response: response.Tables
    sensing: sensing.Tables
    scoring: scoring.Tables
    lists: lists.Tables
    services: services.Tables


def names_of(scheme: SchemeFile, society: SocietyFile) -> Names:
    """Return the names of a scheme on a society, in the order of their codes."""
    return Names(
        acts=by_hash(society.act),
        sensors=by_hash(scheme.sensor, "sensing/"),
        rules=tuple(sorted(scheme.rule)),
        categories=tuple(sorted(scheme.category)),
        tiers=tuple(sorted(scheme.tier)),
        lists=tuple(sorted(scheme.list_)),
        services=tuple(sorted(society.service)),
        bands=tuple(society.band),
        dispositions=tuple(sorted(society.disposition)),
    )


def compile_tables(scheme: SchemeFile, society: SocietyFile, names: Names) -> Tables:
    """Compile a scheme that fits a society."""

    def on(mechanism: str) -> bool:
        return mechanism not in scheme.off

    tier_closes = [lists.bits(scheme.tier[name].closes, names.services) for name in names.tiers]
    return Tables(
        conduct=conduct.compile_tables(society, names, on=on("conduct")),
        response=response.compile_tables(
            scheme,
            society,
            society.deterrence.floor,
            names,
            penalised=penalised_acts(scheme),
            rewarded=rewarded_acts(scheme) if on("scoring") else {},
            on=on("response"),
        ),
        sensing=sensing.compile_tables(scheme, names, on=on("sensing")),
        scoring=scoring.compile_tables(scheme, names, on=on("scoring")),
        lists=lists.compile_tables(scheme, society, names, on=on("lists")),
        services=services.compile_tables(society, tier_closes, names, on=on("services")),
    )


def hash_of(tables: Any) -> str:
    """Return a hash of tables, nested or not."""
    digest = hashlib.blake2b(digest_size=16)

    def feed(part: Any) -> None:
        if isinstance(part, np.ndarray):
            digest.update(str((part.dtype.str, part.shape)).encode() + part.tobytes())
        else:
            for piece in part:
                feed(piece)

    feed(tables)
    return digest.hexdigest()
