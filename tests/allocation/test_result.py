"""How sharp, how steep and how sure an allocation is."""

from typing import Any

import numpy as np
import pytest

from scalekit import laws
from scalekit.allocation import (
    Allocation,
    compute_optimal,
    compute_optimal_for_loss,
    data_constrained,
    inference_aware,
    lifetime_optimal,
    size_overhead,
)
from scalekit.allocation.result import DRAWS, draw_forms

GOPHER = 5.76e23


@pytest.fixture(scope="module")
def best() -> Allocation:
    return compute_optimal(GOPHER)


def test_band_of_the_replication(best: Allocation) -> None:
    band = best.band("tokens_per_parameter")
    assert band is not None
    assert band.lower == pytest.approx(8.2, abs=0.1)
    assert band.median == pytest.approx(18.3, abs=0.15)
    assert band.upper == pytest.approx(41.4, abs=0.3)
    assert band.level == 0.95
    assert band.lower < best.tokens_per_parameter < band.upper


def test_flat_region_far_from_the_best() -> None:
    """With few unique tokens models 40,000 times larger lose less than 1 %."""
    used_up = lifetime_optimal(5.76e23, U=1e8)
    smallest, largest = used_up.flat_region(0.01)
    assert largest > 1e4 * used_up.N
    for end in (smallest, largest):
        assert used_up.penalty(end / used_up.N) == pytest.approx(0.01, rel=1e-4)
    assert used_up.flat_region(0.999999)[1] >= largest


@pytest.mark.parametrize("of", ["N", "D", "tokens_per_parameter", "loss"])
@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_band_is_that_of_many_random_draws(best: Allocation, of: str, level: float) -> None:
    draws = compute_optimal(GOPHER, laws.get("chinchilla-loss").sample(20000, key=11))
    tail = (1 - level) / 2
    wanted = np.quantile(getattr(draws, of), [tail, 0.5, 1 - tail])
    band = best.band(of, level)
    assert band is not None
    assert [band.lower, band.median, band.upper] == pytest.approx(wanted, rel=0.05)


def test_wider_levels_have_wider_bands(best: Allocation) -> None:
    bands = [best.band("N", level) for level in (0.5, 0.8, 0.95)]
    lower, upper = [b.lower for b in bands if b], [b.upper for b in bands if b]
    assert lower[0] > lower[1] > lower[2] > 0
    assert upper[0] < upper[1] < upper[2]
    assert best.band("N") == best.band("N", 0.95)


def test_band_is_the_same_however_the_optimum_was_found(best: Allocation) -> None:
    plain, solved = best.band("N"), lifetime_optimal(GOPHER).band("N")
    assert plain is not None
    assert solved is not None
    assert solved.lower == pytest.approx(plain.lower, rel=1e-6)
    assert solved.upper == pytest.approx(plain.upper, rel=1e-6)


def test_draws_have_the_covariance_of_the_law() -> None:
    law = laws.get("chinchilla-loss")
    known, form = law.uncertainty, draw_forms(law)
    assert known is not None
    rows = np.stack([np.asarray(getattr(form, name)) for name in known.names])
    assert rows.shape == (5, DRAWS)
    scale = np.sqrt(np.diag(known.covariance))
    assert np.abs((np.cov(rows) - known.covariance) / np.outer(scale, scale)).max() < 0.02
    again = draw_forms(law)
    assert np.array_equal(rows[0], np.asarray(again.log_A))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "allocation",
    [
        compute_optimal(1e21, variant="de-vries"),
        compute_optimal(1e21, law="minicpm-loss"),
        compute_optimal(1e21, laws.get("chinchilla-loss").replace(A=480.0)),
        compute_optimal_for_loss(2.0, "hoffmann-precise"),
        inference_aware(2.0, 1e12),
        data_constrained(1e22, 25e9),
    ],
    ids=["de-vries", "minicpm", "changed", "for-loss", "inference", "data"],
)
def test_no_band_without_known_uncertainty(allocation: Allocation) -> None:
    assert allocation.band() is None


def test_penalty_of_other_sizes(best: Allocation) -> None:
    assert best.penalty(1.0) == 0.0
    law = laws.get("chinchilla-loss")
    wanted = law(N=best.N / 2, D=2 * best.D) / best.loss - 1
    assert best.penalty(0.5) == pytest.approx(wanted, rel=1e-9)
    assert type(best.penalty(0.5)) is float
    found = best.penalty([[0.1, 0.5], [2.0, 10.0]])
    assert found.shape == (2, 2)
    assert np.all(found > 0)
    assert found[0, 0] > found[0, 1]
    assert found[1, 1] > found[1, 0]


def test_penalty_of_a_size_that_cannot_reach_the_loss() -> None:
    found = compute_optimal_for_loss(1.97397)
    alpha, beta = 0.34781303, 0.36585412
    floor = (1 + alpha / beta) ** (-1 / alpha)
    assert found.penalty(1.0) == 0.0
    assert found.penalty(floor * 0.999) == float("inf")
    assert 0 < found.penalty(floor * 1.001) < float("inf")
    wanted = size_overhead([0.5, 2.0], alpha, beta).compute_overhead
    assert found.penalty([0.5, 2.0]) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("within", [0.001, 0.01])
def test_flat_region_ends_where_the_penalty_says(best: Allocation, within: float) -> None:
    smallest, largest = best.flat_region(within)
    assert smallest < best.N < largest
    assert best.penalty(smallest / best.N) == pytest.approx(within, rel=1e-6)
    assert best.penalty(largest / best.N) == pytest.approx(within, rel=1e-6)


@pytest.mark.parametrize("of", ["N", "D", "tokens_per_parameter", "loss"])
def test_elasticities_are_finite_differences(best: Allocation, of: str) -> None:
    law = laws.get("chinchilla-loss")
    step = 1e-5

    def slope(at: Any) -> float:
        up, down = (getattr(at(np.exp(s)), of) for s in (step, -step))
        return float(np.log(up / down) / (2 * step))

    found = best.elasticities(of)
    assert set(found) == {"C", *law.coefficients}
    assert found["C"] == pytest.approx(slope(lambda f: compute_optimal(GOPHER * f)), abs=1e-8)
    for name, value in law.coefficients.items():
        changed = slope(
            lambda f, n=name, v=value: compute_optimal(GOPHER, law.replace(**{n: v * f}))
        )
        assert found[name] == pytest.approx(changed, rel=1e-7, abs=1e-8)


def test_elasticities_known_in_closed_form(best: Allocation) -> None:
    alpha, beta = 0.34781303, 0.36585412
    found = best.elasticities("N")
    assert found["C"] == pytest.approx(beta / (alpha + beta), rel=1e-12)
    assert found["A"] == pytest.approx(1 / (alpha + beta), rel=1e-12)
    assert found["B"] == pytest.approx(-found["A"], rel=1e-12)
    assert found["E"] == 0.0


def test_unknown_results_and_levels_are_refused(best: Allocation) -> None:
    with pytest.raises(ValueError, match="of is 'n'"):
        best.elasticities("n")
    with pytest.raises(ValueError, match=r"of is 'los' \(did you mean 'loss'\?\)"):
        best.band("los")
    with pytest.raises(ValueError, match="level is 95; allowed: a number above 0 up to 1"):
        best.band("N", 95)
    with pytest.raises(ValueError, match="size_ratio is 0; allowed: a number above 0"):
        best.penalty(0)


def test_arrays_are_probed_one_by_one() -> None:
    many = compute_optimal([1e21, 1e22])
    for probe in (many.band, many.elasticities, lambda: many.penalty(2.0)):
        with pytest.raises(ValueError, match=r"N is an array of shape \(2,\); allowed: one"):
            probe()


def test_allocations_compare_by_their_numbers() -> None:
    assert compute_optimal(1e21) == compute_optimal(1e21)
    assert compute_optimal(1e21) != compute_optimal(1e22)
    assert "problem" not in repr(compute_optimal(1e21))


def test_band_where_some_draws_cannot_reach_the_loss() -> None:
    found = compute_optimal_for_loss(1.88)
    band = found.band("N")
    assert band is not None
    assert band.lower < found.N < band.upper


def test_unknown_result_is_refused_without_uncertainty_too() -> None:
    with pytest.raises(ValueError, match="of is 'los'"):
        compute_optimal(1e21, variant="de-vries").band("los")
