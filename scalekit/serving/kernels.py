"""Time of kernels that run one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import number
from scalekit.laws.form import array_namespace, plain


@dataclass(frozen=True)
class KernelSequence:
    """Time of a sequence of kernels, and what it makes of the peak.

    Attributes
    ----------
    seconds : float or array
        Time of all kernels.
    efficiency : float or array
        FLOP over what the peak rate would do in that time: the mean of the kernels weighted by
        their time.
    """

    seconds: Any
    efficiency: Any


def kernel_sequence(ops: Any, bytes: Any, peak_flops: Any, bandwidth: Any) -> KernelSequence:
    """Return time and efficiency of kernels on a roofline each.

    The definition of a roofline, kernel by kernel, as in the waterline analysis of
    arXiv 2404.03617.

    Parameters
    ----------
    ops, bytes : sequence
        FLOP of each kernel, and the bytes that it moves [B].
    peak_flops, bandwidth : float or array
        Peak rate [FLOP/s] and memory bandwidth [B/s].

    Raises
    ------
    ValueError
        If the lists are empty or not of one length, if there is nothing to do, or a value is
        out of its range.
    """
    work = _list("ops", ops, unit="FLOP")
    data = _list("bytes", bytes, unit="B")
    if len(work) != len(data):
        raise ValueError(f"bytes has {len(data)} values; allowed: as many as ops, {len(work)}")
    peak = number("peak_flops", peak_flops, unit="FLOP/s")
    rate = number("bandwidth", bandwidth, unit="B/s")
    xp = array_namespace(work, data, peak, rate)
    if xp is np and not (np.any(work > 0) or np.any(data > 0)):
        raise ValueError("ops and bytes are all 0; allowed: at least one kernel with work")
    # Kernels lie along a last axis of their own.
    times = xp.maximum(work / xp.asarray(peak)[..., None], data / xp.asarray(rate)[..., None])
    seconds = times.sum(axis=-1)
    return KernelSequence(plain(seconds), plain(work.sum() / (peak * seconds)))


def fft_convolution_time(
    batch: Any,
    channels: Any,
    factors: Any,
    matrix_flops: Any,
    vector_flops: Any,
    sram_bandwidth: Any,
    hbm_bandwidth: Any,
    on_chip: Sequence[bool],
    matrix_unit: Any = 16,
) -> Any:
    """Return the seconds of a convolution by a Fourier transform cut into factors.

    B H sum over i of (16 N N_i/rate + 4 N/bandwidth), N the product of the factors: a factor of
    at least `matrix_unit` runs at the rate of the matrix unit. After Equation 2 of FlashFFTConv
    (arXiv 2311.05908), which we know from other works only: the factors 16 and 4 are not
    verified, so this shows how orders compare and does not predict a time.

    Parameters
    ----------
    batch, channels : float or array
        Sequences and channels of each.
    factors : sequence
        Lengths N_i whose product is the length of the sequence.
    matrix_flops, vector_flops : float or array
        Rates of the matrix unit and without it [FLOP/s].
    sram_bandwidth, hbm_bandwidth : float or array
        Bandwidth of the memory on the chip and of the device's [B/s].
    on_chip : sequence of bool
        For each factor, whether its result stays on the chip.
    matrix_unit : float or array
        Least factor that fills the matrix unit.

    Raises
    ------
    ValueError
        If `factors` is empty, `on_chip` is not as long, or a value is out of its range.
    """
    lengths = _list("factors", factors, lower_open=True)
    stays = list(on_chip) if isinstance(on_chip, Sequence | np.ndarray) else []
    if len(stays) != len(lengths) or not all(isinstance(s, bool | np.bool_) for s in stays):
        raise ValueError(
            f"on_chip is {on_chip!r}; allowed: true or false for each of {len(lengths)} factors"
        )
    matrix = number("matrix_flops", matrix_flops, unit="FLOP/s")
    vector = number("vector_flops", vector_flops, unit="FLOP/s")
    sram = number("sram_bandwidth", sram_bandwidth, unit="B/s")
    hbm = number("hbm_bandwidth", hbm_bandwidth, unit="B/s")
    least = number("matrix_unit", matrix_unit)
    xp = array_namespace(lengths, matrix, vector, sram, hbm, least)
    seconds: Any = 0.0
    for length, stay in zip(lengths, stays, strict=True):
        rate = xp.where(length >= least, matrix, vector)
        seconds = seconds + 16.0 * length / rate + 4.0 / (sram if stay else hbm)
    rows = number("batch", batch, unit="sequences") * number("channels", channels)
    return plain(rows * xp.prod(lengths) * seconds)


def _list(name: str, values: Any, *, lower_open: bool = False, unit: str = "") -> Any:
    """Return a list of numbers as an array of one dimension with something in it."""
    found = number(name, values, lower_open=lower_open, unit=unit)
    if np.ndim(found) != 1 or len(found) == 0:
        raise ValueError(f"{name} is {values!r}; allowed: a list of at least one number")
    return found
