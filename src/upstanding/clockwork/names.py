"""From names to codes: the order of codes is the canonical order of the names.

Acts and sensors are ordered by the hash of their name, everything else by the name itself, so that
comparing codes compares what the order of the ledger is defined by. Codes never leave memory: files
hold names.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from upstanding.clockwork.dice import address

MECHANISMS = (
    "conduct",
    "response",
    "sensing",
    "scoring",
    "ranking",
    "association",
    "lists",
    "services",
    "kin",
    "publicity",
    "pooling",
    "platform",
    "office",
    "remedy",
    "breach",
)
KINDS = (
    "start",
    "shielded",
    "points",
    "record",
    "performance",
    "reversal",
    "association",
    "list-out",
    "list-in",
    "publication",
    "denial",
)
TRUTHS = ("true", "false match", "fabricated", "stolen")
PLACES = ("rural", "urban")
ACT_PLACES = ("public", "home", "online", "office")
"""Where acts are done."""
HOLDERS = ("state", "company")
"""Whose a sensor is."""
SEXES = ("female", "male")
GROUPS = ("majority", "minority")
OCCUPATIONS = ("other", "official", "journalist", "business-owner", "student")
ROLES = ("head", "spouse", "child", "other")
"""What somebody is in her household."""
SCHOOLING = ("none", "primary", "secondary", "university")
SCHOOLS = ("none", "public", "private", "high-fee")
"""The school that a child attends."""
ARCHETYPES = (
    "blogger",
    "debtor",
    "donor",
    "driver",
    "friend",
    "gamer",
    "journalist",
    "lawyer",
    "official",
    "parent",
    "petitioner",
    "refuser",
    "student",
    "volunteer",
)
"""As what a society may plant somebody."""
OUTCOMES = ("complied", "censored", "in-part", "defied")
"""What becomes of something that somebody would say, where it may be punished."""
LIST_CLAUSES = (
    "enter",
    "leave.performance",
    "leave.repair",
    "leave.other-per-year",
    "leave.term-weeks",
    "leave.above-tier",
    "closes",
    "reach.children",
    "reach.spouse",
    "reach.representative",
)
TAMPERS = ("fabricating", "shielding")
"""What officials do to records."""
FORGED = TRUTHS[1:]
"""Truths of records of what their subject did not do."""
REACHED = ("children", "spouse")
"""Of somebody on a list or in a tier, whom its reach may concern."""

NO_BYTE, NO_WORD, NOBODY = 0xFF, 0xFFFF, 0xFFFF_FFFF
"""Codes of "none" in one, two and four bytes."""


@dataclass(frozen=True)
class Names:
    """The names of one society under one scheme, each tuple in the order of its codes."""

    acts: tuple[str, ...]
    sensors: tuple[str, ...]
    rules: tuple[str, ...]
    categories: tuple[str, ...]
    tiers: tuple[str, ...]
    lists: tuple[str, ...]
    services: tuple[str, ...]
    bands: tuple[str, ...]
    dispositions: tuple[str, ...]
    speech: tuple[str, ...] = ()
    """Acts about which people decide how much to say, in the order of acts."""
    channels: tuple[str, ...] = ()
    """Where people are shown in public."""
    tampers: tuple[str, ...] = ()
    """What officials may do to records: all of TAMPERS, or nothing."""
    company_bands: tuple[str, ...] | None = None
    """Bands of the company's score; None where there is no platform."""
    pools: bool = False
    """Whether records are pooled."""
    stores: tuple[str, ...] = ()
    """What may be breached."""
    clauses: tuple[str, ...] = field(init=False)
    """Dotted keys of the scheme's clauses that a row may rest on: what a patch would name."""

    def __post_init__(self) -> None:
        clauses = [f"rule.{name}" for name in self.rules]
        clauses += [f"start.list.{name}" for name in self.lists]
        clauses += [f"list.{name}.{clause}" for name in self.lists for clause in LIST_CLAUSES]
        clauses += [f"tier.{name}.closes" for name in self.tiers]
        clauses += ["association", "remedy"]
        clauses += [f"tier.{name}.reach.{whom}" for name in self.tiers for whom in REACHED]
        clauses += [f"publicity.{name}" for name in self.channels]
        clauses += ["office.shielding", "office.spared"]
        object.__setattr__(self, "clauses", tuple(clauses))

    @property
    def objects(self) -> tuple[str, ...]:
        """Lists, services, then channels: what a row may be about."""
        return self.lists + self.services + self.channels


def bits(chosen: Collection[str], names: tuple[str, ...]) -> int:
    """Return a number with a bit, by code, for each chosen name."""
    return sum(1 << code for code, name in enumerate(names) if name in chosen)


def by_hash(names: Iterable[str], prefix: str = "") -> tuple[str, ...]:
    """Return the names in the order of their addresses, those of `prefix` + name."""
    return tuple(sorted(names, key=lambda name: (address(prefix + name), name)))
