"""How uneven the problems of a distribution of difficulty are, as one number."""

from __future__ import annotations

import math

from scalekit.checks import record
from scalekit.sampling.difficulty import Difficulty


def spread_of(difficulty: Difficulty) -> float:
    """Return the unevenness of the problems, the spread that `from_mean_and_spread` takes.

    Parameters
    ----------
    difficulty : Difficulty
        Distribution of the single-sample success rate.

    Returns
    -------
    float
        Standard deviation of the success rate over the largest that its mean allows, 0 to 1;
        0 where that mean is 0 or 1.

    Raises
    ------
    ValueError
        If `difficulty` is no distribution.

    Examples
    --------
    >>> from scalekit.sampling import Beta
    >>> round(spread_of(Beta(0.75, 2.25)), 6)
    0.5
    """
    mean = record("difficulty", difficulty, Difficulty).mean
    largest = mean * (1.0 - mean)
    if largest <= 0:
        return 0.0
    rates, weights = difficulty.nodes()
    return math.sqrt(min(float(weights @ (rates - mean) ** 2) / largest, 1.0))
