"""How many attempts to allow, in words: the best number, how flat it is, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import single
from scalekit.sampling.attempts import (
    difficulty,
    one_question,
    optimal_attempts,
    resampling_outcome,
    resampling_utility,
)

NOTICED = 1e-6
"""Part of the best utility below which no difference is worth words."""

MOST = 1e6
"""Attempts up to which it is looked for where more make no difference."""


@dataclass(frozen=True)
class AttemptAdvice:
    """The best number of attempts at a problem.

    Attributes
    ----------
    k : float
        A whole number, 0 or infinity, as of `optimal_attempts`.
    utility : float
        Its utility.
    lower, upper : float
        The region of k around it in which the utility is within the tolerance of the best.
    settled : float
        Least number of attempts from which on, up to endless ones, the utility is within a
        millionth of the best; infinity where there is none up to a million. If it is below k,
        nobody will notice more: hardly any problem is still open.
    reason : str
        Why it is this number, in a sentence.
    """

    k: float
    utility: float
    lower: float
    upper: float
    settled: float
    reason: str


def advise_attempts(
    accuracies: Any,
    weights: Any,
    true_positive_rate: Any = 1.0,
    false_positive_rate: Any = 0.0,
    false_positive_cost: float = 1.0,
    attempt_cost: float = 0.0,
    tolerance: float = 0.01,
) -> AttemptAdvice:
    """Return the best number of attempts with its reason.

    Parameters
    ----------
    accuracies, weights, true_positive_rate, false_positive_rate, false_positive_cost, attempt_cost
        As for `resampling_utility`, one number or function each.
    tolerance : float
        Share of the best utility that may be given up in the region.

    Raises
    ------
    ValueError
        If an input is out of its range, weights do not sum to 1, or a rate or price is an array.

    Examples
    --------
    >>> advice = advise_attempts([0.3], [1.0], attempt_cost=0.01)
    >>> advice.k, advice.lower
    (inf, 13.0)
    """
    tolerance = single("tolerance", tolerance, 0, 1, lower_open=False)
    p, w = difficulty(accuracies, weights)
    rates = (true_positive_rate, false_positive_rate)
    one_question(p, *rates)
    single("false_positive_cost", false_positive_cost, lower_open=False)
    single("attempt_cost", attempt_cost, lower_open=False)
    k = optimal_attempts(p, w, *rates, false_positive_cost, attempt_cost)

    def utility(attempts: Any) -> Any:
        return resampling_utility(p, w, attempts, *rates, false_positive_cost, attempt_cost)

    best = utility(k)
    enough = best - tolerance * abs(best)
    lower = upper = 0.0
    settled, same = math.inf, best - NOTICED * abs(best)
    if k > 0 and np.all(utility(np.array([min(k, MOST), math.inf])) >= same):
        settled = _edge(utility, same, k, -1)
    if k > 0:
        lower = _edge(utility, enough, k, -1)
        upper = k if math.isinf(k) else _edge(utility, enough, k, 1)
    reason = _reason(k, p[w > 0], rates, false_positive_cost, attempt_cost, utility(1.0))
    return AttemptAdvice(k, best, lower, upper, settled, reason)


def _edge(utility: Any, enough: float, k: float, direction: int) -> float:
    """Return the last whole number from k in a direction whose utility is still enough."""
    distance = 2.0 ** np.arange(54)
    if math.isinf(k):
        # Downward from endless attempts: upward until it is enough.
        places = np.concatenate([[0.0], distance])
        low = np.flatnonzero(utility(places) < enough)
        good, bad = (0.0, -1.0) if not low.size else (2 * places[low[-1]] or 1.0, places[low[-1]])
    else:
        good = k
        for some in np.split(distance, 6):  # nearly always the first few are enough
            places = np.maximum(k + direction * some, 0.0)
            low = np.flatnonzero(utility(places) < enough)
            good = (places[low[0] - 1] if low[0] else good) if low.size else places[-1]
            if low.size:
                break
        else:
            return 0.0 if direction < 0 else math.inf
        bad = places[low[0]]
    while abs(bad - good) > 1:
        middle = np.floor((good + bad) / 2)
        if utility(middle) >= enough:
            good = middle
        else:
            bad = middle
    return float(good)


def _reason(
    k: float, p: Any, rates: tuple[Any, Any], wrong_cost: float, attempt_cost: float, first: float
) -> str:
    priced = wrong_cost > 0 or attempt_cost > 0
    alike = np.ptp(p) == 0
    if alike and priced and k != 1:
        verdict = "endless ones pay" if k > 0 else "none pays"
        return (
            "All problems are equally hard, so every attempt is worth what the first was: "
            f"a price decides between none and endless, and here {verdict}."
        )
    if k == 0 and first <= 0 and not any(callable(rate) for rate in rates):
        return (
            f"Already the first attempt at a problem earns nothing: {first:.2g} on average, "
            "and the problems that it leaves open are no easier."
        )
    if k == 0:
        return "No number of attempts earns more than its wrong answers and its price take."
    if math.isinf(k) and not priced:
        return "Neither attempts nor wrong answers cost anything, so that more never hurt."
    if math.isinf(k):
        return (
            "Even on the hardest problems an attempt earns more than it costs, "
            "so that each further one pays, though less and less."
        )
    left = resampling_outcome(p, np.full(len(p), 1 / len(p)), k, *rates).abstain
    if left == 0:
        return f"After attempt {k:.0f} every problem is settled."
    return (
        f"What is still open after attempt {k:.0f} is so hard that the next one costs more, "
        "in wrong answers and in attempts, than it earns."
    )
