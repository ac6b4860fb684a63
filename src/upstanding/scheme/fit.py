"""Whether a scheme fits a society: everything that it names must exist there."""

from collections.abc import Iterable, Iterator

from upstanding.clockwork.names import REACHED
from upstanding.documents.raw import Path, Raw
from upstanding.errors import InputError, Problem
from upstanding.mechanisms.kin import Reach
from upstanding.mechanisms.pooling import CLASSES
from upstanding.scheme.scheme import Scheme
from upstanding.scheme.terms import rewarded_acts
from upstanding.society.society import Society


def fits(scheme: Scheme, society: Society) -> list[Problem]:
    """Return what a scheme asks for that a society does not have."""
    return [
        *_names(scheme, society),
        *_objects(scheme, society),
        *_obligations(scheme, society),
        *_rewards(scheme, society),
        *_ties(scheme, society),
        *_appeals(scheme, society),
        *_tampers(scheme, society),
        *_members(scheme, society),
    ]


def require_fit(scheme: Scheme, society: Society) -> None:
    """Raise an InputError with all problems if a scheme does not fit a society."""
    if problems := fits(scheme, society):
        raise InputError(problems)


def _names(scheme: Scheme, society: Society) -> Iterator[Problem]:
    raw, file = scheme.raw, scheme.file
    acts, an_act = society.file.act, f"an act of the society {society.name}"
    services, a_service = society.file.service, f"services of the society {society.name}"
    for name, sensor in file.sensor.items():
        yield from raw.unknown(("sensor", name, "sees"), sensor.sees, acts, an_act)
    for name, rule in file.rule.items():
        yield from raw.unknown(("rule", name, "act"), [rule.act or name], acts, an_act)
    for name, table in file.list_.items():
        path = ("list", name)
        if table.enter.record is not None:
            key = (*path, "enter", "record")
            yield from raw.unknown(key, [table.enter.record], acts, an_act)
        yield from raw.unknown((*path, "closes"), table.closes, services, a_service)
        yield from _reach(path, table.reach, raw, services, a_service)
        if table.reach is not None:
            key = (*path, "reach", "representative")
            yield from raw.unknown(key, table.reach.representative, services, a_service)
    for name, tier in file.tier.items():
        yield from raw.unknown(("tier", name, "closes"), tier.closes, services, a_service)
        yield from _reach(("tier", name), tier.reach, raw, services, a_service)
    for name in CLASSES if file.pooling else ():
        named = getattr(file.pooling.classes, name) if file.pooling else ()
        yield from raw.unknown(("pooling", "classes", name), named, acts, an_act)
    for name in file.platform.counts if file.platform else ():
        yield from raw.unknown(("platform", "counts", name), [name], acts, an_act)
    for name, breach in file.breach.items():
        yield from raw.unknown(("breach", name, "act"), [breach.act], acts, an_act)
    for name in file.response.severity if file.response else ():
        yield from raw.unknown(("response", "severity", name), [name], acts, an_act)


def _reach(
    path: Path, reach: Reach | None, raw: Raw, services: Iterable[str], a_service: str
) -> Iterator[Problem]:
    """Yield a problem for each service that a list or a tier reaches kin with and nobody knows."""
    for whom in REACHED if reach else ():
        named: frozenset[str] = getattr(reach, whom)
        yield from raw.unknown((*path, "reach", whom), named, services, a_service)


def _objects(scheme: Scheme, society: Society) -> Iterator[Problem]:
    """Yield a problem for each list or channel that the ledger could not tell from a service."""
    for kind, named in (("list", scheme.file.list_), ("publicity", scheme.file.publicity)):
        for name in sorted(set(named) & set(society.file.service)):
            what = "lists" if kind == "list" else "channels"
            allowed = f"another name: the ledger names {what} and services in one column"
            found = f'the name "{name}", which a service of the society {society.name} has'
            yield scheme.raw.problem((kind, name), found, allowed)


def _obligations(scheme: Scheme, society: Society) -> Iterator[Problem]:
    """Yield a problem where performance is asked of an act that leaves nothing to perform."""
    file, acts = scheme.file, society.file.act
    for name, table in file.list_.items():
        act = acts.get(table.enter.record or "")
        if act is None or act.obligation is not None:
            continue
        found = f"the act {table.enter.record}, which leaves no obligation in {society.name}"
        if table.leave.performance:
            path = ("list", name, "leave", "performance")
            yield scheme.raw.problem(path, found, "used with an act that has an obligation")
        if name in file.start.list_:
            start = ("start", "list", name)
            yield scheme.raw.problem(start, found, "a list of an act that has an obligation")


def _ties(scheme: Scheme, society: Society) -> Iterator[Problem]:
    """Yield a problem where standing depends on ties that nobody has."""
    if scheme.file.association is not None and society.file.ties is None:
        found = f"the society {society.name}, in which nobody has ties"
        yield scheme.raw.problem(("association",), found, "used with a society that has [ties]")


def _appeals(scheme: Scheme, society: Society) -> Iterator[Problem]:
    """Yield a problem where nobody says who would appeal."""
    if scheme.file.remedy is not None and society.file.appeals is None:
        found = f"the society {society.name}, which does not say who would appeal"
        yield scheme.raw.problem(("remedy",), found, "used with a society that has [appeals]")


def _tampers(scheme: Scheme, society: Society) -> Iterator[Problem]:
    """Yield a problem for each act that officials are said to do and that nobody knows."""
    if (told := scheme.file.office) is None:
        return
    raw, acts = scheme.raw, society.file.act
    an_act = f"an act of the society {society.name}"
    for name, act in told.tampers.items():
        path = ("office", name, "act")
        yield from raw.unknown(path, [act], acts, an_act)
        if act in acts and acts[act].count == "daily":
            yield raw.problem(
                path, f"the act {act}, which is daily", "an act that is done at a rate"
            )
    if made_up := told.fabricating:
        at = ("office", "fabricating")
        yield from raw.unknown((*at, "critics"), made_up.critics, acts, an_act)
        yield from raw.unknown((*at, "record"), [made_up.record], acts, an_act)


def _members(scheme: Scheme, society: Society) -> Iterator[Problem]:
    """Yield a problem where a company scores its members and nobody says who is one."""
    if scheme.file.platform is not None and society.file.platform is None:
        found = f"the society {society.name}, which does not say who is a member"
        yield scheme.raw.problem(("platform",), found, "used with a society that has [platform]")


def _rewards(scheme: Scheme, society: Society) -> Iterator[Problem]:
    """Yield a problem for each act that is rewarded beyond the society's largest boost."""
    last = {rule.act or n: n for n, rule in scheme.file.rule.items() if rule.points > 0}
    for target, total in rewarded_acts(scheme.file).items():
        act = society.file.act.get(target)
        if act is not None and total * act.reward > act.largest_boost - 1:
            found = f"{total} points in all for {target}, at a gain of {act.reward} a point"
            allowed = (
                f"a total gain of at most {act.largest_boost - 1}: the largest boost"
                f" of {target} in {society.name}, less 1"
            )
            yield scheme.raw.problem(("rule", last[target], "points"), found, allowed)
