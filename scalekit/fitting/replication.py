"""The fit of the Chinchilla law as Besiroglu et al. (2404.10102) define it, and its bootstrap.

Sum over runs of the Huber loss (threshold 1e-3) of the error in ln L, where
L = exp(a - alpha ln N) + exp(b - beta ln D) + exp(e). The surface is very flat: a
relative change of 1e-7 in the objective moves B by about 1, so this is float64 only.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy.optimize import minimize

from scalekit.laws.registry import get

NAMES = ("log_A", "log_B", "log_E", "alpha", "beta")
THRESHOLD = 1e-3
START = tuple(
    getattr(get("chinchilla-loss", "hoffmann-precise").form, name) for name in NAMES
)  # where the paper starts every refit


def huber_objective(
    theta: np.ndarray, log_N: np.ndarray, log_D: np.ndarray, log_loss: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return the objective and its gradient.

    Parameters
    ----------
    theta : array, shape (5,)
        ln A, ln B, ln E, alpha, beta.
    log_N, log_D, log_loss : array, shape (n,)
        Natural logarithms of parameters, tokens and loss (nats/token) of the runs.

    Returns
    -------
    float, array of shape (5,)
        Sum of Huber losses, and its derivatives.
    """
    a, b, e, alpha, beta = theta
    terms = np.stack([a - alpha * log_N, b - beta * log_D, np.full_like(log_N, e)])
    top = terms.max(axis=0)
    weights = np.exp(terms - top)
    total = weights.sum(axis=0)
    residual = top + np.log(total) - log_loss
    small = np.abs(residual) <= THRESHOLD
    value = np.where(
        small, 0.5 * residual**2, THRESHOLD * (np.abs(residual) - 0.5 * THRESHOLD)
    ).sum()
    pull = np.clip(residual, -THRESHOLD, THRESHOLD) * weights / total
    gradient = np.array(
        [pull[0].sum(), pull[1].sum(), pull[2].sum(), -(pull[0] @ log_N), -(pull[1] @ log_D)]
    )
    return float(value), gradient


def fit(N: Any, D: Any, loss: Any, start: Any = START) -> np.ndarray:
    """Fit the law to runs from one starting point with BFGS.

    Parameters
    ----------
    N, D, loss : array, shape (n,)
        Parameters, tokens and loss (nats/token) of the runs.
    start : array, shape (5,)
        ln A, ln B, ln E, alpha, beta to start from; the unrounded Hoffmann fit.

    Returns
    -------
    array, shape (5,)
        ln A, ln B, ln E, alpha, beta.
    """
    logs = tuple(np.log(np.asarray(x, dtype=np.float64)) for x in (N, D, loss))
    return _minimum(logs, np.asarray(start, dtype=np.float64))


def _minimum(logs: tuple[np.ndarray, ...], start: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        # The flat floor makes the line search of BFGS overflow now and then on its way.
        warnings.simplefilter("ignore", RuntimeWarning)
        return minimize(huber_objective, start, args=logs, jac=True, method="BFGS").x


def bootstrap(N: Any, D: Any, loss: Any, resamples: int = 4000, seed: int = 42) -> np.ndarray:
    """Refit resampled runs, by the published protocol.

    With 4000 resamples and seed 42 on the 240 published runs this reproduces the
    standard errors of the paper to every printed digit (A 124.52, B 1293.28,
    E .02566, alpha .01540, beta .02060); it takes about half a minute.

    Parameters
    ----------
    N, D, loss : array, shape (n,)
        Parameters, tokens and loss (nats/token) of the runs.
    resamples : int
        Number of refits.
    seed : int
        Seed of NumPy's legacy generator, which the protocol fixes.

    Returns
    -------
    array, shape (resamples, 5)
        ln A, ln B, ln E, alpha, beta of every refit; ``np.cov(rows.T)`` is the
        covariance that the law file carries.
    """
    logs = tuple(np.log(np.asarray(x, dtype=np.float64)) for x in (N, D, loss))
    n = logs[0].size
    rng = np.random.RandomState(seed)  # the protocol's generator
    start = np.asarray(START)
    picks = [rng.choice(n, size=n, replace=True) for _ in range(resamples)]
    return np.array([_minimum(tuple(x[pick] for x in logs), start) for pick in picks])
