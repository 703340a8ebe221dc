"""Unevenness of problems: the inverse of `from_mean_and_spread`, and a list of rates."""

import numpy as np
import pytest

from scalekit.sampling import Empirical, Kumaraswamy, Point, from_mean_and_spread
from scalekit.sampling.spread import spread_of


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
