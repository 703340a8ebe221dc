"""What a device computes with operands of so many bits: the fastest format that is no narrower."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from scalekit.checks import record, single
from scalekit.hardware import Device

#: Bits of an operand in each number format (tf32 reads 32).
FORMAT_BITS: Mapping[str, int] = MappingProxyType(
    {"fp32": 32, "tf32": 32, "bf16": 16, "fp8": 8, "int8": 8, "fp4": 4, "int4": 4}
)


def compute_format(device: Device, weight_bits: float, activation_bits: float) -> str:
    """Return the number format in which a device multiplies two operands fastest.

    Both operands must fit, so that the wider one decides: weights of 4 bits with activations of
    16 compute in 16. Among the formats that are wide enough and whose rate is published the
    fastest is taken. Nothing is extrapolated: B300 has int8, but its bf16 is faster; a TPU v5e
    has no fp8, but int8.

    Parameters
    ----------
    device : Device
        Accelerator.
    weight_bits, activation_bits : float
        Bits of the operands, at most 32.

    Raises
    ------
    ValueError
        If no rate of a format that is wide enough is published.

    Examples
    --------
    >>> from scalekit.hardware import device
    >>> compute_format(device("H100 SXM5"), 4, 16), compute_format(device("H100 SXM5"), 4, 8)
    ('bf16', 'fp8')
    """
    record("device", device, Device)
    bits = max(
        single("weight_bits", weight_bits, 0, 32, unit="bits"),
        single("activation_bits", activation_bits, 0, 32, unit="bits"),
    )
    wide = {name: rate for name, rate in device.peaks.items() if FORMAT_BITS[name] >= bits}
    if not wide:
        known = ", ".join(f"{name} ({rate:.4g}/s)" for name, rate in device.peaks.items())
        raise ValueError(
            f"no rate of {device.name!r} for operands of {bits:g} bits is published; "
            f"it has: {known or 'none'}"
        )
    return max(wide, key=wide.__getitem__)


def compute_rate(device: Device, weight_bits: float, activation_bits: float) -> float:
    """Return the peak rate of `compute_format` [FLOP/s], or NaN where none is published."""
    if not any(FORMAT_BITS[name] >= max(weight_bits, activation_bits) for name in device.peaks):
        return math.nan
    return device.peak_flops(compute_format(device, weight_bits, activation_bits))
