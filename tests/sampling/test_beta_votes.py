"""Votes over Beta-distributed problems: quadrature, symmetry, limits and gradients."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from scalekit import sampling

SHAPE = np.array([0.9, 2.1])
VOTES = [1, 2, 11, 104, 1087, 10_000]


def over_problems(vote, k, alpha, beta):
    """Return the mean by adaptive quadrature over the quantiles of the distribution."""
    middle = float(stats.beta.cdf(0.5, alpha, beta))
    found, _ = integrate.quad(
        lambda u: vote(float(stats.beta.ppf(u, alpha, beta)), k), 0, 1, limit=500,
        points=[middle], epsabs=1e-9,
    )  # fmt: skip
    return found


@pytest.mark.parametrize(("alpha", "beta"), [(0.9, 2.1), (14.4, 9.6), (0.05, 0.2), (3.0, 0.4)])
@pytest.mark.parametrize("k", VOTES)
def test_means_against_quadrature(alpha, beta, k):
    majority = over_problems(sampling.majority_vote, k, alpha, beta)
    assert sampling.beta_majority_vote(k, alpha, beta) == pytest.approx(majority, abs=2e-7)
    scattered = over_problems(sampling.scattered_vote, k, alpha, beta)
    assert sampling.beta_scattered_vote(k, alpha, beta) == pytest.approx(scattered, abs=2e-7)


@given(st.floats(1e-3, 1e12), st.integers(1, 3000))
def test_as_many_above_as_below_one_half_is_one_half(shape, k):
    assert sampling.beta_majority_vote(k, shape, shape) == pytest.approx(0.5, rel=1e-9)


def test_equally_hard_problems_are_a_limit():
    for mean in (0.3, 0.6):
        alike = 1e10 * mean, 1e10 * (1 - mean)
        for beta, one in (
            (sampling.beta_majority_vote, sampling.majority_vote),
            (sampling.beta_scattered_vote, sampling.scattered_vote),
        ):
            assert beta(VOTES[:4], *alike) == pytest.approx(one(mean, VOTES[:4]), rel=1e-6)


def test_shapes_and_gradients():
    assert isinstance(sampling.beta_majority_vote(3, 1.0, 2.0), float)
    table = sampling.beta_majority_vote([[1, 2], [3, 4]], 1.0, 2.0)
    assert table == pytest.approx(np.array([[1 / 3, 1 / 3], [0.3, 0.3]]))
    for vote in (sampling.beta_majority_vote, sampling.beta_scattered_vote):

        def at(shape, vote=vote):
            return vote(11, shape[0], shape[1])

        steps = 1e-5 * np.eye(2)
        ends = [(at(SHAPE + step) - at(SHAPE - step)) / 2e-5 for step in steps]
        assert jax.grad(at)(jax.numpy.asarray(SHAPE)) == pytest.approx(np.array(ends), rel=1e-6)


@pytest.mark.parametrize("k", [0, 1.5, 2_000_000, "many"])
def test_votes_are_counted(k):
    with pytest.raises(ValueError, match="k is"):
        sampling.beta_majority_vote(k, 1.0, 1.0)


def test_no_votes_asked_for_are_none():
    for vote in (sampling.beta_majority_vote, sampling.beta_scattered_vote):
        assert np.shape(vote([], 1.0, 1.0)) == (0,)
