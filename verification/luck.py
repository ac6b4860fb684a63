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
SAFEGUARDS = ("protected-speech",)
"""One under which many are still barred, so that it is luck who they are."""


def _twins(seed: int) -> tuple[Twins, Twins]:
    """Return the essay held against itself with a safeguard, by the same and by other luck."""
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

    The essay's scheme on a town of 3,000, held against itself with a safeguard, 30 seeds. Barred
    are those to whom something is closed in some week. The difference of the two nets is 0 but for
    chance; margin 6 people. Of those spared by other luck most are not spared by the same: the
    share who are is held below one half (.25 with a margin of .25).
    """
    pairs = [_twins(seed) for seed in SEEDS]
    same = mean([_net(one) for one, _ in pairs])
    differs = mean([_net(other) - _net(one) for one, other in pairs])
    found = Estimate(same.value + differs.value, differs.error)
    yield figure("fewer people barred, by other luck", same.value, found, 6.0)
    both, spared = 0, 0
    for one, other in pairs:
        named, renamed = ((w[0] > 0) & (w[1] == 0) for w in (one.weeks_barred, other.weeks_barred))
        spared += int((renamed & one.counted).sum())
        both += int((named & renamed & one.counted).sum())
    yield Figure(
        "share of those spared by other luck whom the same spares", 0.25, both / spared, 0.25
    )
