"""Stopping at the first accepted sample, and pools: check values, limits, extremes, gradients."""

import math

import jax
import numpy as np
import pytest

from scalekit import sampling
from scalekit.sampling.verifier import expected_attempts


def test_check_values():
    result = sampling.best_of_k(0.3, 4, 0.9, 0.2)
    found = (result.correct, result.wrong, result.abstain, result.attempts)
    assert found == pytest.approx((0.57873933, 0.30008706, 0.12117361, 2.143479), rel=1e-6)
    assert sampling.verifier_precision(0.3, 0.9, 0.2) == pytest.approx(0.6585, abs=5e-5)
    pool = sampling.verified_pool(0.3, 16, 0.95, 0.1)
    assert (
        pool.pass_probability,
        pool.precision,
        pool.any_selection,
        pool.wrong_selection,
        pool.any_false_pass,
        pool.expected_passes,
    ) == pytest.approx((0.355, 0.8028169014, 0.999102663, 0.197006159, 0.686868198, 5.68), rel=1e-8)
    easy = sampling.best_of_k(0.3, np.array([1, 4, 16])).correct
    assert easy == pytest.approx([0.3, 0.7599, 0.996676707], rel=1e-9)


@pytest.mark.parametrize("p", [0.0, 1e-12, 0.3, 0.999, 1.0])
@pytest.mark.parametrize("tpr", [0.0, 1e-9, 0.7, 1.0])
@pytest.mark.parametrize("fpr", [0.0, 1e-14, 0.2, 1.0])
def test_what_comes_back_adds_up(p, tpr, fpr):
    k = np.array([0, 1, 2, 64, 1e6, 1e15])
    result = sampling.best_of_k(p, k, tpr, fpr)
    assert result.correct + result.wrong + result.abstain == pytest.approx(1, rel=1e-12)
    assert result.attempts[1] == pytest.approx(1, rel=1e-15)
    assert np.all(np.diff(result.attempts) >= 0)
    assert np.all(result.attempts <= k * (1 + 4e-16))
    endless = sampling.best_of_k(p, math.inf, tpr, fpr)
    accepted = p * tpr + (1 - p) * fpr
    if accepted:
        assert endless.abstain == 0
        assert endless.correct == pytest.approx(sampling.verifier_precision(p, tpr, fpr))
        assert endless.attempts == pytest.approx(1 / accepted, rel=1e-12)
    else:
        assert (endless.correct, endless.wrong, endless.abstain) == (0, 0, 1)
        assert endless.attempts == math.inf
        assert math.isnan(sampling.verifier_precision(p, tpr, fpr))


def test_the_geometric_sum_at_tiny_acceptance():
    for accepted, k in ((1e-18, 1e6), (1e-9, 9e3), (1.01e-9, 1e4), (1e-3, 50)):
        exact = math.fsum((-accepted) ** j * math.comb(int(k), j + 1) for j in range(8))
        if accepted * k > 1e-3:
            exact = math.fsum((1 - accepted) ** j for j in range(int(k)))
        assert expected_attempts(accepted, 1 - accepted, k) == pytest.approx(exact, rel=2e-14)


def test_derivatives_where_nothing_is_accepted():
    attempts = jax.grad(lambda a: expected_attempts(a, 1 - a, 5.0))
    assert attempts(0.0) == pytest.approx(-10)
    assert attempts(1.0) == pytest.approx(-1)
    step = 1e-6
    for a in (2e-6, 0.3, 0.7):
        slope = (
            expected_attempts(a + step, 1 - a - step, 5.0)
            - expected_attempts(a - step, 1 - a + step, 5.0)
        ) / (2 * step)
        assert attempts(a) == pytest.approx(slope, rel=1e-5)
    k = jax.grad(lambda k: sampling.best_of_k(0.3, k, 0.9, 0.2).correct)(4.0)
    assert k == pytest.approx(-0.27 / 0.41 * 0.59**4 * math.log(0.59))


def test_a_perfect_verifier_gives_coverage_and_one_sample_the_accuracy():
    p, k = np.linspace(0, 1, 11), np.arange(1, 30)[:, None]
    assert sampling.best_of_k(p, k).correct == pytest.approx(1 - (1 - p) ** k)
    assert sampling.best_of_k(p, 1, 1.0, 1.0).correct == pytest.approx(p)


def test_pool_against_simulation():
    rng = np.random.default_rng(3)
    draws, k = 100_000, 6
    right = rng.uniform(size=(draws, k)) < 0.4
    accepted = rng.uniform(size=(draws, k)) < np.where(right, 0.7, 0.25)
    some = accepted.any(1)
    share = (accepted & ~right).sum(1) / np.maximum(accepted.sum(1), 1)
    found = sampling.verified_pool(0.4, k, 0.7, 0.25)
    for value, seen in (
        (found.any_selection, some),
        (found.wrong_selection, share),
        (found.any_false_pass, (accepted & ~right).any(1)),
        (found.expected_passes, accepted.sum(1)),
    ):
        assert abs(value - seen.mean()) < 5 * seen.std() / math.sqrt(draws)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.2, 3), "p is 1.2"),
        ((0.2, -1), "k is -1"),
        ((0.2, 3, 1.5), "true_positive_rate is 1.5"),
        ((0.2, 3, 1.0, math.nan), "false_positive_rate is nan"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        sampling.best_of_k(*arguments)


def test_acceptance_too_rare_for_a_float_is_endless():
    found = sampling.best_of_k([1e-310, 0.5], math.inf, 1.0, 0.0)
    assert found.attempts.tolist() == [math.inf, 2.0]


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.9, 1.0])
@pytest.mark.parametrize("field", ["correct", "wrong", "abstain", "attempts"])
def test_gradients_where_both_rates_are_equal(rate, field):
    """Equal rates have a branch of their own for the value, and none for the slope."""

    def at(rates):
        return getattr(sampling.best_of_k(0.3, 6, rates[0], rates[1]), field)

    slope = jax.grad(at)(jax.numpy.array([rate, rate]))
    inward = 1e-6 if rate < 0.5 else -1e-6
    for i in range(2):
        there = np.array([rate, rate])
        ends = []
        for steps in (0, 1, 2):
            there[i] = rate + steps * inward
            ends.append(float(at(there)))
        one_sided = (4 * ends[1] - 3 * ends[0] - ends[2]) / (2 * inward)
        assert slope[i] == pytest.approx(one_sided, abs=2e-6)


@pytest.mark.parametrize("p", [0.0, 5e-324, 1e-310, 1e-300])
def test_endless_attempts_at_what_is_hardly_ever_solved(p):
    """The inverse of the acceptance overflows, but not the shares."""
    found = sampling.best_of_k(p, math.inf)
    assert found.correct + found.wrong + found.abstain == pytest.approx(1, rel=1e-15)
    assert found.correct == pytest.approx(float(p > 0), rel=1e-15)


def test_gradients_of_endless_attempts():
    slope = jax.grad(lambda p: sampling.best_of_k(p, math.inf, 0.9, 0.1).correct)(0.3)
    assert slope == pytest.approx(0.9 * 0.1 / (0.27 + 0.07) ** 2)
    tries = jax.grad(lambda p: sampling.best_of_k(p, math.inf, 0.9, 0.1).attempts)(0.3)
    assert tries == pytest.approx(-0.8 / 0.34**2)
    both = jax.grad(lambda p: sampling.best_of_k(p, jax.numpy.array([2.0, math.inf])).correct.sum())
    assert both(0.3) == pytest.approx(1.4)
