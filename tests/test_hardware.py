"""Devices: raw units, dense rates, and errors that say what to do."""

import dataclasses

import pytest

from scalekit import datasets
from scalekit.hardware import PRECISIONS, device, devices

# 16-bit rates in print that need structured sparsity.
SPARSE = {
    "A100 SXM 80GB": 624e12,
    "RTX A6000": 309.7e12,
    "L40S": 733e12,
    "H100 SXM5": 1979e12,
    "B200 SXM (HGX)": 4500e12,
    "MI300X": 2614.9e12,
}


def test_every_row_is_a_device():
    table = datasets.hardware()
    assert list(devices()) == table["name"].tolist()
    assert len(devices()) == 40


def test_raw_units():
    h100 = device("H100 SXM5")
    assert h100.bf16 == 989.4e12
    assert h100.memory_bytes == 80e9
    assert h100.bandwidth == 3.35e12
    assert h100.link_bandwidth == 450e9
    assert h100.tdp_watts == 700
    assert h100.price_usd == 31250
    assert h100.usd_per_hour == 2.99


@pytest.mark.parametrize(
    ("name", "precision", "rate"),
    [
        ("V100 SXM2 32GB", "bf16", 125e12),
        ("A100 SXM 80GB", "bf16", 312e12),
        ("A100 SXM 80GB", "tf32", 156e12),
        ("A100 SXM 80GB", "int8", 624e12),
        ("H100 SXM5", "bf16", 989.4e12),
        ("H100 SXM5", "fp8", 1979e12),
        ("H200 SXM", "bf16", 989.4e12),
        ("B200 SXM (HGX)", "bf16", 2250e12),
        ("B200 SXM (HGX)", "fp4", 9000e12),
        ("MI300X", "bf16", 1307.4e12),
        ("TPU v5e", "bf16", 197e12),
        ("TPU v5p", "bf16", 459e12),
    ],
)
def test_dense_peaks(name, precision, rate):
    assert device(name).peak_flops(precision) == rate


@pytest.mark.parametrize("name", SPARSE)
def test_no_sparse_rate_at_16_bits(name):
    assert device(name).bf16 < 0.51 * SPARSE[name]


@pytest.mark.parametrize("name", devices())
def test_formats_are_ordered(name):
    found = device(name)
    if found.bf16 and found.fp8:
        # A sparse 16-bit rate would equal or exceed the dense 8-bit one; Gaudi, some TPUs and
        # Trainium do run both at the same rate.
        assert found.bf16 <= found.fp8 <= 4 * found.bf16
    if found.fp32 and found.bf16:
        assert found.fp32 <= found.bf16
    if found.fp8 and found.fp4:
        # FP4 runs at three times FP8 on B300.
        assert found.fp8 <= found.fp4 <= 4 * found.fp8


@pytest.mark.parametrize("name", devices())
def test_says_where_it_is_from(name):
    found = device(name)
    assert found.source
    assert found.status
    assert found.memory_bytes > 0
    assert found.bandwidth > 0


def test_ridge_agrees_with_the_table():
    table = datasets.hardware().set_index("name")["ridge_bf16_flop_per_byte"].dropna()
    assert len(table) > 30
    for name, ridge in table.items():
        # The table prints one decimal.
        assert device(name).ridge_intensity() == pytest.approx(ridge, abs=0.0501)


def test_missing_rate_names_what_there_is():
    with pytest.raises(ValueError, match=r"no dense bf16 rate of 'Apple M2 Ultra.*fp32 \(2.72e"):
        device("Apple M2 Ultra (192GB)").peak_flops()
    with pytest.raises(ValueError, match=r"it has: none"):
        device("Apple M4 Max (40-core GPU,128GB)").peak_flops("fp32")


def test_missing_cells_are_none():
    assert device("TPU v6e (Trillium)").tdp_watts is None
    assert device("B300 SXM (HGX)").price_usd is None
    assert "fp4" not in device("H100 SXM5").peaks
    assert set(device("H100 SXM5").peaks) < set(PRECISIONS)


def test_missing_bandwidth():
    unknown = dataclasses.replace(device("H100 SXM5"), bandwidth=None)
    with pytest.raises(ValueError, match="bandwidth of 'H100 SXM5' is not published"):
        unknown.ridge_intensity()


def test_unknown_names():
    with pytest.raises(ValueError, match=r"device is 'H100 SXM' \(did you mean 'H100 SXM5'\?\)"):
        device("H100 SXM")
    with pytest.raises(ValueError, match=r"precision is 'bf61' \(did you mean 'bf16'\?\)"):
        device("H100 SXM5").peak_flops("bf61")


def test_read_only():
    with pytest.raises(TypeError):
        devices()["mine"] = device("H100 SXM5")
    with pytest.raises(dataclasses.FrozenInstanceError):
        device("H100 SXM5").bf16 = 1979e12
    assert devices() is devices()
