"""What weights and key-value cache occupy."""

from __future__ import annotations

from typing import Any

from scalekit.checks import number


def weight_bytes(N: Any, weight_bits: Any, block_size: Any = None, scale_bits: Any = 16) -> Any:
    """Return N (weight_bits + scale_bits/block_size)/8, the bytes of quantised weights.

    The first term is the size axis of Dettmers and Zettlemoyer (arXiv 2212.09720). What the
    scales of blocks add is our count of one scale a block, not taken from a paper.

    Parameters
    ----------
    N : float or array
        Parameters.
    weight_bits : float or array
        Bits of one weight.
    block_size : float or array, optional
        Weights that share a scale; without it, scales are not counted.
    scale_bits : float or array
        Bits of one scale.

    Raises
    ------
    ValueError
        If an input is not above 0 (`scale_bits` may be 0).

    Examples
    --------
    >>> weight_bytes(70e9, 4)
    35000000000.0
    >>> weight_bytes(70e9, 4, block_size=64)
    37187500000.0
    """
    bits = number("weight_bits", weight_bits, unit="bits")
    scale = number("scale_bits", scale_bits, lower_open=False, unit="bits")
    if block_size is not None:
        bits = bits + scale / number("block_size", block_size, unit="weights")
    return number("N", N, unit="parameters") * bits / 8.0


def kv_cache_bytes(
    layers: Any, kv_heads: Any, head_dim: Any, context_tokens: Any, bytes_per_element: Any = 2
) -> Any:
    """Return the bytes of keys and values, 2 for the two of them times every dimension.

    For full attention. Layers with a sliding window keep no more than the window, and latent
    attention keeps one vector a token: neither is covered. Source: the JAX scaling book
    (jax-ml/scaling-book, inference.md).

    Parameters
    ----------
    layers, kv_heads, head_dim : float or array
        Shape of the model.
    context_tokens : float or array
        All tokens in the cache, those of every sequence of the batch.
    bytes_per_element : float or array
        Bytes of one element of the cache.

    Raises
    ------
    ValueError
        If an input is not above 0 (`context_tokens` may be 0).

    Examples
    --------
    >>> kv_cache_bytes(80, 8, 128, 1, bytes_per_element=1)  # Llama 3 70B, 8 bits
    163840.0
    """
    tokens = number("context_tokens", context_tokens, lower_open=False, unit="tokens")
    width = number("kv_heads", kv_heads) * number("head_dim", head_dim)
    element = number("bytes_per_element", bytes_per_element, unit="B")
    return 2.0 * element * number("layers", layers) * width * tokens
