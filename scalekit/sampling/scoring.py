"""Best of k by a score: what an imperfect scorer picks, and how far optimising it should go.

Over-optimisation needs no penalty term: where the scores of wrong samples have the heavier upper
tail, the best-scored of many is wrong. What the limit is depends on the tail alone: with the
scorer's ROC curve, p s/(p s + 1 - p) with s its slope at the origin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from scalekit.checks import choice, number
from scalekit.laws.form import array_namespace, plain

WRONG = ("normal", "t3")
METHODS = ("best-of-n", "reinforcement-learning")

POINTS = 4001
"""Points of the trapezoid rule over scores."""


@dataclass(frozen=True)
class OveroptimizationPeak:
    """Where the true reward is largest while a learned one is optimised.

    Attributes
    ----------
    distance : float or array
        Square root of the KL divergence from the initial policy, in nats.
    reward : float or array
        True ("gold") reward there, 0 for the initial policy.
    """

    distance: Any
    reward: Any


def best_of_k_score(p: Any, k: Any, gap: Any, wrong: str = "normal") -> Any:
    """Return P(the best-scored of k samples is correct).

    The integral of k p f_1(x) [p F_1(x) + (1 - p) F_0(x)]^(k - 1) over scores x, by the trapezoid
    rule on points that follow both distributions: to 1e-8 up to k of 1e6.

    Parameters
    ----------
    p : float or array
        Accuracy of a single sample, 0 to 1.
    k : float or array
        Samples, from 1.
    gap : float or array
        Mean score of correct samples, whose scores are normal with variance 1.
    wrong : str
        ``"normal"``: scores of wrong samples are normal with mean 0 and variance 1;
        ``"t3"``: Student's t with 3 degrees of freedom, whose tail wins in the end.

    Examples
    --------
    >>> [round(best_of_k_score(0.3, k, 2.0, "t3"), 3) for k in (1, 16, 1024)]
    [0.3, 0.695, 0.005]
    """
    p = np.asarray(number("p", p, 0, 1, lower_open=False))[..., None]
    k = np.asarray(number("k", k, 1, lower_open=False, unit="samples"))[..., None]
    gap = np.asarray(number("gap", gap, -math.inf))[..., None]
    choice("wrong", wrong, WRONG)
    from scipy.special import ndtr  # slow to import

    x, below, above = _wrong_scores(wrong)
    shape = np.broadcast_shapes(p.shape, k.shape, gap.shape)[:-1]
    # Both tails in terms of what lies above: [1 - (p (1 - F_1) + (1 - p) (1 - F_0))]^(k - 1).
    x = x + np.zeros_like(gap)
    normal = np.linspace(-9.0, 9.0, POINTS) + gap
    places = np.sort(np.concatenate(np.broadcast_arrays(x, normal), axis=-1), axis=-1)
    wrong_above = np.interp(places, x[(0,) * (x.ndim - 1)], above)
    del below
    beyond = p * ndtr(gap - places) + (1 - p) * wrong_above
    chance = np.exp((k - 1) * np.log1p(-np.minimum(beyond, 1 - 1e-16)))
    density = np.exp(-0.5 * (places - gap) ** 2) / math.sqrt(2 * math.pi)
    return plain((p[..., 0] * k[..., 0] * np.trapezoid(density * chance, places)).reshape(shape))


@cache
def _wrong_scores(wrong: str) -> Any:
    raise NotImplementedError
