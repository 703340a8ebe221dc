"""Mixtures of experts: claims of the papers, and what the formulas must have in common."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from scalekit import allocation, laws

# Table 2 of Krajewski et al.: active parameters, tokens, granularity, printed loss.
TABLE = [
    (1e8, 4.37e9, 8, 3.133),
    (1e9, 28.94e9, 16, 2.491),
    (3e9, 72.90e9, 16, 2.245),
    (7e9, 137.60e9, 32, 2.076),
    (70e9, 941.07e9, 32, 1.694),
    (300e9, 2.96e12, 64, 1.503),
    (1e12, 7.94e12, 64, 1.367),
]


def _leverage(A: float, G: float, C: float) -> float:
    """Return the leverage without the saturating transform, as A + A_start to a power."""
    g = np.log2(G)
    return (A + 0.0163) ** (1.23 - 0.0761 * np.log10(C) + 0.0167 * g**2 - 0.117 * g)


@pytest.mark.parametrize("point", [(0.008, 2, 3e18), (0.031, 12, 1e22), (1.0, 16, 3e20)])
def test_leverage_as_a_plain_power(point: tuple[float, float, float]) -> None:
    law = laws.get("moe-efficiency-leverage")
    found = law(activation_ratio=point[0], G=point[1], C=point[2])
    assert found == pytest.approx(_leverage(*point), rel=1e-12)


@pytest.mark.parametrize("C", [1e19, 1e22])
def test_best_granularity_of_the_leverage_is_about_twelve(C: float) -> None:
    law = laws.get("moe-efficiency-leverage")
    best = minimize_scalar(
        lambda g: -law(activation_ratio=0.05, G=2**g, C=C),
        bounds=(0, 8),
        method="bounded",
        options={"xatol": 1e-9},
    )
    assert 2**best.x == pytest.approx(11.34, abs=0.005)


def test_more_leverage_with_compute_but_not_for_dense_models() -> None:
    law = laws.get("moe-efficiency-leverage")
    C = np.geomspace(1e18, 1e23, 20)
    assert np.all(np.diff(law(activation_ratio=0.98, G=8, C=C)) > 0)
    assert np.all(np.diff(law(activation_ratio=1.0, G=8, C=C)) < 0)


@pytest.mark.parametrize(("variant", "product"), [("moe", 1.0002), ("dense", 0.9994)])
def test_flop_per_token_times_tokens_is_the_compute(variant: str, product: float) -> None:
    for C in (1e18, 1e22):
        both = laws.get("ling-flop-per-token", variant)(C=C) * laws.get("ling-tokens", variant)(C=C)
        assert both / C == pytest.approx(product, abs=5e-5)
        assert both / C == pytest.approx(1.0, abs=1e-3)


def test_dense_optimum_has_twenty_tokens_per_parameter() -> None:
    N = laws.get("ling-flop-per-token", "dense")(C=1e22) / 6
    assert laws.get("ling-tokens", "dense")(C=1e22) / N == pytest.approx(20, rel=0.05)


@pytest.mark.parametrize("row", TABLE)
def test_table_2_of_the_fine_grained_law(row: tuple[float, float, float, float]) -> None:
    active, D, G, loss = row
    law = laws.get("fine-grained-moe-loss")
    found = law(N=allocation.moe_total_parameters(active), D=D, G=G)
    assert found == pytest.approx(loss, rel=0.01)
    assert found < loss  # the rounded coefficients are low throughout
    assert law(N=64 * active, D=D, G=G) < 0.98 * loss


def test_active_parameters_would_be_wrong() -> None:
    assert laws.get("fine-grained-moe-loss")(N=1e8, D=4.37e9, G=8) == pytest.approx(3.90, abs=5e-3)


def test_granularity_has_an_optimum_only_through_the_cost_of_routing() -> None:
    law = laws.get("fine-grained-moe-loss")
    N, G = allocation.moe_total_parameters(1e9), 2.0 ** np.arange(0, 10)
    assert np.all(np.diff(law(N=N, D=2.894e10, G=G)) < 0)
    budget = allocation.fine_grained_moe_flop(1e9, 2.894e10, 16)
    tokens = budget / allocation.fine_grained_moe_flop(1e9, 1.0, G)
    best = G[np.argmin(law(N=N, D=tokens, G=G))]
    assert best == 16  # as Table 2 has it for this budget


def test_experts_beat_the_dense_model_of_the_same_active_size() -> None:
    moe, dense = laws.get("fine-grained-moe-loss"), laws.get("fine-grained-dense-loss")
    for active, D, G, _ in TABLE[:3]:
        assert moe(N=allocation.moe_total_parameters(active), D=D, G=G) < dense(N=active, D=D)


SPARSE: dict[str, Any] = {
    "a": 16612.50, "alpha": 0.5962, "b": 5455.67, "beta": 0.3954, "c": 0.4598,
    "lam": -0.1666, "d": 17.26, "delta": 0.1603, "gamma": 0.1595, "e": 0.94,
}  # fmt: skip


@pytest.mark.parametrize(
    ("N", "S", "loss"),
    [(1e9, 0, 2.3394), (1e9, 0.5, 2.3637), (1e9, 0.9, 2.4756), (1e9, 0.98, 2.6715),
     (18.8e9, 0, 2.0436), (18.8e9, 0.5, 2.0401), (18.8e9, 0.75, 2.0475), (18.8e9, 0.98, 2.1693)],
)  # fmt: skip
def test_sparsity(N: float, S: float, loss: float) -> None:
    law = laws.get("moe-sparsity-loss")
    assert dict(law.variant_facts.coefficients) == SPARSE
    assert law(N=N, D=110.2e9, sparsity=S) == pytest.approx(loss, abs=6e-5)


def test_best_sparsity_grows_with_size_at_fixed_compute() -> None:
    law = laws.get("moe-sparsity-loss")
    S = np.linspace(0, 0.98, 99)
    best = [
        S[np.argmin(law(N=N, D=1e21 / (6 * N * (1 - S)), sparsity=S))] for N in (1e9, 5e9, 2e10)
    ]
    assert best[0] < best[1] < best[2]
    assert best[2] > 0.8


@pytest.mark.parametrize("sparsity", [-0.1, 1.0, float("nan")])
def test_sparsity_that_uses_no_expert_is_refused(sparsity: float) -> None:
    with pytest.raises(ValueError, match=r"sparsity of moe-sparsity-loss is .*; allowed"):
        laws.get("moe-sparsity-loss")(N=1e9, D=1e11, sparsity=sparsity)
