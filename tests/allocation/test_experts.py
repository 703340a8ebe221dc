"""FLOP and size of fine-grained mixtures, by Table 2 of Krajewski et al. and by counting."""

import numpy as np
import pytest

from scalekit.allocation import fine_grained_moe_flop, moe_total_parameters

# Active parameters, tokens, granularity, printed FLOP, FLOP to three digits.
TABLE = [
    (1e8, 4.37e9, 8, 2.95e18, 2.94e18),
    (1e9, 28.94e9, 16, 1.93e20, 1.93e20),
    (3e9, 72.90e9, 16, 1.41e21, 1.42e21),
    (7e9, 137.60e9, 32, 6.46e21, 6.47e21),
    (70e9, 941.07e9, 32, 4.16e23, 4.17e23),
    (300e9, 2.96e12, 64, 5.69e24, 5.69e24),
    (1e12, 7.94e12, 64, 4.97e25, 4.98e25),
]


@pytest.mark.parametrize("row", TABLE)
def test_flop_of_table_2(row: tuple[float, float, float, float, float]) -> None:
    found = fine_grained_moe_flop(*row[:3])
    assert found == pytest.approx(row[3], rel=0.01)
    assert found == pytest.approx(row[4], rel=3.5e-3)


def test_flop_counted_block_by_block() -> None:
    blocks, E, G, D = 12, 32, 4, 1e9
    d = 64 * blocks
    active = 12 * d**2 * blocks
    per_block = 6 * 12 * d * d + 14 * d * E * G
    assert fine_grained_moe_flop(active, D, G, E) == pytest.approx(
        per_block * blocks * D, rel=1e-13
    )
    assert fine_grained_moe_flop(active, D, G, E, c_r=0) == pytest.approx(6 * active * D, rel=1e-13)
    # Attention once and E feed-forward layers, in every block.
    total = blocks * (4 * d * d + E * 8 * d * d)
    assert moe_total_parameters(active, E) == pytest.approx(total, rel=1e-14)
    assert moe_total_parameters(active, 1) == pytest.approx(active, rel=1e-15)
    assert moe_total_parameters(1e9) == 43e9


def test_arguments() -> None:
    assert fine_grained_moe_flop(1e9, 1e10, np.array([1.0, 2.0])).shape == (2,)
    with pytest.raises(ValueError, match=r"experts is 0; allowed: a number from 1"):
        moe_total_parameters(1e9, 0)
    with pytest.raises(ValueError, match="G is -1"):
        fine_grained_moe_flop(1e9, 1e10, -1)
