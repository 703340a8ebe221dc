"""A cheap model many times against a dear one once: price of a solved problem, break-even, speed.

In the algebra of verified attempts (`resampling_outcome`). A model whose ceiling under an
imperfect verifier is below the strong model's accuracy never reaches it, however cheap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import number, single
from scalekit.laws.form import array_namespace, plain
from scalekit.sampling.attempts import difficulty, node_rates, one_question, resampling_outcome
from scalekit.sampling.verifier import acceptance, expected_attempts


@dataclass(frozen=True)
class SolvedCost:
    """What solving costs.

    Attributes
    ----------
    solved : float or array
        Share of problems for which a correct answer is returned.
    cost : float or array
        Expected price of a problem, solved or not.
    cost_per_solved : float or array
        Price over share; infinity where nothing is solved.
    """

    solved: Any
    cost: Any
    cost_per_solved: Any


@dataclass(frozen=True)
class BreakEven:
    """Where a cheap model's attempts meet a strong model's single one.

    Attributes
    ----------
    attempts : float
        Least attempts that solve as many problems; infinity where none do.
    ceiling : float
        Share solved by endless attempts.
    cost : float
        Expected price of a problem at `attempts`; infinity where there are none.
    affordable_attempts : float
        Most attempts whose expected price is at most that of the strong model; infinity where
        even endless ones cost less.
    solved_at_equal_cost : float
        Share solved by these.
    """

    attempts: float
    ceiling: float
    cost: float
    affordable_attempts: float
    solved_at_equal_cost: float


@dataclass(frozen=True)
class Waves:
    """Attempts made in waves of several at once.

    Attributes
    ----------
    waves : float or array
        Expected waves until a sample is accepted or all attempts are made: the latency.
    attempts : float or array
        Expected attempts, all of a wave being paid: the cost.
    """

    waves: Any
    attempts: Any


def cost_per_solved(
    accuracies: Any,
    weights: Any,
    k: Any,
    attempt_price: Any,
    true_positive_rate: Any = 1.0,
    false_positive_rate: Any = 0.0,
) -> SolvedCost:
    """Return what a solved problem costs when at most k attempts stop at the first accepted.

    Parameters
    ----------
    accuracies, weights, k, true_positive_rate, false_positive_rate
        As for `resampling_outcome`.
    attempt_price : float or array
        Price of an attempt with its verification, in any currency.

    Raises
    ------
    ValueError
        If an input is out of its range, the lists differ in length, or weights do not sum to 1.
    """
    price = number("attempt_price", attempt_price, lower_open=False)
    result = resampling_outcome(accuracies, weights, k, true_positive_rate, false_positive_rate)
    cost = price * result.attempts
    xp = array_namespace(cost, result.correct)
    some = result.correct > 0
    each = xp.where(some, cost / xp.where(some, result.correct, 1.0), math.inf)
    return SolvedCost(result.correct, plain(cost), plain(each))


def break_even(
    accuracies: Any,
    weights: Any,
    attempt_price: float,
    strong_accuracy: float,
    strong_price: float,
    true_positive_rate: Any = 1.0,
    false_positive_rate: Any = 0.0,
) -> BreakEven:
    """Return how many attempts of a cheap model equal one of a strong model.

    Parameters
    ----------
    accuracies, weights, true_positive_rate, false_positive_rate
        Of the cheap model, as for `resampling_outcome`, one number or function each.
    attempt_price : float
        Price of a cheap attempt with its verification, above 0.
    strong_accuracy, strong_price : float
        Share of problems that the strong model solves at once, and its price a problem.

    Raises
    ------
    ValueError
        If an input is out of its range, weights do not sum to 1, or a rate or price is an array.

    Examples
    --------
    >>> result = break_even([0.3], [1.0], 0.01, strong_accuracy=0.8, strong_price=0.2)
    >>> result.attempts, round(result.cost, 4)
    (5.0, 0.0277)
    """
    price = single("attempt_price", attempt_price)
    goal = single("strong_accuracy", strong_accuracy, 0, 1, lower_open=False)
    strong_price = single("strong_price", strong_price, lower_open=False)
    rates = (true_positive_rate, false_positive_rate)
    one_question(difficulty(accuracies, weights)[0], *rates)

    def outcome(k: float) -> Any:
        return resampling_outcome(accuracies, weights, k, *rates)

    endless = outcome(math.inf)
    attempts = _first(lambda k: outcome(k).correct >= goal)
    # Strictly more than the strong price, so that equal prices count as affordable.
    too_many = _first(lambda k: outcome(k).attempts * price > strong_price)
    affordable = too_many - 1 if math.isfinite(too_many) else math.inf
    return BreakEven(
        attempts=attempts,
        ceiling=endless.correct,
        cost=price * outcome(attempts).attempts if math.isfinite(attempts) else math.inf,
        affordable_attempts=affordable,
        solved_at_equal_cost=outcome(affordable).correct,
    )


def attempts_in_waves(
    accuracies: Any,
    weights: Any,
    waves: Any,
    width: Any,
    true_positive_rate: Any = 1.0,
    false_positive_rate: Any = 0.0,
) -> Waves:
    """Return latency and cost of attempts made `width` at a time, in at most so many waves.

    Width 1 is serial and cheapest; a single wave is parallel and fastest. What is returned is
    that of `resampling_outcome` with waves times width attempts, if of several accepted samples
    of a wave any is taken.

    Parameters
    ----------
    accuracies, weights, true_positive_rate, false_positive_rate
        As for `resampling_outcome`.
    waves : float or array
        Waves allowed at a problem, from 0; infinity is allowed.
    width : float or array
        Attempts at once, from 1.

    Raises
    ------
    ValueError
        If an input is out of its range, the lists differ in length, or weights do not sum to 1.
    """
    p, w = difficulty(accuracies, weights)
    tpr = node_rates("true_positive_rate", true_positive_rate, p)
    fpr = node_rates("false_positive_rate", false_positive_rate, p)
    waves = number("waves", waves, lower_open=False, infinite=True)
    width = number("width", width, 1, lower_open=False, unit="attempts")
    xp = array_namespace(p, w, tpr, fpr, waves, width)
    accepted, rejected = acceptance(p, tpr, fpr)
    wide = xp.asarray(width)[..., None]
    some = accepted * expected_attempts(accepted, rejected, wide)
    each = expected_attempts(some, 1 - some, xp.asarray(waves)[..., None])
    mean = xp.sum(w * xp.where(w > 0, each, 0.0), axis=-1)
    return Waves(plain(mean), plain(mean * width))


def _first(holds: Any) -> float:
    """Return the least whole k from 0 at which a condition that stays true holds."""
    if holds(0.0):
        return 0.0
    if not holds(math.inf):
        return math.inf
    low, high = 0.0, 1.0
    while not holds(high):
        low, high = high, 2 * high
        if high > 2.0**53:
            return math.inf
    while high - low > 1:
        middle = np.floor((low + high) / 2)
        low, high = (low, float(middle)) if holds(middle) else (float(middle), high)
    return high
