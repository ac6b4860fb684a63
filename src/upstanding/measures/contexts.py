"""The context matrix: where data came from, and where the penalty lands.

The AI Act's article 5(1)(c)(i) asks whether people are treated worse in contexts unrelated to the
one in which the data were made. A penalty lands in the domain of the service that is closed
(`service.*.domain` of the society). Data come from the domain that the list states, else the rule,
else the one that stands here for the kind of the act (`DOMAIN_OF`), which is a reading of ours: no
shipped rule states a domain. A restriction for what somebody is, or for what friends stand at, has
no act behind it and a row of its own.
"""

from dataclasses import dataclass

import polars as pl

from upstanding.measures.causes import OWN, TIES, TRAIT, WRONG, exclusion, refusals
from upstanding.measures.lives import Lives
from upstanding.run import Run

DOMAIN_OF = {
    "everyday": "streets and public places",
    "payment": "credit",
    "business": "business",
    "speech": "speech",
    "belief": "belief and private life",
    "company": "company kept",
    "consumption": "consumption",
    "civic": "civic life",
    "duty": "service",
    "office": "office",
}
"""What kind of conduct stands for which context."""
WITHOUT_ACT = {TIES: "company kept", TRAIT: "what one is"}
UNSTATED = "not stated"
MATRIX = pl.Schema(
    {
        "source": pl.String(),
        "target": pl.String(),
        "weeks": pl.Float64(),
        "denials": pl.Float64(),
        "people": pl.Int64(),
    }
)


@dataclass(frozen=True)
class Contexts:
    """Detriments by where data came from and where they land."""

    matrix: pl.DataFrame
    """MATRIX: `weeks` in which a service was closed to a person, `denials` refused attempts, and
    `people` to whom something was closed so; sources and targets with nothing are absent."""

    def off_diagonal(self, weight: str = "weeks") -> float | None:
        """Return the share of detriments outside the context of the data; None without any.

        Where no context is stated, on either side, nobody can tell: that is in neither part.
        """
        told = self.told(weight)
        off = self.matrix.filter(pl.col("source") != pl.col("target"), *_stated())
        return float(off[weight].sum()) / told if told else None

    def told(self, weight: str = "weeks") -> float:
        """Return the detriments of which both contexts are known."""
        return float(self.matrix.filter(*_stated())[weight].sum())

    def untold(self, weight: str = "weeks") -> float:
        """Return the detriments of which a context is not stated."""
        return float(self.matrix[weight].sum()) - self.told(weight)


def _stated() -> list[pl.Expr]:
    return [pl.col(side) != UNSTATED for side in ("source", "target")]


def contexts_of(run: Run, lives: Lives) -> Contexts:
    """Return the context matrix of a run that kept its ledger."""
    key = ("source", "target")
    closed = _placed(run, exclusion(run, lives, by_service=True))
    refused = _placed(run, refusals(run, lives))
    weeks = closed.group_by(key).agg(
        pl.col("weeks").sum(), people=pl.col("citizen").n_unique().cast(pl.Int64)
    )
    denials = refused.group_by(key).agg(pl.col("denials").sum())
    matrix = weeks.join(denials, on=key, how="full", coalesce=True).with_columns(
        pl.col("weeks", "denials", "people").fill_null(0)
    )
    return Contexts(matrix.select(MATRIX.names()).cast(MATRIX).sort(key))


def source_domains(run: Run) -> dict[str, str]:
    """Return the context that an act belongs to, by the rule on it or else by its kind."""
    domains = {name: DOMAIN_OF[act.kind] for name, act in run.plan.society.file.act.items()}
    for name, rule in run.plan.scheme.file.rule.items():
        if rule.domain is not None:
            domains[rule.act or name] = rule.domain
    return domains


def _placed(run: Run, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the contexts that they come from and land in."""
    file = run.plan.scheme.file
    stated = {
        f"list.{name}": table.domain
        for name, table in file.list_.items()
        if table.domain is not None
    }
    targets = {n: s.domain or UNSTATED for n, s in run.plan.society.file.service.items()}

    def named(column: str, names: dict[str, str]) -> pl.Expr:
        return pl.col(column).replace_strict(
            list(names), list(names.values()), default=None, return_dtype=pl.String
        )

    by_act = pl.coalesce(named("reason", stated), named("act", source_domains(run)))
    return rows.with_columns(
        pl.when(pl.col("rests_on").is_in([OWN, WRONG]))
        .then(by_act)
        .otherwise(named("rests_on", WITHOUT_ACT))
        .fill_null(UNSTATED)
        .alias("source"),
        named("service", targets).fill_null(UNSTATED).alias("target"),
    )
