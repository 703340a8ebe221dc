"""What limits the throughput of a serving system (NanoFlow, arXiv 2408.12757)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scalekit.checks import number


@dataclass(frozen=True)
class IterationTimes:
    """What one iteration over a batch takes from each resource; the longest one limits.

    Attributes
    ----------
    compute_seconds : float or array
        Arithmetic of the weights.
    memory_seconds : float or array
        Reading the memory of every device once.
    network_seconds : float or array
        Exchange of activations.
    memory_to_compute : float or array
        Second over first; below 1 arithmetic limits.
    """

    compute_seconds: Any
    memory_seconds: Any
    network_seconds: Any
    memory_to_compute: Any


def optimal_throughput(peak_flops: Any, N: Any) -> Any:
    """Return peak_flops/(2 N), the tokens per second that arithmetic allows.

    Tokens read and written count alike. The 1857 tokens/s of a device that the authors give
    for Llama 2 70B follow from 2.6e14 FLOP/s, the rate that they measured on an A100; the
    3.12e14 of its data sheet give 2229.

    Parameters
    ----------
    peak_flops : float or array
        Rate of all devices that are counted [FLOP/s].
    N : float or array
        Parameters that work on one token: active ones for a mixture of experts.

    Raises
    ------
    ValueError
        If an input is not above 0.
    """
    rate = number("peak_flops", peak_flops, unit="FLOP/s")
    return rate / (2.0 * number("N", N, unit="parameters"))


def iteration_times(
    batch_tokens: Any,
    N: Any,
    devices: Any,
    peak_flops: Any,
    memory_bytes: Any,
    bandwidth: Any,
    d_model: Any,
    layers: Any,
    link_bandwidth: Any,
    bytes_per_element: Any = 2,
) -> IterationTimes:
    """Return the seconds of one iteration on each resource.

    The paper's equation of the network has the number of devices; its Table 2 comes out only
    with one less, which is used here. The equations are known to us from a transcription.

    Parameters
    ----------
    batch_tokens : float or array
        Tokens of an iteration: those that decode, and a chunk of prompt.
    N : float or array
        Parameters that work on one token.
    devices : float or array
        Number of accelerators, from 1.
    peak_flops, memory_bytes, bandwidth : float or array
        Peak rate [FLOP/s], memory [B] and its bandwidth [B/s] of one accelerator.
    d_model, layers : float or array
        Shape of the model.
    link_bandwidth : float or array
        Bandwidth of one accelerator to the others, one way [B/s].
    bytes_per_element : float or array
        Bytes of an element of the activations.

    Raises
    ------
    ValueError
        If an input is not above 0, or `devices` is below 1.
    """
    tokens = number("batch_tokens", batch_tokens, unit="tokens")
    count = number("devices", devices, 1, lower_open=False)
    rate = count * number("peak_flops", peak_flops, unit="FLOP/s")
    compute = 2.0 * tokens * number("N", N, unit="parameters") / rate
    memory = number("memory_bytes", memory_bytes, unit="B")
    memory = memory / number("bandwidth", bandwidth, unit="B/s")
    element = number("bytes_per_element", bytes_per_element, unit="B")
    moved = 4.0 * (count - 1.0) * tokens * number("d_model", d_model) * element
    moved = moved * number("layers", layers)
    network = moved / (count * number("link_bandwidth", link_bandwidth, unit="B/s"))
    return IterationTimes(compute, memory, network, memory / compute)
