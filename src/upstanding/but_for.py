"""But-for, her life alone: what a citizen's score would have been without some of her entries.

All else is kept: what others did, what her ties stood at, what she did herself. Entries fade in the
meantime as the scheme says (CLOCKWORK 2); the score is a fold of what is left.
"""

from collections import defaultdict
from collections.abc import Callable

from upstanding.clockwork.dice import CERTAIN
from upstanding.clockwork.numbers import POINT, WEEKS_A_YEAR
from upstanding.run import Run
from upstanding.teller import Row


def score_at(run: Run, rows: list[Row], week: int) -> int:
    """Return the score in hundredths, at the close of `week`, that these rows of a citizen give.

    `rows` are hers, or those of them that are to count; the run has a score without memory beyond
    its entries (`anchor` of association is "own").
    """
    scoring, names = run.world.tables.scoring, run.world.names
    start, lowest, highest = scoring.bounds.tolist()
    sums: dict[tuple[int, str], int] = defaultdict(int)
    term = 0
    for row in rows:
        if row["week"] > week:
            continue
        if row["kind"] == "association":
            term = row["points"]
        elif row["category"]:
            sums[row["week"], row["category"]] += row["points"]
    total = 0
    for category, weight in zip(names.categories, scoring.weight.tolist(), strict=False):
        posted = {at: sum_ for (at, of), sum_ in sums.items() if of == category}
        total += weight * _own(posted, week, int(scoring.decay[0]), reset=bool(scoring.reset[0]))
    score = start + ((((total + (1 << 15)) >> 16) * 100 + (1 << 15)) >> 16) + term
    return int(min(max(score, lowest), highest))


def _own(posted: dict[int, int], week: int, decay: int, *, reset: bool) -> int:
    """Return what a category stands at in 2**-16 point; `posted` are hundredths by week."""
    own = 0
    for at in range(min(posted, default=week + 1), week + 1):
        own += (posted.get(at, 0) * POINT + 50) // 100
        if reset and (at + 1) % WEEKS_A_YEAR == 0:
            own = 0
        if decay != int(CERTAIN):
            own = (abs(own) * decay >> 32) * (1 if own > 0 else -1)
    return own


def kept_out_by(run: Run, rows: list[Row], denial: Row, is_cause: Callable[[Row], bool]) -> bool:
    """Return whether a refusal by tier would not have been without the rows that are its cause.

    A tier binds from the close before: without those rows her score was then not in it.
    """
    tier = run.plan.scheme.file.tier[denial["rule"].split(".")[1]]
    left = [row for row in rows if not is_cause(row)]
    before = denial["week"] - 1
    with_, without = (score_at(run, of, before) for of in (rows, left))
    return tier.holds(with_) and not tier.holds(without)
