"""A scheme as it is within its limits."""

from collections.abc import Callable
from decimal import Decimal

from upstanding.mechanisms.conduct import Act
from upstanding.mechanisms.kin import Reach
from upstanding.mechanisms.lists import Blacklist
from upstanding.mechanisms.office import Office
from upstanding.mechanisms.platform import Platform
from upstanding.mechanisms.scoring import Rule
from upstanding.mechanisms.sensing import Sensor
from upstanding.scheme.limits import Limits
from upstanding.scheme.model import SchemeFile
from upstanding.society.model import SocietyFile

ZERO = Decimal(0)


def limited(scheme: SchemeFile, society: SocietyFile) -> SchemeFile:
    """Return a scheme within its limits, on a society that it fits; without limits, itself."""
    limits = scheme.limits
    if limits is None:
        return scheme
    spared = {name for name, act in society.act.items() if _is_spared(act, limits)}
    domains = {name: service.domain for name, service in society.service.items()}
    listed = {table.enter.record for table in scheme.list_.values()}
    kept = {n for n, act in society.act.items() if act.harms or n in listed}
    seen = kept if limits.only_harmful_acts else society.act.keys()
    scored = scheme.platform.sensors if scheme.platform else frozenset()

    def open_to(domain: str | None) -> Callable[[frozenset[str]], frozenset[str]]:
        """Return what of some services may be closed for a reason of a domain."""
        if not limits.close_only_same_domain:
            return lambda services: services
        return lambda services: frozenset(
            name for name in services if domain is not None and domains[name] == domain
        )

    return scheme.model_copy(
        update={
            "rule": {n: _rule(n, rule, spared) for n, rule in scheme.rule.items()},
            "list_": {
                name: _list(table, spared, open_to(table.domain), limits.longest_stay_weeks)
                for name, table in scheme.list_.items()
            },
            "tier": {
                name: tier.model_copy(
                    update={
                        "closes": open_to(None)(tier.closes),
                        "reach": _reach(tier.reach, open_to(None)),
                    }
                )
                for name, tier in scheme.tier.items()
            },
            "publicity": {
                name: channel.model_copy(update={"records": channel.records - spared})
                for name, channel in scheme.publicity.items()
            },
            "office": _office(scheme.office, frozenset(seen), limits),
            "platform": _platform(scheme.platform, limits),
            "breach": {
                store: breach.model_copy(update={"fraud": ZERO})
                if limits.only_true_records
                else breach
                for store, breach in scheme.breach.items()
            },
            "sensor": {
                name: _sensor(sensor, frozenset(seen), limits, is_scored=name in scored)
                for name, sensor in scheme.sensor.items()
            },
        }
    )


def _is_spared(act: Act, limits: Limits) -> bool:
    """Return whether nothing may come of an act."""
    protected = limits.protected_conduct is not None and act.protects is not None
    return protected or (limits.others_conduct is not None and act.low_company)


def _rule(name: str, rule: Rule, spared: set[str]) -> Rule:
    return rule.model_copy(update={"points": ZERO}) if (rule.act or name) in spared else rule


def _list(
    table: Blacklist,
    spared: set[str],
    may_close: Callable[[frozenset[str]], frozenset[str]],
    longest: int | None,
) -> Blacklist:
    enter, leave = table.enter, table.leave
    if enter.record in spared:
        enter = enter.model_copy(update={"share": ZERO})
    if longest is not None:
        term = min(leave.term_weeks or longest, longest)
        leave = leave.model_copy(update={"term_weeks": term})
    closes, reach = may_close(table.closes), _reach(table.reach, may_close)
    return table.model_copy(
        update={"enter": enter, "leave": leave, "closes": closes, "reach": reach}
    )


def _reach(
    reach: Reach | None, may_close: Callable[[frozenset[str]], frozenset[str]]
) -> Reach | None:
    if reach is None:
        return None
    return reach.model_copy(update={whom: may_close(services) for whom, services in reach})


def _office(office: Office | None, seen: frozenset[str], limits: Limits) -> Office | None:
    if office is None:
        return None
    changed: dict[str, object] = {}
    if limits.officials_as_others:
        changed |= {"spared": ZERO, "league": ZERO}
    made_up = office.fabricating
    if limits.only_true_records or (made_up and made_up.record not in seen):
        changed["fabricating"] = None
    return office.model_copy(update=changed)


def _platform(platform: Platform | None, limits: Limits) -> Platform | None:
    if platform is None or not limits.own_purpose_only:
        return platform
    return platform.model_copy(update={"access": "none", "lists": frozenset()})


def _sensor(sensor: Sensor, seen: frozenset[str], limits: Limits, *, is_scored: bool) -> Sensor:
    """Return a sensor within limits; `is_scored` tells whether the company scores by its records.

    What such a sensor of the company's records stays with it in any case, once nothing passes.
    """
    if limits.own_purpose_only and sensor.holder == "company" and not is_scored:
        seen = frozenset()
    changed: dict[str, object] = {"sees": sensor.sees & seen}
    if sensor.false_match_rate is not None:
        if limits.human_check is not None:
            changed["human_check"] = max(sensor.human_check or ZERO, limits.human_check)
        if limits.only_true_records:
            changed["false_match_rate"] = ZERO
    return sensor.model_copy(update=changed)
