"""The form of the ledger: order, numbers, and what each kind of row holds."""

from collections.abc import Iterator

import polars as pl

from replay.reading import KINDS, ReplayError, Rules, Run, hash_of

STAGES = {kind: 16 * stage for stage, kind in enumerate(KINDS)}
STAGES["record"] = STAGES["points"]
MECHANISM = {
    "start": "lists",
    "shielded": "office",
    "points": "scoring",
    "record": "lists",
    "performance": "conduct",
    "reversal": "remedy",
    "association": "association",
    "list-out": "lists",
    "list-in": "lists",
    "publication": "publicity",
    "denial": "services",
}
"""Of each kind; a denial that names an actor is kin's."""
FIELDS = {
    "start": "act rule object truth",
    "shielded": "actor act sensor rule truth",
    "points": "actor act sensor rule category truth",
    "record": "actor act sensor rule object truth",
    "performance": "act origin_subject origin_week origin_seq truth",
    "reversal": "act rule object category origin_subject origin_week origin_seq truth",
    "association": "rule category",
    "list-out": "act rule object origin_subject origin_week origin_seq truth",
    "list-in": "actor act rule object origin_subject origin_week origin_seq truth",
    "publication": "actor act sensor rule object origin_subject origin_week origin_seq truth",
    "denial": "actor rule object origin_subject origin_week origin_seq",
}
"""Fields that may hold something in rows of each kind; the others hold nothing."""
ORIGIN = ["origin_subject", "origin_week", "origin_seq"]
OPTIONAL = ["actor", "act", "sensor", "rule", "object", "category", *ORIGIN, "truth"]
WAYS = {
    "performance": "performance",
    "repair": "repair",
    "other": "other-per-year",
    "term": "term-weeks",
    "tier": "above-tier",
}

REMEDY = "remedy"
"""The clause of what remedy does, and its mechanism."""

NOBODY = (1 << 32) - 1
"""Where nobody acted, she stands behind everybody."""

Fault = tuple[pl.Expr, str, str]
"""Which rows are wrong, what was expected, and the column that shows what was found."""


def check_form(run: Run) -> None:
    """Check order and numbers of all rows, then each row for itself."""
    rows, rules = run.ledger, run.rules
    _first(rows, _numbers(run))
    counts = dict(rows.group_by("kind").len().iter_rows())
    for kind in KINDS:
        if counts.get(kind, 0) != run.manifest["rows"][kind]:
            raise ReplayError(
                f"the whole run: expected {run.manifest['rows'][kind]} rows of kind {kind}, as the "
                f"manifest says, found {counts.get(kind, 0)}"
            )
    _first(rows, _held(rules))
    _first(rows, _clauses(rules))
    _first(rows, _order(rules))


def _first(rows: pl.DataFrame, faults: Iterator[Fault]) -> None:
    """Raise the error of the first row that is wrong."""
    listed = list(faults)
    marks = rows.select(
        bad.fill_null(value=True).alias(str(at)) for at, (bad, *_) in enumerate(listed)
    )
    for at, (_, expected, column) in enumerate(listed):
        if marks[str(at)].any():
            row = rows.row(int(marks[str(at)].arg_max() or 0), named=True)
            found = f"{column} {row[column]} in row {row['seq']} ({row['kind']})"
            raise ReplayError.at(row["week"], row["subject"], expected, found)


def _numbers(run: Run) -> Iterator[Fault]:
    week, subject, seq = (pl.col(name).cast(pl.Int64) for name in ("week", "subject", "seq"))
    place = week * (1 << 32) + subject
    ahead = place.shift(1, fill_value=-1)
    yield place < ahead, "rows in the order of weeks and citizens", "subject"
    following = pl.when(place == ahead).then(seq.shift(1) + 1).otherwise(0)
    yield seq != following, "rows numbered from 0 without gap", "seq"
    yield week >= run.weeks, f"a week below {run.weeks}", "week"
    yield subject >= run.people, f"a citizen below {run.people}", "subject"
    yield pl.col("day") > 6, "a day from 0 to 6", "day"
    yield ~pl.col("kind").is_in(KINDS), "a kind of row", "kind"


def _held(rules: Rules) -> Iterator[Fault]:
    kind = pl.col("kind")
    of_kin = (kind == "denial") & pl.col("actor").is_not_null()
    mechanism = (
        pl.when(of_kin)
        .then(pl.lit("kin"))
        .when((kind == "list-out") & (pl.col("rule") == REMEDY))
        .then(pl.lit(REMEDY))
        .otherwise(kind.replace(MECHANISM))
    )
    yield pl.col("mechanism") != mechanism, "the mechanism of the kind", "mechanism"
    for field in OPTIONAL:
        holders = [name for name, fields in FIELDS.items() if field in fields.split()]
        yield ~kind.is_in(holders) & pl.col(field).is_not_null(), f"no {field}", field
    given = pl.sum_horizontal(pl.col(field).is_not_null() for field in ORIGIN)
    whose = pl.when(of_kin).then("actor").otherwise("subject")
    others = (pl.col("origin_subject") != whose).fill_null(value=False)
    text = "an origin of the same citizen, or of the kin named, or none"
    yield given.is_in([1, 2]) | others, text, "origin_subject"
    yield of_kin & (pl.col("actor") == pl.col("subject")), "somebody else's restriction", "actor"
    told = kind.is_in(["start", "shielded", "points", "record", "performance", "reversal"])
    for field in ("act", "truth"):
        yield told & pl.col(field).is_null(), f"{'an' if field == 'act' else 'a'} {field}", field
    one = pl.col("category").is_null() != pl.col("object").is_null()
    yield (kind == "reversal") & ~one, "either a category or a list", "category"
    awarded = kind.is_in(["points", "association"]) | (
        (kind == "reversal") & pl.col("category").is_not_null()
    )
    yield ~awarded & (pl.col("points") != 0), "no points", "points"
    shown = (kind == "publication") & pl.col("sensor").is_not_null()
    seen = kind.is_in(["shielded", "points", "record"]) | shown
    delays = {name: rules.delay(name) for name in rules.sensors}
    delay = pl.col("sensor").replace_strict(delays, default=None, return_dtype=pl.Int64)
    robbed = seen & (pl.col("truth") == "stolen")
    yield (
        seen & ~robbed & (pl.col("lag") != delay).fill_null(value=True),
        "the delay of the sensor",
        "lag",
    )
    uses = [
        f"{sensor} {act} {lag}" for act, sensor, most in rules.stolen for lag in range(1, most + 1)
    ]
    used = pl.concat_str("sensor", "act", "lag", separator=" ").is_in(uses)
    yield robbed & ~used, "a record that a breach may lead to, in time", "lag"
    yield seen & (pl.col("lag") > pl.col("week")), "an act since week 0", "lag"
    pairs = [f"{name} {act}" for name, sensor in rules.sensors.items() for act in sensor["sees"]]
    pairs += [f"{rules.office['sensor']} {act}" for act in rules.tampers]
    pair = pl.concat_str("sensor", "act", separator=" ")
    yield seen & ~pair.is_in(pairs), "a sensor that sees the act", "sensor"
    own = pl.col("actor") == pl.col("subject")
    nobodys = pl.col("actor").is_null() & bool(rules.stolen)
    truths = pl.when(own).then(pl.lit("true")).otherwise(pl.lit("false match"))
    truths = pl.when(_forged(rules) & ~own).then(pl.lit("fabricated")).otherwise(truths)
    truth = pl.when(nobodys).then(pl.lit("stolen")).otherwise(truths)
    yield (
        (kind.is_in(["points", "record"]) & pl.col("actor").is_null() & ~nobodys)
        | (seen & (kind != "shielded") & (pl.col("truth") != truth)),
        "own acts to be true",
        "truth",
    )
    yield kind.is_in(["start", "performance"]) & (pl.col("truth") != "true"), "a true row", "truth"
    closing = kind.is_in(["reversal", "association", "list-in", "list-out"])
    yield closing & (pl.col("day") != 6), "the last day", "day"
    by_list = (kind == "publication") & pl.col("sensor").is_null()
    yield by_list & (pl.col("day") != 6), "the last day", "day"
    later = closing | kind.is_in(["performance", "denial"]) | by_list
    yield later & (pl.col("lag") != 0), "no lag", "lag"
    owing = [name for name, act in rules.acts.items() if act.get("obligation")]
    obliged = kind.is_in(["start", "performance"])
    yield obliged & ~pl.col("act").is_in(owing), "an act that leaves an obligation", "act"


def _forged(rules: Rules) -> pl.Expr:
    """Return which records of somebody else's are made up: the sensor names nobody by mistake."""
    if rules.forged is None:
        return pl.lit(value=False)
    act, sensor = rules.forged
    return (pl.col("act") == act) & (pl.col("sensor") == sensor)


def _clauses(rules: Rules) -> Iterator[Fault]:
    """Yield what is wrong with the clause of a row, and with what follows from the clause alone."""
    kind, rule = pl.col("kind"), pl.col("rule")
    tables: dict[str, dict[str, object]] = {"act": {}, "category": {}, "points": {}}
    for name, table in rules.rules.items():
        tables["act"][f"rule.{name}"] = table.get("act", name)
        tables["category"][f"rule.{name}"] = table["category"]
        tables["points"][f"rule.{name}"] = rules.points[name]
    for field, table in tables.items():
        of = pl.Int64 if field == "points" else pl.String
        value = rule.replace_strict(table, default=None, return_dtype=of)
        same = (pl.col(field) == value).fill_null(value=False)
        yield (kind == "points") & ~same, f"the {field} of its rule", field
    acts = {name: enter.get("record") for name, enter in rules.enters.items()}
    act = pl.col("object").replace_strict(acts, default=None, return_dtype=pl.String)
    listed = kind.is_in(["start", "record", "list-in", "list-out"])
    yield listed & ~pl.col("object").is_in(list(acts)).fill_null(value=False), "a list", "object"
    yield listed & ~pl.col("act").eq_missing(act), "the act that its list acts upon", "act"
    clause = {
        "start": pl.format("start.list.{}", "object"),
        "record": pl.format("list.{}.enter", "object"),
        "list-in": pl.format("list.{}.enter", "object"),
    }
    for of, text in clause.items():
        yield (kind == of) & ~rule.eq_missing(text), f"the clause {of} of its list", "rule"
    ways = [f"{REMEDY} {name}" for name in rules.lists if rules.remedies]
    ways += [
        f"list.{name}.leave.{way} {name}"
        for name in rules.lists
        for way in WAYS.values()
        if rules.leave(name).get(way)
    ]
    out = pl.concat_str("rule", "object", separator=" ").is_in(ways).fill_null(value=False)
    yield (kind == "list-out") & ~out, "a way off its list that the scheme has", "rule"
    clauses = [f"list.{name}" for name in rules.lists] + [f"tier.{name}" for name in rules.tiers]
    shut = [
        f"{rules.shuts(clause)} {service}"
        for clause in clauses
        for service in rules.closing(clause)
    ]
    reached = [
        f"{clause}.reach.{whom} {service}"
        for clause in clauses
        for whom in ("children", "spouse")
        for service in rules.reaching(clause, whom)
    ]
    for told, named in (
        (shut, pl.col("actor").is_null()),
        (reached, pl.col("actor").is_not_null()),
    ):
        closed = pl.concat_str("rule", "object", separator=" ").is_in(told).fill_null(value=False)
        yield (kind == "denial") & named & ~closed, "a clause that closes the service", "rule"
    shown = kind == "publication"
    channel = pl.col("object").is_in(list(rules.channels)).fill_null(value=False)
    yield shown & ~channel, "a channel of the scheme, which is on", "object"
    yield shown & ~rule.eq_missing(pl.format("publicity.{}", "object")), "its channel", "rule"
    kept_out = (
        pl.when(pl.col("actor").is_null()).then(pl.lit("spared")).otherwise(pl.lit("shielding"))
    )
    clause_of = pl.concat_str(pl.lit("office."), kept_out)
    yield (
        (kind == "shielded") & ~rule.eq_missing(clause_of),
        "the clause of who kept it out",
        "rule",
    )
    yield (kind == "reversal") & ~rule.eq_missing(REMEDY), "the clause of remedy", "rule"
    tied = kind == "association"
    yield tied & (not rules.associates), "no association in the scheme, or off", "kind"
    yield tied & ~rule.eq_missing("association"), "the clause of association", "rule"
    category = pl.col("category").eq_missing("social-connections")
    yield tied & ~category, "the category social-connections", "category"
    yield tied & (pl.col("points") % rules.step != 0), f"a multiple of {rules.step}", "points"
    first = (pl.col("week") != 0) | (pl.col("day") != 0)
    yield (kind == "start") & first, "start rows on the first day", "day"
    known = pl.col("object").is_in(list(rules.started)).fill_null(value=False)
    yield (kind == "start") & ~known, "a list that has a stock at time zero", "object"
    terms = {name: min(520, rules.leave(name).get("term-weeks", 521) - 1) for name in rules.lists}
    oldest = pl.col("object").replace_strict(terms, default=None, return_dtype=pl.Int64)
    yield (kind == "start") & (pl.col("lag") > oldest), "an age below 521 weeks and the term", "lag"


def _order(rules: Rules) -> Iterator[Fault]:
    """Yield what is out of order within the week of a citizen."""
    kind = pl.col("kind")
    hidden = kind == "shielded"  # Its actor is who kept it out; that of the record is not told.
    mail = kind.is_in(["points", "record"]) & pl.col("actor").ne_missing(pl.col("subject"))
    mail |= hidden & (pl.col("truth") != "true")
    stage = kind.replace_strict(STAGES, return_dtype=pl.Int64) + mail.cast(pl.Int64)
    names = [*rules.lists, *sorted(rules.services), *rules.channel_names]
    objects = {name: at for at, name in enumerate(names)}
    thing = pl.col("object").replace_strict(objects, default=0, return_dtype=pl.Int64)
    hashes = {name: hash_of(name) for name in rules.acts}
    act = pl.col("act").replace_strict(hashes, default=0, return_dtype=pl.Int64)
    on_list = kind.is_in(["list-in", "list-out", "start", "publication"])
    first = (
        pl.when(mail)
        .then(pl.when(hidden).then(0).otherwise(pl.col("actor").fill_null(NOBODY)))
        .when(kind == "reversal")
        .then(0)
        .when(on_list)
        .then(thing)
        .otherwise("day")
        .cast(pl.Int64)
    )
    origin = pl.col("origin_week").cast(pl.Int64) * (1 << 16) + pl.col("origin_seq")
    second = (
        pl.when(kind == "denial")
        .then(thing)
        .when(kind.is_in(["list-in", "reversal", "publication"]))
        .then(origin.fill_null(0))
        .when(on_list | (hidden & mail))
        .then(0)
        .otherwise(act)
    )
    outer, inner = stage * (1 << 32) + first, second
    ahead_outer, ahead_inner = outer.shift(1), inner.shift(1)
    behind = (outer < ahead_outer) | ((outer == ahead_outer) & (inner < ahead_inner))
    same = (pl.col("seq") > 0) & behind.fill_null(value=False)
    yield same, "rows in canonical order", "kind"
