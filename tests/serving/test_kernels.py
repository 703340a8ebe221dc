"""Kernels in a row, by hand; the constants of the convolution are not published."""

import numpy as np
import pytest

from scalekit import serving

MACHINE = {
    "matrix_flops": 234e12,
    "vector_flops": 17.6e12,
    "sram_bandwidth": 9.5e12,
    "hbm_bandwidth": 1.35e12,
}


def convolution(factors, on_chip, **changes):
    inputs = {"batch": 1, "channels": 1} | MACHINE | changes
    return serving.fft_convolution_time(factors=factors, on_chip=on_chip, **inputs)


def test_sequence():
    # The first kernel computes for 2 s, the second reads for 3 s: 20 FLOP of 50.
    found = serving.kernel_sequence([20, 0], [4, 30], 10, 10)
    assert found.seconds == 5
    assert found.efficiency == 0.4
    # Not the mean of the kernels, but weighted by their time.
    one, other = (serving.kernel_sequence([f], [b], 10, 10) for f, b in [(20, 4), (10, 30)])
    both = serving.kernel_sequence([20, 10], [4, 30], 10, 10)
    weighted = one.efficiency * one.seconds + other.efficiency * other.seconds
    assert both.efficiency == pytest.approx(weighted / both.seconds, rel=1e-14)
    assert serving.kernel_sequence([1, 2, 4], [0, 0, 0], 8, 10).efficiency == 1
    many = serving.kernel_sequence([20, 0], [4, 30], [10, 20], 10)
    assert many.seconds.tolist() == [5, 4]
    assert many.efficiency.tolist() == [0.4, 0.25]


def test_convolution_by_hand():
    found = convolution([32, 8], [True, False], batch=2, channels=3)
    stages = 16 * 256 * (32 / 234e12 + 8 / 17.6e12) + 4 * 256 * (1 / 9.5e12 + 1 / 1.35e12)
    assert found == pytest.approx(6 * stages, rel=1e-13)


def test_order_two_costs_length_to_the_power_of_three_halves():
    # With traffic out of the way, and order three to the power of four thirds.
    fast = {"sram_bandwidth": 1e30}
    for order, power in [(2, 3 / 2), (3, 4 / 3)]:
        short = convolution([64] * order, [True] * order, **fast)
        long = convolution([128] * order, [True] * order, **fast)
        assert np.log2(long / short) / order == pytest.approx(power, rel=1e-9)


def test_matrix_unit_needs_a_whole_tile():
    below, above = convolution([15], [True]), convolution([16], [True])
    assert above < below
    assert convolution([15], [True], matrix_unit=15) < below


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: serving.kernel_sequence([1], [1, 2], 1, 1), "bytes has 2 values; allowed: as"),
        (lambda: serving.kernel_sequence([], [], 1, 1), "ops is .*; allowed: a list of at least"),
        (lambda: serving.kernel_sequence(1, 1, 1, 1), "ops is 1; allowed: a list of at least"),
        (lambda: serving.kernel_sequence([0], [0], 1, 1), "ops and bytes are all 0"),
        (lambda: serving.kernel_sequence([-1], [0], 1, 1), "ops is -1"),
        (lambda: convolution([16, 0], [True, True]), "factors is 0"),
        (lambda: convolution([16], [True, True]), "allowed: true or false for each of 1 factors"),
        (lambda: convolution([16], [1]), "allowed: true or false for each of 1 factors"),
        (lambda: convolution([16], [True], hbm_bandwidth=0), "hbm_bandwidth is 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
