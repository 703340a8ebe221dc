"""Serving with weights or cache in the memory of the host."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from scalekit.checks import number
from scalekit.laws.form import array_namespace, plain


@dataclass(frozen=True)
class TurningPoints:
    """Intensities at the host between which another resource decides [FLOP/B].

    Attributes
    ----------
    stay_on_host : float or array
        Below this the host computes faster than the link delivers.
    link_bound : float or array
        Below this the device waits for the link.
    """

    stay_on_host: Any
    link_bound: Any


def hierarchical_roofline(
    intensity_device: Any,
    intensity_host: Any,
    peak_flops: Any,
    bandwidth: Any,
    link_bandwidth: Any,
) -> Any:
    """Return the FLOP/s that a device attains on data that it fetches from the host.

    Equation 7 of MoE-Lightning (arXiv 2411.11217). The authors put in rates that they measured.

    Parameters
    ----------
    intensity_device, intensity_host : float or array
        FLOP for each byte read from the device's memory, and for each byte fetched.
    peak_flops, bandwidth : float or array
        Peak rate [FLOP/s] and memory bandwidth [B/s] of the device.
    link_bandwidth : float or array
        Bandwidth from host to device [B/s].

    Raises
    ------
    ValueError
        If an input is not above 0.
    """
    local = _attainable(
        number("intensity_device", intensity_device, unit="FLOP/B"),
        number("peak_flops", peak_flops, unit="FLOP/s"),
        number("bandwidth", bandwidth, unit="B/s"),
    )
    fetched = number("link_bandwidth", link_bandwidth, unit="B/s")
    fetched = fetched * number("intensity_host", intensity_host, unit="FLOP/B")
    return plain(array_namespace(local, fetched).minimum(local, fetched))


def offload_turning_points(
    intensity_device: Any,
    intensity_host: Any,
    peak_flops: Any,
    bandwidth: Any,
    host_peak_flops: Any,
    host_bandwidth: Any,
    link_bandwidth: Any,
) -> TurningPoints:
    """Return the intensities at the host above which shipping pays, and the link keeps up.

    Equations 9 and 10 of MoE-Lightning (arXiv 2411.11217).

    Parameters
    ----------
    intensity_device, intensity_host : float or array
        FLOP for each byte read from the memory of the device and of the host.
    peak_flops, bandwidth : float or array
        Peak rate [FLOP/s] and memory bandwidth [B/s] of the device.
    host_peak_flops, host_bandwidth : float or array
        The same of the host.
    link_bandwidth : float or array
        Bandwidth from host to device [B/s].

    Raises
    ------
    ValueError
        If an input is not above 0.
    """
    link = number("link_bandwidth", link_bandwidth, unit="B/s")
    host = _attainable(
        number("intensity_host", intensity_host, unit="FLOP/B"),
        number("host_peak_flops", host_peak_flops, unit="FLOP/s"),
        number("host_bandwidth", host_bandwidth, unit="B/s"),
    )
    device = _attainable(
        number("intensity_device", intensity_device, unit="FLOP/B"),
        number("peak_flops", peak_flops, unit="FLOP/s"),
        number("bandwidth", bandwidth, unit="B/s"),
    )
    return TurningPoints(stay_on_host=host / link, link_bound=device / link)


def parallelism_memory_efficiency(prompt_tokens: Any, output_tokens: Any) -> Any:
    """Return 2 (p + g)/((2 p + g) g), tokens in parallel for each token slot of cache.

    Equation 3 of MoE-Lens (arXiv 2504.09345), the printed right-hand side. The sum on its left
    counts one token more: it gives 3 % less for a prompt of 98 and an output of 32 tokens.

    Parameters
    ----------
    prompt_tokens, output_tokens : float or array
        Tokens of the prompt, and those generated.

    Raises
    ------
    ValueError
        If an input is negative, or there is no output.
    """
    p = number("prompt_tokens", prompt_tokens, lower_open=False, unit="tokens")
    g = number("output_tokens", output_tokens, unit="tokens")
    return 2.0 * (p + g) / ((2.0 * p + g) * g)


def offloaded_throughput(
    prompt_tokens: Any,
    output_tokens: Any,
    kv_tokens: Any,
    parameter_bytes: Any,
    link_bandwidth: Any,
    gpu_throughput: Any = math.inf,
) -> Any:
    """Return the tokens per second of a model whose weights stream in once a pass.

    Equation 4 of MoE-Lens (arXiv 2504.09345); prompt and output tokens count alike.

    Parameters
    ----------
    prompt_tokens, output_tokens : float or array
        Tokens of the prompt, and those generated.
    kv_tokens : float or array
        Tokens that the cache holds.
    parameter_bytes : float or array
        Weights [B].
    link_bandwidth : float or array
        Bandwidth from host to device [B/s].
    gpu_throughput : float or array
        What the device can do [tokens/s].

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    seconds = number("parameter_bytes", parameter_bytes, unit="B")
    seconds = seconds / number("link_bandwidth", link_bandwidth, unit="B/s")
    rate = parallelism_memory_efficiency(prompt_tokens, output_tokens)
    rate = rate * number("kv_tokens", kv_tokens, unit="tokens") / seconds
    limit = number("gpu_throughput", gpu_throughput, infinite=True, unit="tokens/s")
    return plain(array_namespace(rate, limit).minimum(rate, limit))


def overlap_factor(prompt_tokens: Any, output_tokens: Any) -> Any:
    """Return (p + g)/(p + g/2), what overlapping prompts with decoding adds to the cache.

    Equation 7 of MoE-Lens (arXiv 2504.09345), known to us from a note on it.

    Parameters
    ----------
    prompt_tokens, output_tokens : float or array
        Tokens of the prompt, and those generated.

    Raises
    ------
    ValueError
        If an input is negative, or there is no output.
    """
    p = number("prompt_tokens", prompt_tokens, lower_open=False, unit="tokens")
    g = number("output_tokens", output_tokens, unit="tokens")
    return (p + g) / (p + g / 2.0)


def _attainable(intensity: Any, peak: Any, bandwidth: Any) -> Any:
    """Return the FLOP/s of the plain roofline (equation 8)."""
    return plain(array_namespace(intensity, peak, bandwidth).minimum(peak, bandwidth * intensity))
