"""Section 2: the elements of the prohibition, each with what was measured, and no verdict."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from upstanding.counts import Counts
from upstanding.measures.ladder import inversions
from upstanding.report.draft import Draft
from upstanding.words import titled

MET, NOT_MET, CANNOT_TELL = "met", "not met", "cannot tell"


@dataclass(frozen=True)
class Element:
    """One element of a prohibition."""

    asks: str
    found: str
    """MET, NOT_MET or CANNOT_TELL, in this model."""
    measured: Markup


def fill(draft: Draft) -> Mapping[str, Any]:
    """Return the elements of art. 5(1)(c) and the figures behind them."""
    return {"elements": list(_elements(draft)), "figures": draft.show("R3", "R4")}


def _elements(draft: Draft) -> Iterator[Element]:
    yield Element(
        "an AI system is placed on the market, put into service or used",
        CANNOT_TELL,
        draft.say(
            "screening.system", "The model holds the rules of a scheme and not what computes them."
        ),
    )
    yield _over_time(draft)
    yield _behaviour(draft)
    yield _detriment(draft)
    yield _unrelated(draft)
    yield _disproportionate(draft)


def _over_time(draft: Draft) -> Element:
    """Whether people are evaluated over a certain period."""
    run, lives = draft.impact.run, draft.impact.lives
    scored = run.citizens.filter(lives.counted)["score"].is_not_null().sum()
    listed = int(((lives.lists != 0).any(axis=0) & lives.counted).sum())
    words = draft.say(
        "screening.period",
        "In {weeks:week|weeks} {scored:person has|people have} a score and "
        "{listed:person is|people are} put on a list.",
        weeks=run.plan.weeks,
        scored=int(scored),
        listed=listed,
    )
    return Element(
        "natural persons or groups are evaluated or classified over a certain period",
        MET if scored or listed else NOT_MET,
        words,
    )


def _behaviour(draft: Draft) -> Element:
    """Whether evaluation rests on social behaviour or personal characteristics."""
    run = draft.impact.run
    file, acts = run.plan.scheme.file, run.plan.society.file.act
    entries = {name: n for name, n in Counts(run).sums("entries").items() if n}
    kinds = sorted({acts[file.rule[name].act or name].kind for name in entries})
    by_trait = [name for name, table in file.list_.items() if table.enter.category]
    words = draft.say(
        "screening.behaviour",
        "{entries:entry|entries} rest on {rules:rule|rules} about conduct ({kinds}); "
        "{lists:list takes|lists take} people for what they are.",
        entries=sum(entries.values()),
        rules=len(entries),
        kinds=", ".join(kinds) or "none",
        lists=len(by_trait),
    )
    return Element(
        "on social behaviour, or on known, inferred or predicted personal characteristics",
        MET if entries or by_trait or file.list_ else NOT_MET,
        words,
    )


def _detriment(draft: Draft) -> Element:
    """Whether it leads to detrimental treatment."""
    impact = draft.impact
    barred = int(impact.ever_barred.sum())
    refused = sum(Counts(impact.run).sums("denials").values())
    words = draft.say(
        "screening.detriment",
        "Something is closed to {barred:person|people} in some week; "
        "{refused:attempt is|attempts are} refused.",
        barred=barred,
        refused=refused,
    )
    return Element("and lead to detrimental treatment", MET if barred else NOT_MET, words)


def _unrelated(draft: Draft) -> Element:
    """Whether detriment lands in contexts unrelated to where the data came from."""
    asks = "(i) in contexts unrelated to those in which the data were made"
    contexts = draft.impact.contexts
    off, untold = contexts.off_diagonal(), contexts.untold()
    if off is None:
        return Element(
            asks,
            CANNOT_TELL if untold else NOT_MET,
            draft.say(
                "screening.unrelated",
                "No week of exclusion has a context on both sides; {untold:,.0f} have none stated.",
                untold=untold,
            ),
        )
    words = draft.say(
        "screening.unrelated",
        "Of {told:,.0f} weeks of exclusion, counted for each service, {off:%} lie outside the "
        "context from which the data came; of {untold:,.0f} more no context is stated. Which "
        "contexts are related is a reading of the project's.",
        told=contexts.told(),
        off=off,
        untold=untold,
    )
    return Element(asks, MET if off > 0 else NOT_MET, words)


def _disproportionate(draft: Draft) -> Element:
    """Whether detriment is out of proportion to the conduct."""
    asks = "(ii) unjustified, or out of proportion to the behaviour"
    run = draft.impact.run
    ladder = draft.impact.ladder
    harmless = ladder.filter(pl.col("gravity") != "harms others")
    weeks, whole = float(harmless["weeks"].sum()), float(ladder["weeks"].sum())
    worst = inversions(ladder, most=1)
    share = draft.say(
        "screening.harmless",
        "Of {whole:,.0f} weeks of exclusion that rest on records of acts, {weeks:,.0f} rest on "
        "acts that harm nobody. ",
        whole=whole,
        weeks=weeks,
    )
    if not worst:
        none = draft.say(
            "screening.inversions",
            "No lesser act costs more weeks than a graver one, beyond chance; whether what remains "
            "is in proportion, a model cannot say.",
        )
        return Element(asks, MET if weeks else CANNOT_TELL, share + none)
    (one,) = worst
    acts = run.plan.society.file.act
    grave = dict(ladder.select("act", pl.col("gravity").cast(pl.String)).iter_rows())
    same = grave[one.lesser] == grave[one.graver]
    because = "the scheme itself weighs heavier" if same else grave[one.graver]
    inverted = draft.say(
        "screening.inversions",
        "A record of {lesser} costs {lesser_weeks:,.2f} weeks in the mean, and one of {graver}, "
        "which {because}, {graver_weeks:,.2f}.",
        lesser=titled(acts[one.lesser].title),
        graver=titled(acts[one.graver].title),
        lesser_weeks=one.lesser_weeks,
        graver_weeks=one.graver_weeks,
        because=because,
    )
    return Element(asks, MET, share + inverted)
