"""Data pruning: the published equation solved another way, and its limits."""

from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest

from benchmarks.bare import BARE
from scalekit import laws
from scalekit.laws import pruning

KEPT = ("keep-hard", "keep-easy", "random")


@pytest.mark.parametrize(
    ("keep", "alpha", "f"),
    [("keep-hard", 6.0, 0.3), ("keep-easy", 3.0, 0.25), ("random", 8.0, 0.5)],
)
def test_equation_solved_as_it_is_written(keep: str, alpha: float, f: float) -> None:
    law = laws.get("data-pruning-error", keep)
    point = {"examples_per_parameter": [alpha], "keep_fraction": [f]}
    solved = BARE[law.form.kind](SimpleNamespace(keep=keep), SimpleNamespace(**point))
    assert law(**point) == pytest.approx(solved, rel=1e-4)


def test_keeping_everything_is_no_pruning() -> None:
    values = [
        laws.get("data-pruning-error", keep)(examples_per_parameter=5.0, keep_fraction=1.0)
        for keep in KEPT
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
            for keep in KEPT
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
    for keep in KEPT:
        law = laws.get("data-pruning-error", keep)
        for f in (0.02, 0.4):
            found = law(examples_per_parameter=alpha, keep_fraction=np.full(12, f))
            assert np.all((found > 0) & (found < 0.5))
            assert np.all(np.diff(found) < 0)


def test_numpy_compiles_nothing_and_solves_in_blocks(monkeypatch) -> None:
    monkeypatch.setattr(pruning, "_solve_compiled", None)
    size = 2 * pruning.BLOCK + 3
    alpha = np.geomspace(0.1, 100.0, size).reshape(1, size)
    for keep in KEPT:
        law = laws.get("data-pruning-error", keep)
        found = law(examples_per_parameter=alpha, keep_fraction=0.3)
        assert found.shape == (1, size)
        for i in (0, pruning.BLOCK, size - 1):
            one = law(examples_per_parameter=alpha[0, i], keep_fraction=0.3)
            assert found[0, i] == pytest.approx(one, rel=1e-12)


@pytest.mark.parametrize("keep", KEPT)
def test_numpy_and_jax_over_the_whole_slider(keep: str) -> None:
    law = laws.get("data-pruning-error", keep)
    spans = [law.inputs[name].slider for name in law.inputs]
    alpha, f = np.meshgrid(np.geomspace(*spans[0], 9), np.geomspace(*spans[1], 7))
    found = law(examples_per_parameter=alpha, keep_fraction=f)
    compiled = law(examples_per_parameter=jnp.asarray(alpha), keep_fraction=jnp.asarray(f))
    assert found == pytest.approx(np.asarray(compiled), rel=1e-12)
