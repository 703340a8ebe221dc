"""Samples that resemble each other, and verifiers that fail more on hard problems."""

import math

import jax
import numpy as np
import pytest

from scalekit import sampling


def test_beta_binomial_against_simulation_and_limits():
    rng = np.random.default_rng(5)
    draws = 100_000
    for p, k, correlation in ((0.3, 8, 0.2), (0.05, 40, 0.5)):
        spread = 1 / correlation - 1
        shared = rng.beta(p * spread, (1 - p) * spread, draws)
        seen = rng.binomial(k, shared) > 0
        found = sampling.correlated_pass_at_k(p, k, correlation)
        assert abs(found - seen.mean()) < 5 * seen.std() / math.sqrt(draws)
        nodes, weights = sampling.correlated_runs(p, correlation).nodes()
        assert weights @ (1 - (1 - nodes) ** k) == pytest.approx(found, rel=1e-8)
        assert weights @ nodes == pytest.approx(p, rel=1e-12)
        variance = weights @ (nodes - p) ** 2
        assert variance / (p * (1 - p)) == pytest.approx(correlation, rel=1e-8)
    p, k = np.array([0, 0.2, 1]), np.array([0, 1, 5])[:, None]
    assert sampling.correlated_pass_at_k(p, k, 0) == pytest.approx(1 - (1 - p) ** k)
    assert sampling.correlated_pass_at_k(p, 5, 1) == pytest.approx(p)
    assert sampling.correlated_pass_at_k(p, 1, 0.3) == pytest.approx(p)
    assert sampling.correlated_pass_at_k(0.2, 5, 1e-9) == pytest.approx(1 - 0.8**5, rel=1e-6)


def test_correlation_never_helps_coverage():
    chance = sampling.correlated_pass_at_k(0.1, 20, np.linspace(0, 1, 21))
    assert np.all(np.diff(chance) < 0)
    slope = jax.grad(lambda c: sampling.correlated_pass_at_k(0.1, 20.0, c))(0.3)
    step = [sampling.correlated_pass_at_k(0.1, 20, c) for c in (0.3 - 1e-6, 0.3 + 1e-6)]
    assert slope == pytest.approx((step[1] - step[0]) / 2e-6, rel=1e-6)


def test_effective_samples_keep_the_variance_of_the_mean():
    rng = np.random.default_rng(6)
    p, k, correlation = 0.3, 10, 0.25
    spread = 1 / correlation - 1
    means = rng.binomial(k, rng.beta(p * spread, (1 - p) * spread, 200_000)) / k
    independent = p * (1 - p) / sampling.effective_samples(k, correlation)
    assert means.var() == pytest.approx(independent, rel=0.02)
    assert sampling.effective_samples([1, 5], [[0], [1]]).tolist() == [[1, 5], [1, 1]]
    assert sampling.effective_samples(math.inf, 0.25) == 4


def test_a_rate_that_follows_difficulty():
    rate = sampling.LogisticRate(np.array([0.1, 0.3]), slope=-0.7, reference=0.4)
    p = np.array([0.0, 0.1, 0.4, 0.9, 1.0])
    found = rate(p)
    assert found.shape == (2, 5)
    assert found[:, 2] == pytest.approx([0.1, 0.3])
    assert np.all(np.diff(found) < 0)
    inside = found[:, 1:4]
    steps = np.diff(np.log(inside / (1 - inside)))[:, 0]
    assert steps == pytest.approx(-0.7 * math.log((0.4 / 0.6) / (0.1 / 0.9)))
    assert sampling.LogisticRate(0.2)(p) == pytest.approx(0.2)
    assert sampling.LogisticRate(1.0, slope=2)(p).tolist() == [1] * 5
    assert sampling.LogisticRate(0.2, slope=1)(0.5) == pytest.approx(0.2)
    with pytest.raises(ValueError, match=r"rate is 1\.1"):
        sampling.LogisticRate(1.1)
    with pytest.raises(ValueError, match="reference"):
        sampling.LogisticRate(0.1, reference=1.0)


def test_difficulty_dependent_failures_against_simulation():
    rng = np.random.default_rng(7)
    p, w = np.array([0.8, 0.1]), np.array([0.5, 0.5])
    tpr, fpr = sampling.LogisticRate(0.9, 0.5), sampling.LogisticRate(0.1, -0.6)
    draws, k = 200_000, 4
    kind = rng.integers(0, 2, draws)
    right = rng.uniform(size=(k, draws)) < p[kind]
    passed = rng.uniform(size=(k, draws)) < np.where(right, tpr(p)[kind], fpr(p)[kind])
    first = np.where(passed.any(0), passed.argmax(0), k - 1)
    worth = np.where(right[first, np.arange(draws)], 1.0, -2.0) * passed.any(0) - 0.05 * (first + 1)
    found = sampling.resampling_utility(p, w, k, tpr, fpr, 2.0, 0.05)
    assert abs(found - worth.mean()) < 5 * worth.std() / math.sqrt(draws)
