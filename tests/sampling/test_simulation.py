"""Closed forms against draws, each within four standard errors of 200,000 of them."""

import math

import numpy as np
import pytest
from scipy import stats

from scalekit import sampling

DRAWS = 200_000


def solved(rng, p, k):
    """Return whether any of k samples of problems with these accuracies is right."""
    return rng.binomial(k, p, DRAWS) > 0


def voted(rng, p, k):
    """Return whether right samples win a vote of two answers; ties are tossed."""
    right = 2 * rng.binomial(k, p, DRAWS)
    return np.where(right == k, rng.random(DRAWS) < 0.5, right > k)


def picked(rng, p, k, gap):
    """Return whether the best of k normal scores, told apart at three thresholds, is right."""
    right = rng.random((DRAWS, k)) < p
    score = rng.standard_normal(right.shape) + gap * right
    seen = np.digitize(score, THRESHOLDS[::-1]) + rng.random(right.shape)  # ties are tossed
    return right[np.arange(DRAWS), seen.argmax(axis=1)]


THRESHOLDS = np.array([2.0, 1.0, 0.0])
CASES = {
    "independent": (lambda: sampling.independent_pass_at_k(7, 0.13), lambda r: solved(r, 0.13, 7)),
    "uniform": (
        lambda: sampling.uniform_pass_at_k(4, 0.05, 0.6),
        lambda r: solved(r, r.uniform(0.05, 0.6, DRAWS), 4),
    ),
    "beta": (
        lambda: sampling.beta_pass_at_k(20, 0.3, 2.0),
        lambda r: solved(r, r.beta(0.3, 2.0, DRAWS), 20),
    ),
    "kumaraswamy": (
        lambda: sampling.kumaraswamy_pass_at_k(20, 0.5, 2.0, 0.4),
        # Its distribution function is 1 - (1 - (p/scale)^alpha)^beta.
        lambda r: solved(r, 0.4 * (1 - (1 - r.random(DRAWS)) ** (1 / 2.0)) ** (1 / 0.5), 20),
    ),
    "odd vote": (lambda: sampling.majority_vote(0.45, 9), lambda r: voted(r, 0.45, 9)),
    "even vote": (lambda: sampling.majority_vote(0.6, 8), lambda r: voted(r, 0.6, 8)),
    "roc curve": (
        lambda: sampling.best_of_k_roc(
            0.2, 6, stats.norm.sf(THRESHOLDS), stats.norm.sf(THRESHOLDS - 1.1)
        ),
        lambda r: picked(r, 0.2, 6, 1.1),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_closed_form_against_draws(name):
    closed_form, draw = CASES[name]
    seen = draw(np.random.default_rng(2024))
    assert abs(closed_form() - seen.mean()) < 4 * seen.std() / math.sqrt(DRAWS)
