"""What must hold in a scheme as a whole, beyond each key for itself."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from upstanding.documents.names import cell_problems, count_problems, hash_problems
from upstanding.documents.raw import Path, Raw
from upstanding.errors import Problem
from upstanding.mechanisms.association import CATEGORY
from upstanding.mechanisms.learning import MOST_KNOWN
from upstanding.mechanisms.lists import Blacklist, Category
from upstanding.mechanisms.platform import NO_ACCOUNT, NO_BAND, Band
from upstanding.mechanisms.pooling import CLASSES
from upstanding.mechanisms.publicity import MOST_CHANNELS, Channel
from upstanding.mechanisms.scoring import CATEGORIES, Tier
from upstanding.scheme.clauses import ground_problems
from upstanding.scheme.model import SchemeFile

SCORE_STEPS = 1 << 20
"""The rank is a histogram over hundredths of a point; so many at most."""
COMPANY_WIDTH, COMPANY_BANDS = (NO_ACCOUNT - 1) // 100, NO_BAND
"""Points of the company's range at most, and its bands."""
MOST = {
    "category": CATEGORIES,
    "rule": 255,
    "tier": 15,
    "list": 32,
    "sensor": 31,
    "publicity": MOST_CHANNELS,
}
ADDRESSES = (
    ("sensor", "sensing/"),
    ("sensor", "remedy/case/"),
    ("sensor", "remedy/hearing/"),
    ("sensor", "office/spared/"),
    ("sensor", "platform/share/"),
    ("list", ""),
    ("list", "lists/take/"),
    ("publicity", "publicity/"),
)
"""Kinds whose names are in the addresses of draws, and the prefixes of these addresses."""
_FALSE_MATCH = ("enrolled", "false-match-rate", "gallery-size", "same-stratum", "human-check")
_INFINITY = Decimal("Infinity")


def scheme_problems(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    """Yield what is wrong with a scheme as a whole."""
    yield from count_problems(raw, MOST)
    yield from cell_problems(raw, MOST)
    yield from hash_problems(raw, ADDRESSES)
    yield from _score(file, raw)
    yield from _rules(file, raw)
    yield from _tiers(file, raw)
    yield from _sensors(file, raw)
    for name, table in file.list_.items():
        yield from _list(name, table, raw)
    for name, channel in file.publicity.items():
        yield from _channel(name, channel, file, raw)
    yield from _start(file, raw)
    yield from _awareness(file, raw)
    yield from _association(file, raw)
    yield from _remedy(file, raw)
    yield from _office(file, raw)
    yield from _platform(file, raw)
    yield from _pooling(file, raw)
    yield from _breaches(file, raw)
    yield from ground_problems(file.clause, raw)


def _awareness(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    ways = [("sensor", name, way.awareness) for name, way in file.sensor.items()]
    ways += [("list", name, way.awareness) for name, way in file.list_.items()]
    partly = [(kind, name) for kind, name, share in ways if share is not None and share < 1]
    for kind, name in partly[MOST_KNOWN:]:
        allowed = f"at most {MOST_KNOWN} sensors and lists that not everybody knows"
        yield raw.problem((kind, name, "awareness"), f"{len(partly)} of them", allowed)
    for name, table in file.list_.items():
        if table.awareness is not None and table.enter.record is None:
            found, allowed = "awareness without enter.record", "used with a list entered by record"
            yield raw.problem(("list", name, "awareness"), found, allowed)


def _remedy(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    if file.remedy is None:
        return
    given = set(raw.names("remedy"))
    offices = ("servers-per-100k", "service-weeks")
    if len(given & set(offices)) == 1:
        missing = next(key for key in offices if key not in given)
        other = next(key for key in offices if key in given)
        yield raw.problem(("remedy", missing), "nothing", f"given, since {other} is")
    if offices[0] in given:
        return
    for key in ("audit", "suspensive", "burden", "wrong-upheld", "right-reversed"):
        if getattr(file.remedy, key.replace("-", "_")):
            yield raw.problem(("remedy", key), "no offices", f"used with {offices[0]} only")


def _association(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    told = file.association
    if told is None:
        return
    if file.score is None:
        yield raw.problem(("association",), "no [score] in the scheme", "used with a [score]")
    if CATEGORY not in file.category:
        found = f"no category {CATEGORY}"
        allowed = f"used with [category.{CATEGORY}], which association counts to"
        yield raw.problem(("association",), found, allowed)
    needs = {
        "low-tie-points": ("low-below", "points"),
        "bayes": ("low-below", "agreement", "points-per-log-odds"),
    }.get(told.rule, ())
    given = raw.names("association")
    for key in needs:
        if key not in given:
            yield raw.problem(("association", key), "nothing", f"given, since rule is {told.rule}")
    for key in ("points", "agreement", "points-per-log-odds"):
        if key in given and key not in needs:
            allowed = f"left out, since rule is {told.rule}"
            yield raw.problem(("association", key), "a figure of another rule", allowed)
    if told.anchor == "own":
        return
    if told.rule != "mean-of-ties":
        allowed = '"own", or left out: only the mean of ties is carried forward'
        yield raw.problem(("association", "anchor"), '"none"', allowed)
    for key in ("half-life-weeks", "yearly-reset"):
        if file.score is not None and getattr(file.score, key.replace("-", "_")):
            allowed = 'left out, since [association] has anchor = "none"'
            yield raw.problem(("score", key), "points that fade", allowed)


def _office(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    if (told := file.office) is None:
        return
    sensors, a_sensor = raw.names("sensor"), "a sensor of the scheme"
    yield from raw.unknown(("office", "sensor"), [told.sensor], sensors, a_sensor)
    finder = file.sensor.get(told.sensor)
    for name, act in told.tampers.items():
        if finder and act in finder.sees:
            found = f"the sensor {told.sensor}, which sees {act} of itself"
            yield raw.problem(
                ("office", "sensor"), found, f"one that does not see the act of {name}"
            )
    if len(set(told.tampers.values())) < len(told.tampers):
        path = ("office", "shielding", "act")
        yield raw.problem(path, "the act of fabricating", "an act of its own")
    if made_up := told.fabricating:
        path = ("office", "fabricating", "sensor")
        yield from raw.unknown(path, [made_up.sensor], sensors, a_sensor)
        named = file.sensor.get(made_up.sensor)
        if named and made_up.record not in named.sees:
            found = f"the sensor {made_up.sensor}, which does not see {made_up.record}"
            yield raw.problem(path, found, "a sensor that sees the act of the record")


def _breaches(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    for store, told in file.breach.items():
        path = ("breach", store)
        known = raw.names("sensor")
        yield from raw.unknown((*path, "sensor"), [told.sensor], known, "a sensor of the scheme")
        named = file.sensor.get(told.sensor)
        if named and told.act not in named.sees:
            found = f"the sensor {told.sensor}, which does not see {told.act}"
            yield raw.problem((*path, "sensor"), found, "a sensor that sees the act of the record")
        if told.at_week is not None and (told.theft or told.sale):
            allowed = "without theft and sale: it is the one breach"
            yield raw.problem((*path, "at-week"), f"week {told.at_week} beside a chance", allowed)


def _score(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    if (score := file.score) is None:
        for kind in ("rule", "tier", "scored"):
            if raw.names(kind) and not raw.names("score"):
                yield raw.problem((kind,), "no [score] in the scheme", "used with a [score]")
        return
    low, high = score.range
    if low >= high:
        yield raw.problem(("score", "range"), f"{low} to {high}", "lowest first, below the highest")
    elif not low <= score.start <= high:
        yield raw.problem(("score", "start"), f"{score.start}", f"in the range, {low} to {high}")
    if (high - low) * 100 > SCORE_STEPS:
        allowed = f"at most {SCORE_STEPS / 100} points wide"
        yield raw.problem(("score", "range"), f"a range of {high - low} points", allowed)
    if score.half_life_weeks is not None and score.yearly_reset:
        yield raw.problem(("score", "yearly-reset"), "half-life-weeks as well", "one of the two")
    for place, (first, last) in (file.scored.enrol if file.scored else {}).items():
        if first > last:
            key = ("scored", "enrol", place)
            yield raw.problem(key, f"weeks {first} to {last}", "the first week, then the last")


def _rules(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    for name, rule in file.rule.items():
        path = ("rule", name)
        categories = raw.names("category")
        yield from raw.unknown((*path, "category"), [rule.category], categories, "a category")
        if rule.sensors is not None:
            yield from raw.unknown(
                (*path, "sensors"), rule.sensors, raw.names("sensor"), "a sensor of the scheme"
            )


def _pooling(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    if (told := file.pooling) is None:
        return
    known = raw.names("sensor")
    yield from raw.unknown(("pooling", "sensors"), told.sensors, known, "sensors of the scheme")
    classes: dict[str, str] = {}
    for name in CLASSES:
        for act in sorted(getattr(told.classes, name)):
            if (other := classes.setdefault(act, name)) != name:
                found, allowed = f"{act}, which {other} has", "each act in one class"
                yield raw.problem(("pooling", "classes", name), found, allowed)


def _platform(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    if (told := file.platform) is None:
        return
    path = ("platform",)
    known = raw.names("sensor")
    yield from raw.unknown((*path, "sensors"), told.sensors, known, "sensors of the scheme")
    for name in sorted(told.sensors & file.sensor.keys()):
        if file.sensor[name].gallery != "none":
            found, allowed = f"{name}, which compares faces", 'sensors with gallery = "none"'
            yield raw.problem((*path, "sensors"), found, allowed)
        if file.sensor[name].holder != "company":
            found, allowed = f"{name}, which the state holds", 'sensors with holder = "company"'
            yield raw.problem((*path, "sensors"), found, allowed)
    yield from raw.unknown((*path, "lists"), told.lists, raw.names("list"), "lists of the scheme")
    low, high = told.range
    if low >= high:
        yield raw.problem((*path, "range"), f"{low} to {high}", "lowest first, below the highest")
    elif high - low > COMPANY_WIDTH:
        allowed = f"at most {COMPANY_WIDTH} points wide"
        yield raw.problem((*path, "range"), f"a range of {high - low} points", allowed)
    if told.share is None and told.access == "compelled":
        yield raw.problem((*path, "share"), "nothing", "given, since access is compelled")
    weight = sum((each.weight for each in told.dimension.values()), Decimal(0))
    if weight != 1:
        found = f"weights that come to {weight}"
        yield raw.problem((*path, "dimension"), found, "weights that come to 1")
    for name, counted in told.counts.items():
        where, known = (*path, "counts", name, "dimension"), raw.names(*path, "dimension")
        yield from raw.unknown(where, [counted.dimension], known, "a dimension with a weight")
    if len(told.band) > COMPANY_BANDS:
        allowed = f"at most {COMPANY_BANDS} bands"
        yield raw.problem((*path, "band"), f"{len(told.band)} bands", allowed)
    yield from _bands((*path, "band"), "band", told.band, raw)


def _tiers(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    yield from _bands(("tier",), "tier", file.tier, raw)


def _bands(path: Path, kind: str, told: Mapping[str, Tier | Band], raw: Raw) -> Iterator[Problem]:
    """Yield a problem for each band of scores that is none, or overlaps another."""
    bands = []
    for name, tier in told.items():
        low = -_INFINITY if tier.from_ is None else tier.from_
        high = _INFINITY if tier.below is None else tier.below
        if low < high:
            bands.append((low, high, name))
        else:
            found, allowed = f"from {low} to below {high}", "a band with from less than below"
            yield raw.problem((*path, name), found, allowed)
    bands.sort()
    reach, widest = -_INFINITY, ""
    for low, high, name in bands:
        if widest and low < reach:
            found = f"from {low}, where {kind} {widest} reaches to {reach}"
            yield raw.problem((*path, name), found, "a band that overlaps no other")
        if not widest or high > reach:
            reach, widest = high, name


def _sensors(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    for name, sensor in file.sensor.items():
        path = ("sensor", name)
        for key in ("period-weeks", "floor") if sensor.allocation == "fixed" else ():
            if key in raw.names(*path):
                allowed = 'used with allocation "finds" or "corrected"'
                yield raw.problem((*path, key), "allocation that is fixed", allowed)
        if sensor.allocation != "fixed" and sensor.period_weeks is None:
            yield raw.problem((*path, "period-weeks"), "nothing", "a number of weeks, at least 1")
        if sensor.gallery == "none":
            for figure in _FALSE_MATCH:
                if figure in raw.names(*path):
                    allowed = 'left out, since gallery "none" compares no faces'
                    yield raw.problem((*path, figure), "a figure on false matches", allowed)
            continue
        if sensor.false_match_rate is None:
            allowed = "a number between 0 and 1, since faces are compared"
            yield raw.problem((*path, "false-match-rate"), "nothing", allowed)
        if not sensor.gallery_size:
            found = "nothing" if sensor.gallery_size is None else "0"
            yield raw.problem((*path, "gallery-size"), found, "the number of faces, at least 1")


def _list(name: str, table: Blacklist, raw: Raw) -> Iterator[Problem]:
    enter, leave = table.enter, table.leave
    into, off = ("list", name, "enter"), ("list", name, "leave")
    keys = ("record", "strikes", "tier", "category")
    ways = [key for key in keys if getattr(enter, key) is not None]
    if len(ways) != 1:
        found = " and ".join(ways) or "no way onto the list"
        yield raw.problem(into, found, f"exactly one of {', '.join(keys)}")
    if enter.share is not None and enter.record is None and enter.category is None:
        found, allowed = "a share without record or category", "used with record or category only"
        yield raw.problem((*into, "share"), found, allowed)
    if enter.category is not None:
        yield from _category(name, enter.category, raw)
    yield from _firms(name, table, raw)
    if enter.strikes is not None:
        known = raw.names("rule")
        path = (*into, "strikes", "rules")
        yield from raw.unknown(path, enter.strikes.rules, known, "rules of the scheme")
    if leave.repair is not None:
        known = raw.names("rule")
        path = (*off, "repair", "rules")
        yield from raw.unknown(path, leave.repair.rules, known, "rules of the scheme")
    if enter.tier is not None:
        yield from raw.unknown((*into, "tier"), [enter.tier], raw.names("tier"), "a tier")
    needs = (
        ("above-tier", leave.above_tier, "tier", enter.tier is not None),
        ("performance", leave.performance, "record", enter.record is not None),
        ("pressure-per-year", leave.pressure_per_year, "performance", leave.performance),
    )
    for way, used, other, given in needs:
        if used and not given:
            found = f"{way} without {other}"
            yield raw.problem((*off, way), found, f"used with {other} only")


def _category(name: str, category: Category, raw: Raw) -> Iterator[Problem]:
    path = ("list", name, "enter", "category")
    if not raw.names(*path):
        yield raw.problem(path, "nobody in particular", "at least one trait")
    if category.ages and category.ages[0] > category.ages[1]:
        found = f"{category.ages[0]} to {category.ages[1]} years"
        yield raw.problem((*path, "ages"), found, "the first age, then the last")


def _firms(name: str, table: Blacklist, raw: Raw) -> Iterator[Problem]:
    """Yield what does not go with whom a list is of."""
    path, reach = ("list", name), ("list", name, "reach", "representative")
    if table.of == "persons":
        if "representative" in raw.names("list", name, "reach"):
            yield raw.problem(reach, "a list of persons", 'used with of = "firms" only')
        return
    if table.closes:
        allowed = "left out: what a firm may not do binds its reach.representative"
        yield raw.problem((*path, "closes"), "a list of firms", allowed)
    for way in ("tier", "category"):
        if getattr(table.enter, way) is not None:
            allowed = "record or strikes: a firm has no score and no age"
            yield raw.problem((*path, "enter", way), "a list of firms", allowed)
    if name in raw.names("start", "list"):
        found = "a list of firms"
        yield raw.problem(("start", "list", name), found, "a list of persons")


def _channel(name: str, channel: Channel, file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    path, kinds = ("publicity", name), (("rules", "rule"), ("lists", "list"))
    for key, kind in kinds:
        named: frozenset[str] = getattr(channel, key)
        yield from raw.unknown((*path, key), named, raw.names(kind), f"{key} of the scheme")
    if not (channel.records or channel.rules or channel.lists):
        allowed = "at least one name in records, rules or lists"
        yield raw.problem(path, "nothing to publish", allowed)
    if channel.sensors is not None:
        known = raw.names("sensor")
        yield from raw.unknown((*path, "sensors"), channel.sensors, known, "sensors of the scheme")
        if not channel.records:
            yield raw.problem((*path, "sensors"), "sensors without records", "used with records")
    looking = channel.sensors or file.sensor.keys()
    seen = {act for sensor in looking if sensor in file.sensor for act in file.sensor[sensor].sees}
    yield from raw.unknown((*path, "records"), channel.records, seen, "an act that they see")
    if name in file.list_:
        found = f'the name "{name}", which a list has'
        yield raw.problem(path, found, "another name: the ledger names both in one column")


def _start(file: SchemeFile, raw: Raw) -> Iterator[Problem]:
    for name in file.start.list_:
        path = ("start", "list", name)
        yield from raw.unknown(path, [name], raw.names("list"), "the name of a list")
        table = file.list_.get(name)
        if table is not None and table.enter.record is None:
            allowed = "a list that people enter by record"
            yield raw.problem(path, "a list without enter.record", allowed)
