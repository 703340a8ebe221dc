"""What at most k verified attempts are worth over problems of different difficulty, and the best k.

Model of the notebooks behind arXiv 2411.17501, derived anew: their reward curves weigh an
increment with the posterior of a type times the chance to get that far instead of with its
prior, so that the plotted utilities are wrong (at C = 1 and k = 15: .399 where .427 is right),
and their "optimal" k of 82 or 626 are places where sums stop changing in float64, the optimum
being endless. Their claim that the best k is often below 10 holds for wrong answers that cost
at least about four times what a correct one earns.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from scalekit.checks import number
from scalekit.laws.form import array_namespace, plain
from scalekit.sampling.attempt_search import most_useful
from scalekit.sampling.verifier import BestOfK, attempts_allowed, best_of

SUM_TOLERANCE = 1e-6
"""How far weights may be from summing to 1, as weights with rounded digits are."""


def resampling_outcome(
    accuracies: Any,
    weights: Any,
    k: Any,
    true_positive_rate: Any = 1.0,
    false_positive_rate: Any = 0.0,
) -> BestOfK:
    """Return `best_of_k` averaged over problems of different difficulty.

    Never put a mean accuracy into `best_of_k` instead: that overstates what more samples give.

    Parameters
    ----------
    accuracies, weights : array of shape (types,)
        Single-sample accuracy of each type of problem and its share of the problems.
    k : float or array
        Attempts allowed at a problem, from 0; an array gives the whole curve, infinity the
        ceiling.
    true_positive_rate, false_positive_rate : float, array or callable
        As for `best_of_k`; or functions of the accuracies, such as `LogisticRate`, where the
        verifier's failures depend on the difficulty.

    Returns
    -------
    BestOfK
        Floats for scalars, else arrays of the shape to which k and the rates broadcast.

    Raises
    ------
    ValueError
        If an input is out of its range, the lists differ in length, or weights do not sum to 1.
    """
    p, w = difficulty(accuracies, weights)
    tpr = node_rates("true_positive_rate", true_positive_rate, p)
    fpr = node_rates("false_positive_rate", false_positive_rate, p)
    xp = array_namespace(p, w, k, tpr, fpr)
    each = best_of(p, xp.asarray(attempts_allowed(k))[..., None], tpr, fpr)

    def mean(value: Any) -> Any:
        return plain(xp.sum(w * xp.where(w > 0, value, 0.0), axis=-1))

    return BestOfK(mean(each.correct), mean(each.wrong), mean(each.abstain), mean(each.attempts))


def resampling_utility(
    accuracies: Any,
    weights: Any,
    k: Any,
    true_positive_rate: Any = 1.0,
    false_positive_rate: Any = 0.0,
    false_positive_cost: Any = 1.0,
    attempt_cost: Any = 0.0,
) -> Any:
    """Return the expected utility of at most k attempts at a problem.

    A correct answer is worth 1, none 0.

    Parameters
    ----------
    accuracies, weights, k, true_positive_rate, false_positive_rate
        As for `resampling_outcome`; all but the first two broadcast with the prices.
    false_positive_cost : float or array
        What a wrong answer costs, in units of what a correct one is worth.
    attempt_cost : float or array
        What each attempt costs, its verification included, in the same units.

    Raises
    ------
    ValueError
        If an input is out of its range, the lists differ in length, or weights do not sum to 1.

    Examples
    --------
    >>> round(resampling_utility([0.87, 0.13], [0.58, 0.42], 2, 1.0, 0.25, 1.0), 4)
    0.4724
    """
    wrong_cost, attempt_cost = prices(false_positive_cost, attempt_cost)
    result = resampling_outcome(accuracies, weights, k, true_positive_rate, false_positive_rate)
    xp = array_namespace(result.attempts, wrong_cost, attempt_cost)
    free = xp.isinf(result.attempts) & (attempt_cost == 0)
    spent = attempt_cost * xp.where(free, 0.0, result.attempts)
    return plain(result.correct - wrong_cost * result.wrong - spent)


def optimal_attempts(
    accuracies: Any,
    weights: Any,
    true_positive_rate: Any = 1.0,
    false_positive_rate: Any = 0.0,
    false_positive_cost: Any = 1.0,
    attempt_cost: Any = 0.0,
) -> Any:
    """Return the least number of attempts with the largest `resampling_utility`.

    Decided by rule, not by a loop that stops when sums stop changing: 0 if no number of
    attempts has a positive utility, infinity if the utility rises to a limit above all others.
    With one difficulty there is no other answer, whatever the prices: each attempt made is
    worth what the first was. Where rates do not depend on difficulty the marginal utility
    changes its sign at most once (for a verifier better than chance, easier problems are worth
    more and are settled sooner), so that the answer is exact. With rates that depend on
    difficulty every k up to 64 is looked at and eight in each doubling beyond: of two maxima that
    lie nearer to each other, one may be missed.

    Parameters
    ----------
    accuracies, weights, true_positive_rate, false_positive_rate, false_positive_cost, attempt_cost
        As for `resampling_utility`. All but the first two broadcast: a column of false-positive
        rates and a row of costs give a map. Cells with the same rates share most of the work, so
        give such axes unexpanded.

    Returns
    -------
    float or array
        A whole number or infinity.

    Raises
    ------
    ValueError
        If an input is out of its range, the lists differ in length, or weights do not sum to 1.

    Examples
    --------
    >>> optimal_attempts([0.87, 0.13], [0.58, 0.42], 1.0, 0.25, [0.5, 0.7, 1.0, 2.0])
    array([inf,  3.,  2.,  1.])
    """
    p, w = (np.asarray(v) for v in difficulty(accuracies, weights))
    tpr = np.asarray(node_rates("true_positive_rate", true_positive_rate, p))
    fpr = np.asarray(node_rates("false_positive_rate", false_positive_rate, p))
    wrong_cost, attempt_cost = prices(false_positive_cost, attempt_cost)
    return plain(most_useful(p, w, tpr, fpr, np.asarray(wrong_cost), np.asarray(attempt_cost)))


def difficulty(accuracies: Any, weights: Any) -> tuple[Any, Any]:
    """Return the checked accuracies and weights of the types of problems, both of shape (types,).

    Raises
    ------
    ValueError
        If the two are not lists of one length, or the weights do not sum to 1.
    """
    p = number("accuracies", accuracies, 0, 1, lower_open=False)
    w = number("weights", weights, 0, 1, lower_open=False)
    xp = array_namespace(p, w)
    p, w = xp.atleast_1d(xp.asarray(p)), xp.atleast_1d(xp.asarray(w))
    if p.ndim != 1 or p.shape != w.shape or not p.size:
        raise ValueError(
            f"accuracies and weights have the shapes {p.shape} and {w.shape}; "
            "allowed: two lists of one length"
        )
    if xp is np and abs(w.sum() - 1) > SUM_TOLERANCE:
        raise ValueError(f"weights sum to {w.sum():g}; allowed: 1")
    return p, w


def node_rates(name: str, rate: Any, p: Any) -> Any:
    """Return the checked rate with the types of problems on its last axis.

    Parameters
    ----------
    name : str
        How the caller calls the rate.
    rate : float, array of any shape, or callable
        The same for all types; or a function of the accuracies p, of shape (types,), that
        returns an array whose last axis is the types'.
    p : array of shape (types,)
        Accuracies.
    """
    if not isinstance(rate, Callable):  # type: ignore[arg-type]
        value = number(name, rate, 0, 1, lower_open=False)
        return array_namespace(value).asarray(value)[..., None]
    value = number(name, rate(p), 0, 1, lower_open=False)
    shape = np.shape(value)
    if not shape or shape[-1] != len(p):
        raise ValueError(
            f"{name} gives the shape {shape} for {len(p)} accuracies; "
            f"allowed: a last axis of {len(p)}"
        )
    return value


def one_question(p: Any, true_positive_rate: Any, false_positive_rate: Any) -> None:
    """Check that the rates are one number or function each, of one value for an accuracy.

    Raises
    ------
    ValueError
        Naming the rate that is not.
    """
    for name, rate in (
        ("true_positive_rate", true_positive_rate),
        ("false_positive_rate", false_positive_rate),
    ):
        if np.ndim(node_rates(name, rate, p)) > 1:
            raise ValueError(f"{name} is {rate!r}; allowed: one question at a time")


def prices(false_positive_cost: Any, attempt_cost: Any) -> tuple[Any, Any]:
    """Return the two checked prices, from 0, in units of what a correct answer is worth."""
    return (
        number("false_positive_cost", false_positive_cost, 0, math.inf, lower_open=False),
        number("attempt_cost", attempt_cost, 0, math.inf, lower_open=False),
    )
