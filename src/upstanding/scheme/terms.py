"""What the rules of a scheme come to, act by act."""

from decimal import Decimal

from upstanding.scheme.model import SchemeFile


def rewarded_acts(file: SchemeFile) -> dict[str, Decimal]:
    """Return the points that rules give in all for each act that they reward, scoring on or off."""
    points: dict[str, Decimal] = {}
    for name, rule in file.rule.items():
        if rule.points > 0:
            act = rule.act or name
            points[act] = points.get(act, Decimal(0)) + rule.points
    return points


def penalised_acts(file: SchemeFile) -> frozenset[str]:
    """Return the acts that a rule of negative points, or a list by its records, is about.

    Rules and lists count only if their mechanism is on and they take something up at all.
    """
    acts = set()
    if "scoring" not in file.off:
        acts |= {rule.act or name for name, rule in file.rule.items() if rule.points < 0}
    if "lists" not in file.off:
        ways = [table.enter for table in file.list_.values()]
        acts |= {way.record for way in ways if way.record and way.share != 0}
    return frozenset(acts)
