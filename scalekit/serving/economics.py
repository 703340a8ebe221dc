"""Latency and price of a token on several devices (Erdil, arXiv 2506.04645)."""

from __future__ import annotations

from typing import Any

from scalekit.checks import number
from scalekit.laws.form import array_namespace, plain
from scalekit.serving.collectives import all_reduce_time
from scalekit.serving.experts import distinct_experts

# Seconds of one all-reduce in the simple model: this, and for each device along the side of a
# square of devices but the first that.
_START, _HOP = 6e-6, 2e-6


def token_latency(
    N: Any,
    bytes_per_parameter: Any,
    devices: Any,
    batch: Any,
    layers: Any,
    peak_flops: Any,
    bandwidth: Any,
    allreduces_per_layer: Any = 4,
) -> Any:
    """Return the seconds of a decode step by the simple model of section 2.2.

    All-reduces that wait (6 us + 2 us (sqrt(devices) - 1) each), then the slower of reading the
    weights and computing. Cache, bytes on the links and whether the weights fit are left out.

    Parameters
    ----------
    N : float or array
        Parameters.
    bytes_per_parameter : float or array
        Bytes of one weight.
    devices : float or array
        Number of accelerators.
    batch : float or array
        Sequences.
    layers : float or array
        Layers.
    peak_flops, bandwidth : float or array
        Peak rate [FLOP/s] and memory bandwidth [B/s] of one accelerator.
    allreduces_per_layer : float or array
        4, or 2 where attention and feed-forward run in parallel.

    Raises
    ------
    ValueError
        If an input is not above 0 (`allreduces_per_layer` may be 0).

    See Also
    --------
    sharded_token_latency : the full model of the paper.
    """
    size, count = number("N", N, unit="parameters"), number("devices", devices)
    read = size * number("bytes_per_parameter", bytes_per_parameter, unit="B")
    read = read / (count * number("bandwidth", bandwidth, unit="B/s"))
    compute = 2.0 * size * number("batch", batch, unit="sequences")
    compute = compute / (count * number("peak_flops", peak_flops, unit="FLOP/s"))
    reduces = number("layers", layers)
    reduces = reduces * number("allreduces_per_layer", allreduces_per_layer, lower_open=False)
    xp = array_namespace(read, compute, reduces)
    wait = _START + _HOP * xp.maximum(xp.sqrt(count) - 1.0, 0.0)
    return plain(reduces * wait + xp.maximum(read, compute))


def fastest_devices(
    N: Any,
    bytes_per_parameter: Any,
    layers: Any,
    bandwidth: Any,
    allreduces_per_layer: Any = 4,
) -> Any:
    """Return the number of devices with the least `token_latency` at batch 1, not rounded.

    (bytes_per_parameter N/(1 us bandwidth layers allreduces_per_layer))^(2/3), where one more
    device saves in reading what it costs in waiting; 1 for a model so small that none helps.
    Derived by us from section 2.2.

    Parameters
    ----------
    N, bytes_per_parameter, layers, bandwidth, allreduces_per_layer : float or array
        As for `token_latency`; reading the weights, not arithmetic, must be the limit.

    Raises
    ------
    ValueError
        If an input is not above 0.
    """
    read = number("N", N, unit="parameters")
    read = read * number("bytes_per_parameter", bytes_per_parameter, unit="B")
    read = read / number("bandwidth", bandwidth, unit="B/s")
    reduces = number("layers", layers) * number("allreduces_per_layer", allreduces_per_layer)
    xp = array_namespace(read, reduces)
    return plain(xp.maximum((2.0 / _HOP * read / reduces) ** (2.0 / 3.0), 1.0))


def sharded_token_latency(
    layers: Any,
    d_model: Any,
    d_ff: Any,
    heads: Any,
    kv_heads: Any,
    head_dim: Any,
    vocabulary: Any,
    devices: Any,
    batch: Any,
    context_tokens: Any = 0,
    experts: Any = 1,
    active_experts: Any = 1,
    peak_flops: Any = 1e15,
    bandwidth: Any = 3.3e12,
    intra_bandwidth: Any = 2.25e11,
    inter_bandwidth: Any = 2.5e10,
    node_size: Any = 8,
    kernel_launch: Any = 4e-6,
    bytes_per_parameter: Any = 2,
    bytes_per_element: Any = 2,
) -> Any:
    """Return the seconds of a decode step under two-dimensional tensor parallelism.

    The model of section 3.5, as the function "as presented in the paper" of the notebook
    (ege-erdil/inference-economics@589a102). The numbers that the paper prints are of another
    function there, which also chooses between layouts and pipelines: for Mistral Large 2 on
    8 H200 at 100k tokens and batch 20 it prints 0.02998 s, this form gives 0.03044 s.

    Parameters
    ----------
    layers, d_model, d_ff, heads, kv_heads, head_dim, vocabulary : float or array
        Shape of a transformer with a gated feed-forward block; `d_ff` is that of one expert.
    devices : float or array
        Number of accelerators.
    batch : float or array
        Sequences.
    context_tokens : float or array
        Tokens in the cache of each sequence, on average.
    experts, active_experts : float or array
        Experts of a layer, and those that work on one token; 1 for a dense model.
    peak_flops, bandwidth : float or array
        Peak rate [FLOP/s] and memory bandwidth [B/s] of one accelerator.
    intra_bandwidth, inter_bandwidth : float or array
        As for `all_reduce_time`.
    node_size : float or array
        Accelerators of a node.
    kernel_launch : float or array
        Seconds to start one of the four kernels of a layer.
    bytes_per_parameter, bytes_per_element : float or array
        Bytes of a weight, and of an element of cache or activations.

    Raises
    ------
    ValueError
        If an input is out of its range: counts and rates above 0, `context_tokens` and
        `kernel_launch` from 0, `active_experts` up to `experts`.

    Notes
    -----
    Bytes of queries, keys and values miss one factor of `bytes_per_element`, as in the authors'
    code. The heads must share the work evenly, and nothing checks that the model fits.
    """
    L, d, f = number("layers", layers), number("d_model", d_model), number("d_ff", d_ff)
    width, h_kv = number("head_dim", head_dim), number("kv_heads", kv_heads)
    q, kv = number("heads", heads) * width, 2.0 * h_kv * width
    V = number("vocabulary", vocabulary)
    N = number("devices", devices)
    B = number("batch", batch, unit="sequences")
    context = number("context_tokens", context_tokens, lower_open=False, unit="tokens")
    E = number("experts", experts)
    e = number("active_experts", active_experts)
    w = number("bytes_per_parameter", bytes_per_parameter, unit="B")
    a = number("bytes_per_element", bytes_per_element, unit="B")
    xp = array_namespace(L, d, f, q, kv, V, N, B, context, E, e, w, a)

    ranks = xp.sqrt(N)
    nodes = xp.sqrt(xp.ceil(N / number("node_size", node_size)))
    reduces: Any = 0.0
    for words in (q + kv, d, 2.0 * e * f, e * d):
        data = words / (N / ranks) * B * a
        reduces = reduces + all_reduce_time(ranks, nodes, data, intra_bandwidth, inter_bandwidth)

    flop = 2.0 * B * (L * ((q + kv) * d + q * d + 3.0 * e * d * f) + 2.0 * V * d)
    flop = flop + 4.0 * q * L * context * B

    # A dense layer is a single expert.
    used = 3.0 * distinct_experts(B, E, e)
    feed_forward = used * (w * d * f + ranks * a * (d + f) * B * e / E)
    inputs = w * d * (q + kv) + ranks * (a * d + (q + kv)) * B
    outputs = w * q * d + ranks * a * (d + q) * B
    moved = kv * L * a * context * B + L * (feed_forward + inputs + outputs) + w * V * d

    read = moved / (N * number("bandwidth", bandwidth, unit="B/s"))
    compute = flop / (N * number("peak_flops", peak_flops, unit="FLOP/s"))
    launch = number("kernel_launch", kernel_launch, lower_open=False, unit="s")
    return plain(L * (4.0 * launch + reduces) + xp.maximum(read, compute))


def token_price(latency: Any, devices: Any, batch: Any, usd_per_device_hour: Any) -> Any:
    """Return the price of a million output tokens [USD], with all devices always at work.

    Parameters
    ----------
    latency : float or array
        Seconds of a decode step.
    devices : float or array
        Number of accelerators.
    batch : float or array
        Sequences.
    usd_per_device_hour : float or array
        Price of one accelerator [USD/h].

    Raises
    ------
    ValueError
        If an input is not above 0 (the price may be 0).
    """
    seconds = number("latency", latency, unit="s") * number("devices", devices)
    price = number("usd_per_device_hour", usd_per_device_hour, lower_open=False, unit="USD/h")
    return 1e6 * seconds / number("batch", batch, unit="sequences") * price / 3600.0
