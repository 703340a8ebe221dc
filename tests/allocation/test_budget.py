"""A budget shared by training, serving and a limited corpus."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from scalekit import laws
from scalekit.allocation import budget, compute_optimal, data_constrained, lifetime_optimal

CASES = [("chinchilla-loss", v) for v in laws.facts("chinchilla-loss").variants]
CASES += [("minicpm-loss", v) for v in laws.facts("minicpm-loss").variants]


def _oracle(loss_at: Any, upper: float) -> tuple[float, float]:
    """Return the best N and its loss: a fine grid, then a bounded search in its best cell."""
    grid = np.linspace(np.log(1e6), np.log(upper), 20001)
    losses = loss_at(np.exp(grid))
    best = int(np.clip(np.argmin(losses), 1, 19999))
    found = minimize_scalar(
        lambda x: float(loss_at(np.exp(x))),
        bounds=(grid[best - 1], grid[best + 1]),
        method="bounded",
        options={"xatol": 1e-11},
    )
    return float(np.exp(found.x)), float(found.fun)


def test_example_of_the_authors() -> None:
    best = data_constrained(1e22, 25e9)
    # Their grid has 500 points; the continuous minimum is a little off it.
    assert pytest.approx(237336955477.55, rel=5e-3) == best.D
    assert pytest.approx(7022364735.88, rel=5e-3) == best.N
    assert best.epochs == pytest.approx(9.49347821910203, rel=5e-3)
    assert pytest.approx(2.37209e11, rel=3e-6) == best.D
    assert best.epochs == best.D / 25e9
    assert pytest.approx(1e22, rel=1e-12) == 6 * best.N * best.D
    law = laws.get("data-constrained-loss", "c4")
    assert best.loss == pytest.approx(law(N=best.N, D=best.D, U=25e9), rel=1e-14)
    assert best.loss < law(N=7022364735.88, D=237336955477.55, U=25e9)


def test_optimum_on_c4_with_tokens_to_spare() -> None:
    best = data_constrained(5.76e23, 1e15)
    assert pytest.approx(69962173313.5, rel=1e-9) == best.N
    assert pytest.approx(1372170066384.2, rel=1e-9) == best.D
    assert best.epochs == 1.0
    ratios = data_constrained([1e19, 1e21, 1e25], 1e16).tokens_per_parameter
    assert ratios == pytest.approx([19.613] * 3, abs=5e-4)


@pytest.mark.parametrize("variant", ["c4", "figure-1"])
@pytest.mark.parametrize(("C", "U"), [(1e22, 25e9), (1e21, 1e9), (5.76e23, 2e11), (1e20, 1e12)])
def test_data_constrained_is_scipys(variant: str, C: float, U: float) -> None:
    law = laws.get("data-constrained-loss", variant)
    N, loss = _oracle(lambda N: law(N=N, D=C / (6 * N), U=U), C / 6e6)
    best = data_constrained(C, U, variant)
    assert best.loss == pytest.approx(loss, rel=1e-12)
    assert pytest.approx(N, rel=1e-5) == best.N


@pytest.mark.parametrize(
    ("C", "demand", "U", "cost"),
    [(1e23, 1e12, None, 1.0), (1e24, 1e13, 2e11, 0.5), (1e22, 1e11, 2e10, 2.0)],
)
def test_lifetime_optimal_is_scipys(C: float, demand: float, U: float | None, cost: float) -> None:
    form = budget.with_repeats(laws.get("chinchilla-loss").form)  # type: ignore[arg-type]

    def loss_at(N: Any) -> Any:
        return form(N=N, D=C / (6 * N) - cost * demand / 3, U=U or 1e30)

    N, loss = _oracle(loss_at, C / (6e6 + 2 * cost * demand))
    best = lifetime_optimal(C, demand, U, serving_cost=cost)
    assert best.loss == pytest.approx(loss, rel=1e-12)
    assert pytest.approx(N, rel=1e-5) == best.N
    assert 6 * best.N * best.D + cost * 2 * best.N * demand == pytest.approx(C, rel=1e-12)


@pytest.mark.parametrize(("slug", "variant"), CASES)
def test_without_limits_it_is_compute_optimal(slug: str, variant: str) -> None:
    C = np.array([1e19, 5.76e23, 1e26])
    best, plain = (f(C, law=slug, variant=variant) for f in (lifetime_optimal, compute_optimal))
    for name in ("N", "D", "tokens_per_parameter", "loss"):
        assert getattr(best, name) == pytest.approx(getattr(plain, name), rel=1e-9)
    assert np.all(best.epochs == 1.0)


def test_repeating_law_is_the_data_constrained_one() -> None:
    law = "data-constrained-loss"
    best, same = lifetime_optimal(1e22, U=25e9, law=law), data_constrained(1e22, 25e9)
    assert pytest.approx(same.N, rel=1e-12) == best.N
    assert best.epochs == pytest.approx(same.epochs, rel=1e-12)
    other = lifetime_optimal(1e22, U=25e9, law=law, variant="figure-1")
    assert pytest.approx(data_constrained(1e22, 25e9, "figure-1").N, rel=1e-12) == other.N


def test_price_of_serving_scales_the_demand() -> None:
    one, two = lifetime_optimal(1e23, 2e12), lifetime_optimal(1e23, 1e12, serving_cost=2.0)
    assert pytest.approx(two.N, rel=1e-12) == one.N
    assert one.N < lifetime_optimal(1e23).N
    assert lifetime_optimal(1e23, 2e12, U=1e11).epochs > 1.0


@given(log_C=st.floats(20, 25), share=st.floats(0.02, 2.0), ratio=st.floats(1.05, 5.0))
@settings(deadline=None, max_examples=30, derandomize=True)
def test_optimum_beats_its_neighbours(log_C: float, share: float, ratio: float) -> None:
    C = 10**log_C
    U = share * compute_optimal(C).D
    best = data_constrained(C, U)
    law = laws.get("data-constrained-loss")
    for N in (best.N * ratio, best.N / ratio):
        assert law(N=N, D=C / (6 * N), U=U) > best.loss
    if best.epochs > 1.001:
        slopes = law.elasticities(N=best.N, D=best.D, U=U)
        assert slopes["N"] == pytest.approx(slopes["D"], rel=1e-6)


def test_elasticities_are_finite_differences() -> None:
    point = {"C": 1e24, "D_inference": 1e13, "U": 2e11, "serving_cost": 1.0}
    best = lifetime_optimal(**point)
    found = best.elasticities("D")
    step = 1e-4
    for name, value in point.items():
        up, down = (lifetime_optimal(**{**point, name: value * np.exp(s)}).D for s in (step, -step))
        assert found[name] == pytest.approx(np.log(up / down) / (2 * step), rel=1e-4)
    assert found["D_inference"] == pytest.approx(found["serving_cost"], rel=1e-10)


def test_other_numbers_and_variants_do_not_compile_again() -> None:
    lifetime_optimal(1e23, 1e12, U=1e11, variant="besiroglu")
    data_constrained(1e22, 25e9)
    before = budget._solve_many._cache_size()
    lifetime_optimal(3e24, 5e11, U=7e12, variant="de-vries", serving_cost=0.7)
    lifetime_optimal(2e21, 1e9, U=3e9, variant="hoffmann-rounded")
    data_constrained(3e21, 1e10, "figure-1")
    assert budget._solve_many._cache_size() == before


def test_arrays_broadcast() -> None:
    best = data_constrained([[1e21], [1e22]], [1e9, 1e10, 1e12])
    assert best.N.shape == best.epochs.shape == best.loss.shape == (2, 3)
    assert best.N.dtype == np.float64
    one = data_constrained(1e22, 1e10)
    assert type(one.N) is float
    assert best.N[1, 1] == pytest.approx(one.N, rel=1e-12)
    assert np.all(np.diff(best.loss, axis=1) < 0)
    assert lifetime_optimal(1e23, [0.0, 1e12]).N.shape == (2,)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"C": 6e12, "U": 1e10}, r"C is 6e\+12; allowed: a number above 6e\+12 \[FLOP\]"),
        ({"C": float("nan"), "U": 1e10}, "C is nan"),
        ({"C": 1e22, "U": 0.0}, r"U is 0; allowed: a number above 0 \[unique tokens\]"),
        ({"C": 1e22, "U": True}, "U is True"),
        ({"C": 1e22, "U": 1e10, "variant": "c5"}, r"variant is 'c5' \(did you mean 'c4'\?\)"),
    ],
)
def test_bad_questions_of_data_are_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        data_constrained(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"C": 1e21, "D_inference": 1e16}, r"D_inference is 1e\+16; allowed: up to 5e\+14 tokens"),
        ({"C": 1e21, "D_inference": -1.0}, "D_inference is -1; allowed: a number from 0"),
        ({"C": 1e21, "U": -1.0}, "U is -1"),
        ({"C": 1e21, "serving_cost": -1.0}, "serving_cost is -1; allowed: a number from 0"),
        ({"C": 1e21, "law": "kaplan-loss"}, "law is 'kaplan-loss'; allowed for an allocation"),
        ({"C": 1e21, "variant": "c4"}, "variant is 'c4'"),
        ({"C": "much"}, "C is 'much'"),
    ],
)
def test_bad_budgets_are_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lifetime_optimal(**arguments)


@pytest.mark.parametrize(("C", "U"), [(1.26e25, 2e9), (1e22, 2e6), (1e14, 1e8)])
def test_corpus_that_is_far_too_small(C: float, U: float) -> None:
    law = laws.get("data-constrained-loss")
    _, loss = _oracle(lambda N: law(N=N, D=C / (6 * N), U=U), C / 6e6)
    assert data_constrained(C, U).loss <= loss * (1 + 1e-12)


def test_serving_may_be_free() -> None:
    free = lifetime_optimal(1e23, 1e12, serving_cost=0.0)
    assert pytest.approx(compute_optimal(1e23).N, rel=1e-9) == free.N


def test_every_budget_has_its_own_limit_of_demand() -> None:
    best = lifetime_optimal([1e15, 1e22], [0.0, 1e11])
    assert best.N[1] == pytest.approx(lifetime_optimal(1e22, 1e11).N, rel=1e-9)
    with pytest.raises(ValueError, match="D_inference is"):
        lifetime_optimal([1e15, 1e22], [1e11, 0.0])


def test_penalty_without_limits_is_that_of_the_plain_law() -> None:
    best, plain = lifetime_optimal(5.76e23), compute_optimal(5.76e23)
    assert best.penalty([0.5, 2.0, 8.0]) == pytest.approx(plain.penalty([0.5, 2.0, 8.0]), rel=1e-6)
