"""Many chains of thought at once: wait for the first m of k to end (arXiv 2505.17813)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import count, number, refuse_first_bad, whole
from scalekit.laws.form import array_namespace, plain


@dataclass(frozen=True)
class ShortChains:
    """Stopping all chains when the first m of k have ended, beside waiting for all.

    Attributes
    ----------
    latency, tokens : float or array
        Expected length of the m-th shortest chain, and tokens of all chains until then.
    majority_latency, majority_tokens : float or array
        The same when all k chains are waited for, as a majority vote does.
    """

    latency: Any
    tokens: Any
    majority_latency: Any
    majority_tokens: Any


def short_m_at_k(m: Any, k: Any, mean: Any = 1.0) -> ShortChains:
    """Return what short-m@k takes when chain lengths are independent and exponential.

    Order statistics: E[T_(m)] = mean (1/k + ... + 1/(k - m + 1)), and the tokens are m mean
    exactly (the total time on test). Length says nothing about correctness here, so that the
    model has the speed but not the gain in accuracy; the chains run in parallel at one speed.

    Parameters
    ----------
    m : int or array
        Chains waited for, a whole number from 1 to k.
    k : int or array
        Chains run in parallel.
    mean : float or array
        Mean length of a chain, in tokens.

    Raises
    ------
    ValueError
        If `m` or `k` is no whole number from 1, `m` is above `k`, or `mean` is not above 0.

    Examples
    --------
    >>> round(short_m_at_k(3, 5).latency, 4)
    0.7833
    """
    m, k = _chains(m, k)
    mean = number("mean", mean, unit="tokens")
    xp = array_namespace(m, k, mean)
    if xp is np:
        from scipy.special import digamma  # slow to import
    else:
        from jax.scipy.special import digamma
    harmonic = digamma(k + 1.0)
    return ShortChains(
        latency=plain(mean * (harmonic - digamma(k - m + 1.0))),
        tokens=plain(m * mean),
        majority_latency=plain(mean * (harmonic - digamma(1.0))),
        majority_tokens=plain(k * mean),
    )


def short_m_at_k_of(lengths: Any, m: int, k: int) -> ShortChains:
    """Return what short-m@k takes for chains of measured lengths, k drawn without replacement.

    The exact mean over all choices of k of the lengths: no simulation.

    Parameters
    ----------
    lengths : array of shape (chains,)
        Measured lengths in tokens, at least k of them.
    m, k : int
        As for `short_m_at_k`.

    Raises
    ------
    ValueError
        If `m` or `k` is no whole number from 1, `m` is above `k`, or there are fewer
        than k lengths.
    """
    m, k = _chains(count("m", m, 1), count("k", k, 1))
    m, k = int(m), int(k)
    values = np.sort(np.atleast_1d(number("lengths", lengths, unit="tokens")))
    if values.ndim != 1 or values.size < k:
        raise ValueError(f"lengths has the shape {values.shape}; allowed: a list of {k} or more")
    ranks = np.stack([_order_weights(values.size, j, k) for j in range(1, k + 1)])
    expected = ranks @ values
    return ShortChains(
        latency=float(expected[m - 1]),
        tokens=float(expected[:m].sum() + (k - m) * expected[m - 1]),
        majority_latency=float(expected[-1]),
        majority_tokens=float(k * values.mean()),
    )


def _chains(m: Any, k: Any) -> tuple[Any, Any]:
    m, k = whole("m", m, 1), whole("k", k, 1)
    if array_namespace(m, k) is np:
        refuse_first_bad("m", m, np.less_equal(m, k), "up to k, the chains")
    return m, k


def _order_weights(n: int, j: int, k: int) -> np.ndarray:
    """Return P(the j-th smallest of k drawn from n is the i-th smallest of all) for every i."""
    from scipy.special import gammaln  # slow to import

    i = np.arange(1, n + 1)
    fits = (i >= j) & (n - i >= k - j)
    i = np.where(fits, i, j)

    def log_choose(a: Any, b: Any) -> Any:
        return gammaln(a + 1.0) - gammaln(b + 1.0) - gammaln(a - b + 1.0)

    larger = np.where(fits, n - i, k - j)
    log = log_choose(i - 1, j - 1) + log_choose(larger, k - j) - log_choose(n, k)
    return np.where(fits, np.exp(log), 0.0)
