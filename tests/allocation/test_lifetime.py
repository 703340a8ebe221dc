"""Serving in the bill: the README of Sardana et al. and independent optimisers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, minimize_scalar

from scalekit import laws
from scalekit.allocation import (
    compute_optimal_for_loss,
    inference_aware,
    inference_aware_cost,
    lifetime_flop,
    lifetime_optimal,
    minimum_size_ratio,
)
from scalekit.allocation import lifetime as module

CHINCHILLA = list(laws.facts("chinchilla-loss").variants)
QUALITY_30B = 1.958253360475841


def test_readme_example() -> None:
    best, plain = inference_aware(1.947, 2e12), compute_optimal_for_loss(1.947, "de-vries")
    assert pytest.approx(2.418e10, rel=5e-4) == best.N
    assert pytest.approx(2.657e12, rel=5e-4) == best.D
    assert pytest.approx(0.7096, abs=5e-5) == best.N / plain.N
    assert pytest.approx(1.4677, abs=5e-5) == best.D / plain.D
    total = lifetime_flop(plain.N, plain.D, 2e12)
    assert best.total_flop / total == pytest.approx(0.9522, abs=5e-5)


def test_row_four_of_table_two() -> None:
    best, plain = (
        inference_aware(QUALITY_30B, 5e12),
        compute_optimal_for_loss(QUALITY_30B, "de-vries"),
    )
    assert pytest.approx(16.4e9, rel=5e-3) == best.N
    assert pytest.approx(3.27e12, rel=5e-3) == best.D
    assert pytest.approx(1.641e10, rel=5e-4) == best.N
    assert pytest.approx(3.265e12, rel=5e-4) == best.D
    saved = best.total_flop / lifetime_flop(plain.N, plain.D, 5e12) - 1
    assert saved == pytest.approx(-0.1628, abs=5e-5)


def test_flop_add_up() -> None:
    best = inference_aware(2.1, 3e12)
    assert best.training_flop == pytest.approx(6 * best.N * best.D, rel=1e-14)
    assert best.inference_flop == pytest.approx(2 * best.N * 3e12, rel=1e-14)
    assert best.total_flop == best.training_flop + best.inference_flop
    assert best.loss == 2.1
    assert best.tokens_per_parameter == pytest.approx(best.D / best.N, rel=1e-14)


def test_without_demand_it_is_compute_optimal() -> None:
    for variant in CHINCHILLA:
        best, plain = inference_aware(2.0, 0.0, variant), compute_optimal_for_loss(2.0, variant)
        assert pytest.approx(plain.N, rel=1e-11) == best.N
        assert pytest.approx(plain.D, rel=1e-11) == best.D


def test_endless_demand_shrinks_to_the_smallest_size() -> None:
    plain = compute_optimal_for_loss(2.0, "de-vries")
    ratios = np.asarray(inference_aware(2.0, [1e12, 1e16, 1e24, 1e36]).N) / plain.N
    assert np.all(np.diff(ratios) < 0)
    assert ratios[-1] == pytest.approx(minimum_size_ratio(), rel=1e-3)
    assert ratios[-1] > minimum_size_ratio()


@pytest.mark.parametrize("variant", CHINCHILLA)
@pytest.mark.parametrize(("loss", "demand"), [(2.0, 1e11), (2.0, 1e13), (2.6, 1e12)])
def test_optimum_is_scipys(variant: str, loss: float, demand: float) -> None:
    found = laws.get("chinchilla-loss", variant).coefficients
    A, B, E, alpha, beta = (found[k] for k in ("A", "B", "E", "alpha", "beta"))

    def size(log_D: float) -> float:
        return (A / (loss - E - B * np.exp(-beta * log_D))) ** (1 / alpha)

    def cost(log_D: float) -> float:
        return size(log_D) * (6 * np.exp(log_D) + 2 * demand)

    floor = np.log(B / (loss - E)) / beta
    oracle = minimize_scalar(
        cost, bounds=(floor + 1e-9, floor + 15), method="bounded", options={"xatol": 1e-11}
    )
    best = inference_aware(loss, demand, variant)
    assert best.total_flop == pytest.approx(oracle.fun, rel=1e-12)
    assert pytest.approx(np.exp(oracle.x), rel=1e-5) == best.D
    assert pytest.approx(size(oracle.x), rel=1e-5) == best.N


def test_optimum_is_that_of_a_constrained_optimiser() -> None:
    law, demand, loss = laws.get("chinchilla-loss", "de-vries"), 2e12, 1.947
    plain = compute_optimal_for_loss(loss, "de-vries")
    oracle = minimize(
        lambda x: np.log(np.exp(x[0]) * (6 * np.exp(x[1]) + 2 * demand) / 1e23),
        np.log([plain.N, plain.D]),
        constraints={"type": "eq", "fun": lambda x: law(N=np.exp(x[0]), D=np.exp(x[1])) - loss},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    best = inference_aware(loss, demand)
    assert np.log(best.total_flop / 1e23) == pytest.approx(oracle.fun, abs=1e-9)
    assert np.exp(oracle.x) == pytest.approx([best.N, best.D], rel=1e-3)


@given(
    loss=st.floats(1.95, 3.5),
    log_demand=st.floats(6, 17),
    variant=st.sampled_from(CHINCHILLA),
    ratio=st.floats(1.01, 3.0),
)
@settings(deadline=None, max_examples=40, derandomize=True)
def test_stationary_and_better_than_neighbours(
    loss: float, log_demand: float, variant: str, ratio: float
) -> None:
    demand = 10**log_demand
    best = inference_aware(loss, demand, variant)
    law = laws.get("chinchilla-loss", variant)
    assert law(N=best.N, D=best.D) == pytest.approx(loss, rel=1e-10)
    # Along the loss contour the marginal costs of size and of tokens balance.
    slopes = law.elasticities(N=best.N, D=best.D)
    share = best.training_flop / best.total_flop
    assert slopes["N"] * share == pytest.approx(slopes["D"], rel=1e-8)
    for factor in (ratio, 1 / ratio):
        assert best.penalty(factor) > 0


def test_penalty_is_endless_below_the_smallest_size() -> None:
    best = inference_aware(2.0, 1e12)
    plain = compute_optimal_for_loss(2.0, "de-vries")
    floor = minimum_size_ratio() * plain.N / best.N
    assert best.penalty(0.999 * floor) == float("inf")
    assert np.isfinite(best.penalty(1.001 * floor))
    worse = best.penalty([0.5, 1.0, 2.0])
    assert worse[1] == 0
    assert worse[0] > 0 < worse[2]


def test_penalty_counts_what_the_other_size_costs_over_its_life() -> None:
    best = inference_aware(QUALITY_30B, 5e12)
    plain = compute_optimal_for_loss(QUALITY_30B, "de-vries")
    more = lifetime_flop(plain.N, plain.D, 5e12) / best.total_flop - 1
    assert best.penalty(plain.N / best.N) == pytest.approx(more, rel=1e-9)


def test_equal_prices_leave_the_model_alone() -> None:
    best, priced = inference_aware(1.947, 2e12), inference_aware_cost(1.947, 2e12, 4e-18, 4e-18)
    for name in ("N", "D", "loss", "training_flop", "inference_flop", "total_flop"):
        assert getattr(priced, name) == pytest.approx(getattr(best, name), rel=1e-12)
    assert priced.total_usd == pytest.approx(4e-18 * best.total_flop, rel=1e-12)


def test_only_the_ratio_of_prices_moves_the_model() -> None:
    dear = inference_aware_cost(1.947, 1e12, 1e-18, 3e-18)
    assert pytest.approx(inference_aware(1.947, 3e12).N, rel=1e-12) == dear.N
    assert dear.inference_flop == pytest.approx(2 * dear.N * 1e12, rel=1e-14)
    assert dear.total_usd == pytest.approx(
        1e-18 * dear.training_flop + 3e-18 * dear.inference_flop, rel=1e-14
    )
    free = inference_aware_cost(1.947, 1e12, 1e-18, 0.0)
    assert pytest.approx(inference_aware(1.947, 0.0).N, rel=1e-12) == free.N


def test_budget_that_inference_needs_buys_the_same_model() -> None:
    for variant in ("de-vries", "besiroglu"):
        best = inference_aware(2.0, 2e12, variant)
        back = lifetime_optimal(best.total_flop, 2e12, variant=variant)
        assert pytest.approx(best.N, rel=1e-7) == back.N
        assert pytest.approx(best.D, rel=1e-7) == back.D
        assert back.loss == pytest.approx(2.0, rel=1e-12)


def test_elasticities_are_finite_differences() -> None:
    best = inference_aware(1.947, 2e12)
    step = 1e-4
    point = {"loss": 1.947, "D_inference": 2e12}
    found = best.elasticities()
    for name, value in point.items():
        up, down = (inference_aware(**{**point, name: value * np.exp(s)}).N for s in (step, -step))
        assert found[name] == pytest.approx(np.log(up / down) / (2 * step), rel=1e-4)
    assert found["E"] > 0 > found["D_inference"]
    # N = (A/excess)^(1/alpha) times a function of the token price: homogeneous in A.
    assert found["A"] == pytest.approx(1 / 0.336, rel=1e-9)


def test_arrays_broadcast() -> None:
    best = inference_aware([[1.95], [2.1]], [0.0, 1e12, 1e14])
    assert best.N.shape == best.total_flop.shape == best.loss.shape == (2, 3)
    assert best.N.dtype == np.float64
    one = inference_aware(2.1, 1e14)
    assert type(one.N) is float
    assert best.N[1, 2] == pytest.approx(one.N, rel=1e-12)
    priced = inference_aware_cost(2.1, 1e12, 1e-18, [1e-18, 2e-18])
    assert priced.total_usd.shape == (2,)


def test_other_numbers_do_not_compile_again() -> None:
    inference_aware(2.0, 1e12)
    before = module._solve_many._cache_size()
    inference_aware(2.2, 5e13, "besiroglu")
    inference_aware(2.4, 1e9, "hoffmann-rounded")
    assert module._solve_many._cache_size() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.69, 1e12), r"loss is 1\.69; allowed: a number above 1\.69 \[nats/token\]"),
        ((float("nan"), 1e12), "loss is nan"),
        ((2.0, -1.0), "D_inference is -1; allowed: a number from 0"),
        ((2.0, float("inf")), "D_inference is inf"),
        ((2.0, "many"), "D_inference is 'many'"),
        ((2.0, 1e12, "average"), "variant is 'average'"),
    ],
)
def test_bad_input_is_named(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inference_aware(*arguments)


def test_bad_prices_are_named() -> None:
    with pytest.raises(ValueError, match="training_usd_per_flop is 0"):
        inference_aware_cost(2.0, 1e12, 0.0, 1e-18)
    with pytest.raises(ValueError, match="inference_usd_per_flop is -1"):
        inference_aware_cost(2.0, 1e12, 1e-18, -1.0)


def test_money_can_be_probed() -> None:
    best = inference_aware_cost(2.0, 1e12, 1e-18, 2e-18)
    found = best.elasticities("total_usd")
    # At an optimum only the direct cost counts: its share of serving.
    share = 2e-18 * best.inference_flop / best.total_usd
    assert found["D_inference"] == pytest.approx(share, rel=1e-6)


def test_coefficients_of_another_law() -> None:
    named = inference_aware(2.0, 1e12, "besiroglu")
    given = inference_aware(2.0, 1e12, law=laws.get("chinchilla-loss", "besiroglu"))
    assert (given.N, given.law.variant) == (named.N, "besiroglu")
    assert inference_aware(2.0, 1e12).law.variant == "de-vries"
    own = laws.get("chinchilla-loss").replace(E=1.7)
    assert inference_aware(2.0, 1e12, law=own).N < named.N
    assert inference_aware(1.0, 1e12, law="minicpm-loss").law.slug == "minicpm-loss"
    priced = inference_aware_cost(2.0, 1e12, 1e-18, 1e-18, law=given.law)
    assert pytest.approx(named.N) == priced.N


def test_a_variant_beside_another_law_is_refused() -> None:
    with pytest.raises(ValueError, match=r"variant is 'besiroglu'; allowed beside law: none"):
        inference_aware(2.0, 1e12, "besiroglu", law="minicpm-loss")
    with pytest.raises(ValueError, match=r"law is 'kaplan-loss-tokens'; allowed for an allocation"):
        inference_aware(2.0, 1e12, law="kaplan-loss-tokens")
