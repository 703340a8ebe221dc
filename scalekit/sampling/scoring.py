"""Best of k by a score: how often an imperfect scorer picks a correct sample.

Over-optimisation needs no penalty term: where the scores of wrong samples have the heavier upper
tail, the best-scored of many is wrong. With many samples only the tail counts: the limit is
p s/(p s + 1 - p), s being the slope of the scorer's ROC curve at the origin.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from scalekit.checks import choice, number, single
from scalekit.laws.form import array_namespace, plain
from scalekit.sampling.verifier import none_accepted

WRONG = ("normal", "t3")

STRIP = 5.0
"""Of the trapezoid rule in the log-odds of the quantile, where integrands are analytic: its error
is about exp(-STRIP/step)."""

LARGEST_K = 1e9
"""Samples up to which the rule reaches where their number is traced."""


def best_of_k_score(
    p: Any, k: Any, gap: Any, wrong: str = "normal", tolerance: float = 1e-9
) -> Any:
    """Return P(the best-scored of k samples is correct).

    The integral of k p f_1(x) [p F_1(x) + (1 - p) F_0(x)]^(k - 1) over scores x.

    Parameters
    ----------
    p : float or array
        Accuracy of a single sample, 0 to 1.
    k : float or array
        Samples, from 1.
    gap : float or array
        Mean score of correct samples; their scores are normal with variance 1.
    wrong : str
        ``"normal"``: scores of wrong samples are normal with mean 0 and variance 1;
        ``"t3"``: Student's t with 3 degrees of freedom, whose tail wins in the end.
    tolerance : float
        How far the result may be off, 1e-12 to 0.01; the time grows as its logarithm squared.

    Raises
    ------
    ValueError
        If an input is out of its range, or `wrong` is unknown.

    Examples
    --------
    >>> [round(best_of_k_score(0.3, k, 2.0, "t3"), 3) for k in (1, 16, 1024)]
    [0.3, 0.695, 0.005]
    """
    choice("wrong", wrong, WRONG)
    tolerance = single("tolerance", tolerance, 1e-12, 0.01, lower_open=False)
    p = number("p", p, 0, 1, lower_open=False)
    k = number("k", k, 1, lower_open=False, unit="samples")
    gap = number("gap", gap, -math.inf)
    xp = array_namespace(p, k, gap)
    if xp is np:
        from scipy.special import ndtr, ndtri  # slow to import
    else:
        from jax.scipy.special import ndtr, ndtri
    most = float(np.max(k, initial=1.0)) if xp is np else LARGEST_K
    p, k, gap = (xp.asarray(v)[..., None] for v in (p, k, gap))

    # The quantile of the correct scores from above is their true-positive rate u.
    digits = -math.log(tolerance)
    step, reach = STRIP / digits, digits + 2.0
    odds = np.arange(-reach - math.log(most), reach, step)
    u, rest = 1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(odds))
    x = gap - xp.where(odds < 0, ndtri(np.minimum(u, 0.5)), -ndtri(np.minimum(rest, 0.5)))
    above, below = (ndtr(-x), ndtr(x)) if wrong == "normal" else (_t3(x, xp), _t3(-x, xp))
    chance = none_accepted(p * u + (1 - p) * above, p * rest + (1 - p) * below, k - 1)
    return plain(step * xp.sum(p * k * chance * (u * rest), axis=-1))


def best_of_k_roc(p: Any, k: Any, false_positive_rates: Any, true_positive_rates: Any) -> Any:
    """Return P(the best-scored of k samples is correct) for a scorer with a given ROC curve.

    Between its points the curve is straight, that is scores there say nothing more; then each
    piece of the integral has a closed form. A verifier that accepts or rejects is the curve
    with one point, and a random one of the accepted (or of all, if none is) is taken.

    Parameters
    ----------
    p : float or array
        Accuracy of a single sample, 0 to 1.
    k : float or array
        Samples, from 1; infinity gives the limit.
    false_positive_rates, true_positive_rates : array of shape (points,)
        The curve from strict to lax thresholds, both not falling; (0, 0) and (1, 1) are added.

    Raises
    ------
    ValueError
        If an input is out of its range, or the rates fall or differ in number.

    Examples
    --------
    >>> round(best_of_k_roc(0.3, 64, [0.2], [0.9]), 4)
    0.6585
    """
    p = number("p", p, 0, 1, lower_open=False)
    k = number("k", k, 1, lower_open=False, infinite=True, unit="samples")
    curve = []
    for name, rates in (
        ("false_positive_rates", false_positive_rates),
        ("true_positive_rates", true_positive_rates),
    ):
        given = np.atleast_1d(number(name, rates, 0, 1, lower_open=False))
        if given.ndim != 1 or np.any(np.diff(given) < 0):
            raise ValueError(f"{name} is {given}; allowed: a list that does not fall")
        curve.append(np.concatenate([[0.0], given, [1.0]]))
    false, true = curve
    if false.shape != true.shape:
        raise ValueError(
            f"false_positive_rates and true_positive_rates have {false.size - 2} and "
            f"{true.size - 2} entries; allowed: as many"
        )
    xp = array_namespace(p, k)
    p, k = xp.asarray(p)[..., None], xp.asarray(k)[..., None]
    right, wrong = p * np.diff(true), (1 - p) * np.diff(false)
    none = none_accepted(p * true + (1 - p) * false, p * (1 - true) + (1 - p) * (1 - false), k)
    piece = right + wrong
    share = xp.where(piece > 0, right / xp.where(piece > 0, piece, 1.0), 0.0)
    return plain(xp.sum(share * (none[..., :-1] - none[..., 1:]), axis=-1))


def best_of_k_kl(k: Any) -> Any:
    """Return log k - (k - 1)/k, nats of divergence of the best of k from one sample.

    Exact for continuous scores, an upper bound where scores tie.

    Parameters
    ----------
    k : float or array
        Samples, from 1.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    k = number("k", k, 1, lower_open=False, unit="samples")
    xp = array_namespace(k)
    extra = k - 1
    close = extra < 1e-3
    few = xp.where(close, extra, 0.0)
    # Close to 1 the two parts cancel.
    series = few**2 * (0.5 - few * (2 / 3 - few * (0.75 - few * 0.8)))
    return plain(xp.where(close, series, xp.log(k) - extra / k))


def pessimistic_score(
    reward: Any, solutions: Any, verifications: Any, support: Any, alpha: Any
) -> Any:
    """Return reward - alpha ln(N M)/(N_i M + 1): of the answers, take that with the largest.

    The form of Heimdall (arXiv 2504.10337) is known to us only from second hand and `alpha` not
    at all: an option to play with. What rejects an answer as soon as one verifier objects
    (arXiv 2511.21522) is another method of the same name.

    Parameters
    ----------
    reward : float or array
        Mean verification score of the answer.
    solutions : float or array
        Solutions N drawn in all, from 1.
    verifications : float or array
        Verifications M of each solution, from 1.
    support : float or array
        Solutions N_i that give this answer, from 0.
    alpha : float or array
        Weight of the uncertainty, from 0.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    reward = number("reward", reward, -math.inf)
    solutions = number("solutions", solutions, 1, lower_open=False)
    verifications = number("verifications", verifications, 1, lower_open=False)
    support = number("support", support, lower_open=False)
    alpha = number("alpha", alpha, lower_open=False)
    xp = array_namespace(reward, solutions, verifications, support, alpha)
    doubt = xp.log(solutions * verifications) / (support * verifications + 1)
    return plain(reward - alpha * doubt)


def _t3(x: Any, xp: Any) -> Any:
    """Return P(t > x) for Student's t with 3 degrees of freedom, exact far out too."""
    y = math.sqrt(3) / xp.where(xp.abs(x) > 1e-9, xp.abs(x), 1e-9)
    small = xp.where(y < 1e-2, y, 0.0) ** 2
    series = xp.where(y < 1e-2, y, 0.0) ** 3 * (2 / 3 - small * (4 / 5 - small * 6 / 7))
    tail = xp.where(y < 1e-2, series, xp.arctan(y) - y / (1 + y * y)) / math.pi
    return xp.where(x < 0, 1 - tail, tail)
