"""Cost in few bits: google/aqt resnet_cost_test.py, and the linear metric of the paper."""

import numpy as np
import pytest

from scalekit.serving import quantized_compute_cost

RESNET_50 = 4_089_184_256


@pytest.mark.parametrize(
    ("weights", "activations", "expected"),
    [
        (16, 16, 1_046_831_169_536),
        (8, 16, 523_415_584_768),
        (8, 8, 261_707_792_384),
        (4, 4, 65_426_948_096),
    ],
)
def test_quadratic(weights, activations, expected):
    assert quantized_compute_cost(RESNET_50, weights, activations, "quadratic") == expected


@pytest.mark.parametrize(
    ("macs", "sixteen", "eight", "four"),
    [
        (1_814_073_344, 2.903e10, 1.451e10, 7.730e9),
        (3_663_761_408, 5.862e10, 2.931e10, 1.513e10),
        (RESNET_50, 6.543e10, 3.271e10, 1.684e10),
        (7_801_405_440, 1.248e11, 6.241e10, 3.169e10),
        (11_513_626_624, 1.842e11, 9.211e10, 4.653e10),
        (15_007_481_856, 2.401e11, 1.201e11, 6.051e10),
    ],
)
def test_linear(macs, sixteen, eight, four):
    assert quantized_compute_cost(macs, 16, 16) == pytest.approx(sixteen, rel=4e-4)
    assert quantized_compute_cost(macs, 8, 8) == pytest.approx(eight, rel=4e-4)
    # First and last layer stay at 8 bits: 118 million multiply-adds in the first, and one for
    # each feature and class in the last.
    features = 512 if macs < 4e9 else 2048
    ends = 112**2 * 64 * 3 * 7**2 + features * 1000
    found = quantized_compute_cost(ends, 8, 8) + quantized_compute_cost(macs - ends, 4, 4)
    assert found == pytest.approx(four, rel=4e-4)


def test_units_of_4_8_and_16_bits():
    wider = quantized_compute_cost(1, np.array([1, 4, 4.5, 8, 9, 16, 32]), 2)
    assert wider.tolist() == [4, 4, 8, 8, 16, 16, 16]
    assert quantized_compute_cost(1, 2, 8) == quantized_compute_cost(1, 8, 2) == 8


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"metric is 'linar' \(did you mean 'linear'\?\)"):
        quantized_compute_cost(1, 8, 8, "linar")
    with pytest.raises(ValueError, match=r"weight_bits is 0; allowed: .* \[bits\]"):
        quantized_compute_cost(1, 0, 8)
