"""Searching with a budget: children of tree nodes, and what an episode more has brought."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from scalekit.checks import number, single


def rebase_widths(rewards: Any, budget: float, temperature: float = 1.0) -> np.ndarray:
    """Return how many children each node of a tree gets, REBASE (arXiv 2408.00724, equation 1).

    Rounded(budget exp(R_j/T)/sum exp(R/T)), halves to even, so that the widths need not add up
    to the budget.

    Parameters
    ----------
    rewards : sequence of shape (nodes,)
        Rewards of the nodes.
    budget : float
        Children in all, from 0: the budget less the branches already complete.
    temperature : float
        Above 0; large ones share evenly.

    Returns
    -------
    array of shape (nodes,)
        Whole numbers.

    Raises
    ------
    ValueError
        If there is no node, the budget is negative, or the temperature not above 0.
    """
    values = np.atleast_1d(number("rewards", rewards, -math.inf))
    budget = single("budget", budget, lower_open=False)
    if values.ndim != 1 or not values.size:
        raise ValueError(f"rewards has the shape {values.shape}; allowed: a list, one a node")
    scaled = values / single("temperature", temperature)
    weights = np.exp(scaled - scaled.max())
    return np.round(budget * weights / weights.sum())


def cumulative_regret(oracle: Any, achieved: Any) -> float:
    """Return the sum over episodes of what the best comparator reaches less what is reached.

    Meta reinforcement fine-tuning (arXiv 2503.07572); the equation from second hand.

    Parameters
    ----------
    oracle, achieved : sequence of shape (episodes,)
        Success rates after each episode, 0 to 1.

    Raises
    ------
    ValueError
        If a rate is outside 0 to 1, or the lists differ in length.
    """
    best = np.atleast_1d(number("oracle", oracle, 0, 1, lower_open=False))
    reached = np.atleast_1d(number("achieved", achieved, 0, 1, lower_open=False))
    if best.shape != reached.shape or best.ndim != 1:
        raise ValueError(
            f"oracle and achieved have the shapes {best.shape} and {reached.shape}; "
            "allowed: two lists of one length"
        )
    return float((best - reached).sum())
