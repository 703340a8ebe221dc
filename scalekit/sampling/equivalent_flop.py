"""Compute and memory of long generations in one number (Kinetics, arXiv 2506.05333)."""

from __future__ import annotations

from typing import Any

from scalekit.checks import number
from scalekit.laws.form import array_namespace, plain

INTENSITY = 562.5
"""FLOP per element of the paper's code: 4.5 PFLOP/s over 8 TB/s, for elements of one byte.

The cost counts two bytes an element: for BF16 at 2.25 PFLOP/s memory weighs twice too much,
and 281.25 would be right.
"""


def equivalent_flop(
    N: Any,
    layers: Any,
    heads: Any,
    kv_heads: Any,
    head_dim: Any,
    prompt_tokens: Any,
    output_tokens: Any,
    k: Any = 1,
    intensity: Any = INTENSITY,
) -> Any:
    """Return the equivalent FLOP of k generations with dense attention.

    Compute plus `intensity` times the elements of the KV cache that are read (the authors'
    ``cost_model/utils.py``): 2 k N L_out + r k D L_out (2 L_in + L_out)
    + I D L_out (2 L_in + k L_out), with D = 2 kv_heads head_dim layers elements a token and r =
    heads/kv_heads. The prompt's cache is read once for all generations; weights are not
    counted (large batches), and compute and memory do not overlap.

    Parameters
    ----------
    N : float or array
        Active parameters.
    layers, heads, kv_heads, head_dim : int or array
        Shape of the attention.
    prompt_tokens, output_tokens : float or array
        Tokens of the prompt, from 0, and of each generation.
    k : float or array
        Generations.
    intensity : float or array
        FLOP that reading one element is worth, from 0.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    D, ratio = _attention(layers, heads, kv_heads, head_dim)
    prompt = number("prompt_tokens", prompt_tokens, lower_open=False, unit="tokens")
    output = number("output_tokens", output_tokens, unit="tokens")
    N, k = number("N", N, unit="parameters"), number("k", k, unit="samples")
    weight = number("intensity", intensity, lower_open=False, unit="FLOP/element")
    compute = 2 * k * N * output + ratio * k * D * output * (2 * prompt + output)
    return compute + weight * D * output * (2 * prompt + k * output)


def sparse_equivalent_flop(
    N: Any,
    layers: Any,
    heads: Any,
    kv_heads: Any,
    head_dim: Any,
    prompt_tokens: Any,
    output_tokens: Any,
    attended_tokens: Any,
    k: Any = 1,
    intensity: Any = INTENSITY,
) -> Any:
    """Return the equivalent FLOP of k generations that attend to few tokens.

    2 k N L_out + 2 (r + I) k D X with X = B L_out - max(0, B - L_in)^2/2 attended pairs,
    B being `attended_tokens`, at most all. Finding the tokens is free here and the prompt's cache
    is not shared. The authors' code without search cost has the wrong sign before the
    square (at L_in = 100, L_out = 4000, B = 1024: 4,522,888 pairs where 3,668,650 are right); this
    is the sign of their block version.

    Parameters
    ----------
    N, layers, heads, kv_heads, head_dim, prompt_tokens, output_tokens, k, intensity
        As for `equivalent_flop`.
    attended_tokens : float or array
        Tokens that each new token attends to, at most.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    D, ratio = _attention(layers, heads, kv_heads, head_dim)
    prompt = number("prompt_tokens", prompt_tokens, lower_open=False, unit="tokens")
    output = number("output_tokens", output_tokens, unit="tokens")
    N, k = number("N", N, unit="parameters"), number("k", k, unit="samples")
    weight = number("intensity", intensity, lower_open=False, unit="FLOP/element")
    attended = number("attended_tokens", attended_tokens, unit="tokens")
    xp = array_namespace(prompt, output, attended)
    attended = xp.minimum(attended, prompt + output)
    pairs = attended * output - xp.maximum(attended - prompt, 0.0) ** 2 / 2
    return plain(2 * k * N * output + 2 * (ratio + weight) * k * D * pairs)


def _attention(layers: Any, heads: Any, kv_heads: Any, head_dim: Any) -> tuple[Any, Any]:
    """Return the elements of the KV cache a token, and the query heads that share each."""
    kv = number("kv_heads", kv_heads)
    D = 2.0 * kv * number("head_dim", head_dim) * number("layers", layers)
    return D, number("heads", heads) / kv
