"""Other sizes than the optimal one: the numbers of "Go smol or go home" (de Vries 2023)."""

import numpy as np
import pytest

from scalekit.allocation import compute_optimal, minimum_size_ratio, size_overhead
from scalekit.allocation.optimal import tokens_for_loss
from scalekit.laws import get


@pytest.mark.parametrize(
    ("ratio", "tokens", "overhead"),
    [
        (0.25, 11.555307, 1.888827),
        (0.3, 6.852163, 1.055649),
        (0.5, 2.415645, 0.207823),
        (0.75, 1.371274, 0.028456),
        (1.5, 0.697625, 0.046438),
        (2.0, 0.565621, 0.131243),
    ],
)
def test_overhead_of_a_size(ratio: float, tokens: float, overhead: float) -> None:
    found = size_overhead(ratio)
    assert found.token_ratio == pytest.approx(tokens, abs=5e-7)
    assert found.compute_overhead == pytest.approx(overhead, abs=5e-7)


@pytest.mark.parametrize(
    ("C", "ratio", "tokens"),
    [
        (2.21e19, 0.5, 22.28e9),
        (2.21e19, 0.3, 63.20e9),
        (1e23, 0.5, 2149.02e9),
        (1.71e24, 0.3, 28465.50e9),
    ],
)
def test_tokens_of_the_blog_table(C: float, ratio: float, tokens: float) -> None:
    best = compute_optimal(C, variant="de-vries")
    assert size_overhead(ratio).token_ratio * best.D == pytest.approx(tokens, rel=1e-3)
    # The same from the law itself: tokens with which the other size reaches the same loss.
    law = get("chinchilla-loss", "de-vries")
    again = tokens_for_loss(law.form, best.loss, ratio * best.N)
    assert again == pytest.approx(size_overhead(ratio).token_ratio * best.D, rel=1e-9)


def test_optimal_size_costs_nothing_and_every_other_more() -> None:
    assert size_overhead(1.0).token_ratio == pytest.approx(1.0, abs=1e-15)
    ratios = np.geomspace(0.1, 1e3, 400)
    found = size_overhead(ratios)
    assert found.token_ratio.shape == (400,)
    assert np.all(np.diff(found.token_ratio) < 0)
    assert np.all(found.compute_overhead > 0)
    assert ratios[np.argmin(found.compute_overhead)] == pytest.approx(1.0, rel=0.03)


def test_minimum_size_ratio() -> None:
    assert minimum_size_ratio() == pytest.approx(0.0974, abs=5e-5)
    assert minimum_size_ratio() == pytest.approx((1 + 0.336 / 0.283) ** (-1 / 0.336), rel=1e-14)
    assert minimum_size_ratio(1.0, 1.0) == pytest.approx(0.5, rel=1e-15)
    assert size_overhead(minimum_size_ratio() * (1 + 1e-9)).token_ratio > 1e20


def test_exponents_matter() -> None:
    steep = size_overhead(0.5, alpha=0.34, beta=0.28).compute_overhead
    assert steep > size_overhead(0.5).compute_overhead
    floors = minimum_size_ratio([0.336, 0.34], [0.283, 0.28])
    assert floors.shape == (2,)
    assert floors[1] == pytest.approx((1 + 0.34 / 0.28) ** (-1 / 0.34), rel=1e-14)


@pytest.mark.parametrize("ratio", [0.0, -1.0, 0.09, float("nan"), "half"])
def test_sizes_that_never_get_there_are_refused(ratio: object) -> None:
    with pytest.raises(ValueError, match=r"size_ratio is .*; allowed: a number above 0\.0973599"):
        size_overhead(ratio)
    with pytest.raises(ValueError, match="alpha is 0"):
        size_overhead(0.5, alpha=0.0)
