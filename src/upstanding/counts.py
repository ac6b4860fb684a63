"""The numbers of a finding: what the measures of a run come to."""

from typing import Any

import polars as pl

from upstanding.clockwork.names import ACT_PLACES, HOLDERS, OUTCOMES
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.engine.series import SHOWN, WAYS_OUT
from upstanding.mechanisms.kin import Reach
from upstanding.mechanisms.remedy import courts_of
from upstanding.mechanisms.strata import CELL
from upstanding.run import GROUP_SPLITS, Run
from upstanding.words import picture_of

EVERYBODY = "everybody"
NOTICED = 0.005
"""The least mean perceived risk of which a finding speaks."""
Numbers = dict[str, Any]


class Counts:
    """The measures of a run, by name and cell."""

    def __init__(self, run: Run) -> None:
        """Read them."""
        self.by_name: dict[str, dict[str, list[int]]] = {}
        self.n: dict[str, int] = {}
        whole = run.long.filter(~pl.col("split").is_in(GROUP_SPLITS))
        for name, cell, value, n in whole.select("measure", "cell", "value", "n").iter_rows():
            self.by_name.setdefault(name, {}).setdefault(cell, []).append(value)
            self.n[name] = n

    def sums(self, name: str) -> dict[str, int]:
        """Return the sum over all weeks in each cell of a measure."""
        return {cell: sum(weeks) for cell, weeks in self.by_name.get(name, {}).items()}

    def last(self, name: str) -> dict[str, int]:
        """Return what stood in each cell of a measure at the end."""
        return {cell: weeks[-1] for cell, weeks in self.by_name.get(name, {}).items()}

    def first(self, name: str) -> dict[str, int]:
        """Return what stood in each cell of a measure at the close of the first week."""
        return {cell: weeks[0] for cell, weeks in self.by_name.get(name, {}).items()}


def numbers_of(run: Run) -> Numbers:
    """Return the numbers of a run's finding, by what they are about."""
    counts = Counts(run)
    return {
        "picture": picture_of(run.plan.scheme.file.status),
        "citizens": run.plan.citizens,
        "weeks": run.plan.weeks,
        "over-represented": {
            role: float(factor)
            for role, occupation in run.plan.society.file.occupation.items()
            if (factor := occupation.over_represented or 1) != 1
        },
        "planted": _planted(run),
        "stays-before-the-run": run.manifest["rows"]["start"],
        "lists": _lists(run, counts),
        "refused": _refused(run, counts),
        "kin": _kin(run, counts),
        "obligations": {
            act: {"performed": done, "open-at-the-end": counts.last("obligations-open")[act]}
            for act, done in counts.sums("obligations-performed").items()
            if run.plan.society.file.act[act].obligation
        },
        "records": {
            "right": sum(counts.sums("records-right").values()),
            "wrong": sum(counts.sums("records-wrong").values()),
            "dropped": counts.sums("records-dropped")[EVERYBODY],
            "by-holder": {name: counts.sums("records")[name] for name in HOLDERS},
            "by-place-of-act": {name: counts.sums("records")[name] for name in ACT_PLACES},
        },
        "score": _score(run, counts),
        "association": _association(run, counts),
        "speech": _speech(run, counts),
        "publicity": _publicity(run, counts),
        "office": _office(run, counts),
        "remedy": _remedy(run, counts),
        "company": _company(run, counts),
        "pool": _pool(run, counts),
        "breach": _breach(run, counts),
        "absent": list(run.plan.scheme.file.absent),
    }


def _pool(run: Run, counts: Counts) -> Numbers | None:
    """Return what a pool comes to, as far as its totals tell."""
    file = run.plan.scheme.file.pooling
    if file is None or "pooling" in run.plan.scheme.file.off:
        return None
    focus, of = counts.last("focus"), counts.last("focus-for-lawful-conduct")
    rows = run.long.filter(pl.col("week") == run.plan.weeks - 1)
    told = rows.filter(pl.col("measure") == "focus-for-lawful-conduct")["n"].sum()
    pooled = run.long.filter(pl.col("measure") == "pooled-records")
    sums = pooled.group_by("cell").agg(pl.col("value", "n").sum())
    rates = {cell: (value, n) for cell, value, n in sums.iter_rows()}
    return {
        "adults": counts.n["dossiers"],
        "with-records-of": counts.last("dossiers"),
        "on-the-focus-list": sum(focus.values()),
        "told-apart": int(told),
        "for-lawful-conduct": sum(of.values()),
        "cells-withheld": counts.last("focus-cells-withheld")[EVERYBODY],
        "records-a-year": {
            cell: value / n * WEEKS_A_YEAR if n else None for cell, (value, n) in rates.items()
        },
    }


def _company(run: Run, counts: Counts) -> Numbers | None:
    """Return who has a score with the company and who shows it, and what the state got of it."""
    members = counts.n.get("company-score-shown", 0)
    file = run.plan.scheme.file.platform
    if not members or file is None:
        return None
    right = counts.sums("records-right")
    lowest = float(file.range[0])
    return {
        "members": members,
        "mean-score": lowest + counts.last("company-score-over-lowest")[EVERYBODY] / members / 100,
        "shown-at-the-end": counts.last("company-score-shown")[EVERYBODY],
        "bands-at-the-end": counts.last("in-company-band"),
        "records": sum(right[name] for name in file.sensors),
        "passed-to-the-state": sum(counts.sums("records-passed").values()),
    }


def _planted(run: Run) -> dict[str, int | None]:
    """Return the citizen who is planted as each archetype; None where nobody fits."""
    found = _marked(run)
    citizens = dict(found.select("planted", "citizen").iter_rows())
    return {name: citizens.get(name) for name in sorted(run.plan.society.file.planted)}


def _marked(run: Run) -> pl.DataFrame:
    return run.citizens.filter(pl.col("planted").is_not_null())


def _harms(run: Run, name: str) -> bool | None:
    """Return whether the act for whose record somebody is listed harms others; None without one."""
    record = run.plan.scheme.file.list_[name].enter.record
    return run.plan.society.file.act[record].harms if record else None


def _lists(run: Run, counts: Counts) -> Numbers:
    first, last = counts.first("listed"), counts.last("listed")
    entered = counts.sums("list-in")
    left = {way: counts.sums(f"list-out-by-{way}") for way in WAYS_OUT}
    return {
        name: {
            "listed-after-the-first-week": first[name],
            "listed-at-the-end": last[name],
            "entries": entered[name],
            "act-harms": _harms(run, name),
            "left": {way: left[way][name] for way in WAYS_OUT},
            "person-years": sum(counts.by_name["listed"][name]) / WEEKS_A_YEAR,
            "by-mistake-at-the-end": counts.last("stays-by-mistake")[name],
        }
        for name in first
    }


def _refused(run: Run, counts: Counts) -> Numbers:
    """Return refused attempts, and how often in a year on the one list that closes the service.

    There is no such rate where several lists that held anybody close it, or a tier, or kin's do.
    """
    file, denials = run.plan.scheme.file, counts.sums("denials")
    refused: Numbers = {}
    for service, number in denials.items():
        closing = [name for name, table in file.list_.items() if service in table.closes]
        tiers = [name for name, tier in file.tier.items() if service in tier.closes]
        reached = service in _reached(run)
        if not closing and not tiers and not reached:
            continue
        years = {name: sum(counts.by_name["listed"][name]) / WEEKS_A_YEAR for name in closing}
        held = [name for name in closing if years[name]]
        alone = held[0] if len(held) == 1 and not tiers and not reached else None
        refused[service] = {
            "attempts": number,
            "list": alone,
            "per-listed-person-year": number / years[alone] if alone else None,
        }
    return refused


def _reached(run: Run) -> set[str]:
    """Return the services that a list or a tier closes to kin."""
    file = run.plan.scheme.file
    if "kin" in file.off:
        return set()
    reaches: list[Reach | None] = [table.reach for table in file.list_.values()]
    reaches += [tier.reach for tier in file.tier.values()]
    return {name for reach in reaches if reach for name in reach.children | reach.spouse}


def _kin(run: Run, counts: Counts) -> Numbers | None:
    """Return whom the restrictions of others kept from what; None where no kin are reached."""
    if not (reached := _reached(run)):
        return None
    services, barred = run.plan.society.file.service, counts.last("children-barred")
    return {
        "refused": sum(counts.sums("denials-of-kin").values()),
        "children-barred-at-the-end": {
            name: barred[name] for name in sorted(reached) if services[name].school
        },
    }


def _score(run: Run, counts: Counts) -> Numbers | None:
    if run.plan.scheme.file.score is None:
        return None
    scored = counts.n["score"]
    total = counts.last("score")[EVERYBODY]
    return {
        "scored": scored,
        "mean": total / 100 / scored if scored else None,
        "tiers": counts.last("in-tier"),
    }


def _association(run: Run, counts: Counts) -> Numbers | None:
    """Return what friends' standing made of scores at the end, and what became of ties."""
    if run.plan.scheme.file.association is None:
        return None
    counted = run.citizens.filter(~pl.col("household").is_in(_marked(run)["household"].to_list()))
    moved = counted["association"].abs().sort().to_numpy()
    moved = moved[moved > 0]
    return {
        "moved": moved.size,
        "median-points": moved[moved.size // 2] / 100 if moved.size else 0.0,
        "most-points": moved[-1] / 100 if moved.size else 0.0,
        "ties-made": counts.sums("ties-made")[EVERYBODY],
        "ties-cut": counts.sums("ties-cut")[EVERYBODY],
    }


def _is_praise(run: Run, name: str) -> bool:
    """Return whether a rule pays for praise."""
    rule = run.plan.scheme.file.rule[name]
    return rule.points > 0 and run.plan.society.file.act[rule.act or name].supports


def _speech(run: Run, counts: Counts) -> Numbers | None:
    """Return what became of dissent and of praise; None where neither is weighed."""
    plan = run.plan
    told = plan.scheme.file.response
    weighed = (
        told is not None and told.speech is not None and "response" not in plan.scheme.file.off
    )
    outcomes = {name: sum(counts.sums(f"speech-{name}").values()) for name in OUTCOMES}
    fear = "perceived-risk-65536ths"
    risk = counts.last(fear)[EVERYBODY] / 65536 / max(counts.n[fear], 1)
    found: Numbers = {
        "perceived-risk-at-the-end": risk,
        "dissent": outcomes if weighed and any(outcomes.values()) else None,
        "praise": None,
    }
    if plan.society.file.support is not None:
        found["praise"] = {
            "reading": plan.society.file.support.reading,
            "uttered": counts.sums("praise")[EVERYBODY],
            "against-conviction": counts.sums("praise-against-conviction")[EVERYBODY],
            "pays": any(_is_praise(run, name) for name in plan.scheme.file.rule),
        }
    return found if found["dissent"] or risk > NOTICED else None


def _publicity(run: Run, counts: Counts) -> Numbers | None:
    """Return what was shown, of whom, and who saw it; None where nothing may be shown."""
    file = run.plan.scheme.file
    if not file.publicity or "publicity" in file.off:
        return None
    sums = {name: counts.sums(name) for name in SHOWN}
    return {
        "channels": {
            channel: {name: sums[name][channel] for name in SHOWN} for channel in file.publicity
        },
        "ties-cut": counts.sums("ties-cut-for-shame")[EVERYBODY],
    }


def _office(run: Run, counts: Counts) -> Numbers | None:
    """Return what officials did to records, and what was found; None where they do nothing."""
    file = run.plan.scheme.file
    if file.office is None or "office" in file.off:
        return None
    acts = run.plan.society.file.act
    corrupt = [n for n, rule in file.rule.items() if acts[rule.act or n].kind == "office"]
    people = run.citizens.filter(~pl.col("household").is_in(_marked(run)["household"].to_list()))
    officials = people.filter(pl.col("occupation") == "official")
    on_lists = [pl.col(f"list.{name}") for name in file.list_]
    return {
        "tampers": counts.sums("tampers"),
        "found": counts.sums("tampers-found"),
        "fabricated": counts.sums("records-fabricated")[EVERYBODY],
        "shielded": counts.sums("records-shielded")[EVERYBODY],
        "spared": counts.sums("records-spared")[EVERYBODY],
        "no-critic-met": counts.sums("no-critic-met")[EVERYBODY],
        "entries-for-corrupt-acts": sum(counts.sums("entries")[name] for name in corrupt),
        "officials": officials.height,
        "officials-listed-at-the-end": officials.filter(pl.any_horizontal(on_lists)).height
        if on_lists
        else 0,
    }


def _remedy(run: Run, counts: Counts) -> Numbers | None:
    """Return who learned, who appealed, what was decided and when, and what was never corrected."""
    plan = run.plan
    rules = plan.scheme.file.remedy
    if rules is None or "remedy" in plan.scheme.file.off:
        return None
    numbering = plan.society.file.numbering
    size = numbering.districts_per_region * numbering.cells_per_district * CELL
    courts = courts_of(plan.scheme.file, plan.citizens, size)
    reversed_ = counts.sums("reversed")
    days = counts.sums("days-to-correction")[EVERYBODY]
    return {
        "notices": counts.sums("notices"),
        "appeals": counts.sums("appeals"),
        "audits": counts.sums("audits"),
        "upheld": counts.sums("upheld"),
        "reversed": reversed_,
        "waiting-at-the-end": counts.last("cases-waiting")[EVERYBODY],
        "mean-days-to-correction": days / sum(reversed_.values())
        if any(reversed_.values())
        else None,
        "points-given-back": {
            name: number / 100 for name, number in counts.sums("reversed-hundredths").items()
        },
        "denials-under-reversed-stays": sum(counts.sums("denials-flagged").values()),
        "wrong-and-never-corrected": sum(counts.sums("records-wrong").values())
        + sum(counts.sums("records-fabricated").values())
        + sum(counts.sums("records-stolen").values())
        - reversed_["false"],
        "regions": len(courts.servers),
        "regions-with-rescaled-service": int(courts.rescaled.sum()),
    }


def _breach(run: Run, counts: Counts) -> Numbers | None:
    """Return what came of breaches; None where nothing may be breached."""
    file = run.plan.scheme.file
    if not file.breach or "breach" in file.off:
        return None
    return {
        "breaches": counts.sums("breaches"),
        "people-exposed": counts.sums("people-exposed"),
        "records-stolen": counts.sums("records-stolen"),
        "list-entries": sum(counts.sums("list-in-by-theft").values()),
    }
