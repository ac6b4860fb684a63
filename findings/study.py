"""The study: three schemes under 20 seeds; each with every safeguard and without parts under 5."""

from collections.abc import Callable
from pathlib import Path

from findings.claims import Claim
from upstanding.lab.ensemble import ensemble
from upstanding.scheme import Scheme
from upstanding.scheme.scheme import ABLATIONS
from upstanding.side_by_side import side_by_side
from upstanding.twins.safeguards import SHIPPED
from upstanding.twins.twins import Twins

CITIZENS, WEEKS = 100_000, 156
SCHEMES = ("baseline", "documented", "essay")
LAW, *SCORED = SCHEMES
SEEDS, FEWER = 20, 5
ALL = "all"
Watch = Callable[[int, int], object]


class Study:
    """The runs of the study, made once, read claim by claim."""

    def __init__(
        self,
        out: Path,
        *,
        citizens: int = CITIZENS,
        weeks: int = WEEKS,
        seeds: int = SEEDS,
        fewer: int = FEWER,
        watch: Watch | None = None,
    ) -> None:
        """Simulate everything into `out`."""
        options = {"citizens": citizens, "weeks": weeks, "ledger": "off", "standing": True}
        schemes = [Scheme.load(name) for name in SCHEMES]
        self.wide = ensemble(schemes, seeds=seeds, out=out / "schemes", watch=watch, **options)
        self.variants = {name: _variants(Scheme.load(name)) for name in SCORED}
        rules = [scheme for variants in self.variants.values() for scheme in variants.values()]
        self.narrow = ensemble(rules, seeds=fewer, out=out / "variants", watch=watch, **options)
        self.lines = {
            seed: side_by_side([self.wide.runs[name, seed] for name in SCHEMES])
            for seed in self.wide.seeds
        }

    def values(self, claim: Claim) -> list[float]:
        """Return what a claim is held to, a value a seed."""
        if claim.way == "more":
            return [self._more(claim, seed) for seed in self.wide.seeds]
        if claim.way == "remains":
            return [self.remains(claim.of, claim.what, seed) for seed in self.narrow.seeds]
        if claim.way == "spares":
            return [self.spares(claim.of, claim.what, seed) for seed in self.narrow.seeds]
        others = [name for name in SHIPPED if name != claim.what]
        return [
            self.spares(claim.of, claim.what, seed)
            - max(self.spares(claim.of, other, seed) for other in others)
            for seed in self.narrow.seeds
        ]

    def _more(self, claim: Claim, seed: int) -> float:
        found = self.lines[seed]
        line = next(line for line in found.lines if line.what == claim.what)
        one, other = (line.values[found.schemes.index(name)] for name in (claim.of, claim.than))
        return (one or 0.0) - (other or 0.0)

    def twins(self, scheme: str, variant: str, seed: int) -> Twins:
        """Return a scheme and a variant of it on the same lives."""
        label = self.variants[scheme][variant].label
        return Twins(self.wide.runs[scheme, seed], self.narrow.runs[label, seed])

    def remains(self, scheme: str, variant: str, seed: int) -> float:
        """Return which share of the person-weeks of exclusion a variant leaves."""
        twins = self.twins(scheme, variant, seed)
        before, after = (weeks[twins.counted].sum() for weeks in twins.weeks_barred)
        return float(after / before)

    def spares(self, scheme: str, variant: str, seed: int) -> float:
        """Return which share of those barred a variant spares."""
        crossing = self.twins(scheme, variant, seed).crossing
        return crossing[True, False] / (crossing[True, False] + crossing[True, True])

    def harms(self, scheme: str, variant: str, seed: int) -> int:
        """Return how many a variant newly harms."""
        return self.twins(scheme, variant, seed).crossing[False, True]


def _variants(scheme: Scheme) -> dict[str, Scheme]:
    """Return a scheme with each safeguard, with all of them, and without each part."""
    made = {name: scheme.with_safeguards(name) for name in SHIPPED}
    made[ALL] = scheme.with_safeguards(*SHIPPED)
    return made | {name: scheme.ablated(name) for name in ABLATIONS}
