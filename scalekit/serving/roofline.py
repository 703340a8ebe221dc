"""Time of a decode step and of a prompt where compute or memory bandwidth is the limit.

Peaks are ideal ones: measured times are longer (1.4 times on an H100 with TensorRT-LLM).
Source of all: the JAX scaling book (jax-ml/scaling-book, inference.md).
"""

from __future__ import annotations

from typing import Any

from scalekit.checks import number
from scalekit.laws.form import array_namespace, plain


def minimum_step_time(
    batch: Any, kv_bytes_per_sequence: Any, parameter_bytes: Any, bandwidth: Any
) -> Any:
    """Return the seconds of a decode step that reads weights and cache once.

    Parameters
    ----------
    batch : float or array
        Sequences.
    kv_bytes_per_sequence : float or array
        Key-value cache of one sequence [B].
    parameter_bytes : float or array
        Weights [B].
    bandwidth : float or array
        Memory bandwidth of all devices together [B/s].

    Raises
    ------
    ValueError
        If an input is not above 0 (`kv_bytes_per_sequence` may be 0).
    """
    weights = number("parameter_bytes", parameter_bytes, unit="B")
    total = number("bandwidth", bandwidth, unit="B/s")
    return (_cache_bytes(batch, kv_bytes_per_sequence) + weights) / total


def step_time(
    batch: Any,
    kv_bytes_per_sequence: Any,
    N: Any,
    parameter_bytes: Any,
    peak_flops: Any,
    bandwidth: Any,
) -> Any:
    """Return the seconds of a decode step: attention, and the slower limit of the rest.

    Attention always waits for its cache; the matrix products wait for the weights below the
    critical batch size and for the arithmetic above it.

    Parameters
    ----------
    batch : float or array
        Sequences.
    kv_bytes_per_sequence : float or array
        Key-value cache of one sequence [B].
    N : float or array
        Parameters that work on one token.
    parameter_bytes : float or array
        Weights [B].
    peak_flops, bandwidth : float or array
        Peak rate [FLOP/s] and memory bandwidth [B/s] of all devices together.

    Raises
    ------
    ValueError
        If an input is not above 0 (`kv_bytes_per_sequence` may be 0).
    """
    weights = number("parameter_bytes", parameter_bytes, unit="B")
    total = number("bandwidth", bandwidth, unit="B/s")
    cache = _cache_bytes(batch, kv_bytes_per_sequence)
    flop = 2.0 * number("batch", batch) * number("N", N, unit="parameters")
    compute = flop / number("peak_flops", peak_flops, unit="FLOP/s")
    xp = array_namespace(cache, weights, total, compute)
    return plain(cache / total + xp.maximum(compute, weights / total))


def prefill_time(N: Any, prompt_tokens: Any, devices: Any, peak_flops: Any, mfu: Any = 1.0) -> Any:
    """Return the seconds of 2 N prompt_tokens FLOP; attention scores are left out.

    Parameters
    ----------
    N : float or array
        Parameters that work on one token.
    prompt_tokens : float or array
        Tokens, of all prompts together.
    devices : float or array
        Number of accelerators.
    peak_flops : float or array
        Dense peak of one accelerator [FLOP/s].
    mfu : float or array
        Fraction of the peak that is reached, above 0 up to 1.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    flop = 2.0 * number("N", N, unit="parameters")
    flop = flop * number("prompt_tokens", prompt_tokens, lower_open=False, unit="tokens")
    rate = number("devices", devices) * number("peak_flops", peak_flops, unit="FLOP/s")
    return flop / (rate * number("mfu", mfu, 0, 1))


def critical_batch_size(peak_flops: Any, bandwidth: Any, bytes_per_parameter: Any = 2) -> Any:
    """Return the tokens of a step above which the matrix products wait for the arithmetic.

    Parameters
    ----------
    peak_flops : float or array
        Dense peak in the number format of the products [FLOP/s].
    bandwidth : float or array
        Memory bandwidth [B/s].
    bytes_per_parameter : float or array
        Bytes in which a weight is read.

    Raises
    ------
    ValueError
        If an input is not above 0.

    Examples
    --------
    >>> round(critical_batch_size(1.97e14, 8.2e11))  # TPU v5e, 16 bits
    240
    """
    ridge = number("peak_flops", peak_flops, unit="FLOP/s") / number(
        "bandwidth", bandwidth, unit="B/s"
    )
    return ridge * number("bytes_per_parameter", bytes_per_parameter, unit="B") / 2.0


def _cache_bytes(batch: Any, kv_bytes_per_sequence: Any) -> Any:
    cache = number("kv_bytes_per_sequence", kv_bytes_per_sequence, lower_open=False, unit="B")
    return number("batch", batch, unit="sequences") * cache
