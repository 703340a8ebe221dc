"""How uneven the problems of a distribution of difficulty are, as one number."""

from __future__ import annotations

import math
from typing import Any

from scalekit.checks import record, single
from scalekit.sampling.counted_rates import Rate
from scalekit.sampling.counts import attempt_counts
from scalekit.sampling.difficulty import Difficulty
from scalekit.sampling.estimate import beta_log_likelihood, different_rows, fit_difficulty

LEAST, MOST = 1e-3, 1.0 - 1e-3
"""Spreads between which an interval is sought: beyond, problems are as good as alike or settled."""


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


def fit_spread(successes: Any, attempts: Any, level: float = 0.95) -> Rate:
    """Estimate how uneven problems are from counts, with an interval.

    Of the beta-binomial fit of `fit_difficulty`. The interval holds every spread whose likelihood,
    at the mean accuracy that suits it best, is not too far below the largest (profile
    likelihood, chi-squared of one degree).

    Parameters
    ----------
    successes, attempts : array_like, shape (problems,)
        As for `fit_difficulty`.
    level : float
        Confidence of the interval, above 0 and below 1.

    Returns
    -------
    Rate
        Spread as `spread_of` gives it; 0 or 1 at an end where nothing is ruled out.

    Raises
    ------
    ValueError
        If a count is bad, or no distribution follows from the counts.

    Examples
    --------
    >>> found = fit_spread([0, 1, 5, 9, 10, 2], 10)
    >>> round(found.lower, 2), round(found.value, 2), round(found.upper, 2)
    (0.48, 0.72, 0.9)
    """
    from scipy.optimize import brentq, minimize_scalar  # slow to import, and rarely needed
    from scipy.special import expit
    from scipy.stats import chi2

    level = single("level", level, 0.0, 1.0 - 1e-9)
    fit = fit_difficulty(successes, attempts)
    rows = different_rows(*attempt_counts(successes, attempts))

    def short(spread: float) -> float:
        """Return by how much the best log-likelihood of a spread is too low; below 0 if not."""
        total = 1.0 / spread**2 - 1.0

        def loss(x: float) -> float:
            a, b = total * float(expit(x)), total * float(expit(-x))
            return -beta_log_likelihood(a, b, *rows)

        best = minimize_scalar(loss, bounds=(-20.0, 20.0), method="bounded")
        return float(best.fun) + fit.log_likelihood - float(chi2.ppf(level, 1)) / 2.0

    value = spread_of(fit.difficulty)
    inside = min(max(value, LEAST), MOST)
    lower = brentq(short, LEAST, inside, xtol=1e-4) if short(LEAST) > 0 else 0.0
    upper = brentq(short, inside, MOST, xtol=1e-4) if short(MOST) > 0 else 1.0
    return Rate(value, float(lower), float(upper))
