"""Data pruning: the published equation solved another way, and its limits."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import norm

from scalekit import laws
from scalekit.laws import pruning

RANGES = {
    "keep-hard": lambda f: (0.0, norm.ppf(0.5 + f / 2)),
    "keep-easy": lambda f: (norm.isf(f / 2), 10.0),
    "random": lambda f: (0.0, 10.0),
}


def by_definition(keep: str, alpha: float, f: float) -> float:
    """Return the error from the largest kappa for which min over R of psi is 1."""
    low, high = RANGES[keep](f)
    u = np.linspace(low, min(high, 10.0), 4001)
    weight = norm.pdf(u)
    weight[[0, -1]] /= 2
    weight /= weight.sum()

    def psi(R: float, kappa: float) -> float:
        a = (kappa - R * u) / np.sqrt(1 - R * R)
        return f * alpha * float(weight @ ((1 + a * a) * norm.cdf(a) + a * norm.pdf(a)))

    def best(kappa: float) -> float:
        options = {"xatol": 1e-10}
        return minimize_scalar(
            psi, args=(kappa,), bounds=(1e-6, 1 - 1e-6), method="bounded", options=options
        ).x

    kappa = brentq(lambda kappa: psi(best(kappa), kappa) - 1, 1e-3, 20.0, xtol=1e-11)
    return float(np.arccos(best(kappa)) / np.pi)


@pytest.mark.parametrize(
    ("keep", "alpha", "f"),
    [("keep-hard", 6.0, 0.3), ("keep-easy", 3.0, 0.25), ("random", 8.0, 0.5)],
)
def test_equation_solved_as_it_is_written(keep: str, alpha: float, f: float) -> None:
    law = laws.get("data-pruning-error", keep)
    found = law(examples_per_parameter=alpha, keep_fraction=f)
    assert found == pytest.approx(by_definition(keep, alpha, f), rel=1e-4)


def test_keeping_everything_is_no_pruning() -> None:
    values = [
        laws.get("data-pruning-error", keep)(examples_per_parameter=5.0, keep_fraction=1.0)
        for keep in RANGES
    ]
    assert values == pytest.approx([values[0]] * 3, rel=1e-12)


def test_a_random_fraction_is_less_data() -> None:
    law = laws.get("data-pruning-error", "random")
    assert law(examples_per_parameter=10.0, keep_fraction=0.3) == pytest.approx(
        law(examples_per_parameter=3.0, keep_fraction=1.0), rel=1e-12
    )


def test_without_pruning_the_error_falls_as_one_over_the_data() -> None:
    law = laws.get("data-pruning-error", "random")
    found = law(examples_per_parameter=np.array([1e2, 1e3, 1e4]), keep_fraction=1.0)
    assert found * [1e2, 1e3, 1e4] == pytest.approx([0.5004, 0.5005, 0.5005], abs=1e-4)


def test_hard_examples_where_data_abound_and_easy_ones_where_they_are_scarce() -> None:
    def errors(alpha: float) -> list[float]:
        return [
            laws.get("data-pruning-error", keep)(examples_per_parameter=alpha, keep_fraction=0.4)
            for keep in ("keep-hard", "keep-easy", "random")
        ]

    hard, easy, random = errors(10.0)
    assert hard < easy < random
    hard, easy, random = errors(2.0)
    assert easy < random < hard


def test_far_ends_are_solved() -> None:
    hard = laws.get("data-pruning-error", "keep-hard")
    # Two kept examples per parameter out of a large pool.
    assert hard(examples_per_parameter=1000.0, keep_fraction=0.002) == pytest.approx(0.02, abs=5e-4)
    alpha = np.geomspace(0.05, 1e4, 12)
    for keep in RANGES:
        law = laws.get("data-pruning-error", keep)
        for f in (0.02, 0.4):
            found = law(examples_per_parameter=alpha, keep_fraction=np.full(12, f))
            assert np.all((found > 0) & (found < 0.5))
            assert np.all(np.diff(found) < 0)


def test_numpy_compiles_nothing_and_solves_in_blocks(monkeypatch) -> None:
    monkeypatch.setattr(pruning, "_solve_compiled", None)
    size = 2 * pruning.BLOCK + 3
    alpha = np.geomspace(0.1, 100.0, size).reshape(1, size)
    for keep in RANGES:
        law = laws.get("data-pruning-error", keep)
        found = law(examples_per_parameter=alpha, keep_fraction=0.3)
        assert found.shape == (1, size)
        for i in (0, pruning.BLOCK, size - 1):
            one = law(examples_per_parameter=alpha[0, i], keep_fraction=0.3)
            assert found[0, i] == pytest.approx(one, rel=1e-12)


@pytest.mark.parametrize("keep", RANGES)
def test_numpy_and_jax_over_the_whole_slider(keep: str) -> None:
    law = laws.get("data-pruning-error", keep)
    spans = [law.inputs[name].slider for name in law.inputs]
    alpha, f = np.meshgrid(np.geomspace(*spans[0], 9), np.geomspace(*spans[1], 7))
    found = law(examples_per_parameter=alpha, keep_fraction=f)
    compiled = law(examples_per_parameter=jnp.asarray(alpha), keep_fraction=jnp.asarray(f))
    assert found == pytest.approx(np.asarray(compiled), rel=1e-12)
