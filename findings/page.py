"""The page that says what became of each claim."""

from collections.abc import Iterator
from statistics import mean, stdev

from findings.claims import Claim, claims
from findings.study import SCHEMES, SCORED, Study
from upstanding.scheme import Scheme
from upstanding.twins.safeguards import SHIPPED
from upstanding.twins.twins import SAME_LUCK
from upstanding.words import picture_of

LIMITS = (
    "Nothing about a country. The schemes are files; what differs between their runs follows from "
    "what was put in.",
    "How large harms are. Most figures of `essay`, and how people answer any scheme, are invented: "
    "[the report](first-finding/impact.html) of `essay`, one seed of it, says which, and how far "
    "results move over their ranges.",
    "What safeguards would do where officials do not keep to them. Each is taken at its word.",
    "Fear that acts on anything but speech: acts given up are a lower bound.",
    "Who, among real people, would be spared. Persons are named under a convention.",
    "That claims which hold are surprising: several follow from the clauses (they were written "
    "after one seed of the three schemes had been seen, and say so).",
)


def lines_of(study: Study) -> Iterator[str]:
    """Yield the page, line by line."""
    registered, all_ = claims()
    wide, narrow = len(study.wide.seeds), len(study.narrow.seeds)
    plan = study.wide.runs[SCHEMES[0], study.wide.seeds[0]].plan
    yield "# The first finding"
    yield ""
    yield "Written by `python -m findings`; do not edit it."
    yield ""
    yield (
        f"In this model of synthetic people, {plan.citizens:,} who do not exist lived {plan.weeks} "
        f"weeks of the society `{plan.society.name}` under `baseline`, `documented` and `essay` "
        f"({wide} seeds), and under the latter two with each of {len(SHIPPED)} safeguards, with "
        f"all of them, and without each of three parts ({narrow} seeds). {_pictures()} The claims "
        f"were registered on {registered} in `findings/claims.toml`, before any of these runs."
    )
    yield ""
    yield "## The claims"
    yield ""
    yield "| claim | must be | mean | lowest | highest | seeds | |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | --- |"
    for claim in all_:
        values = study.values(claim)
        held = all(claim.holds(value) for value in values)
        yield (
            f"| {_said(claim)} | {claim.asked} | {mean(values):,.4g} | {min(values):,.4g} | "
            f"{max(values):,.4g} | {len(values)} | {'holds' if held else 'does not hold'} |"
        )
    yield ""
    yield (
        'Of "more" the value is the difference, a year and 1,000 people; of what remains a share '
        "of the person-weeks of exclusion; of what a safeguard spares a share of those barred in "
        'some week; of "most" the lead over the next best.'
    )
    yield from _table(study)
    yield from _safeguards(study)
    yield ""
    yield "## What this does not show"
    yield ""
    for limit in LIMITS:
        yield f"- {limit}"


def _pictures() -> str:
    told = [n for n in SCHEMES if picture_of(Scheme.load(n).file.status)]
    return " ".join(f"`{name}` is {picture_of(Scheme.load(name).file.status)}." for name in told)


def _said(claim: Claim) -> str:
    return f"**{claim.name}**: {claim.says}"


def _table(study: Study) -> Iterator[str]:
    yield ""
    yield "## The three schemes"
    yield ""
    yield "A year and 1,000 people; mean and, in brackets, the standard deviation over seeds."
    yield ""
    yield f"| | {' | '.join(SCHEMES)} |"
    yield f"| --- | {' | '.join('---:' for _ in SCHEMES)} |"
    first, *_ = study.lines.values()
    for nth, line in enumerate(first.lines):
        cells = []
        for column in range(len(SCHEMES)):
            values = [found.lines[nth].values[column] for found in study.lines.values()]
            known = [value for value in values if value is not None]
            spread = stdev(known) if len(known) > 1 else 0.0
            cells.append(f"{mean(known):,.4g} ({spread:,.2g})" if known else "-")
        yield f"| {line.what} | {' | '.join(cells)} |"


def _safeguards(study: Study) -> Iterator[str]:
    yield ""
    yield "## Every safeguard"
    yield ""
    yield (
        "Added alone: the share of those barred in some week whom it spares, the people whom it "
        f"newly harms, and the share of person-weeks of exclusion that remain; means. {SAME_LUCK}"
    )
    for scheme in SCORED:
        yield ""
        yield f"| `{scheme}` with | spares | newly harms | remains |"
        yield "| --- | ---: | ---: | ---: |"
        for variant in study.variants[scheme]:
            seeds = study.narrow.seeds
            spared = mean(study.spares(scheme, variant, seed) for seed in seeds)
            harmed = mean(study.harms(scheme, variant, seed) for seed in seeds)
            remains = mean(study.remains(scheme, variant, seed) for seed in seeds)
            yield f"| {variant} | {spared:.1%} | {harmed:,.1f} | {remains:.1%} |"
