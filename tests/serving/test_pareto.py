"""The front against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalekit.serving import non_dominated


def brute(costs):
    found = []
    for point in costs:
        better = (costs <= point).all(axis=1) & (costs < point).any(axis=1)
        better &= np.isfinite(costs).all(axis=1)
        found.append(np.isfinite(point).all() and not better.any())
    return np.array(found, bool)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 120), st.integers(1, 4), st.sampled_from([3, 1e6]))
def test_equals_brute_force(seed, points, objectives, levels):
    generator = np.random.default_rng(seed)
    costs = np.floor(generator.uniform(0, levels, (points, objectives)))  # 3 levels: many ties
    costs[generator.random(costs.shape) < 0.05] = np.nan
    costs[generator.random(costs.shape) < 0.05] = np.inf
    assert (non_dominated(costs) == brute(costs)).all()


def test_ends():
    assert non_dominated(np.empty((0, 2))).tolist() == []
    assert non_dominated([[np.nan, 1.0]]).tolist() == [False]
    assert non_dominated([[1.0, 1.0], [1.0, 1.0]]).tolist() == [True, True]
    with pytest.raises(ValueError, match=r"costs has shape \(3,\); allowed"):
        non_dominated([1.0, 2.0, 3.0])
