"""What the rules of a scheme come to, act by act."""

from decimal import Decimal

from upstanding.mechanisms.lists import Blacklist
from upstanding.mechanisms.response import Incentives
from upstanding.mechanisms.sensing import Sensor
from upstanding.scheme.model import SchemeFile


def rewarded_acts(file: SchemeFile) -> dict[str, Decimal]:
    """Return the points that rules give in all for each act that they reward, scoring on or off."""
    points: dict[str, Decimal] = {}
    for name, rule in file.rule.items():
        if rule.points > 0:
            act = rule.act or name
            points[act] = points.get(act, Decimal(0)) + rule.points
    return points


def incentives(file: SchemeFile) -> dict[bool, Incentives]:
    """Return what a scheme penalises and rewards, by whether somebody has a score.

    Rules and lists count only if their mechanism is on and they take something up at all.
    """
    on_lists = [table.enter.record for table in lists_by_record(file).values()]
    by_lists = frozenset(act for act in on_lists if act)
    if "scoring" in file.off:
        return dict.fromkeys((False, True), Incentives(by_lists, {}))
    by_rules = {rule.act or name for name, rule in file.rule.items() if rule.points < 0}
    return {
        False: Incentives(by_lists, {}),
        True: Incentives(by_lists | by_rules, rewarded_acts(file)),
    }


def lists_by_record(file: SchemeFile) -> dict[str, Blacklist]:
    """Return the lists that are entered by a record, if lists are on."""
    if "lists" in file.off:
        return {}
    ways = {name: table.enter for name, table in file.list_.items()}
    return {n: file.list_[n] for n, way in ways.items() if way.record and way.share != 0}


def sensors_of_the_state(file: SchemeFile) -> dict[str, Sensor]:
    """Return the sensors, of which the company's see nothing if nothing passes to the state."""
    company = None if "platform" in file.off else file.platform
    if company is None or company.access != "none":
        return file.sensor
    blind = {"sees": frozenset[str]()}
    return {
        name: sensor.model_copy(update=blind) if name in company.sensors else sensor
        for name, sensor in file.sensor.items()
    }
