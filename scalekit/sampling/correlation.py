"""Samples of one problem that resemble each other: a model of ours.

Two kinds of alike must not be mixed. That problems differ in difficulty already makes samples
of a data set alike; this is the spread of `accuracies`. Here samples of one problem are alike
beyond that: in each run (a prompt, a seed, a shared prefix) the accuracy itself is drawn from a
Beta distribution around the problem's p, and the k samples of that run share it. Then any two
samples of a run have the correlation `correlation`, and the number correct is beta-binomial.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from scalekit.checks import number
from scalekit.laws.form import array_namespace, plain

POINTS = 48
"""Gauss points in place of a Beta distribution."""


def correlated_pass_at_k(p: Any, k: Any, correlation: Any) -> Any:
    """Return the chance that one of k samples of a run is correct, beta-binomial.

    1 - E[(1 - q)^k] for q ~ Beta with mean p and correlation 1/(alpha + beta + 1). Independent
    samples for correlation 0; for 1 all k are the same sample and the chance is p.

    Parameters
    ----------
    p : float or array
        Accuracy of a single sample of the problem, 0 to 1.
    k : float or array
        Samples in a run, from 0.
    correlation : float or array
        Of any two samples' correctness, 0 to 1.

    Examples
    --------
    >>> [round(correlated_pass_at_k(0.3, 16, c), 3) for c in (0.0, 0.2, 1.0)]
    [0.997, 0.744, 0.3]
    """
    p = number("p", p, 0, 1, lower_open=False)
    k = number("k", k, lower_open=False, unit="samples")
    correlation = number("correlation", correlation, 0, 1, lower_open=False)
    xp = array_namespace(p, k, correlation)
    inner = (p > 0) & (p < 1) & (correlation > 0) & (correlation < 1)
    c = xp.where(inner, correlation, 0.5)
    spread = xp.where(inner, 1 / c - 1, 1.0)
    b = spread * xp.where(inner, 1 - p, 0.5)
    log_gamma = _log_gamma(xp)
    fail = log_gamma(spread) - log_gamma(spread + k) + log_gamma(b + k) - log_gamma(b)
    open_ = xp.where(p < 1, p, 0.0)
    alone = xp.where(p < 1, -xp.expm1(k * xp.log1p(-open_)), xp.where(k > 0, 1.0, 0.0))
    limit = xp.where(correlation == 1, p * xp.where(k < 1, k, 1.0), alone)
    return plain(xp.where(inner, -xp.expm1(fail), limit))


def effective_samples(k: Any, correlation: Any) -> Any:
    """Return k/(1 + (k - 1) correlation), the independent samples that tell as much of the mean.

    The design effect of cluster sampling. It counts for estimating an accuracy, and roughly for
    votes; coverage of hard problems suffers less, see `correlated_pass_at_k`.

    Parameters
    ----------
    k : float or array
        Samples in a run, above 0; infinity gives the limit.
    correlation : float or array
        Of any two samples' correctness, 0 to 1.
    """
    k = number("k", k, infinite=True, unit="samples")
    correlation = number("correlation", correlation, 0, 1, lower_open=False)
    xp = array_namespace(k, correlation)
    return plain(xp.asarray(1.0) / ((1 - correlation) / k + correlation + (k == math.inf) * 0.0))


def run_accuracies(p: float, correlation: float) -> tuple[Any, Any]:
    """Return accuracies and weights that stand for the runs at one problem.

    Gauss quadrature of the Beta distribution, so that every function of difficulty also answers
    for correlated samples: exact to rounding for polynomials such as votes up to 95 samples.

    Parameters
    ----------
    p : float
        Accuracy of a single sample, 0 to 1.
    correlation : float
        Of any two samples' correctness, 0 to below 1.

    Returns
    -------
    accuracies, weights : array of shape (points,)
        One point for correlation 0 or p of 0 or 1, two for correlation 1.
    """
    p = float(number("p", p, 0, 1, lower_open=False))
    correlation = float(number("correlation", correlation, 0, 1, lower_open=False))
    if correlation == 0 or p in (0.0, 1.0):
        return np.array([p]), np.array([1.0])
    if correlation == 1:
        return np.array([0.0, 1.0]), np.array([1 - p, p])
    from scipy.special import roots_jacobi

    spread = 1 / correlation - 1
    x, w = roots_jacobi(POINTS, spread * (1 - p) - 1, spread * p - 1)
    return (x + 1) / 2, w / w.sum()


def _log_gamma(xp: Any) -> Any:
    if xp is np:
        from scipy.special import gammaln

        return gammaln
    from jax.scipy.special import gammaln

    return gammaln
