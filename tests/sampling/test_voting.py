"""Votes: check values, counting by hand, the binomial, simulation and bounds."""

import itertools
import math

import jax
import numpy as np
import pytest
from scipy import stats

from scalekit import sampling


def counted(shares, k):
    """Return the chance that the first answer wins by going through all multinomial counts."""
    total = 0.0
    for counts in itertools.product(range(k + 1), repeat=len(shares)):
        if sum(counts) == k and counts[0] == max(counts):
            ways = math.factorial(k) / math.prod(math.factorial(c) for c in counts)
            chance = ways * math.prod(s**c for s, c in zip(shares, counts, strict=True))
            total += chance / counts.count(counts[0])
    return total


def test_check_values():
    assert sampling.majority_vote(0.6, [11, 101]) == pytest.approx([0.753498, 0.979103], abs=5e-7)
    normal = sampling.majority_vote_normal(0.6, [11, 101])
    assert normal == pytest.approx([0.750798, 0.979887], abs=5e-7)
    assert sampling.majority_vote(0.45, 101) == pytest.approx(0.156245, abs=6e-7)
    votes = sampling.plurality_vote([0.4, 0.3, 0.3], [10, 40, 160])
    assert votes == pytest.approx([0.497, 0.657, 0.889], abs=2e-3)
    pairs = sampling.pairwise_vote_normal(0.4, 0.3, [10, 40, 160])
    assert pairs == pytest.approx([0.648, 0.777, 0.936], abs=5e-4)
    assert sampling.plurality_vote([0.3, 0.35, 0.35], 160) == pytest.approx(0.095, abs=2e-3)


def test_majority_is_the_binomial_with_ties_halved():
    p, k = np.linspace(0, 1, 9), np.arange(1, 12)[:, None]
    exact = stats.binom.sf(k / 2, k, p) + 0.5 * np.where(k % 2, 0, stats.binom.pmf(k // 2, k, p))
    assert sampling.majority_vote(p, k) == pytest.approx(exact, abs=1e-12)
    slope = jax.jit(jax.grad(lambda p: sampling.majority_vote(p, 11.0)))(0.6)
    assert slope == pytest.approx(11 * math.comb(10, 5) * 0.6**5 * 0.4**5)


@pytest.mark.parametrize(
    "shares", [(1.0,), (0.0, 1.0), (0.6, 0.4), (0.2, 0.5, 0.3), (0.3, 0.3, 0.2, 0.1, 0.1)]
)
def test_plurality_against_counting(shares):
    for k in (1, 2, 3, 6, 7):
        found = sampling.plurality_vote(shares, k)
        assert found == pytest.approx(counted(shares, k), abs=1e-13)


def test_plurality_of_many_votes():
    two = sampling.plurality_vote([0.52, 0.48], [1, 500, 1500])
    assert two == pytest.approx(sampling.majority_vote(0.52, [1, 500, 1500]), rel=1e-10)
    even = sampling.plurality_vote(np.full(10, 0.1), 37)
    assert even == pytest.approx(0.1, rel=1e-12)
    rng = np.random.default_rng(2)
    shares = [0.25, 0.2, 0.2, 0.15, 0.1, 0.1]
    counts = rng.multinomial(64, shares, 200_000)
    best = counts == counts.max(1, keepdims=True)
    share = best[:, 0] / best.sum(1)
    error = share.std() / math.sqrt(len(share))
    assert abs(sampling.plurality_vote(shares, 64) - share.mean()) < 5 * error
    assert 1 - sampling.plurality_vote(shares, 64) < sampling.vote_error_bound(0.05, 64, 6)


def test_votes_whose_wrong_answers_never_agree():
    """Against counting, and as the limit of ever more wrong answers; the error is stated."""
    rng = np.random.default_rng(11)
    p, k = 0.15, 12
    right = rng.binomial(k, p, 400_000)
    wins = np.where(right == 1, 1 / k, right > 1)
    error = wins.std() / math.sqrt(len(wins))
    assert abs(sampling.scattered_vote(p, k) - wins.mean()) < 4 * error
    rare = [0.4, *[0.6 / 300] * 300]
    assert sampling.scattered_vote(0.4, 5) == pytest.approx(sampling.plurality_vote(rare, 5), 5e-3)
    p = np.array([0.0, 1e-9, 0.3, 0.999, 1.0])
    assert sampling.scattered_vote(p, 1) == pytest.approx(p)
    assert sampling.scattered_vote(p, [[2], [9]])[:, [0, 4]].tolist() == [[0, 1], [0, 1]]
    many = [[1], [2], [3], [10], [1000]]
    assert np.all(sampling.scattered_vote(p, many) >= sampling.majority_vote(p, many) - 1e-12)
    assert np.all(np.diff(sampling.scattered_vote(p, many), axis=0) >= -1e-12)
    slope = jax.grad(lambda share: sampling.scattered_vote(share, 5.0))(0.3)
    step = sampling.scattered_vote([0.3 - 1e-6, 0.3 + 1e-6], 5)
    assert slope == pytest.approx((step[1] - step[0]) / 2e-6, rel=1e-6)


def test_the_bound_holds_and_the_limit_is_zero_or_one():
    for shares in ([0.5, 0.3, 0.2], [0.4, 0.35, 0.25]):
        error = 1 - sampling.plurality_vote(shares, [50, 200, 800])
        bound = sampling.vote_error_bound(shares[0] - shares[1], [50, 200, 800], 3)
        assert np.all(error <= bound)
    assert sampling.plurality_vote([0.4, 0.3, 0.3], 2000) > 0.999
    assert sampling.plurality_vote([0.3, 0.4, 0.3], 2000) < 0.001


def test_weighted_vote_against_simulation():
    shares, scores, spread, k = np.array([0.3, 0.4, 0.3]), np.array([0.7, 0.3, 0.2]), 0.1, 40
    rng = np.random.default_rng(4)
    answers = rng.choice(3, (20_000, k), p=shares)
    drawn = scores[answers] + spread * rng.standard_normal(answers.shape)
    sums = np.stack([(drawn * (answers == a)).sum(1) for a in range(3)], 1)
    seen = (sums[:, 0] > sums[:, 1]).mean()
    # Normal at 40 votes: to a hundredth.
    assert sampling.weighted_vote(shares, scores, k, spread) == pytest.approx(seen, abs=0.01)
    assert sampling.weighted_shares(shares, scores) == pytest.approx(np.array([21, 12, 6]) / 39)
    even = sampling.weighted_vote([0.4, 0.3, 0.3], [1, 1, 1], [10, 40])
    assert even == pytest.approx(sampling.pairwise_vote_normal(0.4, 0.3, [10, 40]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sampling.majority_vote(0.5, 2.5), "whole number"),
        (lambda: sampling.plurality_vote([0.5, 0.4], 3), "sum to 0.9"),
        (lambda: sampling.plurality_vote([0.5, 0.5], 5000), "up to 2000"),
        (lambda: sampling.pairwise_vote_normal(0.7, 0.7, 3), "sum of at most 1"),
        (lambda: sampling.weighted_shares([0.5, 0.5], [0, 0]), "scores are 0"),
        (lambda: sampling.weighted_shares([0.5, 0.5], [1]), "shape"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
