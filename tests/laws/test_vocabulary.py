"""Vocabulary laws: optima of the loss itself, the authors' runs, an input that may be left out."""

import math

import jax
import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from scalekit import datasets, laws
from scalekit.laws.vocabulary import tokens_per_character

A1, A2, B, E = 1.8313851559554126, 0.19584238398665638, 2.1241123120064955, 5.5327846803337435
EXPONENT, A2_EXPONENT = 0.44660634152009615, 0.6707374679896795
COMPRESSION = (0.00639222, -0.15811069, 1.20470122)


def optimal_compute(N: float) -> float:
    return (N / math.exp(-2.4846510161625193)) ** 2


@pytest.mark.parametrize(("N", "times"), [(5e7, 1.0), (302e6, 0.2), (302e6, 4.0), (70e9, 1.0)])
def test_parametric_size_minimises_the_loss_of_approach_3(N: float, times: float) -> None:
    d = laws.get("embedding-width")(N=N)
    C = times * optimal_compute(N)

    def loss(log_V: float) -> float:
        V = math.exp(log_V)
        D = C / 6 / (N + V * d)
        return A2 / (V * d / 1e6) ** A2_EXPONENT + B / (D / 1e9) ** EXPONENT

    best = minimize_scalar(loss, bounds=(5, 16), method="bounded", options={"xatol": 1e-10})
    found = laws.get("vocabulary-size", "parametric")(N=N, C=C)
    assert math.log(found) == pytest.approx(best.x, abs=1e-5)
    total = laws.get("vocabulary-parameters", "parametric")(N=N, C=C)
    assert total == pytest.approx(found * d, rel=1e-14)


@pytest.mark.parametrize("variant", ["isoflop", "derivative", "parametric"])
def test_compute_may_be_left_out(variant: str) -> None:
    law = laws.get("vocabulary-size", variant)
    N = np.array([5e7, 7e9])
    default = law(N=N, C=optimal_compute(1.0) * N**2)
    assert law(N=N) == pytest.approx(default, rel=1e-12)
    assert law(N=7e9, C=None) == pytest.approx(default[1], rel=1e-12)
    slope = float(jax.jit(jax.grad(lambda N: law(N=N)))(7e9))
    assert slope * 7e9 / law(N=7e9) == pytest.approx(law.elasticities(N=7e9)["N"], rel=1e-9)
    for C in (0, "1e20"):
        with pytest.raises(ValueError, match="C of vocabulary-size is"):
            law(N=7e9, C=C)
    more = law(N=7e9, C=1e24) / law(N=7e9, C=1e23)
    assert more == pytest.approx({"isoflop": 10**0.4163622634135234, "derivative": 1}.get(
        variant, more), rel=1e-9)  # fmt: skip
    assert law(N=7e9, C=np.array([1e22, 1e23])).shape == (2,)


def test_width_steps_include_their_upper_end() -> None:
    law = laws.get("embedding-width")
    assert law(N=[1.0, 5e7, 5e7 + 1, 1e12, 1.1e12]).tolist() == [512, 512, 768, 20480, 24576]
    assert "no coefficients" in repr(law)


def test_compression_is_flat_from_200_000_on() -> None:
    law = laws.get("tokens-per-character")
    assert law(V=2e5) == law(V=1e7)
    assert law(V=1.9e5) > law(V=2e5)
    a, b, c = COMPRESSION
    assert math.exp(-b / 2 / a) == pytest.approx(2.35e5, rel=2e-3)
    assert law(V=5000) == pytest.approx(np.polyval([a, b, c], math.log(5000)), rel=1e-13)


def test_fitted_points_are_met_with_the_inflated_token_count(shared_data) -> None:
    runs = datasets.load("scaling-with-vocab")
    N, V, H = (runs[k].to_numpy() for k in ("Non_vocab_parameters", "vocab_size", "num_characters"))
    d, flop = runs["embed_dim"].to_numpy(), runs["FLOPs"].to_numpy()
    # The table's own FLOP count the true tokens.
    tokens = H * tokens_per_character(V, *COMPRESSION)
    assert flop / (6 * (N + V * d)) == pytest.approx(tokens, rel=1e-12)
    kept = flop >= 2.18e17
    assert kept.sum() == 1054
    assert np.array_equal(laws.get("embedding-width")(N=N), d)
    wanted = runs["Lossu"].to_numpy()[kept]

    def error(found: np.ndarray) -> float:
        return float(np.sqrt(np.mean((found[kept] - wanted) ** 2)))

    assert error(laws.get("vocabulary-loss")(N=N, V=V, H=H)) == pytest.approx(0.0908, abs=5e-5)
    true = A1 / (N / 1e6) ** EXPONENT + A2 / (V * d / 1e6) ** A2_EXPONENT
    true += B / (tokens / 1e9) ** EXPONENT - E
    assert error(true) == pytest.approx(0.530, abs=5e-4)
