"""What a device computes in: the fastest published format that is wide enough."""

import pytest

from scalekit.hardware import device, devices
from scalekit.serving import compute_format
from scalekit.serving.rates import compute_rate


@pytest.mark.parametrize(
    ("name", "weight_bits", "activation_bits", "expected"),
    [
        ("H100 SXM5", 16, 16, "bf16"),
        ("H100 SXM5", 4, 16, "bf16"),  # weights alone
        ("H100 SXM5", 16, 8, "bf16"),
        ("H100 SXM5", 8, 8, "fp8"),
        ("H100 SXM5", 4, 4, "fp8"),  # it has no format of 4 bits
        ("A100 SXM 80GB", 8, 8, "int8"),
        ("A100 SXM 80GB", 4, 4, "int4"),
        ("B200 SXM (HGX)", 4, 4, "fp4"),
        ("B300 SXM (HGX)", 8, 8, "fp8"),  # its int8 nearly vanished
        ("V100 SXM2 32GB", 8, 8, "bf16"),
        ("TPU v5e", 8, 8, "int8"),
        ("TPU v5e", 6, 5, "int8"),
        ("H100 SXM5", 32, 16, "tf32"),
        ("Apple M2 Ultra (192GB)", 4, 16, "fp32"),  # the one that is published
    ],
)
def test_format(name, weight_bits, activation_bits, expected):
    assert compute_format(device(name), weight_bits, activation_bits) == expected


def test_fewer_bits_are_never_slower():
    for found in devices().values():
        rates = [compute_rate(found, bits, bits) for bits in (32, 16, 8, 4)]
        known = [rate for rate in rates if rate == rate]
        assert known == sorted(known)


def test_refusals():
    with pytest.raises(ValueError, match="weight_bits is 33; allowed"):
        compute_format(device("Jetson AGX Orin 64GB"), 33, 16)
    with pytest.raises(ValueError, match=r"no rate of 'Apple M4 Max.* it has: none"):
        compute_format(device("Apple M4 Max (40-core GPU,128GB)"), 8, 8)
