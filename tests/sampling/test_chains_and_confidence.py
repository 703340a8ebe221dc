"""Short chains, confidence under many samples, widths of a tree and regret."""

import math

import numpy as np
import pytest
from scipy import optimize

from scalekit import sampling


def test_short_chains():
    found = sampling.short_m_at_k([1, 3, 5], 5, 2.0)
    assert found.latency == pytest.approx([0.4, 2 * 0.78333333, 2 * 2.28333333])
    assert found.tokens == pytest.approx([2, 6, 10])
    assert (found.majority_latency, found.majority_tokens) == pytest.approx((2 * 2.28333333, 10))
    lengths = np.sort(np.random.default_rng(0).exponential(size=(200_000, 5)), axis=1)
    spent = np.minimum(lengths, lengths[:, 2:3]).sum(1)
    found = sampling.short_m_at_k(3, 5)
    for value, seen in ((found.latency, lengths[:, 2]), (found.tokens, spent)):
        assert abs(value - seen.mean()) < 5 * seen.std() / math.sqrt(len(seen))
    with pytest.raises(ValueError, match=r"m is 6; allowed: up to k"):
        sampling.short_m_at_k(6, 5)
    with pytest.raises(ValueError, match="whole numbers"):
        sampling.short_m_at_k(1.5, 5)


def test_measured_lengths():
    sample = np.random.default_rng(1).lognormal(-0.125, 0.5, 100_000)
    one, three = (sampling.short_m_at_k_of(sample, m, 5) for m in (1, 3))
    found = (one.latency, three.latency, one.majority_latency)
    assert found == pytest.approx((0.521, 0.914, 1.673), abs=0.01)
    ratios = (one.tokens / one.majority_tokens, three.tokens / three.majority_tokens)
    assert ratios == pytest.approx((0.521, 0.796), abs=5e-3)
    every = sampling.short_m_at_k_of([1.0, 2.0, 4.0], 2, 2)
    assert (every.latency, every.tokens) == pytest.approx(((2 + 4 + 4) / 3, 14 / 3))
    with pytest.raises(ValueError, match="list of 4 or more"):
        sampling.short_m_at_k_of([1.0, 2.0, 3.0], 1, 4)


def test_dco_factor():
    p, k = [1 / 16, 1 / 256, 0.05, 0.001], [16, 256, 256, 256]
    found = sampling.dco_factor(p, k)
    assert found == pytest.approx([0.58984, 0.58245, 2.6713e-5, 0.87784], rel=2e-5)
    assert sampling.dco_factor([0, 0.3, 1], 1) == pytest.approx([1, 1, 1])
    assert sampling.dco_factor([0, 1e-12, 1], 16) == pytest.approx([1, 1, 0])
    for p in (1e-3, 0.2):
        step = 1e-6
        loss = [-math.log(1 - (1 - q) ** 16) for q in (p * (1 - step), p * (1 + step))]
        assert sampling.dco_factor(p, 16) == pytest.approx((loss[0] - loss[1]) / (2 * step))


@pytest.mark.parametrize(
    ("k", "confidence", "objective"),
    [
        (1, (1, 0, 0, 0), 0.5),
        (2, (0.625, 0.375, 0, 0), 0.6125),
        (4, (0.4564, 0.3555, 0.1880, 0), 0.789399),
        (16, (0.2997, 0.2755, 0.2412, 0.1836), 0.992839),
    ],
)
def test_optimal_confidence(k, confidence, objective):
    q = np.array([0.3, 0.05, 0.5, 0.15])
    found = sampling.optimal_confidence(q, k)
    assert found.confidence[[2, 0, 3, 1]] == pytest.approx(confidence, abs=5e-5)
    assert found.objective == pytest.approx(objective, abs=6e-7)
    best = optimize.minimize(
        lambda p: -q @ (1 - (1 - p) ** k),
        np.full(4, 0.25),
        bounds=[(0, 1)] * 4,
        constraints={"type": "eq", "fun": lambda p: p.sum() - 1},
    )
    assert found.objective >= -best.fun - 1e-7


def test_confidence_of_many_samples_is_even():
    found = sampling.optimal_confidence([0.9, 0.1 - 1e-9, 1e-9], 1e6)
    assert found.confidence == pytest.approx(1 / 3, rel=1e-4)
    assert sampling.optimal_confidence([0.9, 0.1, 0.0], 50).confidence[2] == 0


def test_widths_and_regret():
    widths = sampling.rebase_widths([1.0, 0.0, -math.log(3)], 8, 1.0)
    weights = np.array([math.e, 1, 1 / 3])
    assert widths.tolist() == np.round(8 * weights / weights.sum()).tolist()
    # Halves to even: the widths need not add up.
    assert sampling.rebase_widths([0, 0], 5).tolist() == [2, 2]
    assert sampling.rebase_widths([1e4, 0.0], 8, 0.01).tolist() == [8, 0]
    assert sampling.cumulative_regret([0.5, 0.8, 0.9], [0.2, 0.4, 0.6]) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="one length"):
        sampling.cumulative_regret([0.5], [0.2, 0.4])
