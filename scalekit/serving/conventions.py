"""One dense model on one device, as this library and two other tools count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scalekit.checks import choice, flag, number
from scalekit.serving.memory import kv_cache_bytes
from scalekit.serving.parameters import gated_matmul_parameters

CONVENTIONS = ("scalekit", "mlsysim", "genz")
"""Ways to count that `dense_roofline` knows."""

# What the other tools add (mlsysim 0.3.0, GenZ 0.0.16), found from what they print: seconds of
# a prompt and of each layer of a step; tokens more in the cache, and bytes in a gigabyte of
# bandwidth, which is read as GiB.
_MLSYSIM_PREFILL, _MLSYSIM_LAYER = 15e-6, 10e-6
_GENZ_TOKENS, _GENZ_GIGABYTE = 128.0, 1.073741824


@dataclass(frozen=True)
class DenseRoofline:
    """Times of a prompt and of a decode step, and what they follow from.

    Attributes
    ----------
    prefill_seconds, decode_seconds : float or array
        Seconds to read all prompts, and of one step after them.
    matmul_parameters : float or array
        Weights that a token is multiplied by, as `gated_matmul_parameters` counts.
    kv_bytes : float or array
        Key-value cache of the batch in 16 bits, at the length of the prompts [B].
    """

    prefill_seconds: Any
    decode_seconds: Any
    matmul_parameters: Any
    kv_bytes: Any


def dense_roofline(
    layers: Any,
    d_model: Any,
    d_ff: Any,
    heads: Any,
    kv_heads: Any,
    head_dim: Any,
    vocabulary: Any,
    sequence_length: Any,
    batch: Any,
    peak_flops: Any,
    bandwidth: Any,
    causal: bool = False,
    convention: str = "scalekit",
    total_parameters: Any = None,
) -> DenseRoofline:
    """Return the least times of a gated dense model in 16 bits at full efficiency.

    The prompt costs two FLOP for each token and weight, and attention scores; a decode step
    reads weights and cache once. It agrees to 0.1 % (prompt) and 0.2 % (step) with the
    speed-of-light estimates of AIConfigurator 0.12 for one sequence, and to 0.2 % with the
    step of LLM-Viewer. The gaps to other tools are conventions with names.

    Parameters
    ----------
    layers, d_model, d_ff, heads, kv_heads, head_dim, vocabulary : float or array
        Shape of the model.
    sequence_length : float or array
        Tokens of each prompt.
    batch : float or array
        Sequences.
    peak_flops, bandwidth : float or array
        Peak rate [FLOP/s] and memory bandwidth [B/s] of the device.
    causal : bool
        Whether scores that the mask hides are left out, half of them; ``"mlsysim"`` always
        counts all.
    convention : {"scalekit", "mlsysim", "genz"}
        ``"mlsysim"`` counts all parameters, takes attention as wide as the model and adds 15 us
        to a prompt and 10 us a layer to a step. ``"genz"`` has a step with 128 more tokens in
        the cache and bandwidth in GiB/s; the prompt is that of ``"scalekit"``.
    total_parameters : float or array, optional
        All parameters, which ``"mlsysim"`` needs.

    Raises
    ------
    ValueError
        If an input is not above 0, the convention is unknown, or `total_parameters` is missing.

    Examples
    --------
    >>> llama = dict(layers=32, d_model=4096, d_ff=11008, heads=32, kv_heads=32, head_dim=128)
    >>> found = dense_roofline(
    ...     **llama, vocabulary=32000, sequence_length=2048, batch=1,
    ...     peak_flops=312e12, bandwidth=2039e9,
    ... )
    >>> round(found.decode_seconds * 1e3, 3)
    7.007
    """
    choice("convention", convention, CONVENTIONS)
    causal = flag("causal", causal)
    weights = gated_matmul_parameters(layers, d_model, d_ff, heads, kv_heads, head_dim, vocabulary)
    S = number("sequence_length", sequence_length, unit="tokens")
    tokens = S * number("batch", batch, unit="sequences")
    cache = kv_cache_bytes(layers, kv_heads, head_dim, tokens)
    peak = number("peak_flops", peak_flops, unit="FLOP/s")
    rate = number("bandwidth", bandwidth, unit="B/s")
    L = number("layers", layers)

    if convention == "mlsysim":
        if total_parameters is None:
            raise ValueError("total_parameters is None; convention 'mlsysim' needs it")
        size = number("total_parameters", total_parameters, unit="parameters")
        scores = 4.0 * L * S * tokens * number("d_model", d_model)
        prefill = (2.0 * size * tokens + scores) / peak + _MLSYSIM_PREFILL
        decode = (2.0 * size + cache) / rate + _MLSYSIM_LAYER * L
    else:
        scores = 4.0 * L * S * tokens * number("heads", heads) * number("head_dim", head_dim)
        prefill = (2.0 * weights * tokens + (0.5 if causal else 1.0) * scores) / peak
        decode = (2.0 * weights + cache) / rate
        if convention == "genz":
            longer = cache * (S + _GENZ_TOKENS) / S
            decode = (2.0 * weights + longer) / (_GENZ_GIGABYTE * rate)
    return DenseRoofline(prefill, decode, weights, cache)
