"""Rates of a verifier from counts, against draws whose rates are known."""

import numpy as np
import pytest
from scipy.stats import beta

from scalekit.sampling.count_table import ProblemCounts
from scalekit.sampling.counted_rates import fit_verifier


def draw(rng, problems=300, attempts=20, tpr=0.9, fpr=0.1, p=None):
    p = rng.beta(0.6, 1.2, problems) if p is None else np.full(problems, p)
    n = np.full(problems, float(attempts))
    right = rng.binomial(attempts, p).astype(float)
    both = rng.binomial(right.astype(int), tpr).astype(float)
    wrong = rng.binomial((n - right).astype(int), fpr)
    return ProblemCounts(n, right, both + wrong, both)


def test_shares_of_what_was_counted():
    counts = ProblemCounts(*np.array([[10, 10], [6, 2], [6, 3], [5, 1]], dtype=float))
    found = fit_verifier(counts)
    assert found.true_positive_rate.value == pytest.approx(6 / 8)
    assert found.false_positive_rate.value == pytest.approx(3 / 12)
    # No narrower than for independent samples, by SciPy's own distribution.
    low, high = beta(6.5, 2.5).ppf([0.025, 0.975])
    assert found.true_positive_rate.lower <= low + 1e-12
    assert found.true_positive_rate.upper >= high - 1e-12


@pytest.mark.parametrize("known", [True, False])
def test_intervals_cover_the_truth(known):
    rng, inside, runs = np.random.default_rng(1), np.zeros(2), 150
    for _ in range(runs):
        counts = draw(rng)
        if not known:
            counts = ProblemCounts(counts.attempts, counts.successes, counts.accepted)
        found = fit_verifier(counts)
        for i, (rate, truth) in enumerate(
            ((found.true_positive_rate, 0.9), (found.false_positive_rate, 0.1))
        ):
            inside[i] += rate.lower <= truth <= rate.upper
    assert np.all(inside / runs > 0.95 - 4 * np.sqrt(0.05 * 0.95 / runs))


def test_what_resembles_itself_within_a_problem_is_less_sure():
    # One problem in ten always fools the verifier, the others never.
    n, fooled = np.full(100, 50.0), np.arange(100) % 10 == 0
    both = np.full(100, 10.0)
    counts = ProblemCounts(n, np.full(100, 10.0), both + 40.0 * fooled, both)
    rate = fit_verifier(counts).false_positive_rate
    assert rate.value == pytest.approx(0.1)
    expected = 1.96 * np.sqrt(0.1 * 0.9 / 99)
    assert rate.upper - rate.value == pytest.approx(expected, rel=1e-3)


def test_a_verifier_without_a_fault_is_not_taken_to_be_perfect():
    n, c = np.full(20, 10.0), np.arange(20) % 11 * 1.0
    for both in (c, None):
        found = fit_verifier(ProblemCounts(n, c, c, both))
        assert found.true_positive_rate.value == pytest.approx(1.0)
        assert found.true_positive_rate.lower < 0.99
        assert found.false_positive_rate.value == pytest.approx(0.0, abs=1e-9)
        assert 0.01 < found.false_positive_rate.upper < 0.05


def test_what_cannot_be_told():
    n, c = np.full(9, 10.0), np.full(9, 4.0)
    with pytest.raises(ValueError, match="accepted was not counted"):
        fit_verifier(ProblemCounts(n, c))
    with pytest.raises(ValueError, match="the same share of successes"):
        fit_verifier(ProblemCounts(n, c, c))
    with pytest.raises(ValueError, match="no sample is right"):
        fit_verifier(ProblemCounts(n, 0 * c, c, 0 * c))
    with pytest.raises(ValueError, match="no sample is wrong"):
        fit_verifier(ProblemCounts(n, n, n))
    with pytest.raises(ValueError, match="level is 1"):
        fit_verifier(ProblemCounts(n, c, c, 0 * c), level=1.0)
