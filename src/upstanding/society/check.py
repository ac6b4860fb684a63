"""What must hold in a society as a whole, beyond each key for itself."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import get_args

from upstanding.clockwork.names import OCCUPATIONS, SCHOOLING
from upstanding.clockwork.numbers import CONTEXT, MOST_MEAN, WEEKS_A_YEAR
from upstanding.documents.names import cell_problems, count_problems, hash_problems
from upstanding.documents.raw import Path, Raw
from upstanding.errors import Problem
from upstanding.mechanisms.association import PERIOD
from upstanding.mechanisms.conduct import DAILY, Act, levels
from upstanding.mechanisms.services import Service
from upstanding.mechanisms.strata import ADULT, CELL, OLDEST, Strata
from upstanding.mechanisms.ties import LAYERS, MOST_SLOTS
from upstanding.society.aggregates import TOGETHER, Family, Occupations
from upstanding.society.households import span_of
from upstanding.society.model import Numbering, SocietyFile
from upstanding.society.planted import Planted
from upstanding.society.strangers import chances_of

MOST = {"act": 64, "service": 32, "disposition": 8, "band": 8}
MOST_CANDIDATES = 5200
"""A year, of one act or of refused attempts at one service, by one citizen: 100 a week."""
MOST_OF_A_REGION = 1 << 31
"""Citizens; a region's number is a 32-bit one."""
YEARS = range(1000, 9001)
"""Of the epoch: no run reaches beyond the calendar, nor does what came ten years before it."""
_NEAR = Decimal("1e-6")


def society_problems(file: SocietyFile, raw: Raw) -> Iterator[Problem]:
    """Yield what is wrong with a society as a whole."""
    yield from count_problems(raw, MOST)
    yield from cell_problems(raw, ("act", "service"))
    yield from hash_problems(raw, (("act", ""), ("service", "")))
    if file.epoch.isoweekday() != 1:
        found = f"{file.epoch:%Y-%m-%d, a %A}"
        yield raw.problem(("epoch",), found, "a Monday")
    if file.epoch.year not in YEARS:
        allowed = f"a day of the years {YEARS[0]} to {YEARS[-1]}"
        yield raw.problem(("epoch",), f"the year {file.epoch.year}", allowed)
    yield from _numbering(file.numbering, raw)
    yield from _sums_to_one(("age", "share"), file.age.share, raw)
    yield from _sums_to_one(("household", "size"), file.household.size, raw)
    wrong_ages = list(_ages(file.age.share, raw))
    yield from wrong_ages
    yield from _bands(file.band, raw)
    for job, occupation in file.occupation.items():
        first, last = occupation.ages
        if first > last:
            path = ("occupation", job, "ages")
            yield raw.problem(path, f"{first} to {last}", "the first age, then the last")
    if not wrong_ages:
        yield from _occupations(file, raw)
    yield from _together(file, raw)
    yield from _ties(file, raw)
    yield from _support(file, raw)
    for archetype, planted in file.planted.items():
        yield from _planted(("planted", archetype), planted, file, raw)
    for name, act in file.act.items():
        yield from _act(("act", name), act, file, raw)
    for name, service in file.service.items():
        yield from _service(("service", name), service, raw)


def _support(file: SocietyFile, raw: Raw) -> Iterator[Problem]:
    if file.support is not None and file.support.reading == "fear" and file.support.sway > 0:
        allowed = 'left out: praise moves conviction where reading is "persuasion"'
        yield raw.problem(("support", "sway"), str(file.support.sway), allowed)


def _planted(path: Path, planted: Planted, file: SocietyFile, raw: Raw) -> Iterator[Problem]:
    first, last = planted.ages
    if first > last:
        yield raw.problem((*path, "ages"), f"{first} to {last}", "the first age, then the last")
    if planted.child is not None and file.family is None:
        yield raw.problem((*path, "child"), "child", "no such key in a society without [family]")
    for name in planted.acts:
        at = (*path, "acts", name)
        yield from raw.unknown(at, [name], raw.names("act"), "an act")
        act = file.act.get(name)
        if act is not None and (act.count == "daily" or act.low_company):
            found = f"{name}, which is daily or contact with a tie"
            yield raw.problem(at, found, "an act that is neither")


def _act(path: Path, act: Act, file: SocietyFile, raw: Raw) -> Iterator[Problem]:
    if act.rate > act.top:
        yield raw.problem((*path, "rate"), str(act.rate), f"at most top, which is {act.top}")
    if act.disposition is not None:
        known = raw.names("disposition")
        yield from raw.unknown((*path, "disposition"), [act.disposition], known, "a disposition")
    yield from _strata((*path, "by"), act.by, raw)
    if act.low_company and file.ties is None:
        found = "contact with a tie, where nobody has ties"
        yield raw.problem((*path, "low-company"), found, "used in a society with [ties]")
    yield from _daily(path, act, file, raw)
    yield from _spoken(path, act, raw)
    most = _most(CONTEXT.multiply(act.top, act.largest_boost), act.by)
    if act.disposition in file.disposition:
        most = CONTEXT.multiply(most, levels(file.disposition[act.disposition].ratio)[-1])
    if most > MOST_CANDIDATES:
        found = f"{most:.5g} candidates a year at most (top, largest boost and all factors)"
        yield raw.problem((*path, "top"), found, f"low enough for at most {MOST_CANDIDATES}")


def _daily(path: Path, act: Act, file: SocietyFile, raw: Raw) -> Iterator[Problem]:
    """Yield what is wrong with what is done every day, or in its place."""
    if act.instead is not None:
        yield from raw.unknown((*path, "instead"), [act.instead], raw.names("act"), "an act")
        other = file.act.get(act.instead)
        if act.count != "daily":
            yield raw.problem(
                (*path, "instead"), "an act that is not daily", "used with daily acts"
            )
        elif other is not None and (other.top > 0 or other.count == "daily"):
            found = f"{act.instead}, which has candidates of its own"
            allowed = "an act with top = 0 that is not daily"
            yield raw.problem((*path, "instead"), found, allowed)
    if act.count != "daily":
        return
    if act.top != DAILY or act.largest_boost != 1:
        found = f"top = {act.top} and largest-boost = {act.largest_boost}"
        allowed = f"{DAILY} and 1 for a daily act: one candidate a day"
        yield raw.problem((*path, "top"), found, allowed)
    most = _most(act.rate, act.by)
    if act.disposition in file.disposition:
        most = CONTEXT.multiply(most, levels(file.disposition[act.disposition].ratio)[-1])
    if most > DAILY:
        found = f"{most:.5g} days a year at most (rate and all factors)"
        yield raw.problem((*path, "rate"), found, f"low enough for at most {DAILY}")


def _spoken(path: Path, act: Act, raw: Raw) -> Iterator[Problem]:
    """Yield what is wrong with what people say, be it dissent or praise."""
    if act.speech is not None and act.speech.boldness is not None:
        at = (*path, "speech", "boldness")
        known = raw.names("disposition")
        yield from raw.unknown(at, [act.speech.boldness], known, "a disposition")
    key = "supports" if act.supports else "speech"
    if not act.supports and act.speech is None:
        return
    others = {
        "both": act.supports and act.speech is not None,
        "a daily act": act.count == "daily",
        "contact with a tie": act.low_company,
        "an act that may be displaced": act.displaced > 0,
    }
    for found in (what for what, given in others.items() if given):
        allowed = "either supports or speech, of an act that is not daily, low-company or displaced"
        yield raw.problem((*path, key), found, allowed)


def _together(file: SocietyFile, raw: Raw) -> Iterator[Problem]:
    """Yield what is wrong with how people live together, and with what follows from it."""
    given = [key for key in TOGETHER if getattr(file, key) is not None]
    for key in (key for key in TOGETHER if given and key not in given):
        yield raw.problem((key,), "no table", f"given, since {given[0]} is")
    if file.family is not None:
        yield from _family(file.family, raw)
        if not any(span_of(name)[1] >= ADULT for name, share in file.age.share.items() if share):
            yield raw.problem(("age", "share"), "no adults", "ages of some who head a household")
    elif raw.names("income", "odds"):
        yield raw.problem(("income", "odds"), "odds of fifths", "used in a society with [family]")
    for job, occupation in file.occupation.items():
        if file.family is None and occupation.schooling is not None:
            path = ("occupation", job, "schooling")
            yield raw.problem(path, "odds by schooling", "used in a society with [family]")
    odds: list[tuple[Path, Iterable[str], Iterable[str], str]] = [
        (("income", "odds", "schooling"), file.income.odds.schooling, SCHOOLING, "schooling"),
        (("income", "odds", "occupation"), file.income.odds.occupation, OCCUPATIONS, "a name"),
    ]
    if file.schooling is not None:
        years = file.schooling.years
        if not all(fewer < more for fewer, more in pairwise(years)):
            allowed = "more years for each level than for the one before"
            yield raw.problem(("schooling", "years"), ", ".join(map(str, years)), allowed)
        bands = raw.names("band")
        odds.append((("schooling", "odds", "age"), file.schooling.odds.age, bands, "a band"))
    if file.family is not None:
        for key, names in file.family.odds:
            odds.append((("family", "odds", key), names, raw.names("band"), "a band"))
    for at, named, known, what in odds:
        for name in named:
            yield from raw.unknown((*at, name), [name], known, what)


def _family(family: Family, raw: Raw) -> Iterator[Problem]:
    for key, lowest, highest in (("husband-older", -60, 0), ("child-younger", 14, ADULT)):
        path, gaps = ("family", key), getattr(family, key.replace("-", "_"))
        if list(gaps) != sorted(gaps):
            yield raw.problem(path, f"{gaps}", "fewest, likeliest and most years")
        elif not lowest <= gaps[0] <= highest <= gaps[2]:
            allowed = (
                f"from {lowest} to {highest} years at the fewest, at least {highest} at the most"
            )
            yield raw.problem(path, f"{gaps[0]} to {gaps[2]}", allowed)


def _ties(file: SocietyFile, raw: Raw) -> Iterator[Problem]:
    bonds = file.ties
    if bonds is None:
        return
    if (bonds.slots is None) == (bonds.generator is None):
        found = "neither" if bonds.slots is None else "both"
        yield raw.problem(("ties",), found, "exactly one of slots and generator")
    if bonds.slots is not None:
        slots = sum(getattr(bonds.slots, layer) for layer in LAYERS)
        if not 1 <= slots <= MOST_SLOTS:
            yield raw.problem(("ties", "slots"), f"{slots} in all", f"1 to {MOST_SLOTS} in all")
    for key in ("cut-per-year", "wake-per-year"):
        rate = getattr(bonds, key.replace("-", "_"))
        if rate * PERIOD > MOST_MEAN * WEEKS_A_YEAR:
            allowed = f"at most {MOST_MEAN * WEEKS_A_YEAR // PERIOD}"
            yield raw.problem(("ties", key), str(rate), allowed)
    if bonds.generator is not None and bonds.unlike is not None:
        allowed = "left out, since a generator makes all ties"
        yield raw.problem(("ties", "unlike"), "chances of ties", allowed)


def _service(path: Path, service: Service, raw: Raw) -> Iterator[Problem]:
    yield from _strata((*path, "by"), service.by, raw)
    most = _most(CONTEXT.multiply(service.demand, service.attempted), service.by)
    if most > MOST_CANDIDATES:
        found = f"{most:.5g} refused attempts a year at most (demand, attempted and all factors)"
        yield raw.problem((*path, "demand"), found, f"low enough for at most {MOST_CANDIDATES}")


def _most(rate: Decimal, by: Strata) -> Decimal:
    """Return a rate times the largest factors."""
    for factors in _factors(by):
        rate = CONTEXT.multiply(rate, max([Decimal(1), *factors]))
    return rate


def _factors(by: Strata) -> Iterator[Iterable[Decimal]]:
    yield from (table.values() for table in (by.age, by.sex, by.place, by.group, by.occupation))
    yield by.income or ()


def _numbering(numbering: Numbering, raw: Raw) -> Iterator[Problem]:
    citizens = numbering.districts_per_region * numbering.cells_per_district * CELL
    if citizens > MOST_OF_A_REGION:
        found = (
            f"{numbering.districts_per_region} districts of {numbering.cells_per_district}"
            f" cells of {CELL}, which are {citizens} citizens a region"
        )
        allowed = f"at most {MOST_OF_A_REGION} citizens a region"
        yield raw.problem(("numbering", "districts-per-region"), found, allowed)


def _occupations(file: SocietyFile, raw: Raw) -> Iterator[Problem]:
    """Yield a problem where there are not enough people of some age for all occupations."""
    held: list[dict[Occupations, Decimal]] = [{} for _ in range(OLDEST + 1)]
    for job, chance in chances_of(file).items():
        first, last = file.occupation[job].ages
        if chance is None and file.occupation[job].share > 0 and first <= last:
            found = f"a share of people of {first} to {last}, of whom there are none"
            yield raw.problem(("occupation", job, "share"), found, "a share of people there are")
        for age in range(first, last + 1):
            held[age][job] = chance or Decimal(0)
    sums = [sum(chances.values(), Decimal(0)) for chances in held]
    most = max(sums)
    if most - 1 > _NEAR:
        age = sums.index(most)
        largest = max(held[age], key=lambda job: held[age][job])
        raised = file.occupation[largest].over_represented is not None
        path = ("occupation", largest, "over-represented" if raised else "share")
        parts = ", ".join(f"{job} {chance:.5g}" for job, chance in held[age].items())
        found = f"occupations for {most:.5g} of each person of {age} ({parts})"
        allowed = "low enough that those of one age sum to at most 1"
        yield raw.problem(path, found, allowed)


def _strata(path: Path, by: Strata, raw: Raw) -> Iterator[Problem]:
    known: tuple[tuple[str, Iterable[str], Iterable[str]], ...] = (
        ("age", by.age, raw.names("band")),
        ("occupation", by.occupation, (*get_args(Occupations), "other")),
    )
    for key, names, allowed in known:
        for name in names:
            yield from raw.unknown((*path, key, name), [name], allowed, "a name of the society")


def _sums_to_one(path: Path, shares: Mapping[str, Decimal], raw: Raw) -> Iterator[Problem]:
    total = sum(shares.values(), Decimal(0))
    if abs(total - 1) > _NEAR:
        yield raw.problem(path, f"shares that sum to {total:.8g}", "shares that sum to 1")


def _ages(shares: Iterable[str], raw: Raw) -> Iterator[Problem]:
    """Yield a problem for each band of ages that is none, or that overlaps another."""
    spans = {}
    for name in shares:
        first, last = span_of(name)
        spans[name] = range(first, last + 1)
        if not first <= last <= OLDEST:
            allowed = f"first and last age, of at most {OLDEST} years"
            yield raw.problem(("age", "share", name), f"{first} to {last}", allowed)
    taken: dict[int, str] = {}
    for name, span in spans.items():
        shared = sorted({taken[age] for age in span if age in taken})
        if shared:
            found = f"ages that {', '.join(shared)} holds as well"
            yield raw.problem(("age", "share", name), found, "ages of its own")
        taken |= dict.fromkeys(span, name)


def _bands(bands: Mapping[str, tuple[int, int]], raw: Raw) -> Iterator[Problem]:
    """Yield a problem where bands, in the order of the file, do not follow one another."""
    expected = 0
    for name, (first, last) in bands.items():
        if first != expected or last < first:
            allowed = f"a band that begins at {expected} and ends no earlier"
            yield raw.problem(("band", name), f"{first} to {last}", allowed)
        expected = last + 1
    if expected != OLDEST + 1:
        yield raw.problem(("band",), f"bands up to {expected - 1}", f"bands from 0 up to {OLDEST}")
