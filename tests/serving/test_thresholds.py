"""Lines of rules, and the number that export control counts by."""

import pytest

from scalekit import serving
from scalekit.hardware import device
from scalekit.models import model

BITS = {"bf16": 16, "fp8": 8, "int8": 8, "fp4": 4, "int4": 4}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("A100 SXM 80GB", 4992),
        ("H100 SXM5", 15832),
        ("RTX 4090", 5285),
        ("L40S", 5864),
        ("B200 SXM (HGX)", 36000),
        ("MI300X", 20919),
        ("V100 SXM2 32GB", 2000),
    ],
)
def test_chips(name, expected):
    peaks = {k: v for k, v in device(name).peaks.items() if k in BITS}
    tops = [rate / 1e12 for rate in peaks.values()]
    found = serving.total_processing_performance(tops, [BITS[k] for k in peaks])
    assert found == pytest.approx(expected, rel=1e-3)
    line = serving.thresholds()["US export control 3A090.a"]
    assert (found >= line.value) == (name != "V100 SXM2 32GB")


def test_the_lines():
    lines = serving.thresholds()
    assert {line.status for line in lines.values()} == {"paper", "secondary", "unverified"}
    assert all(bool(line.source) == (line.status != "unverified") for line in lines.values())
    compute = [line.value for line in lines.values() if line.quantity == "training compute"]
    assert sorted(compute) == [1e23, 1e25, 1e26]
    flop = model("Llama-3.1-405B").training_flop
    assert flop == pytest.approx(3.8e25, rel=0.01)
    assert lines["EU AI Act, systemic risk"].value < flop < lines["US executive order 14110"].value


@pytest.mark.parametrize(
    ("tops", "bits", "message"),
    [
        ([1, 2], [16], "two lists of one length"),
        ([], [], "two lists of one length"),
        (1, 16, "two lists of one length"),
        ([1], [0], r"bits is 0; allowed: .* \[bits\]"),
    ],
)
def test_bad_input_is_named(tops, bits, message):
    with pytest.raises(ValueError, match=message):
        serving.total_processing_performance(tops, bits)
