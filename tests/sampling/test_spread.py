"""Unevenness of problems: the inverse of `from_mean_and_spread`, and a list of rates."""

import numpy as np
import pytest
from scipy import stats

from scalekit.sampling import Empirical, Kumaraswamy, Point, from_mean_and_spread
from scalekit.sampling.spread import fit_spread, spread_of


@pytest.mark.parametrize("mean", [1e-3, 0.3, 0.99])
@pytest.mark.parametrize("spread", [0.0, 0.05, 0.5, 0.97, 1.0])
def test_mean_and_spread_come_back(mean, spread):
    found = from_mean_and_spread(mean, spread)
    assert found.mean == pytest.approx(mean, rel=1e-9)
    assert spread_of(found) == pytest.approx(spread, abs=1e-6)


def test_other_distributions():
    rates = (0.1, 0.4, 0.4, 0.9)
    expected = np.std(rates) / np.sqrt(0.45 * 0.55)
    assert spread_of(Empirical(rates)) == pytest.approx(expected)
    assert spread_of(Point(1.0)) == 0.0
    rng = np.random.default_rng(3)
    drawn = Kumaraswamy(0.5, 2.0, 0.8).sample(400_000, rng)
    by_draws = drawn.std() / np.sqrt(drawn.mean() * (1 - drawn.mean()))
    assert spread_of(Kumaraswamy(0.5, 2.0, 0.8)) == pytest.approx(by_draws, rel=5e-3)


def test_the_interval_is_where_the_likelihood_is_not_too_low():
    """Against a plain grid over both parameters, with SciPy's beta-binomial."""
    c, n = np.array([0, 1, 5, 9, 10, 2, 3, 3]), 10
    found = fit_spread(c, n)
    means, spreads = np.linspace(0.02, 0.98, 193), np.linspace(0.02, 0.98, 193)
    total = 1 / spreads**2 - 1
    a, b = means[:, None] * total, (1 - means[:, None]) * total
    likelihood = sum(stats.betabinom.logpmf(k, n, a, b) for k in c)
    profile = likelihood.max(axis=0)
    good = spreads[profile > profile.max() - stats.chi2.ppf(0.95, 1) / 2]
    assert found.value == pytest.approx(spreads[profile.argmax()], abs=0.01)
    assert (found.lower, found.upper) == pytest.approx((good[0], good[-1]), abs=0.006)
    narrow = fit_spread(c, n, level=0.5)
    assert found.lower < narrow.lower < found.value < narrow.upper < found.upper


def test_the_interval_holds_the_truth_most_of_the_time():
    rng, truth = np.random.default_rng(7), spread_of(from_mean_and_spread(0.3, 0.4))
    held = 0
    for _ in range(60):
        p = from_mean_and_spread(0.3, 0.4).sample(80, rng)
        found = fit_spread(rng.binomial(12, p), 12)
        held += found.lower <= truth <= found.upper
    assert 51 <= held <= 60


def test_what_nothing_rules_out_is_an_open_end():
    assert fit_spread([2], 10).lower == 0.0
    assert fit_spread([5] * 30, 10).lower == 0.0
    assert fit_spread([0] * 30 + [10] * 30, 10).upper == 1.0
    with pytest.raises(ValueError, match="attempts is 1 for every problem"):
        fit_spread([0, 1, 1], 1)
