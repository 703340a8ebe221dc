"""Nodes for means over success rates: exact to about 1e-10 even for (1-p)^k at large k.

The trapezoid rule in the log-odds s of q = p/scale: there every density of the package is
analytic in a strip, so the error falls exponentially with the step. Both tails, which for
shapes such as .1 reach to odds of e^-400, are compressed by s = t - e^-(t+left) + e^(t-right):
beyond `left` and `right` nothing depends on p any more.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.laws.form import array_namespace

NODES = 320
"""Nodes of a mean: the step is then at most about .2."""

LARGEST_K = 1e6
"""The nodes that are made for no particular k resolve (1-p)^k up to about this k."""

_DEEP = 40.0
"""Parts of the density below e^-40 of it are left out."""


def _nodes(log_density: Any, least: Any, most: Any, left: Any, right: Any) -> tuple[Any, Any]:
    """Return log q and normalised weights, shape (..., NODES), on log-odds from least to most.

    `log_density` maps log q and log (1-q) to the logarithm of the density of s.
    """
    xp = array_namespace(least, most, left, right)
    low = xp.maximum(least, -left - xp.log(xp.maximum(-least, 1.0)))
    high = xp.minimum(most, right + xp.log(xp.maximum(most, 1.0)))
    low, high, left, right = (xp.asarray(v)[..., None] for v in (low, high, left, right))
    t = low + (high - low) * np.linspace(0.0, 1.0, NODES)
    begin, end = xp.exp(-(t + left)), xp.exp(t - right)
    s = t - begin + end
    log_q, log_rest = -xp.logaddexp(0.0, -s), -xp.logaddexp(0.0, s)
    log_weight = log_density(log_q, log_rest) + xp.log1p(begin + end)
    weights = xp.exp(log_weight - xp.max(log_weight, axis=-1, keepdims=True))
    return log_q, weights / xp.sum(weights, axis=-1, keepdims=True)


def beta_nodes(alpha: float, beta: float) -> tuple[Any, Any]:
    """Return log p and weights of Beta(alpha, beta), each of shape (NODES,)."""
    from scipy.special import polygamma, psi  # slow to import, and rarely needed

    mean = psi(alpha) - psi(beta)
    deviation = np.sqrt(polygamma(1, alpha) + polygamma(1, beta))
    return _nodes(
        lambda log_q, log_rest: alpha * log_q + beta * log_rest,
        mean - 9.0 * deviation - _DEEP / alpha,
        mean + 9.0 * deviation + _DEEP / beta,
        6.0 + np.log1p(LARGEST_K) + np.log1p(beta),
        6.0 + np.log1p(alpha),
    )


def kumaraswamy_nodes(alpha: Any, beta: Any, scale: Any, k: Any = LARGEST_K) -> tuple[Any, Any]:
    """Return log p and weights of the scaled Kumaraswamy distribution, fit for (1-p)^k.

    Parameters
    ----------
    alpha, beta, scale, k : float or array
        They broadcast.

    Returns
    -------
    log_p, weights : array, shape (..., NODES)
    """
    xp = array_namespace(alpha, beta, scale, k)
    wide = [xp.asarray(v)[..., None] for v in (alpha, beta, scale)]

    def log_density(log_q: Any, log_rest: Any) -> Any:
        # log (1 - q^alpha), where q is so near 1 that alpha log q is lost: log (alpha (1-q)).
        gone = -wide[0] * log_q
        near = gone < 1e-12
        log_left = xp.where(
            near, xp.log(wide[0]) + log_rest, xp.log(-xp.expm1(-xp.where(near, 1.0, gone)))
        )
        return wide[0] * log_q + (wide[1] - 1.0) * log_left + log_rest

    deep = _DEEP / beta
    x = -xp.log1p(-xp.exp(-xp.minimum(deep, 600.0))) / alpha
    most = xp.where(deep > 600.0, deep + xp.log(alpha), -x - xp.log(-xp.expm1(-x)))
    log_q, weights = _nodes(
        log_density,
        -(_DEEP + xp.log1p(beta)) / alpha,
        most,
        6.0 + xp.log1p(k * scale) + xp.minimum(xp.log1p(beta) / alpha, 20.0),
        6.0 + xp.log1p(alpha),
    )
    return log_q + xp.log(wide[2]), weights
