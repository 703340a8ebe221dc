"""Compound scaling: the exponents of the paper's strategies, and FLOP that come out."""

import pytest

from scalekit.allocation import compound_scaling


@pytest.mark.parametrize(
    ("weights", "activations", "parameters"),
    [((1, 0, 0), 1, 1), ((0, 1, 0), 0.5, 1), ((0, 0, 1), 1, 0),
     ((1, 1, 1), 5 / 6, 2 / 3), ((0.1, 0.8, 0.1), 0.6, 0.9)],
)  # fmt: skip
def test_exponents(weights: tuple, activations: float, parameters: float) -> None:
    for s in (0.5, 16.0, 1000.0):
        found = compound_scaling(s, *weights)
        assert found.activations == pytest.approx(s**activations, rel=1e-13)
        assert found.parameters == pytest.approx(s**parameters, rel=1e-13)
        assert found.depth * found.width**2 * found.resolution**2 == pytest.approx(s, rel=1e-13)


def test_fast_scaling_by_sixteen() -> None:
    found = compound_scaling(16)
    assert found.depth == pytest.approx(1.3195, abs=5e-5)
    assert found.width == pytest.approx(3.0314, abs=5e-5)
    assert found.resolution == pytest.approx(1.1487, abs=5e-5)
    assert found.activations == pytest.approx(5.278, abs=5e-4)
    assert found.parameters == pytest.approx(16**0.9, rel=1e-13)


def test_only_ratios_of_the_weights_count() -> None:
    assert compound_scaling(7, 1, 8, 1).width == pytest.approx(compound_scaling(7).width, rel=1e-14)
    assert compound_scaling([1.0, 2.0]).depth == pytest.approx([1.0, 2**0.1], rel=1e-14)


def test_arguments() -> None:
    with pytest.raises(ValueError, match="flop_ratio is 0; allowed"):
        compound_scaling(0)
    with pytest.raises(ValueError, match="width is -1; allowed: a number from 0"):
        compound_scaling(2, 1, -1, 1)
    with pytest.raises(ValueError, match="all 0; allowed: weights not all 0"):
        compound_scaling(2, 0, 0, 0)
