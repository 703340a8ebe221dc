"""A budget over stages of which each must succeed, such as retrieve, edit and test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import number, refuse_first_bad, single


@dataclass(frozen=True)
class StageAllocation:
    """Samples of every stage.

    Attributes
    ----------
    samples : array of shape (stages,)
        Samples, real numbers.
    costs : array of shape (stages,)
        What the samples of each stage cost; they sum to the budget.
    success : float
        Chance that every stage has a correct sample.
    """

    samples: np.ndarray
    costs: np.ndarray
    success: float


def stage_allocation(accuracies: Any, sample_costs: Any, budget: float) -> StageAllocation:
    """Return the samples of each stage with which all stages most probably succeed.

    The budget is that of AgentTTS (arXiv 2508.00890), the sum over stages of samples times cost
    of one. Stages are independent here and a perfect check picks each one's best sample
    (ours): the product of 1 - (1 - p_i)^k_i is largest where the gain in its logarithm per cost
    is the same in all stages, which has a closed form in that gain.

    Parameters
    ----------
    accuracies : sequence of shape (stages,)
        Chances p that one sample of the stage is correct, above 0 and below 1.
    sample_costs : sequence of shape (stages,)
        Cost of one sample in FLOP, tokens or money.
    budget : float
        In the same unit.

    Raises
    ------
    ValueError
        If an input is out of its range, or the lists are empty or differ in length.
    """
    p = np.atleast_1d(number("accuracies", accuracies, 0, 1))
    costs = np.atleast_1d(number("sample_costs", sample_costs))
    budget = single("budget", budget)
    if p.shape != costs.shape or p.ndim != 1 or not p.size:
        raise ValueError(
            f"accuracies and sample_costs have the shapes {p.shape} and {costs.shape}; "
            "allowed: two lists of one length"
        )
    refuse_first_bad("accuracies", p, p < 1, "above 0 and below 1")
    decay = -np.log1p(-p)
    first = np.log(decay / costs)

    def samples(log_gain: float) -> np.ndarray:
        # decay q^k/(1 - q^k) = gain x cost, q = 1 - p.
        return np.asarray(np.logaddexp(0.0, first - log_gain) / decay)

    # At `low` one stage alone takes the budget; at `high`, where all cost at most as much as
    # if few samples were linear, they take no more than it.
    low, high = float(np.max(first - decay * budget / costs)), float(np.log(p.size / budget))
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if samples(middle) @ costs > budget else (low, middle)
    found = samples((low + high) / 2)
    found = found * (budget / (found @ costs))
    success = float(np.prod(-np.expm1(-decay * found)))
    return StageAllocation(found, found * costs, success)
