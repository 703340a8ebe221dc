"""Allocations along the law of Farseer: recorded numbers, and SciPy on a grid of its own."""

import re

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from scalekit import laws
from scalekit.allocation import compute_optimal, lifetime_optimal

# C: N, D, D/N and loss of the refit; D/N and loss of the power mean
RECORDED = {
    1e19: (227183231.325, 7336222206.8, 32.29209, 0.612359, 29.4315, 0.612947),
    1e20: (812943605.901, 20501627106, 25.21900, 0.544029, 26.7589, 0.543933),
    1e21: (2426968725.47, 68672770653, 28.29570, 0.488543, 24.3289, 0.488627),
    1e22: (6247613792.18, 266768517086, 42.69927, 0.442834, 22.1197, 0.444305),
    1e23: (14222829050.5, 1171825001026, 82.39043, 0.404719, 20.1110, 0.408786),
}


@pytest.mark.parametrize("C", RECORDED)
def test_recorded_optima(C: float) -> None:
    N, D, ratio, loss, ratio_mean, loss_mean = RECORDED[C]
    best = compute_optimal(C, "farseer-loss")
    assert pytest.approx((N, D), rel=1e-6) == (best.N, best.D)
    assert best.tokens_per_parameter == pytest.approx(ratio, rel=1e-6)
    assert best.loss == pytest.approx(loss, rel=2e-6)
    best = compute_optimal(C, "farseer-loss", "power-mean-404")
    assert best.tokens_per_parameter == pytest.approx(ratio_mean, rel=1e-5)
    assert best.loss == pytest.approx(loss_mean, rel=2e-6)
    assert best.problem.law.slug == "farseer-loss"


def test_recorded_ratio_of_the_power_mean_far_out() -> None:
    best = compute_optimal(1e25, "farseer-loss", "power-mean-404")
    assert best.tokens_per_parameter == pytest.approx(16.62430, rel=1e-6)


@pytest.mark.parametrize(("C", "ratio"), [(1e19, 17.3), (1e20, 10.8), (1e21, 10.9), (1e22, 13.9)])
def test_recorded_ratios_of_the_printed_law(C: float, ratio: float) -> None:
    best = compute_optimal(C, "farseer-loss", "equation-15")
    assert best.tokens_per_parameter == pytest.approx(ratio, rel=5e-3)


def _first_minimum(variant: str, C: float) -> float | None:
    """Return ln N of the lowest interior minimum by SciPy, or None."""
    law = laws.get("farseer-loss", variant)

    def loss(log_N: float) -> float:
        return float(law(N=np.exp(log_N), D=C / (6 * np.exp(log_N))))

    grid = np.linspace(np.log(1e7), np.log(1e12), 20001)
    values = law(N=np.exp(grid), D=C / (6 * np.exp(grid)))
    inside = np.flatnonzero((values[1:-1] < values[:-2]) & (values[1:-1] < values[2:])) + 1
    if not inside.size:
        return None
    ends = (grid[inside[0] - 1], grid[inside[0] + 1])
    return float(minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-9}).x)


@pytest.mark.parametrize("variant", laws.facts("farseer-loss").variants)
def test_scipy_agrees(variant: str) -> None:
    for C in np.geomspace(2e18, 6e22, 12):
        log_N = _first_minimum(variant, C)
        assert log_N is not None
        best = compute_optimal(C, "farseer-loss", variant)
        assert pytest.approx(log_N, abs=1e-5) == np.log(best.N)
        assert pytest.approx(C, rel=1e-12) == 6 * best.N * best.D
        wanted = laws.get("farseer-loss", variant)(N=best.N, D=best.D)
        assert best.loss == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize(
    ("variant", "C"), [("equation-15", 7e22), ("equation-15", 1e24), ("refit-404", 1e16)]
)
def test_no_minimum_is_said(variant: str, C: float) -> None:
    assert _first_minimum(variant, C) is None
    message = f"C is {C:g}; allowed: budgets at which farseer-loss '{variant}' has a minimum"
    with pytest.raises(ValueError, match=re.escape(message)):
        compute_optimal(C, "farseer-loss", variant)


def test_array_of_budgets() -> None:
    C = np.array([[1e20], [1e21]])
    best = compute_optimal(C, "farseer-loss")
    assert best.N.shape == best.loss.shape == (2, 1)
    assert best.N[1, 0] == pytest.approx(2426968725.47, rel=1e-6)
    with pytest.raises(ValueError, match=r"C is 1e\+24"):
        compute_optimal([1e21, 1e24], "farseer-loss", "equation-15")


@pytest.mark.parametrize("variant", ["refit-404", "power-mean-404"])
def test_neighbours_and_elasticities(variant: str) -> None:
    best = compute_optimal(1e21, "farseer-loss", variant)
    assert best.band() is None
    law = laws.get("farseer-loss", variant)
    twice = law(N=2 * best.N, D=best.D / 2) / best.loss - 1
    assert best.penalty(2.0) == pytest.approx(twice, rel=1e-9)
    low, high = best.flat_region(0.01)
    assert best.penalty(low / best.N) == pytest.approx(0.01, rel=1e-6)
    assert best.penalty(high / best.N) == pytest.approx(0.01, rel=1e-6)
    up, down = (compute_optimal(1e21 * np.exp(s), law).N for s in (1e-4, -1e-4))
    assert best.elasticities()["C"] == pytest.approx(np.log(up / down) / 2e-4, rel=1e-5)


def test_changed_coefficients_are_used() -> None:
    law = laws.get("farseer-loss").replace(b3=1.2)
    assert compute_optimal(1e21, law).N != compute_optimal(1e21, "farseer-loss").N


def test_allocations_with_other_questions_refuse_the_law() -> None:
    with pytest.raises(ValueError, match="law is 'farseer-loss'; allowed for an allocation: chin"):
        lifetime_optimal(1e21, law="farseer-loss")
