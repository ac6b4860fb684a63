"""A scheme and a society, compiled to flat integer tables for the kernels."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.names import NO_BYTE, TAMPERS, Names, bits, by_hash
from upstanding.clockwork.struct import Struct
from upstanding.mechanisms import (
    association,
    breach,
    conduct,
    kin,
    learning,
    lists,
    office,
    platform,
    pooling,
    publicity,
    remedy,
    response,
    scoring,
    sensing,
    services,
)
from upstanding.mechanisms.galleries import NO_GALLERY
from upstanding.scheme.model import SchemeFile
from upstanding.scheme.terms import incentives, lists_by_record, sensors_of_the_state
from upstanding.society.model import SocietyFile


class Short(Struct):
    """Which ways may be cut short because nobody reads the rows; changes no bit of the rest."""

    written: int
    """1 if rows are kept."""
    straight: NDArray[np.uint8]
    """(A,) 1 for acts whose records leave nothing but points, when rows are not kept."""
    apart: NDArray[np.uint8]
    """(A,) 1 for daily acts that `engine.days` lives."""
    association: int
    """the code of the clause that association's rows rest on."""


class Tables(Struct):
    """The tables of every mechanism."""

    conduct: conduct.Tables
    response: response.Tables
    sensing: sensing.Tables
    scoring: scoring.Tables
    lists: lists.Tables
    services: services.Tables
    kin: kin.Tables
    association: association.Tables
    publicity: publicity.Tables
    office: office.Tables
    pooling: pooling.Tables
    platform: platform.Tables
    remedy: remedy.Tables
    breach: breach.Tables
    ranks: int
    """1 if scores are ranked."""
    short: Short


def names_of(scheme: SchemeFile, society: SocietyFile) -> Names:
    """Return the names of a scheme on a society, in the order of their codes."""
    company = None if "platform" in scheme.off else scheme.platform
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
        channels=tuple(sorted(scheme.publicity)),
        speech=by_hash(name for name, act in society.act.items() if act.speech),
        tampers=TAMPERS if scheme.office else (),
        pools=scheme.pooling is not None and "pooling" not in scheme.off,
        company_bands=tuple(sorted(company.band)) if company else None,
        stores=tuple(sorted(scheme.breach)),
    )


def compile_tables(
    scheme: SchemeFile, society: SocietyFile, names: Names, *, written: bool = True
) -> Tables:
    """Compile a scheme that fits a society; `written` tells whether any row is kept."""

    def on(mechanism: str) -> bool:
        return mechanism not in scheme.off

    seen = sensing.compile_tables(scheme, society, names, on=on("sensing"))
    scored = scoring.compile_tables(scheme, names, on=on("scoring"))
    listed = lists.compile_tables(scheme, society, names, on=on("lists"))
    tier_closes = [bits(scheme.tier[name].closes, names.services) for name in names.tiers]
    tables = Tables(
        conduct=conduct.compile_tables(
            society,
            {name: planted.acts for name, planted in society.planted.items()},
            names,
            on=on("conduct"),
        ),
        response=response.compile_tables(
            scheme.response,
            society,
            society,
            names,
            lessons_of(scheme, society, names),
            touches=incentives(scheme),
            on=on("response"),
        ),
        sensing=seen,
        scoring=scored,
        lists=listed,
        services=services.compile_tables(society, tier_closes, names, on=on("services")),
        kin=kin.compile_tables(
            [scheme.list_[name].reach for name in names.lists],
            [scheme.tier[name].reach for name in names.tiers],
            names,
            on=on("kin"),
        ),
        association=association.compile_tables(
            scheme, scheme.score, society.ties, society, names, on=on("association")
        ),
        publicity=publicity.compile_tables(
            scheme, scheme.sensor, scored.points, society, names, on=on("publicity")
        ),
        office=office.compile_tables(
            scheme,
            scored,
            listed,
            seen.delay.tolist(),
            names,
            on=on("office"),
            heeds=on("response"),
        ),
        pooling=pooling.compile_tables(
            scheme,
            sensing.covered(
                [scheme.sensor[name] for name in names.sensors],
                [pooling.multiplied(scheme.pooling, name) for name in names.sensors],
            ),
            [society.act[name].harms for name in names.acts],
            names,
            on=on("pooling"),
        ),
        platform=platform.compile_tables(scheme, names, on=on("platform")),
        remedy=remedy.compile_tables(scheme, society, names, on=on("remedy")),
        breach=breach.compile_tables(
            scheme, names, scores=scheme.score is not None, on=on("breach")
        ),
        ranks=int(scheme.score is not None and on("ranking")),
        short=Short(0, np.zeros(0, np.uint8), np.zeros(0, np.uint8), 0),
    )
    return tables.replaced(short=_shortened(tables, names, written=written))


def lessons_of(scheme: SchemeFile, society: SocietyFile, names: Names) -> learning.Tables:
    """Return what a scheme on a society teaches its people."""
    return learning.compile_tables(
        society.learning,
        scheme.response.ambient_risk if scheme.response else {},
        sensors_of_the_state(scheme),
        lists_by_record(scheme),
        names,
        shows=bool(scheme.publicity) and "publicity" not in scheme.off,
        on="response" not in scheme.off,
    )


def _shortened(tables: Tables, names: Names, *, written: bool) -> Short:
    """Return which ways may be cut short."""
    scores, habits = tables.scoring, tables.conduct
    acts = range(len(names.acts))
    counted = tables.lists.struck | tables.lists.repairing | tables.publicity.rules
    straight = [
        not written
        and tables.lists.lists_from[act] == tables.lists.lists_from[act + 1]
        and not any(counted[rule] for rule in _rules_on(tables, act))
        and not _is_remedied(tables, act)
        and not tables.publicity.records[act].any()
        and not _is_kept_out(tables, act)
        and not _is_pooled(tables, act)
        for act in acts
    ]
    # Sums of a week are of 32 bits on the straight way.
    most = sum(
        max(int(habits.steps.shape[1]), conduct.DAYS)
        * len(names.sensors)
        * sum(abs(int(scores.points[rule])) for rule in _rules_on(tables, act))
        for act in acts
    )
    straight = [way and most < 1 << 31 for way in straight]
    apart = [
        bool(habits.daily[act])
        and all(
            straight[each] and _is_plain(tables, each)
            for each in (act, int(habits.instead[act]))
            if each >= 0
        )
        for act in acts
    ]
    return Short(
        int(written),
        np.array(straight, np.uint8),
        np.array(apart, np.uint8),
        names.clauses.index("association"),
    )


def _rules_on(tables: Tables, act: int) -> NDArray[np.int64]:
    begin, end = tables.scoring.rules_from[act : act + 2]
    return tables.scoring.rules[begin:end]


def _is_remedied(tables: Tables, act: int) -> bool:
    """Return whether there may be a case about points for an act, which needs its record."""
    heard = bool(tables.remedy.notice or tables.remedy.audit)
    return heard and bool((tables.scoring.points[_rules_on(tables, act)] < 0).any())


def _is_kept_out(tables: Tables, act: int) -> bool:
    """Return whether a record of an act may be shielded or spared, which needs the record."""
    offices = tables.office
    shields = bool((offices.tampers == office.SHIELDING).any() or offices.spared)
    return shields and bool(offices.adverse[:, act].any())


def _is_pooled(tables: Tables, act: int) -> bool:
    """Return whether a record of an act may count in a dossier, which takes records alone."""
    begin, end = tables.sensing.seen_from[act : act + 2]
    sensors = tables.sensing.seen_by[begin:end]
    pooled = any(tables.pooling.sensors >> sensor & 1 for sensor in sensors)
    return pooled and tables.pooling.kind[act] != NO_BYTE


def _is_plain(tables: Tables, act: int) -> bool:
    """Return whether an act owes nothing, is never hidden, and its sensors name the actor at once.

    Or they name nobody; and none is the company's, or of a pool.
    """
    begin, end = tables.sensing.seen_from[act : act + 2]
    sensors = tables.sensing.seen_by[begin:end]
    at_once = (tables.sensing.gallery[sensors] == NO_GALLERY) & (tables.sensing.delay[sensors] == 0)
    at_once &= tables.sensing.moves[sensors] < 0
    return bool(
        at_once.all()
        and not tables.platform.holder[sensors].any()
        and not any(tables.pooling.sensors >> sensor & 1 for sensor in sensors)
        and not tables.conduct.obliges[act]
        and not tables.association.contact[act]
        and (tables.response.accept[:, act] == tables.response.anyhow[:, act]).all()
    )


def hash_of_rules(tables: Tables) -> str:
    """Return a hash of all tables that a result depends on."""
    return hash_of([part for part in tables if part is not tables.short])


def hash_of(tables: Any) -> str:
    """Return a hash of tables, nested or not."""
    digest = hashlib.blake2b(digest_size=16)

    def feed(part: Any) -> None:
        if isinstance(part, np.ndarray):
            digest.update(str((part.dtype.str, part.shape)).encode() + part.tobytes())
        elif isinstance(part, int | np.integer):
            digest.update(str(part).encode())
        else:
            for piece in part:
                feed(piece)

    feed(tables)
    return digest.hexdigest()
