"""Everything the Sampling app shows, as functions of plain numbers.

In units of what a right answer is worth: prices change nothing but weights of a sum, so that
what ways of answering end in is kept while prices move.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scalekit import sampling
from scalekit.sampling.verifier import BestOfK

EVERY = 32
"""Numbers of samples up to which each is looked at."""

MEASURED = 1e4
"""Samples of a problem that published measurements reach; curves end there."""

SAMPLES = np.unique(np.r_[1 : EVERY + 1, np.geomspace(EVERY, MEASURED, 45).round()])
"""Numbers of samples at which all curves are drawn."""

RATES = np.geomspace(1e-3, 1.0, 200)
COSTS = np.geomspace(1e-2, 1e2, 200)
"""False-positive rates and costs of a wrong answer of the map of the best number of samples."""

SAMPLE_COSTS = np.geomspace(1e-5, 1.0, 96)
WRONG_COSTS = np.geomspace(1e-2, 1e2, 96)
"""Costs of a sample and of a wrong answer of the map of strategies."""

COARSE = 8
"""Every so many nodes of a difficulty are used where a figure shows no more.

An error of 1e-4 in shares; in the best number of samples of up to a quarter where problems are
nearly alike, as more hardly count there.
"""

FEW = 32
"""Nodes of which all are used."""

CLOSE = 1e-4
"""By what the share of problems that the best score solves may be off."""

STRATEGIES = ("verifier", "vote", "score", "strong")
NOTHING = -1
"""Stands for a strategy where none is worth anything."""


class Problems(NamedTuple):
    """Success rates of the problems, with weights that sum to 1.

    Attributes
    ----------
    p, weights : array, shape (nodes,)
        As `Difficulty.nodes`.
    """

    p: np.ndarray
    weights: np.ndarray

    def thinned(self) -> Problems:
        """Return fewer nodes: their rule converges long before there are all."""
        if self.p.size < FEW:
            return self
        p, weights = self.p[::COARSE], self.weights[::COARSE]
        return Problems(p, weights / weights.sum())


class Ends(NamedTuple):
    """What a way of answering ends in, over `SAMPLES`.

    Attributes
    ----------
    right, wrong : array, shape (len(SAMPLES),)
        Shares of the problems; the rest stays without an answer.
    samples, checks : array, shape (len(SAMPLES),)
        Samples and verifications that a problem takes.
    """

    right: np.ndarray
    wrong: np.ndarray
    samples: np.ndarray
    checks: np.ndarray

    def worth(self, wrong_cost: float, sample_cost: float, check_cost: float) -> np.ndarray:
        """Return what it is worth over `SAMPLES`, in right answers."""
        spent = sample_cost * self.samples + check_cost * self.checks
        return self.right - wrong_cost * self.wrong - spent


class StrongAnswer(NamedTuple):
    """One answer of a strong model.

    Attributes
    ----------
    right, wrong : float
        Shares of the problems that it ends right and wrong; the rest is rejected.
    price : float
        Of the answer, its verification included, USD.
    checked : bool
        Whether the verifier checks it.
    """

    right: float
    wrong: float
    price: float
    checked: bool

    @property
    def cost_per_solved(self) -> float:
        """Cost of its answers for each right one, USD."""
        return self.price / self.right


def problems(accuracy: float, spread: float) -> Problems:
    """Return the problems of a mean accuracy and an unevenness."""
    p, weights = sampling.from_mean_and_spread(accuracy, spread).nodes()
    return Problems(p, weights)


def verified(of: Problems, tpr: float, fpr: float) -> Ends:
    """Return what stopping at the first accepted sample ends in."""
    found = sampling.resampling_outcome(*of, SAMPLES, tpr, fpr)
    return Ends(found.correct, found.wrong, found.attempts, found.attempts)


def outcome(of: Problems, k: float, tpr: float, fpr: float) -> BestOfK:
    """Return what k samples end in, stopping at the first accepted one."""
    return sampling.resampling_outcome(*of, k, tpr, fpr)


def voted(accuracy: float, spread: float, wrong: str) -> Ends:
    """Return what the majority of all samples ends in.

    Parameters
    ----------
    accuracy, spread : float
        Mean accuracy of the problems, and their unevenness.
    wrong : {"agree", "scatter"}
        Whether all wrong samples give one answer, the worst case for a vote, or each another,
        the best.
    """
    of = sampling.from_mean_and_spread(accuracy, spread)
    if isinstance(of, sampling.Beta):  # too steep at many votes for a mean over nodes
        mean = sampling.beta_majority_vote if wrong == "agree" else sampling.beta_scattered_vote
        right = mean(SAMPLES, of.alpha, of.beta)
    else:
        vote = sampling.majority_vote if wrong == "agree" else sampling.scattered_vote
        p, weights = of.nodes()
        right = vote(p, SAMPLES[:, None]) @ weights
    return Ends(right, 1.0 - right, SAMPLES, np.zeros_like(SAMPLES))


def score_gap(ranking: float) -> float:
    """Return how far the mean scores of right and wrong samples are apart, in deviations.

    Parameters
    ----------
    ranking : float
        Chance that a right sample scores above a wrong one, for normal scores of one deviation.
    """
    from scipy.special import ndtri  # slow to import

    return float(np.sqrt(2.0) * ndtri(ranking))


def scored(of: Problems, gap: float, tail: str) -> Ends:
    """Return what the sample with the highest score ends in."""
    of = of.thinned()
    right = sampling.best_of_k_score(of.p, SAMPLES[:, None], gap, tail, CLOSE) @ of.weights
    return Ends(right, 1.0 - right, SAMPLES, SAMPLES)


def best_map(of: Problems, tpr: float, attempt_cost: float) -> np.ndarray:
    """Return the best number of samples over `RATES` (rows) and `COSTS` (columns).

    0 where not even one is worth its price, infinite where more are always better.
    """
    of = of.thinned()
    rates, costs = RATES[:, None], COSTS[None, :]
    return np.asarray(sampling.optimal_attempts(*of, tpr, rates, costs, attempt_cost))


def winners(
    ends: dict[str, Ends], check_ratio: float, strong: StrongAnswer, unit: float
) -> np.ndarray:
    """Return which strategy is worth most over `WRONG_COSTS` (rows) and `SAMPLE_COSTS` (columns).

    Each with the number of samples that is best for it there.

    Parameters
    ----------
    ends : dict of Ends
        By strategy; one strong call is made of the next two.
    check_ratio : float
        Price of a verification over that of a sample.
    strong : StrongAnswer
        One call of the strong model.
    unit : float
        What a right answer is worth, in what that call is paid in.

    Returns
    -------
    array of int, shape (len(WRONG_COSTS), len(SAMPLE_COSTS))
        Places in `STRATEGIES`, `NOTHING` where all lose.
    """
    wrong = WRONG_COSTS[:, None]
    worth = np.zeros((len(STRATEGIES) + 1, WRONG_COSTS.size, SAMPLE_COSTS.size))
    for i, name in enumerate(STRATEGIES):
        if name == "strong":
            worth[i + 1] = strong.right - wrong * strong.wrong - strong.price / unit
            continue
        e = ends[name]
        gained = e.right - wrong * e.wrong
        spent = SAMPLE_COSTS[:, None] * (e.samples + check_ratio * e.checks)
        worth[i + 1] = (gained[:, None, :] - spent[None, :, :]).max(axis=-1)
    return worth.argmax(axis=0) - 1
