"""Twins of other luck: the net effect is what it was, the persons are others."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from upstanding.run import simulate
from upstanding.scheme import Scheme
from upstanding.twins.twins import Twins
from verification.check import check
from verification.experiment import SEEDS
from verification.figure import Estimate, Figure, figure, mean

PEOPLE, WEEKS = 3_000, 104
SAFEGUARDS = ("proportionality", "data-minimisation")


def _twins(seed: int) -> tuple[Twins, Twins]:
    """Return the essay's scheme held against itself with safeguards, by the same and other luck."""
    essay = Scheme.load("essay")
    guarded = essay.with_safeguards(*SAFEGUARDS)
    schemes = (essay, guarded, guarded.with_values({"response.mirrored": True}))
    with TemporaryDirectory() as folder:
        before, same, other = (
            simulate(
                scheme,
                society="town",
                citizens=PEOPLE,
                weeks=WEEKS,
                seed=seed,
                ledger="off",
                standing=True,
                out=Path(folder) / str(nth),
            )
            for nth, scheme in enumerate(schemes)
        )
        twins = Twins(before, same), Twins(before, other)
        for each in twins:
            _ = each.weeks_barred  # read while the runs are there
    return twins


def _net(twins: Twins) -> int:
    return twins.crossing[True, False] - twins.crossing[False, True]


@check("MODEL 5 (the same-luck convention)")
def one_less_u_in_place_of_u() -> Iterator[Figure]:
    """Hold the net effect with acceptance drawn by 1 - u in one twin to that with u in both.

    The essay's scheme on a town, held against itself with two safeguards, 30 seeds. Barred are
    those to whom something is closed in some week. The difference of the two nets is 0 but for
    chance; margin 2 people. Of those spared by the same luck, fewer than all are by other luck: the
    share is printed beside 1, which it must not reach (margin 1, an upper bound).
    """
    pairs = [_twins(seed) for seed in SEEDS]
    same = mean([_net(one) for one, _ in pairs])
    differs = mean([_net(other) - _net(one) for one, other in pairs])
    found = Estimate(same.value + differs.value, differs.error)
    yield figure("fewer people barred, by other luck", same.value, found, 2.0)
    both, spared = 0, 0
    for one, other in pairs:
        named, renamed = ((w[0] > 0) & (w[1] == 0) for w in (one.weeks_barred, other.weeks_barred))
        spared += int((named & one.counted).sum())
        both += int((named & renamed & one.counted).sum())
    yield Figure("share of the spared who are spared by either luck", 0.5, both / spared, 0.49)
