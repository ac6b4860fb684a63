"""Standard errors of what is drawn one by one, and of what clusters in households.

Tolerance: 4 standard errors.
"""

import numpy as np

MANY = 1_000_000
ERRORS = 4


def check(found: float, expected: float, errors: float, what: str = "") -> None:
    assert abs(found - expected) <= ERRORS * errors, (what, found, expected, errors)


def of_share(share: float, number: float = MANY) -> float:
    """Return the standard error of a share among so many who are drawn one by one."""
    return float(np.sqrt(share * (1 - share) / number))


def check_mean(
    values: np.ndarray, expected: float, household: np.ndarray, what: str = "", of: object = True
) -> None:
    """Check the mean of a value among some people, who cluster in households.

    The standard error is that of a ratio of sums over households, which are independent.
    """
    among = np.broadcast_to(np.asarray(of, bool), values.shape)
    apart = np.bincount(household, weights=among * (values - expected))
    errors = np.sqrt((apart**2).sum()) / among.sum()
    assert errors > 0, what
    check(values[among].mean(), expected, errors, what)
