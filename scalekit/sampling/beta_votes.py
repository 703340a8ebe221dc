"""Votes averaged over problems whose success rates follow a Beta distribution.

A vote of hundreds is nearly a step at one half, which no fixed set of success rates resolves:
with the nodes of a `Difficulty` its mean comes out wrong. These sums are exact at any number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.checks import number, single, whole
from scalekit.laws.form import array_namespace, plain
from scalekit.sampling.coverage import beta_pass_at_k
from scalekit.sampling.log_gamma import mixed_difference

MOST_VOTES = 1_000_000
"""Votes up to which a majority is counted: time and memory grow with them."""


def beta_majority_vote(k: Any, alpha: Any, beta: Any) -> Any:
    """Return the mean of `majority_vote` over problems whose success rates are Beta(alpha, beta).

    The upper half of the beta-binomial distribution, summed; ties of an even k count one half.

    Parameters
    ----------
    k : int or array
        Votes, a whole number from 1 to 1,000,000; known when it is called, as shapes are.
    alpha, beta : float
        Shape of the distribution, both above 0.

    Returns
    -------
    float or array
        Fraction of the problems, of the shape of `k`.

    Raises
    ------
    ValueError
        If `k` is no whole number from 1 to 1,000,000, or a shape is not above 0.

    Examples
    --------
    >>> round(beta_majority_vote(11, 0.9, 2.1), 6)
    0.228182
    """
    counts = np.asarray(whole("k", k, 1, MOST_VOTES))
    alpha, beta = single("alpha", alpha), single("beta", beta)
    xp = array_namespace(alpha, beta)
    if not counts.size:
        return np.zeros(counts.shape)
    # The last vote of an even k changes nothing.
    odd, place = np.unique(counts - (counts % 2 == 0), return_inverse=True)
    steps = np.arange(odd[-1])
    # log of Gamma(alpha + j)/(Gamma(alpha) j!): no log gamma, whose digits end at large alpha.
    right = _sums(xp, xp.log((alpha + steps) / (steps + 1)))
    wrong = _sums(xp, xp.log((beta + steps) / (steps + 1)))

    def chance(n: int) -> Any:
        log_terms = right[: n + 1] + wrong[n::-1]
        terms = xp.exp(log_terms - xp.max(log_terms))
        return xp.sum(terms[n // 2 + 1 :]) / xp.sum(terms)

    found = xp.stack([chance(int(n)) for n in odd])
    return plain(found[place.reshape(counts.shape)])


def _sums(xp: Any, steps: Any) -> Any:
    return xp.concatenate([xp.zeros(1), xp.cumsum(steps)])


def beta_scattered_vote(k: Any, alpha: Any, beta: Any) -> Any:
    """Return the mean of `scattered_vote` over problems whose success rates are Beta(alpha, beta).

    pass@k less (k-1) B(alpha+1, beta+k-1)/B(alpha, beta), what a single correct sample loses.

    Parameters
    ----------
    k : float or array
        Votes, from 1.
    alpha, beta : float or array
        Shape of the distribution, both above 0.

    Raises
    ------
    ValueError
        If an input is out of its range.

    Examples
    --------
    >>> round(beta_scattered_vote(11, 0.9, 2.1), 6)
    0.669839
    """
    k = number("k", k, 1, lower_open=False, unit="votes")
    alpha, beta = number("alpha", alpha), number("beta", beta)
    xp = array_namespace(k, alpha, beta)
    alone = alpha / (alpha + beta) * xp.exp(-mixed_difference(beta, alpha + 1, k - 1))
    return plain(beta_pass_at_k(k, alpha, beta) - (k - 1) * alone)
