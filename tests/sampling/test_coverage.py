"""pass@k and its means over difficulty: published values, SciPy's quadrature, exact fractions."""

import math
import re
from fractions import Fraction
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta as beta_distribution

from scalekit.sampling import (
    asymptotic_failure,
    beta_pass_at_k,
    independent_pass_at_k,
    kumaraswamy_pass_at_k,
    pass_at_k,
    uniform_pass_at_k,
)
from scalekit.sampling.log_gamma import mixed_difference


@pytest.mark.parametrize(
    ("found", "value", "rel"),
    [
        (pass_at_k(200, 10, 10), 0.4085478661, 1e-10),
        (pass_at_k(100, 5, 10), 0.41624763307384804, 1e-14),
        (pass_at_k(20, 0, 10), 0.0, 0),
        (pass_at_k(20, 15, 10), 1.0, 0),
        (beta_pass_at_k(100, 0.3, 4), 0.6332392069, 1e-10),
        (1 - beta_pass_at_k(1e4, 0.3, 4), 0.0931122, 1e-6),
        (asymptotic_failure(1e4, 0.3, 4), 0.0931224, 1e-6),
        (1 - uniform_pass_at_k(1000, 0, 0.2), 0.004995005, 1e-7),
        (asymptotic_failure(1000, 1, distribution="uniform", scale=0.2), 0.005, 1e-14),
        (1 - kumaraswamy_pass_at_k(1e4, 0.5, 2), 0.017623884, 1e-7),
        (asymptotic_failure(1e4, 0.5, 2, "kumaraswamy"), 0.017724539, 1e-7),
        (1 - kumaraswamy_pass_at_k(1e4, 0.5, 2, 0.1), 0.055047910, 1e-7),
        (asymptotic_failure(1e4, 0.5, 2, "kumaraswamy", 0.1), 0.056049912, 1e-7),
    ],
)
def test_values_of_the_sheet(found: float, value: float, rel: float) -> None:
    assert type(found) is float
    assert found == pytest.approx(value, rel=rel, abs=0)


@pytest.mark.parametrize(
    ("n", "c", "k"),
    [(200, 10, 10), (7, 3, 4), (10**4, 1, 1), (10**4, 137, 5000), (10**9, 1, 3), (10**6, 999, 8)],
)
def test_unbiased_estimate_in_exact_fractions(n: int, c: int, k: int) -> None:
    few, many = sorted((c, k))
    failure = Fraction(1)
    for i in range(few):
        failure *= Fraction(n - many - i, n - i)
    assert pass_at_k(n, c, k) == pytest.approx(float(1 - failure), rel=1e-11, abs=0)


def test_unbiased_estimate_is_the_mean_of_its_samples() -> None:
    n, p, k = 12, 0.3, 5
    counts = np.arange(n + 1)
    weights = [math.comb(n, c) * p**c * (1 - p) ** (n - c) for c in counts]
    assert weights @ pass_at_k(n, counts, k) == pytest.approx(1 - (1 - p) ** k, rel=1e-14)
    assert weights @ independent_pass_at_k(k, counts / n) < 1 - (1 - p) ** k - 0.02


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((10, 11, 1), "c is 11; allowed: at most n"),
        ((10, 1, 11), "k is 11; allowed: at most n"),
        ((10, [1, 2.5], 1), "c[1] is 2.5; allowed: whole numbers from 0"),
        ((10, -1, 1), "c is -1; allowed"),
        (([10, 3], [1, 5], 1), "c[1] is 5; allowed: at most n"),
        ((0, 0, 1), "n is 0; allowed: whole numbers from 1"),
        ((10, 1, 0), "k is 0; allowed: whole numbers from 1"),
        ((10, "1", 1), "c is '1'; allowed"),
    ],
)
def test_bad_counts_are_named(arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        pass_at_k(*arguments)


@pytest.mark.parametrize(("alpha", "beta"), [(0.1, 3.0), (2.0, 50.0), (0.5, 0.5)])
@pytest.mark.parametrize("k", [0, 1, 7.5, 1e4])
def test_beta_against_quadrature(k: float, alpha: float, beta: float) -> None:
    def failure(u: float) -> float:  # p = u^(1/alpha) takes the pole at 0 away
        return float((1 - u ** (1 / alpha)) ** (k + beta - 1) / alpha)

    # The range falls into pieces so that the step near p = 1/k is not missed.
    ends = [0.0, *np.geomspace(1e-9, 1.0, 19) ** alpha]
    total = sum(quad(failure, a, b, epsabs=0, limit=200)[0] for a, b in pairwise(ends))
    total *= math.exp(math.lgamma(alpha + beta) - math.lgamma(alpha) - math.lgamma(beta))
    assert beta_pass_at_k(k, alpha, beta) == pytest.approx(1 - total, abs=1e-8)


@pytest.mark.parametrize("scale", [1.0, 0.3, 1e-3])
@pytest.mark.parametrize(("alpha", "beta"), [(0.1, 0.2), (0.3, 500.0), (3.0, 2.0), (60.0, 0.7)])
@pytest.mark.parametrize("k", [1.0, 100.0, 1e4, 1e8])
def test_kumaraswamy_against_quadrature(k: float, alpha: float, beta: float, scale: float) -> None:
    def solved(z: float) -> float:  # over the log-odds of the upper quantile
        y = -math.expm1(-float(np.logaddexp(0, -z)) / beta)
        p = scale * y ** (1 / alpha)
        density = math.exp(-float(np.logaddexp(0, -z)) - float(np.logaddexp(0, z)))
        return density * (-math.expm1(k * math.log1p(-p)) if p < 1 else 1.0)

    ends = np.linspace(-60, 60, 25)
    total = sum(quad(solved, a, b, epsabs=1e-13, limit=200)[0] for a, b in pairwise(ends))
    assert kumaraswamy_pass_at_k(k, alpha, beta, scale) == pytest.approx(total, abs=1e-9)


@pytest.mark.parametrize("shape", [1e-3, 0.1, 1.0, 30.0, 1e5])
def test_kumaraswamy_with_a_shape_of_one_is_beta(shape: float) -> None:
    k = np.array([0, 1, 30, 1e4, 1e8])
    assert np.allclose(
        kumaraswamy_pass_at_k(k, 1, shape), beta_pass_at_k(k, 1, shape), rtol=0, atol=1e-11
    )
    assert np.allclose(
        kumaraswamy_pass_at_k(k, shape, 1), beta_pass_at_k(k, shape, 1), rtol=0, atol=1e-11
    )


@pytest.mark.parametrize("high", [1e-16, 1e-12, 1e-6, 9.9e-4, 1.01e-3, 0.03])
def test_uniform_keeps_its_digits(high: float) -> None:
    """Against the closed form in exact fractions."""
    h = Fraction(high)
    for k in (1, 3, 30):
        exact = 1 - (1 - (1 - h) ** (k + 1)) / ((k + 1) * h)
        assert uniform_pass_at_k(k, 0, high) == pytest.approx(float(exact), rel=1e-12)
    slope = jax.grad(lambda h: uniform_pass_at_k(3.0, 0.0, h))(high)
    assert slope == pytest.approx(1.5 - 2 * high, rel=2 * high**2 + 1e-9)


def test_uniform_is_beta_on_the_whole_range_and_has_its_limits() -> None:
    k = np.geomspace(1, 1e6, 7)
    assert np.allclose(uniform_pass_at_k(k, 0, 1), beta_pass_at_k(k, 1, 1), rtol=1e-13)
    assert uniform_pass_at_k(3, 0.2, 0.2) == pytest.approx(1 - 0.8**3, rel=1e-14)
    assert uniform_pass_at_k(3, 0.2, 0.2 + 1e-9) == pytest.approx(1 - 0.8**3, rel=1e-8)
    assert uniform_pass_at_k([0, 3], 1, 1).tolist() == [0, 1]
    with pytest.raises(ValueError, match=r"low is 0\.3; allowed: at most high"):
        uniform_pass_at_k(3, 0.3, 0.2)


def test_failure_approaches_its_power_at_large_k() -> None:
    for k, near in ((1e6, 1e-2), (1e8, 2e-3)):
        beta = 1 - beta_pass_at_k(k, 0.2, 30), asymptotic_failure(k, 0.2, 30)
        scaled = (
            1 - kumaraswamy_pass_at_k(k, 0.4, 3, 0.3),
            asymptotic_failure(k, 0.4, 3, "kumaraswamy", 0.3),
        )
        for exact, power in (beta, scaled):
            assert exact == pytest.approx(power, rel=near)
    with pytest.raises(ValueError, match="distribution is 'gamma'"):
        asymptotic_failure(1, 1, 1, "gamma")
    with pytest.raises(ValueError, match="beta is None"):
        asymptotic_failure(1, 1)


def test_extremes_keep_their_digits() -> None:
    # alpha/(alpha+beta) is the mean, for one sample, at any size of the shapes.
    for alpha, beta in ((1e-9, 1e9), (1e9, 1e9), (1e-300, 1.0), (1e9, 1e-9)):
        exact = alpha / (alpha + beta)
        assert beta_pass_at_k(1, alpha, beta) == pytest.approx(exact, rel=1e-12)
    assert mixed_difference(1e9, 1e-6, 1.0) == pytest.approx(1e-15, rel=1e-6)
    assert beta_pass_at_k(1e300, 0.5, 2) == 1.0
    assert independent_pass_at_k([0, 1, 5], 1).tolist() == [0, 1, 1]
    assert independent_pass_at_k(10, 1e-18) == pytest.approx(1e-17, rel=1e-12)


def test_monte_carlo() -> None:
    rng = np.random.default_rng(1)
    p = beta_distribution(0.4, 3).rvs(200_000, random_state=rng)
    solved = rng.binomial(30, p) > 0
    error = solved.std() / math.sqrt(solved.size)
    assert beta_pass_at_k(30, 0.4, 3) == pytest.approx(solved.mean(), abs=4 * error)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: beta_pass_at_k(50.0, x, 2.0),
        lambda x: beta_pass_at_k(x, 0.3, 2.0),
        lambda x: kumaraswamy_pass_at_k(50.0, x, 2.0, 0.5),
        lambda x: uniform_pass_at_k(5.0, x, 0.9),
        lambda x: independent_pass_at_k(5.0, x),
        lambda x: asymptotic_failure(100.0, x, 2.0),
    ],
)
def test_gradients(function) -> None:
    x, step = 0.6, 1e-5
    slope = jax.jit(jax.grad(function))(jnp.asarray(x))
    assert function(jnp.asarray(x)) == pytest.approx(function(x), rel=1e-12)
    difference = (function(x + step) - function(x - step)) / (2 * step)
    assert float(slope) == pytest.approx(difference, rel=1e-6)


def test_arrays_broadcast() -> None:
    k = np.array([1.0, 10.0, 100.0])
    alpha = np.array([[0.2], [0.4]])
    for function in (beta_pass_at_k, kumaraswamy_pass_at_k):
        table = function(k, alpha, 2.0)
        assert table.shape == (2, 3)
        assert table[1, 2] == pytest.approx(function(100, 0.4, 2.0), rel=1e-13)
    assert pass_at_k(10, np.arange(4), [[1], [2]]).shape == (2, 4)
