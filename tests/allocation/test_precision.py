"""Bits that pay off in training, and what they cost."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from scalekit import allocation, laws


@pytest.mark.parametrize(
    ("variant", "lowest", "published"), [("biased", 3.5, 7.00), ("bias-free", 1.0, 3.469)]
)
def test_optimal_bits_against_a_fine_grid(variant: str, lowest: float, published: float) -> None:
    found = allocation.optimal_training_bits(variant)
    assert type(found) is float
    assert found == pytest.approx(published, rel=1e-3)
    P = np.linspace(lowest, 16, 200_001)
    law = laws.get("precision-effective-parameters", variant)
    per_bit = law(N=1.0, weight_bits=P, activation_bits=P, kv_bits=P) / P
    assert found == pytest.approx(P[np.argmax(per_bit)], abs=1e-3)


def test_optimal_bits_of_the_paper() -> None:
    assert 7 - 1e-2 < allocation.optimal_training_bits() < 8
    # With one gamma and no offset the optimum solves 3 P/gamma = exp(P/gamma) - 1.
    root = brentq(lambda x: 3 * x - math.expm1(x), 1.0, 3.0)
    assert root == pytest.approx(1.904, abs=5e-4)
    assert root * 1.95 == pytest.approx(3.7, abs=0.02)


def test_optimal_bits_name_the_variants() -> None:
    with pytest.raises(ValueError, match=r"variant is 'bias-fre' \(did you mean 'bias-free'\?\)"):
        allocation.optimal_training_bits("bias-fre")


def test_flop_in_proportion_to_bits() -> None:
    assert allocation.precision_flop(1e9, 2e10, 16) == allocation.training_flop(1e9, 2e10)
    found = allocation.precision_flop(1e9, 2e10, np.array([4.0, 8.0]))
    assert found == pytest.approx([3e19, 6e19], rel=1e-15)
    with pytest.raises(ValueError, match=r"bits is 0; allowed: a number above 0 \[bits\]"):
        allocation.precision_flop(1e9, 2e10, 0)
