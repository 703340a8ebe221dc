"""What attention costs in operations, state and traffic, counted from its definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scalekit.checks import choice, number
from scalekit.laws.form import array_namespace, plain

TRAFFIC_KINDS = ("flash", "optimal", "fast-multiplication", "standard")
"""Ways to compute attention that `attention_hbm_accesses` knows."""

COST_KINDS = ("softmax", "linear")
"""Kinds of attention that `attention_cost` knows."""


@dataclass(frozen=True)
class AttentionCost:
    """Cost of one head in one layer.

    Attributes
    ----------
    prefill_flop : float or array
        FLOP for the whole sequence, without a causal mask.
    decode_flop : float or array
        FLOP for one more token after it.
    state_elements : float or array
        Elements that are kept between tokens.
    """

    prefill_flop: Any
    decode_flop: Any
    state_elements: Any


def attention_cost(
    sequence_length: Any, head_dim: Any, kind: str = "softmax", feature_dim: Any = None
) -> AttentionCost:
    """Return FLOP and state of attention, two FLOP for each multiply-add of its products.

    Softmax attention compares all pairs and keeps keys and values; linear attention keeps a
    matrix of feature_dim by head_dim. They cost the same at sequence_length = feature_dim.

    Parameters
    ----------
    sequence_length : float or array
        Tokens.
    head_dim : float or array
        Width of the head.
    kind : {"softmax", "linear"}
        Kind of attention.
    feature_dim : float or array, optional
        Features of linear attention; `head_dim` if not given.

    Raises
    ------
    ValueError
        If an input is not above 0, or the kind is unknown.
    """
    choice("kind", kind, COST_KINDS)
    N = number("sequence_length", sequence_length, unit="tokens")
    d = number("head_dim", head_dim)
    # Linear attention is softmax attention over a sequence as long as there are features.
    span = N
    if kind == "linear":
        span = d if feature_dim is None else number("feature_dim", feature_dim)
        span = plain(span * array_namespace(N).ones_like(N))
    keys = 2.0 if kind == "softmax" else 1.0
    return AttentionCost(4.0 * N * span * d, 4.0 * span * d, keys * span * d)


def attention_hbm_accesses(
    sequence_length: Any, head_dim: Any, cache_elements: Any, kind: str = "flash"
) -> Any:
    """Return the elements that one head moves between memory and cache, an order of growth.

    Theorems 3.1 and 4.8 of arXiv 2402.07443 with all constants 1, which are not published.

    Parameters
    ----------
    sequence_length : float or array
        Tokens, N.
    head_dim : float or array
        Width of the head, d.
    cache_elements : float or array
        Elements that the cache holds, M.
    kind : {"flash", "optimal", "fast-multiplication", "standard"}
        ``"flash"`` is N^2 d^2/M; ``"optimal"``, for ordinary matrix products, the lesser of it
        and N^2 d/sqrt(M); ``"fast-multiplication"``, a lower bound for any algorithm, the
        lesser of it and N^2; each at least N d. ``"standard"`` writes the scores: N d + N^2.

    Raises
    ------
    ValueError
        If an input is not above 0, or the kind is unknown.
    """
    choice("kind", kind, TRAFFIC_KINDS)
    N = number("sequence_length", sequence_length, unit="tokens")
    d = number("head_dim", head_dim)
    M = number("cache_elements", cache_elements, unit="elements")
    xp = array_namespace(N, d, M)
    if kind == "standard":
        return plain((N * d + N * N) * xp.ones_like(M))
    moved = N * N * d * d / M
    if kind == "optimal":
        moved = xp.minimum(moved, N * N * d / xp.sqrt(M))
    elif kind == "fast-multiplication":
        moved = xp.minimum(moved, N * N)
    return plain(xp.maximum(moved, N * d))
