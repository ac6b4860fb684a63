"""The finding of a run: what happened in it, on one screen and as numbers.

Each statement counts what a model of synthetic people did under one scheme, and says so; none is a
claim about a country.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from upstanding.counts import Numbers, numbers_of
from upstanding.engine.manifest import FILE as MANIFEST
from upstanding.run import Run
from upstanding.words import (
    JUDGMENT,
    a,
    counted,
    day,
    hundredths,
    joined,
    named,
    short,
    times,
    titled,
    were,
)

WIDTH = 100
_WAYS = {
    "performance": "by performance",
    "repair": "by good acts",
    "other": "for other reasons",
    "term": "at the end of a term",
    "tier": "by a better tier",
    "reversal": "by a correction",
}
_WHENCE = {"as told": "as told", "invented": "of such schemes"}
"""Where clauses come from that are absent, if they are not on record."""
_ROLES = {
    "official": "officials",
    "journalist": "journalists",
    "business-owner": "owners of a business",
    "student": "students",
}


@dataclass(frozen=True)
class Finding:
    """Statements about a model under a scheme, and the numbers in them."""

    scheme: str
    statements: tuple[str, ...]
    """Each goes on where the opening of every line stops."""
    numbers: Numbers

    def __str__(self) -> str:
        picture = self.numbers["picture"]
        return "\n".join(
            stated(self.scheme, f"{statement.removesuffix('.')}.", picture)
            for statement in self.statements
        )


def stated(scheme: str, statement: str, picture: str | None = None) -> str:
    """Return a statement about the model under a scheme, in lines of which the first says so.

    `picture` says whose picture the scheme is, if it is no more than that.
    """
    under = f"`{scheme}`, {picture}" if picture else f"`{scheme}`"
    return textwrap.fill(
        f"In this model of synthetic people, under {under}, {statement}",
        WIDTH,
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def find(run: Run) -> Finding:
    """Return the finding of a run."""
    numbers = numbers_of(run)
    return Finding(run.plan.scheme.label, tuple(_statements(run, numbers)), numbers)


def _statements(run: Run, numbers: Numbers) -> Iterator[str]:
    plan = run.plan
    if (pool := numbers["pool"]) and plan.scheme.file.score is None:
        yield pool_words(pool)
    before = numbers["stays-before-the-run"]
    yield (
        f"{counted(plan.citizens, 'person', 'people')} of the society `{plan.society.name}` lived "
        f"{counted(plan.weeks, 'week')} from {day(plan.society.file.epoch)} (seed {plan.seed})"
        + (f"; {counted(before, 'stay')} on a list had begun before" if before else "")
    )
    if more := numbers["over-represented"]:
        (first, factor), *others = more.items()
        roles = [f"{_ROLES[first]} are over-represented {factor:g} times in this society"]
        roles += [f"{_ROLES[role]} {factor:g} times" for role, factor in others]
        yield (
            f"{joined(roles)}; a figure that depends on how many they are means nothing outside it"
        )
    if planted := numbers["planted"]:
        yield _planted_words(planted, ranked=numbers["score"] is not None)
    if not numbers["lists"] and numbers["score"] is None:
        listed = "" if pool else ", nobody was on a list"
        yield f"nobody was scored{listed} and nobody was refused anything"
    for name, found in numbers["lists"].items():
        yield _list_words(name, found)
    if harmless := _harmless_words(numbers["lists"]):
        yield harmless
    if numbers["refused"]:
        yield _refusal_words(run, numbers["refused"])
    if kin := numbers["kin"]:
        yield _kin_words(run, kin)
    if doings := [
        *_obligation_words(run, numbers["obligations"]),
        *_record_words(numbers["records"]),
    ]:
        yield "; ".join(doings)
    if score := numbers["score"]:
        yield from _score_words(score)
    if association := numbers["association"]:
        yield _association_words(association)
    if speech := numbers["speech"]:
        yield from _speech_words(speech)
    if publicity := numbers["publicity"]:
        yield _publicity_words(publicity)
    if office := numbers["office"]:
        yield _office_words(office)
    if remedy := numbers["remedy"]:
        yield from _remedy_words(remedy)
    if pool and plan.scheme.file.score is not None:
        yield pool_words(pool)
    if company := numbers["company"]:
        yield _company_words(company)
    if breach := numbers["breach"]:
        yield _breach_words(breach)
    if absent := numbers["absent"]:
        are = "is" if len(absent) == 1 else "are"
        source = _WHENCE.get(plan.scheme.file.status, "on record")
        yield (
            f"{counted(len(absent), 'clause')} {source} {are} absent ({MANIFEST} has the whole "
            f"text): {'; '.join(map(short, absent))}"
        )


def pool_words(pool: Numbers) -> str:
    """Say what a pool is, and what its totals come to."""
    told = "records are pooled in some districts and a list of fixed length is watched more"
    if not pool["adults"]:
        return f"{told}, but among so few people no district has a pool"
    rates = pool["records-a-year"]
    feedback = ""
    if None not in rates.values():
        feedback = (
            f"; pooled sensors made {rates['with']:.1f} records a year of each of them, and "
            f"{rates['without']:.1f} of others"
        )
    return (
        f"{told}, of which totals alone are told, none of fewer than ten people and nobody's own: "
        f"at the end {counted(pool['on-the-focus-list'], 'person', 'people')} of "
        f"{pool['adults']:,} adults there, with "
        f"{counted(pool['cells-withheld'], 'smaller total')} withheld; of "
        f"{pool['told-apart']:,} who may be told apart {were(pool['for-lawful-conduct'])} on it "
        f"for nothing but conduct that harms nobody{feedback}"
    )


def _company_words(company: Numbers) -> str:
    """Say what the company's score came to, who showed it, and what the state got."""
    return (
        f"{counted(company['members'], 'member')} had a mean score of {company['mean-score']:,.1f} "
        f"with the company at the end, and {company['shown-at-the-end']:,} of them showed it; of "
        f"{company['records']:,} records of its sensors {company['passed-to-the-state']:,} became "
        f"the state's"
    )


def _planted_words(planted: dict[str, int | None], *, ranked: bool) -> str:
    """Say who is planted, and that no figure holds them."""
    found = [f"{a(role)} (citizen {who})" for role, who in planted.items() if who is not None]
    missing = [a(role) for role, who in planted.items() if who is None]
    parts = []
    if found:
        are = "is" if len(found) == 1 else "are"
        places = "; they hold places in the ranking" if ranked else ""
        parts.append(
            f"{counted(len(found), 'person', 'people')} {are} planted in this society, "
            f"{joined(found)}: with their households they are in no figure{places}"
        )
    if missing:
        parts.append(f"among so many nobody fits who was to be planted as {joined(missing)}")
    return "; ".join(parts)


def _list_words(name: str, found: Numbers) -> str:
    if not (found["person-years"] or found["entries"]):
        return f"nobody was on the list `{name}`"
    people = counted(found["listed-after-the-first-week"], "person", "people")
    entries = counted(found["entries"], "entry", "entries")
    exits = counted(sum(found["left"].values()), "exit")
    ways = [f"{number:,} {_WAYS[way]}" for way, number in found["left"].items() if number]
    mistaken = found["by-mistake-at-the-end"]
    return (
        f"the list `{name}` held {people} after the first week and {found['listed-at-the-end']:,} "
        f"at the end: {entries}, and {exits}{f' ({joined(ways)})' if ways else ''}"
        + (f"; {counted(mistaken, 'stay')} rested on somebody else's act" if mistaken else "")
    )


def _harmless_words(lists: Numbers) -> str | None:
    """Say how many were listed for what harms nobody, where entries are by record."""
    by_record = {name: found for name, found in lists.items() if found["act-harms"] is not None}
    entries = sum(found["entries"] for found in by_record.values())
    harmless = {
        f"{found['entries']:,} onto `{name}`": found["entries"]
        for name, found in by_record.items()
        if not found["act-harms"] and found["entries"]
    }
    if not harmless:
        return None
    number = sum(harmless.values())
    return (
        f"of {counted(entries, 'entry', 'entries')} onto lists by record {were(number)} for an act "
        f"that harms nobody: {joined(list(harmless))}"
    )


def _refusal_words(run: Run, refused: Numbers) -> str:
    """Say what was refused, most often first, and how often in a year on the list behind it."""
    met = {service: found for service, found in refused.items() if found["attempts"]}
    if not met:
        return "nobody was refused anything"
    parts, rates = [], dict[str, list[str]]()
    for service in sorted(met, key=lambda service: -met[service]["attempts"]):
        title = titled(run.plan.society.file.service[service].title)
        parts.append(f"{title} {times(met[service]['attempts'])}")
        if rate := met[service]["per-listed-person-year"]:
            size = f"{rate:.2f}" if rate >= 0.005 else "less than 0.01"
            rates.setdefault(met[service]["list"], []).append(f"{size} times {title}")
    attempts = sum(found["attempts"] for found in met.values())
    were = "was" if attempts == 1 else "were"
    words = f"{counted(attempts, 'attempt')} {were} refused: {joined(parts)}"
    for name, met_there in rates.items():
        words += f"; a year on `{name}` meant being refused {joined(met_there)}"
    return words


def _kin_words(run: Run, kin: Numbers) -> str:
    """Say how many children were barred at the end, and what was refused on account of kin."""
    parts = [
        f"{titled(run.plan.society.file.service[name].title)} was closed to "
        f"{counted(number, 'child', 'children')} at the end"
        for name, number in kin["children-barred-at-the-end"].items()
    ]
    number = kin["refused"]
    was = "was" if number == 1 else "were"
    refused = f"{counted(number, 'attempt')} {was} refused for a restriction of a parent or spouse"
    return "; ".join([*parts, refused])


def _obligation_words(run: Run, obligations: Numbers) -> Iterator[str]:
    for act, found in obligations.items():
        if act == JUDGMENT:
            what, done = "court judgments left unpaid", "paid"
        else:
            title = titled(run.plan.society.file.act[act].title)
            what, done = f"obligations from {title}", "performed"
        yield (
            f"{what}: {were(found['performed'])} {done} and {were(found['open-at-the-end'])} open "
            f"at the end"
        )


def _record_words(records: Numbers) -> Iterator[str]:
    made, wrong = records["right"] + records["wrong"], records["wrong"]
    if made:
        some = f"{wrong:,} ({wrong / made:.2%})" if wrong else "none"
        home, company = records["by-place-of-act"]["home"], records["by-holder"]["company"]
        yield (
            f"sensors made {counted(made, 'record')}, {some} of them about somebody else's act, "
            f"{home:,} about what is done at home, {company:,} by a company's own sensors"
        )
    if dropped := records["dropped"]:
        was = "was" if dropped == 1 else "were"
        yield f"{counted(dropped, 'record')} of people who had no score {was} dropped"


def _association_words(found: Numbers) -> str:
    moved = counted(found["moved"], "person", "people")
    median, most = (
        hundredths(round(100 * found[f"{which}-points"])) for which in ("median", "most")
    )
    points = "point" if median == "1" else "points"
    size = f", by {median} {points} in the median and {most} at most" if found["moved"] else ""
    made, cut = counted(found["ties-made"], "tie"), were(found["ties-cut"])
    return f"friends moved the score of {moved} at the end{size}; {made} came to life and {cut} cut"


def _speech_words(found: Numbers) -> Iterator[str]:
    """Say what people kept to themselves, and what they said that they did not mean."""
    if dissent := found["dissent"]:
        wanted = counted(sum(dissent.values()), "act", "acts")
        loud = dissent["in-part"] + dissent["defied"]
        yield (
            f"of {wanted} of dissent that somebody wanted, {dissent['complied']:,} stayed within "
            f"what is tolerated, {dissent['censored']:,} were left unsaid and {loud:,} were done "
            f"all the same"
        )
    risk = f"{found['perceived-risk-at-the-end']:.2f}"
    words = f"the mean risk of being penalised that people perceived was {risk} at the end, of 1"
    praise = found["praise"]
    if praise and praise["pays"]:
        words += (
            f"; of {counted(praise['uttered'], 'praise')} of the state "
            f"{praise['against-conviction']:,} went against conviction, in the reading "
            f"`{praise['reading']}`"
        )
    yield words


def _publicity_words(found: Numbers) -> str:
    """Say how often somebody was shown in public, by mistake and to whom."""
    channels = found["channels"].values()
    shown, wrong, strangers, ties = (
        sum(channel[key] for channel in channels)
        for key in (
            "publications",
            "publications-of-wrong-persons",
            "views-by-strangers",
            "views-by-ties",
        )
    )
    if not shown:
        return "nobody was shown in public"
    cut = found["ties-cut"]
    some = f"{wrong:,} ({wrong / shown:.2%})" if wrong else "none"
    return (
        f"people were shown in public {times(shown)}, {some} of these in another's place, and seen "
        f"{times(strangers + ties)}, {times(ties)} by somebody they know; "
        f"{counted(cut, 'tie')} {'was' if cut == 1 else 'were'} cut for that"
    )


def _office_words(found: Numbers) -> str:
    """Say what officials did to records, and what was found of it."""
    tampers, caught = sum(found["tampers"].values()), sum(found["found"].values())
    return (
        f"officials altered the file {times(tampers)}, of which {caught:,} came out: "
        f"{counted(found['fabricated'], 'record')} made up against critics, {found['shielded']:,} "
        f"of their households kept out, and {found['spared']:,} more of officials that the scheme "
        f"left out; {counted(found['entries-for-corrupt-acts'], 'entry', 'entries')} for corrupt "
        f"acts, and {found['officials-listed-at-the-end']:,} of "
        f"{counted(found['officials'], 'official')} on a list at the end"
    )


def _remedy_words(found: Numbers) -> Iterator[str]:
    """Say what appeals and audits came to, and what nobody corrected."""
    told, filed, audited, upheld, reversed_ = (
        sum(found[key].values()) for key in ("notices", "appeals", "audits", "upheld", "reversed")
    )
    parts = [
        f"people learned of {counted(told, 'record')} against them and appealed {times(filed)}",
        f"{were(audited)} examined without an appeal",
    ]
    if upheld + reversed_:
        days = found["mean-days-to-correction"]
        when = f", {days:.0f} days after posting in the mean" if days is not None else ""
        parts.append(f"of {counted(upheld + reversed_, 'decision')} {reversed_:,} corrected{when}")
    else:
        parts.append("nothing was decided")
    parts.append(f"{counted(found['waiting-at-the-end'], 'case')} waited at the end")
    yield "; ".join(parts)
    if never := found["wrong-and-never-corrected"]:
        some = "was" if never == 1 else "were"
        yield f"{counted(never, 'record')} in a wrong name {some} never corrected"
    if rescaled := found["regions-with-rescaled-service"]:
        yield (
            f"offices come whole: in {rescaled:,} of {counted(found['regions'], 'region')} the "
            f"time of a hearing was rescaled, so that as many cases are heard as the scheme says"
        )


def _breach_words(found: Numbers) -> str:
    """Say what followed from the breaches that there were, whose number is an input."""
    if not any(found["breaches"].values()):
        return f"nothing leaked of {named(list(found['breaches']))}, as chance had it"
    parts = [
        f"`{store}` was breached {times(number)}, which exposed people "
        f"{times(found['people-exposed'][store])}"
        for store, number in found["breaches"].items()
        if number
    ]
    records = counted(sum(found["records-stolen"].values()), "record")
    entries = counted(found["list-entries"], "entry", "entries")
    return (
        f"{'; '.join(parts)}: {records} followed of what their subjects had not done, and "
        f"{entries} onto lists"
    )


def _score_words(score: Numbers) -> Iterator[str]:
    if score["mean"] is None:
        yield "nobody had a score at the end"
        return
    mean = hundredths(round(score["mean"] * 100))
    tiers = [f"{number:,} in `{tier}`" for tier, number in score["tiers"].items()]
    yield (
        f"{counted(score['scored'], 'person', 'people')} had a score at the end, {mean} in the mean"
        + (f"; by tier {joined(tiers)}" if tiers else "")
    )
