"""Where two lives part: the first entry of the ledger that one has and the other has not."""

import polars as pl

_SAME = (
    *("subject", "week", "day", "lag", "actor", "act", "sensor", "rule", "mechanism", "kind"),
    *("object", "category", "points", "truth"),
)
"""What makes two entries the same; their places and origins move with any entry before them."""
_TOLD = ("in_life", "week", "kind", "rule", "act", "object", "points")
_ELDERS = ("head", "spouse")


def partings(
    before: pl.LazyFrame, after: pl.LazyFrame, citizens: pl.DataFrame, parts: pl.DataFrame
) -> pl.DataFrame:
    """Return for each citizen the first entry at which her two lives part.

    It is an entry of hers or, where her standing is another before any of hers is, the first of the
    head or the spouse of her household. Where there is no such entry either, she has no row.

    Args:
        before: The ledger of the first run.
        after: That of the second.
        citizens: Everybody, with `role` and `household`.
        parts: Whom to look for (`citizen`), and the week at whose close each stood otherwise
            (`parts`).

    Returns:
        A row a citizen: `subject`, whose entry it is, and what `Twins.people` tells of it.

    """
    elders = citizens.filter(pl.col("role").cast(pl.String).is_in(_ELDERS))
    homes = citizens.select("citizen", "household")
    kin = parts.join(homes, on="citizen").join(
        elders.select("household", subject="citizen"), on="household"
    )
    pairs = pl.concat(
        [
            parts.with_columns(subject="citizen"),
            kin.select("citizen", "parts", "subject").filter(
                pl.col("citizen") != pl.col("subject")
            ),
        ]
    )
    found = pairs.join(_firsts(before, after, pairs["subject"].unique()), on="subject")
    own = pl.col("citizen") == pl.col("subject")
    in_time = (pl.col("parts") < 0) | (pl.col("week") <= pl.col("parts"))
    ranked = found.filter(in_time).sort("citizen", ~own, "week", "subject")
    return (
        ranked.group_by("citizen", maintain_order=True).first().select("citizen", "subject", *_TOLD)
    )


def _firsts(before: pl.LazyFrame, after: pl.LazyFrame, citizens: pl.Series) -> pl.DataFrame:
    """Return for each citizen the first entry of hers that is in one ledger alone.

    The earliest by week and day; of entries of one day that which comes first in its ledger.
    """
    of_one, of_other = (_entries(ledger, citizens) for ledger in (before, after))
    alone = [
        one.join(other, on=[*_SAME, "nth"], how="anti", nulls_equal=True).with_columns(
            pl.lit(life).alias("in_life")
        )
        for life, one, other in (("before", of_one, of_other), ("after", of_other, of_one))
    ]
    first = pl.concat(alone).sort("week", "day", "seq", "in_life", descending=[False] * 3 + [True])
    told = first.group_by("subject", maintain_order=True).first()
    return told.select("subject", *_TOLD).collect()


def _entries(ledger: pl.LazyFrame, citizens: pl.Series) -> pl.LazyFrame:
    """Return their entries with names as text, equal ones numbered."""
    rows = ledger.filter(pl.col("subject").is_in(citizens.to_list()))
    texts = rows.with_columns(pl.selectors.enum().cast(pl.String))
    return texts.select(*_SAME, "seq", pl.int_range(pl.len()).over(_SAME).alias("nth"))
