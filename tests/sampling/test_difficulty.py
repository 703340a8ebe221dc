"""Distributions of difficulty: each way to the same number, and what is refused."""

import math

import numpy as np
import pytest
from scipy.stats import kstest

from scalekit.sampling import (
    Beta,
    Difficulty,
    Empirical,
    Kumaraswamy,
    Mixture,
    Point,
    Uniform,
    from_mean_and_spread,
    pass_at_k,
)

ALL: list[Difficulty] = [
    Point(0.0), Point(0.3), Point(1.0),
    Beta(0.1, 3.0), Beta(0.1, 1e4), Beta(1e-3, 1e-3), Beta(0.3, 0.02), Beta(40.0, 2.0),
    Beta(1e5, 1e5), Beta(300.0, 1e6),
    Kumaraswamy(0.1, 3.0), Kumaraswamy(0.3, 4.0, 0.2), Kumaraswamy(50.0, 1e3), Kumaraswamy(2, 0.01),
    Uniform(0.0, 0.2), Uniform(0.1, 1.0), Uniform(0.4, 0.4),
    Mixture((Beta(0.2, 5.0), Point(0.9)), (0.75, 0.25)),
    Empirical((0.0, 1e-4, 0.5, 1.0)),
]  # fmt: skip

every = pytest.mark.parametrize("difficulty", ALL, ids=str)


@every
def test_nodes_give_failure_up_to_large_k_and_the_mean(difficulty: Difficulty) -> None:
    p, weights = difficulty.nodes()
    assert p.shape == weights.shape
    assert np.all((p >= 0) & (p <= 1) & (weights >= 0))
    assert weights.sum() == pytest.approx(1, rel=1e-13)
    assert weights @ p == pytest.approx(difficulty.mean, rel=1e-10, abs=1e-12)
    k = np.array([0, 1, 2, 30, 1000, 1e4, 1e6])
    failure = np.power.outer(1 - p, k).T @ weights
    assert np.allclose(1 - failure, difficulty.pass_at_k(k), rtol=0, atol=1e-9)


@every
def test_pass_at_k_starts_at_the_mean_and_rises(difficulty: Difficulty) -> None:
    assert difficulty.pass_at_k(1) == pytest.approx(difficulty.mean, rel=1e-11)
    values = difficulty.pass_at_k(np.geomspace(1, 1e5, 30))
    assert values.shape == (30,)
    assert np.all(np.diff(values) >= -1e-14)
    assert type(difficulty.pass_at_k(3)) is float


@every
def test_samples_have_the_mean(difficulty: Difficulty) -> None:
    p = difficulty.sample(20_000, np.random.default_rng(0))
    assert p.shape == (20_000,)
    assert p.mean() == pytest.approx(difficulty.mean, abs=4.5 * p.std() / math.sqrt(p.size) + 1e-15)


def test_kumaraswamy_samples_follow_its_distribution() -> None:
    p = Kumaraswamy(0.4, 3.0, 0.25).sample(20_000, np.random.default_rng(2))
    assert kstest(p, lambda x: 1 - (1 - (x / 0.25) ** 0.4) ** 3.0).pvalue > 0.01


@pytest.mark.parametrize("mean", [0.02, 0.5, 0.9])
@pytest.mark.parametrize("spread", [0.01, 0.3, 0.7, 0.99])
def test_mean_and_spread_come_back(mean: float, spread: float) -> None:
    difficulty = from_mean_and_spread(mean, spread)
    assert isinstance(difficulty, Beta)
    p, weights = difficulty.nodes()
    assert difficulty.mean == pytest.approx(mean, rel=1e-13)
    deviation = math.sqrt(weights @ (p - mean) ** 2)
    assert deviation / math.sqrt(mean * (1 - mean)) == pytest.approx(spread, rel=1e-7)


def test_ends_of_the_sliders() -> None:
    assert from_mean_and_spread(0.3, 0.0) == Point(0.3)
    assert from_mean_and_spread(0.0, 0.5) == Point(0.0)
    assert from_mean_and_spread(1.0, 0.5) == Point(1.0)
    never_or_always = from_mean_and_spread(0.3, 1.0)
    assert np.allclose(never_or_always.pass_at_k([1, 10, 1000]), 0.3, rtol=1e-14)
    assert from_mean_and_spread(0.3, 1e-6 * 1.01).pass_at_k(5) == pytest.approx(
        1 - 0.7**5, rel=1e-9
    )
    # Averaging first overstates: the sheet's easy and hard problems at 16 samples.
    both = Mixture((Point(0.6), Point(0.05)), (0.5, 0.5))
    assert both.pass_at_k(16) == pytest.approx(0.779936451, rel=1e-9)
    assert Point(both.mean).pass_at_k(16) == pytest.approx(0.998142793, rel=1e-9)


def test_rates_of_counts_underrate_hard_problems() -> None:
    successes = np.array([0, 0, 1, 5, 10])
    plain = Empirical.from_counts(successes, 10)
    assert plain.mean == pytest.approx(0.32)
    assert plain.pass_at_k(5) < pass_at_k(10, successes, 5).mean()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Point(1.2), "p is 1.2; allowed"),
        (lambda: Beta(0, 1), "alpha is 0; allowed"),
        (lambda: Kumaraswamy(1, 1, 1.5), "scale is 1.5; allowed"),
        (lambda: Uniform(0.5, 0.2), "low is 0.5; allowed: at most high"),
        (lambda: Mixture((Point(0.1),), (0.5,)), "shares sum to 0.5; allowed: 1"),
        (lambda: Mixture((Point(0.1),), (0.5, 0.5)), "shares has 2 entries for 1 parts"),
        (lambda: Empirical(()), "accuracies has the shape"),
        (lambda: Empirical((0.1, 1.1)), "accuracies is 1.1; allowed"),
        (lambda: Empirical.from_counts([3], [2]), r"successes\[0\] is 3; allowed: at most"),
        (lambda: from_mean_and_spread(0.5, 1.1), "spread is 1.1; allowed"),
    ],
)
def test_what_is_refused(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
