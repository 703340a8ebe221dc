"""Nodes for means over success rates: exact to about 1e-10 even for (1-p)^k at large k.

The trapezoid rule in the log-odds s of q = p/scale: there every density of the package is
analytic in a strip, so the error falls exponentially with the step. Both tails, which for
shapes such as .1 reach to odds of e^-400, are compressed by s = t - e^-(t+left) + e^(t-right):
beyond `left` and `right` nothing depends on p any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from scalekit.laws.form import array_namespace

NODES = 320
"""Nodes of a mean: the step is then at most about .2."""

LARGEST_K = 1e6
"""The nodes that are made for no particular k resolve (1-p)^k up to about this k."""

_DEEP = 40.0
"""Parts of the density below e^-40 of it are left out."""


def _window(least: Any, most: Any, left: Any, right: Any) -> tuple[Any, Any]:
    """Return the ends of t between which the log-odds run at least from `least` to `most`."""
    xp = array_namespace(least, most, left, right)
    low = least - xp.exp(xp.minimum(least - right, 0.0))
    high = most + xp.exp(-xp.maximum(most + left, 0.0))
    low = xp.maximum(low, -left - xp.log(xp.maximum(-least, 1.0)))
    high = xp.minimum(high, right + xp.log(xp.maximum(most, 1.0)))
    # All of the density may lie in a compressed tail.
    deep = xp.log(xp.maximum((-most - left) / 2.0, 1.0))
    far = xp.log(xp.maximum((least - right) / 2.0, 1.0))
    return xp.minimum(low, right + far - 1.0), xp.maximum(high, 1.0 - left - deep)


def _grid(low: Any, high: Any, left: Any, right: Any) -> tuple[Any, Any, Any]:
    """Return log q, log (1-q) and log ds/dt, shape (..., NODES), on t from low to high."""
    xp = array_namespace(low, high, left, right)
    low, high, left, right = (xp.asarray(v)[..., None] for v in (low, high, left, right))
    t = low + (high - low) * np.linspace(0.0, 1.0, NODES)
    begin, end = xp.exp(-(t + left)), xp.exp(t - right)
    s = t - begin + end
    nearer = xp.log1p(xp.exp(-xp.abs(s)))  # -log of whichever of q and 1-q is larger
    return xp.minimum(s, 0.0) - nearer, -xp.maximum(s, 0.0) - nearer, xp.log1p(begin + end)


def _normalised(log_weight: Any) -> Any:
    xp = array_namespace(log_weight)
    weights = xp.exp(log_weight - xp.max(log_weight, axis=-1, keepdims=True))
    return weights / xp.sum(weights, axis=-1, keepdims=True)


def beta_nodes(alpha: float, beta: float) -> tuple[Any, Any]:
    """Return log p and weights of Beta(alpha, beta), each of shape (NODES,)."""
    from scipy.special import polygamma, psi  # slow to import, and rarely needed

    mean = psi(alpha) - psi(beta)
    deviation = np.sqrt(polygamma(1, alpha) + polygamma(1, beta))
    bends = 6.0 + np.log1p(LARGEST_K) + np.log1p(beta), 6.0 + np.log1p(alpha)
    least = mean - 9.0 * deviation - _DEEP / alpha
    most = mean + 9.0 * deviation + _DEEP / beta
    log_q, log_rest, log_slope = _grid(*_window(least, most, *bends), *bends)
    return log_q, _normalised(alpha * log_q + beta * log_rest + log_slope)


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
    ends, bends = _kumaraswamy_range(alpha, beta, scale, k)
    log_q, log_rest, log_slope = _grid(*_window(*ends, *bends), *bends)
    xp = array_namespace(log_q)
    wide = [xp.asarray(v)[..., None] for v in (alpha, beta, scale)]
    log_weight = _log_kumaraswamy(log_q, log_rest, wide[0], wide[1]) + log_slope
    return log_q + xp.log(wide[2]), _normalised(log_weight)


def log_kumaraswamy_means(
    log_function: Callable[[np.ndarray], np.ndarray], alpha: float, beta: float, scale: float
) -> np.ndarray:
    """Return the logarithms of the means of several functions, however peaked they are.

    A first grid finds for each where its product with the density is not negligible, a second
    one covers just that. The products must have a single peak.

    Parameters
    ----------
    log_function : callable
        From log p, shape (1 or functions, NODES), to logarithms of shape (functions, NODES).
    """
    ends, bends = _kumaraswamy_range(alpha, beta, scale, LARGEST_K)
    low, high = _window(*ends, *bends)

    def log_terms(low: Any, high: Any) -> np.ndarray:
        log_q, log_rest, log_slope = _grid(low, high, *bends)
        density = _log_kumaraswamy(log_q, log_rest, alpha, beta) + log_slope
        return log_function(log_q + np.log(scale)) + density

    coarse = log_terms(np.atleast_1d(low), np.atleast_1d(high))
    seen = coarse > coarse.max(axis=-1, keepdims=True) - _DEEP
    step = (high - low) / (NODES - 1)
    first, last = seen.argmax(axis=-1), NODES - 1 - seen[:, ::-1].argmax(axis=-1)
    begin, end = np.maximum(first - 1, 0), np.minimum(last + 1, NODES - 1)
    fine = log_terms(low + step * begin, low + step * end)
    top = fine.max(axis=-1)
    total = np.exp(fine - top[:, None]).sum(axis=-1)
    return top + np.log(total * step * (end - begin) / (NODES - 1))


def _log_kumaraswamy(log_q: Any, log_rest: Any, alpha: Any, beta: Any) -> Any:
    """Logarithm of the density of the log-odds of q."""
    xp = array_namespace(log_q, log_rest, alpha, beta)
    gone = -alpha * log_q
    near = gone < 1e-12  # so near 1 that 1 - q^alpha is alpha (1-q)
    log_left = xp.where(
        near, xp.log(alpha) + log_rest, xp.log(-xp.expm1(-xp.where(near, 1.0, gone)))
    )
    log_constant = xp.log(alpha) + xp.log(beta)
    return log_constant + alpha * log_q + (beta - 1.0) * log_left + log_rest


def _kumaraswamy_range(
    alpha: Any, beta: Any, scale: Any, k: Any
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Return the ends of the log-odds, and where the compression of the tails sets in."""
    xp = array_namespace(alpha, beta, scale, k)
    deep = _DEEP / beta
    x = -xp.log1p(-xp.exp(-xp.minimum(deep, 600.0))) / alpha
    most = xp.where(deep > 600.0, deep + xp.log(alpha), -x - xp.log(-xp.expm1(-x)))
    least = -(_DEEP + xp.log1p(beta)) / alpha
    left = 6.0 + xp.log1p(k * scale) + xp.minimum(xp.log1p(beta) / alpha, 20.0)
    return (least, most), (left, 6.0 + xp.log1p(alpha))
