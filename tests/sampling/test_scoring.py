"""Best of k by a score, and where over-optimisation peaks."""

import math

import jax
import numpy as np
import pytest
from scipy import integrate, optimize, stats

from scalekit import laws, sampling

K = [1, 4, 16, 64, 256, 1024]


def test_check_values():
    found = sampling.best_of_k_score(0.3, K, [[1.0], [0.5]])
    assert found[0] == pytest.approx([0.3, 0.5187, 0.7002, 0.8163, 0.8842, 0.9242], abs=5e-5)
    assert found[1][1:] == pytest.approx([0.4113, 0.5024, 0.5753, 0.6345, 0.6831], abs=5e-5)
    heavy = sampling.best_of_k_score(0.3, K, 2.0, "t3")
    assert heavy == pytest.approx([0.3, 0.618, 0.695, 0.483, 0.149, 0.005], abs=5e-4)
    kl = sampling.best_of_k_kl([2, 4, 10, 16, 1000, 1024])
    assert kl == pytest.approx(
        [0.193147, 0.636294, 1.402585, 1.835089, 5.908755, 5.932448], abs=6e-7
    )
    assert sampling.best_of_k_kl(1) == 0
    assert sampling.best_of_k_kl(1 + 1e-6) == pytest.approx(5e-13, rel=1e-5)


@pytest.mark.parametrize(("wrong", "law"), [("normal", stats.norm), ("t3", stats.t(3))])
@pytest.mark.parametrize(("p", "k", "gap"), [(0.3, 16, 1.0), (0.02, 3, -0.5), (0.8, 3000, 3.0)])
def test_against_quadrature(wrong, law, p, k, gap):
    def integrand(x):
        below = p * stats.norm.cdf(x - gap) + (1 - p) * law.cdf(x)
        return k * p * stats.norm.pdf(x - gap) * below ** (k - 1)

    exact = integrate.quad(integrand, gap - 9, gap + 9, limit=400, epsabs=1e-12)[0]
    assert sampling.best_of_k_score(p, k, gap, wrong) == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize("wrong", ["normal", "t3"])
def test_against_simulation(wrong):
    """Within four standard errors of 200,000 draws."""
    rng = np.random.default_rng(7)
    draws, k, p, gap = 200_000, 8, 0.25, 1.2
    right = rng.random((draws, k)) < p
    size = right.shape
    noise = rng.standard_normal(size) if wrong == "normal" else rng.standard_t(3, size)
    score = np.where(right, gap + rng.standard_normal(size), noise)
    seen = right[np.arange(draws), score.argmax(axis=1)].mean()
    error = math.sqrt(seen * (1 - seen) / draws)
    assert abs(sampling.best_of_k_score(p, k, gap, wrong) - seen) < 4 * error


@pytest.mark.parametrize("wrong", ["normal", "t3"])
def test_the_tolerance_is_kept(wrong):
    p, k = np.array([0, 1e-6, 0.01, 0.3, 0.99, 1])[:, None, None], np.array([[1], [30], [1e6]])
    gap = np.array([-3.0, 0.1, 1.0, 3.0, 10.0])
    exact = sampling.best_of_k_score(p, k, gap, wrong, tolerance=1e-12)
    for tolerance in (1e-9, 1e-6, 1e-4):
        found = sampling.best_of_k_score(p, k, gap, wrong, tolerance)
        np.testing.assert_allclose(found, exact, rtol=0, atol=tolerance)
    with pytest.raises(ValueError, match=r"tolerance is 0\.5"):
        sampling.best_of_k_score(0.3, 4, 1.0, wrong, tolerance=0.5)


def test_limits_and_derivative():
    p = np.array([0.0, 0.2, 1.0])
    assert sampling.best_of_k_score(p, 1, 1.3) == pytest.approx(p)
    assert sampling.best_of_k_score(p, [[5], [1e6]], 0.0) == pytest.approx(np.tile(p, (2, 1)))
    slope = jax.jit(jax.grad(lambda gap: sampling.best_of_k_score(0.3, 16.0, gap, "t3")))(1.0)
    step = sampling.best_of_k_score(0.3, 16, [1 - 1e-5, 1 + 1e-5], "t3")
    assert slope == pytest.approx((step[1] - step[0]) / 2e-5, rel=1e-6)


def test_a_curve_of_ones_own():
    threshold = np.linspace(6, -6, 4000)
    false, true = stats.norm.sf(threshold), stats.norm.sf(threshold - 1)
    found = sampling.best_of_k_roc(0.3, K, false, true)
    assert found == pytest.approx(sampling.best_of_k_score(0.3, K, 1.0), rel=1e-5)
    # One point: a random one of the accepted, or of all if none is.
    once = sampling.best_of_k(0.3, 5, 0.9, 0.2)
    rejected = 0.3 * 0.1 / (0.3 * 0.1 + 0.7 * 0.8)
    expected = once.correct + once.abstain * rejected
    assert sampling.best_of_k_roc(0.3, 5, [0.2], [0.9]) == pytest.approx(expected)
    limit = sampling.best_of_k_roc(0.3, math.inf, [0.2], [0.9])
    assert limit == pytest.approx(sampling.verifier_precision(0.3, 0.9, 0.2))
    rng = np.random.default_rng(8)
    right = rng.uniform(size=(100_000, 5)) < 0.3
    score = (rng.uniform(size=right.shape) < np.where(right, 0.9, 0.2)) + rng.uniform(
        size=right.shape
    )
    seen = np.take_along_axis(right, score.argmax(1)[:, None], 1).mean()
    assert abs(expected - seen) < 5 * math.sqrt(0.25 / len(right))
    with pytest.raises(ValueError, match="does not fall"):
        sampling.best_of_k_roc(0.3, 5, [0.5, 0.2], [0.6, 0.9])
    with pytest.raises(ValueError, match="as many"):
        sampling.best_of_k_roc(0.3, 5, [0.2], [0.6, 0.9])


def test_pessimistic_score():
    found = sampling.pessimistic_score(0.8, 16, 4, np.array([0, 1, 8]), 0.1)
    assert found == pytest.approx(0.8 - 0.1 * math.log(64) / np.array([1, 5, 33]))


@pytest.mark.parametrize(
    ("variant", "kl", "reward"),
    [
        ("best-of-n-3m", 4.21, 0.504),
        ("best-of-n-12m", 4.60, 0.550),
        ("best-of-n-85m", 7.86, 0.839),
        ("best-of-n-300m", 10.14, 1.008),
        ("best-of-n-680m", 10.98, 1.074),
        ("best-of-n-1.2b", 11.4, 1.104),
        ("best-of-n-3b", 13.5, 1.218),
        ("reinforcement-learning-3m", 10.5, 0.566),
        ("reinforcement-learning-85m", 34.6, 0.806),
        ("reinforcement-learning-300m", 61.2, 0.972),
        ("reinforcement-learning-3b", 83.9, 1.083),
    ],
)
def test_peaks(variant, kl, reward):
    peak = sampling.overoptimization_peak(variant=variant)
    assert peak.distance**2 == pytest.approx(kl, rel=4e-3)
    # Written down with digits cut off, not rounded: .83984 and 1.07470 are two of them.
    assert peak.reward == pytest.approx(reward, abs=1e-3)
    law = laws.get("reward-overoptimization", variant)
    top = optimize.minimize_scalar(
        lambda d: -law(KL=d * d), bounds=(0.1, 40), method="bounded", options={"xatol": 1e-9}
    )
    assert peak.distance == pytest.approx(top.x, rel=1e-5)
    assert peak.reward == pytest.approx(-top.fun, rel=1e-9)


@pytest.mark.parametrize("method", ["best-of-n", "reinforcement-learning"])
def test_peak_of_a_trend_and_of_coefficients(method):
    peak = sampling.overoptimization_peak(variant=f"{method}-trend", N=1e8)
    law = laws.get("reward-overoptimization", f"{method}-trend")
    assert law(KL=peak.distance**2, N=1e8) == pytest.approx(peak.reward)
    near = law(KL=(peak.distance * np.array([0.99, 1.01])) ** 2, N=1e8)
    assert np.all(near < peak.reward)
    replaced = sampling.overoptimization_peak(alpha=0.5, variant=f"{method}-3b")
    beta = laws.get("reward-overoptimization", f"{method}-3b").coefficients["beta"]
    assert replaced == sampling.overoptimization_peak(0.5, beta, method)
    with pytest.raises(ValueError, match="N is None"):
        sampling.overoptimization_peak(variant=f"{method}-trend")
    with pytest.raises(ValueError, match="beta is None"):
        sampling.overoptimization_peak(alpha=1.0, variant=method)
