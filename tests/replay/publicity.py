"""Publications: each shows a row of the same close, or a record; none is missing."""

import polars as pl

from replay.reading import ReplayError, Run

CARRIED = ("actor", "lag", "day", "act", "sensor", "truth")
"""What a publication says of the row that it shows."""
KEY = ("week", "subject", "object", "seq", *CARRIED)
CASE = ("week", "subject", "act", "sensor", "actor", "lag", "day")


def check_publications(run: Run, seen: pl.DataFrame) -> None:
    """Check that exactly what the channels show is shown; `seen` are the rows of records."""
    shown = run.ledger.filter(pl.col("kind") == "publication")
    _rows(run, shown.filter(pl.col("origin_week").is_not_null()))
    _records(run, shown.filter(pl.col("origin_week").is_null()), seen)


def _rows(run: Run, shown: pl.DataFrame) -> None:
    """Check that points taken and entries are shown by the channels that show them, once each."""
    parts = [run.ledger.clear().select(KEY)]
    for name, channel in run.rules.channels.items():
        rules = [f"rule.{rule}" for rule in channel.get("rules", ())]
        kind = pl.col("kind")
        taken = (kind == "points") & (pl.col("points") < 0) & pl.col("rule").is_in(rules)
        entered = (kind == "list-in") & pl.col("object").is_in(list(channel.get("lists", ())))
        rows = run.ledger.filter((taken | entered).fill_null(value=False))
        parts.append(rows.with_columns(object=pl.lit(name)).select(KEY))
    expected = pl.concat(parts).sort("week", "subject", "object", "seq")
    found = shown.with_columns(seq=pl.col("origin_seq")).sort("week", "subject", "object", "seq")
    if (late := shown.filter(pl.col("origin_week") != pl.col("week"))).height:
        _raise(late, "an origin of the same close")
    found = found.select(KEY)
    both = found.join(expected, on=KEY, how="anti", nulls_equal=True)
    if both.height:
        _raise(both, "a publication of a row that its channel shows, as that row says it")
    missing = expected.join(found, on=KEY, how="anti", nulls_equal=True)
    if missing.height or found.height != expected.height:
        _raise(missing if missing.height else found, "each row to be shown once by each channel")


def _records(run: Run, shown: pl.DataFrame, seen: pl.DataFrame) -> None:
    """Check that records are shown by their channels, as often as the ledger tells of them.

    Every record that left a row is shown; so is as many times, by each of the channels that show
    the sensor's records of the act, one that left none.
    """
    begun = seen.filter(pl.col("begins")).group_by(CASE).agg(posted=pl.len())
    times = {
        name: shown.filter(pl.col("object") == name).group_by(CASE).agg(shown=pl.len())
        for name in run.rules.channels
    }
    pairs = {name: set(run.rules.shown_by(name)) for name in run.rules.channels}
    allowed = [f"{name} {act} {sensor}" for name, of in pairs.items() for act, sensor in of]
    pair = pl.concat_str("object", "act", "sensor", separator=" ")
    if (strange := shown.filter(~pair.is_in(allowed).fill_null(value=False))).height:
        _raise(strange, "a record that its channel shows")
    for name, of in pairs.items():
        chosen = [f"{act} {sensor}" for act, sensor in of]
        named = pl.concat_str("act", "sensor", separator=" ").is_in(chosen)
        both = begun.filter(named).join(times[name], on=CASE, how="left")
        fewer = both.filter(pl.col("shown").fill_null(0) < pl.col("posted"))
        counted = [f"{act} {sensor}" for act, sensor in of if run.rules.counting(act, sensor)]
        sure = pl.concat_str("act", "sensor", separator=" ").is_in(counted)
        scored = seen.filter(pl.col("kind") == "points").select(CASE).unique()
        more = both.join(scored, on=CASE).filter(sure, pl.col("shown") > pl.col("posted"))
        for wrong in (fewer, more):
            if wrong.height:
                _raise(wrong, f"each record to be shown once by {name}")
        for other, of_other in pairs.items():
            alike = [f"{act} {sensor}" for act, sensor in of & of_other]
            shared = pl.concat_str("act", "sensor", separator=" ").is_in(alike)
            one, two = (times[each].filter(shared).sort(CASE) for each in (name, other))
            if not one.equals(two):
                _raise(one if one.height else two, f"the same records by {name} and {other}")


def _raise(rows: pl.DataFrame, expected: str) -> None:
    row = rows.sort("week", "subject").row(0, named=True)
    found = f"otherwise for {row.get('act')}, of {row.get('actor')}"
    raise ReplayError.at(row["week"], row["subject"], expected, found)
