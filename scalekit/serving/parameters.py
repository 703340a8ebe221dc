"""Exact parameter counts of gated transformers, dense and routed."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.checks import flag, number
from scalekit.laws.form import array_namespace, plain


def gated_matmul_parameters(
    layers: Any,
    d_model: Any,
    d_ff: Any,
    heads: Any,
    kv_heads: Any,
    head_dim: Any,
    vocabulary: Any,
) -> Any:
    """Return L d (3 f + 2 h_d (h + h_kv)) + d V, the weights that one token is multiplied by.

    One embedding matrix is counted: tied ones, or the output head alone. Norms and biases are
    left out. Source: the JAX scaling book (jax-ml/scaling-book, applied-inference.md).

    Parameters
    ----------
    layers, d_model, d_ff, heads, kv_heads, head_dim, vocabulary : float or array
        Shape of a transformer with a gated feed-forward block (three matrices).

    Raises
    ------
    ValueError
        If an input is not above 0.
    """
    d = number("d_model", d_model)
    width = number("head_dim", head_dim) * (number("heads", heads) + number("kv_heads", kv_heads))
    layer = d * (3.0 * number("d_ff", d_ff) + 2.0 * width)
    return number("layers", layers) * layer + d * number("vocabulary", vocabulary)


def gated_transformer_parameters(
    layers: Any,
    d_model: Any,
    d_ff: Any,
    heads: Any,
    kv_heads: Any,
    head_dim: Any,
    vocabulary: Any,
    tied: bool = False,
    experts: Any = 0,
    d_ff_expert: Any = 0,
    qk_norm: bool = False,
    qkv_bias: bool = False,
    post_norms: bool = False,
) -> Any:
    """Return the exact number of parameters of a gated transformer, norms included.

    It gives the official total of Llama, Mistral, Qwen, Gemma, Phi-4 and Mixtral models to the
    last digit. Shared experts, leading dense layers, latent attention and the biases of gpt-oss
    are not covered; the table of models has the counts of those.

    Parameters
    ----------
    layers, d_model, heads, kv_heads, head_dim, vocabulary : float or array
        Shape.
    d_ff : float or array
        Width of the feed-forward block; ignored where there are experts, and may then be None.
    tied : bool
        Whether input and output embedding are one matrix.
    experts, d_ff_expert : float or array
        Experts of each layer, which replace the feed-forward block, and their width. 0 or None
        where there are none. The router has one vector an expert and no bias.
    qk_norm : bool
        Norms of queries and keys in each layer (Qwen3, Gemma 3).
    qkv_bias : bool
        Biases of queries, keys and values (Qwen2.5).
    post_norms : bool
        Two more norms in each layer (Gemma).

    Raises
    ------
    ValueError
        If a number of the shape is not above 0, the width that counts is missing, or a switch is
        neither True nor False.

    Examples
    --------
    >>> gated_transformer_parameters(80, 8192, 28672, 64, 8, 128, 128256)  # Llama 3.1 70B
    70553706496.0
    """
    d, h, k = number("d_model", d_model), number("heads", heads), number("kv_heads", kv_heads)
    width = number("head_dim", head_dim)
    layer = 2.0 * d * width * (h + k) + (4.0 if flag("post_norms", post_norms) else 2.0) * d
    layer = layer + _feed_forward(d, d_ff, experts, d_ff_expert)
    if flag("qkv_bias", qkv_bias):
        layer = layer + (h + 2.0 * k) * width
    if flag("qk_norm", qk_norm):
        layer = layer + 2.0 * width
    embeddings = (1.0 if flag("tied", tied) else 2.0) * number("vocabulary", vocabulary) * d
    return number("layers", layers) * layer + d + embeddings


def _feed_forward(d: Any, d_ff: Any, experts: Any, d_ff_expert: Any) -> Any:
    """Return the parameters of the feed-forward block of one layer, dense or routed."""
    E = number("experts", 0 if experts is None else experts, lower_open=False)
    dense = number("d_ff", 0 if d_ff is None else d_ff, lower_open=False)
    routed = number("d_ff_expert", 0 if d_ff_expert is None else d_ff_expert, lower_open=False)
    xp = array_namespace(d, E, dense, routed)
    if xp is np:
        if np.any((E == 0) & (dense == 0)):
            raise ValueError("d_ff is 0; allowed: a number above 0 where there are no experts")
        if np.any((E > 0) & (routed == 0)):
            raise ValueError("d_ff_expert is 0; allowed: a number above 0 where there are experts")
    return plain(xp.where(E > 0, E * (3.0 * d * routed + d), 3.0 * d * dense))
