"""How sure a model should be when k samples count (arXiv 2502.07154)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import number, single
from scalekit.laws.form import array_namespace, plain
from scalekit.sampling.voting import shares_of


@dataclass(frozen=True)
class Confidence:
    """Shares of the samples to spend on each answer.

    Attributes
    ----------
    confidence : array of shape (answers,)
        Shares, in the order of the answers given.
    objective : float
        The pass@k that they reach.
    """

    confidence: np.ndarray
    objective: float


def dco_factor(p: Any, k: Any) -> Any:
    """Return k (1-p)^(k-1) p/(1 - (1-p)^k), by which coverage scales the gradient of likelihood.

    1 for k = 1 and at p = 0, nearly 0 where p is far above 1/k: there the loss
    -log(1 - (1-p)^k) has nothing left to gain. p is that of the whole sequence, not of a token.

    Parameters
    ----------
    p : float or array
        Probability of a correct sample, 0 to 1.
    k : float or array
        Samples, from 1.

    Raises
    ------
    ValueError
        If an input is out of its range.

    Examples
    --------
    >>> round(dco_factor(1 / 16, 16), 5)
    0.58984
    """
    p = number("p", p, 0, 1, lower_open=False)
    k = number("k", k, 1, lower_open=False, unit="samples")
    xp = array_namespace(p, k)
    small = k * p < 1e-6
    certain = p >= 1
    inner = xp.where(small | certain, 0.5, p)
    log = xp.log1p(-inner)
    factor = k * inner * xp.exp((k - 1) * log) / -xp.expm1(k * log)
    factor = xp.where(certain, xp.where(k > 1, 0.0, 1.0), factor)
    return plain(xp.where(small, 1 - (k - 1) * p / 2, factor))


def optimal_confidence(probabilities: Any, k: float) -> Confidence:
    """Return the shares of samples that make pass@k largest.

    Maximises the sum of q_i (1 - (1 - p_i)^k) with the p_i summing to 1, where q_i is the chance
    that answer i is right: 1 - p_i is proportional to q_i^(-1/(k-1)) on the most probable
    answers, as many as stay above 0 (water-filling; our derivation). With many samples the
    shares become even; with one, all goes to the most probable answer.

    Parameters
    ----------
    probabilities : sequence of shape (answers,)
        Chances that each answer is right, summing to 1.
    k : float
        Samples, from 1.

    Raises
    ------
    ValueError
        If the chances do not sum to 1, or `k` is below 1.

    Examples
    --------
    >>> optimal_confidence([0.5, 0.3, 0.15, 0.05], 4).confidence.round(4)
    array([0.4564, 0.3555, 0.188 , 0.    ])
    """
    q = shares_of("probabilities", probabilities)
    k = single("k", k, 1, lower_open=False, unit="samples")
    order = np.argsort(-q, kind="stable")
    sorted_q = q[order]
    shares = np.zeros(q.size)
    shares[0] = 1.0
    if k > 1:
        possible = sorted_q > 0
        # Relative to the most probable answer, so that no power overflows.
        log = np.log(sorted_q[0] / np.where(possible, sorted_q, sorted_q[0])) / (k - 1)
        level = np.exp(np.minimum(log, 700.0))
        count = np.arange(1, q.size + 1)
        kept = possible & (1 - (count - 1) * level / np.cumsum(level) >= 0)
        m = int(np.flatnonzero(kept)[-1]) + 1
        shares[:m] = 1 - (m - 1) * level[:m] / level[:m].sum()
    confidence = np.zeros(q.size)
    confidence[order] = shares
    some = confidence < 1
    missed = np.where(some, np.exp(k * np.log1p(-np.where(some, confidence, 0.0))), 0.0)
    return Confidence(confidence, float(q @ (1 - missed)))
