"""Difficulty from counts: likelihoods another way, the truth found again, the line beaten."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import betabinom

from scalekit import laws
from scalekit.sampling import (
    Beta,
    Difficulty,
    Kumaraswamy,
    asymptotic_failure,
    coverage_backtest,
    fit_difficulty,
    log_log_fit,
    pass_at_k_interval,
    simulate_counts,
)

TRUTH = Kumaraswamy(0.35, 3.0, 0.3)


def published(variant: str) -> Beta:
    """Return the Beta distribution whose failure falls as a published power law of pass@k."""
    law = laws.get("pass-at-k-power-law", variant)
    a, b = law.coefficients["A"], law.coefficients["alpha"]
    log_beta = brentq(lambda x: math.log(asymptotic_failure(1.0, b, math.exp(x)) / a), -3, 25)
    return Beta(b, math.exp(log_beta))


@pytest.mark.parametrize("attempts", [100, "different"])
def test_beta_fit_is_the_maximum_of_scipys_likelihood(attempts) -> None:
    truth = Beta(0.4, 6.0)
    n = np.full(300, 100) if attempts == 100 else np.arange(300) % 90 + 10
    c = simulate_counts(truth, 300, n, seed=3)

    def log_likelihood(alpha: float, beta: float) -> float:
        return float(betabinom.logpmf(c, n, alpha, beta).sum())

    found = fit_difficulty(c, n).difficulty
    best = log_likelihood(found.alpha, found.beta)
    for factor in (0.98, 1.02):
        assert log_likelihood(found.alpha * factor, found.beta) < best
        assert log_likelihood(found.alpha, found.beta * factor) < best
        assert log_likelihood(found.alpha * factor, found.beta * factor) < best
    assert found.alpha == pytest.approx(truth.alpha, rel=0.2)
    assert found.beta == pytest.approx(truth.beta, rel=0.35)


@pytest.mark.parametrize(("c", "n"), [(0, 50), (7, 50), (50, 50), (400, 10_000), (9000, 10_000)])
def test_likelihood_of_kumaraswamy_by_quadrature(c: int, n: int) -> None:
    from scalekit.sampling.quadrature import log_kumaraswamy_means

    alpha, beta, scale = 0.6, 1.7, 0.95
    top = c * math.log(max(c, 1) / n) + (n - c) * math.log(max(n - c, 1) / n)

    def integrand(y: float) -> float:  # y = (p/scale)^alpha
        p = scale * y ** (1 / alpha)
        log_p = c * math.log(p) if c else 0.0
        return beta * (1 - y) ** (beta - 1) * math.exp(log_p + (n - c) * math.log1p(-p) - top)

    middle = min((c / n / scale) ** alpha, 0.999)
    pieces = np.clip(middle + np.array([-1, -0.05, -0.01, 0, 0.01, 0.05, 1]), 1e-12, 1 - 1e-12)
    wanted = sum(quad(integrand, a, b, epsabs=1e-16, limit=400)[0] for a, b in pairwise(pieces))
    found = log_kumaraswamy_means(
        lambda log_p: c * log_p + (n - c) * np.log1p(-np.exp(log_p)), alpha, beta, scale
    )
    assert float(found[0]) - top == pytest.approx(math.log(wanted), abs=1e-6)


@pytest.mark.slow
def test_kumaraswamy_finds_what_beta_does_not() -> None:
    counts = simulate_counts(TRUTH, 400, 2000, seed=1)
    scaled = fit_difficulty(counts, 2000, "kumaraswamy")
    plain = fit_difficulty(counts, 2000)
    assert scaled.log_likelihood > plain.log_likelihood
    assert scaled.pass_at_k(1e5) == pytest.approx(TRUTH.pass_at_k(1e5), abs=0.02)
    assert scaled.difficulty.alpha == pytest.approx(TRUTH.alpha, rel=0.15)


@pytest.mark.parametrize("variant", ["pythia-12b-math", "pythia-2.8b-math", "gpt-4o-jailbreak"])
def test_distribution_foretells_better_than_the_line(variant: str) -> None:
    # 100 attempts each, foretold for 10 and 100 times as many.
    found = coverage_backtest(published(variant), [1e3, 1e4], problems=500, repeats=12)
    assert np.all(found.distribution_error < 0.6 * found.line_error)
    assert np.all(found.line_error > 0.03)


def test_counts_without_more_spread_than_chance_are_equally_hard() -> None:
    fit = fit_difficulty([5, 5, 5, 5], 10)
    assert fit.pass_at_k(3) == pytest.approx(1 - 0.5**3, abs=1e-3)


def test_interval_holds_the_truth_most_of_the_time() -> None:
    truth, held = Beta(0.4, 6.0), 0
    for seed in range(10):
        counts = simulate_counts(truth, 100, 50, seed)
        low, high = pass_at_k_interval(counts, 50, 1000, resamples=25)
        held += low < truth.pass_at_k(1000) < high
    assert held >= 7


def test_interval_shrinks_with_more_problems_and_stays_within_0_and_1() -> None:
    few, many = (
        pass_at_k_interval(
            simulate_counts(Beta(0.4, 6.0), problems, 50, 5), 50, [100, 1e4], resamples=30
        )
        for problems in (60, 600)
    )
    assert np.all(many[1] - many[0] < 0.6 * (few[1] - few[0]))
    low, high = pass_at_k_interval([0, 0, 1], 5, 10, resamples=30)
    assert 0.0 <= low < high <= 1.0


def test_line_through_an_exact_power_law() -> None:
    k = np.geomspace(1, 1e4, 30)
    fit = log_log_fit(k, np.exp(-4.113 * k**-0.37))
    assert (fit.amplitude, fit.exponent) == pytest.approx((4.113, 0.37), rel=1e-12)
    assert fit.pass_at_k(1e6) == pytest.approx(math.exp(-4.113 * 1e6**-0.37), rel=1e-12)


def test_simulated_counts_repeat_and_have_their_mean() -> None:
    truth: Difficulty = Beta(2.0, 6.0)
    counts = simulate_counts(truth, 5000, 20, seed=9)
    assert np.array_equal(counts, simulate_counts(truth, 5000, 20, seed=9))
    assert counts.mean() / 20 == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize(
    ("c", "n", "message"),
    [
        ([1, 2, 7], [5, 5, 5], "successes[2] is 7; allowed: at most the attempts of the row"),
        ([1, -2], 5, "successes[1] is -2; allowed: whole numbers from 0"),
        ([1, 2.5], 5, "successes[1] is 2.5; allowed: whole numbers from 0"),
        ([1, 2], [5, 0], "attempts[1] is 0; allowed: whole numbers from 1"),
        ([1, 2], [5, 5.5], "attempts[1] is 5.5; allowed: whole numbers from 1"),
        ([], 5, "successes has the shape (0,); allowed: one row for each problem"),
        (3, 5, "successes has the shape (); allowed: one row for each problem"),
        ([1, 2], [5, 5, 5], "attempts has the shape (3,); allowed: one number, or the shape (2,)"),
        ([1, float("nan")], 5, "successes is nan; allowed"),
        ([0, 0], 5, "successes sum to 0 in 10 attempts; allowed: at least one success"),
        ([5, 5], 5, "successes sum to 10 in 10 attempts; allowed"),
    ],
)
def test_bad_counts_are_named(c, n, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        fit_difficulty(c, n)


def test_bad_families_and_lines_are_named() -> None:
    with pytest.raises(ValueError, match=r"family is 'betta' \(did you mean 'beta'"):
        fit_difficulty([1], 5, "betta")
    with pytest.raises(ValueError, match=r"pass_rates\[1\] is 1; allowed: above 0 and below 1"):
        log_log_fit([1, 2], [0.5, 1.0])
    with pytest.raises(ValueError, match="at least two different k"):
        log_log_fit([2, 2], [0.5, 0.5])


def test_problems_always_and_never_solved_have_a_finite_likelihood() -> None:
    """A small second shape must not drown in the attempts, whichever end it is at."""
    c = np.array([0] * 27 + [1000] * 2 + [980])
    found, mirrored = fit_difficulty(c, 1000), fit_difficulty(1000 - c, 1000)
    assert np.isfinite(found.log_likelihood)
    assert found.log_likelihood == pytest.approx(mirrored.log_likelihood)
    assert found.difficulty.mean == pytest.approx(1 - mirrored.difficulty.mean, abs=1e-3)
    assert found.difficulty.mean == pytest.approx(c.mean() / 1000, abs=0.02)
