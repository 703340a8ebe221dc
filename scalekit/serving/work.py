"""FLOP and bytes of the two phases: reading the prompts, and one step of writing the answers.

Everything is elementwise: numbers, NumPy arrays that broadcast, or JAX arrays.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from scalekit.laws.form import array_namespace
from scalekit.serving.experts import distinct_experts
from scalekit.serving.ledger import Conventions
from scalekit.serving.shape import Shape

FULL_BITS = 16.0
"""Bits from which on nothing is quantised and no scales are stored."""


class Work(NamedTuple):
    """What one pass takes, of all devices of a group together.

    Attributes
    ----------
    matmul_flop, attention_flop : float or array
        Products with weights, and scores and values.
    weight_bytes, kv_bytes : float or array
        Bytes of weights read, and of the cache read or written.
    reduced_tokens : float or array
        Tokens that the devices must agree on, twice a layer.
    passes : float or array
        Passes over the weights.
    """

    matmul_flop: Any
    attention_flop: Any
    weight_bytes: Any
    kv_bytes: Any
    reduced_tokens: Any
    passes: Any


def stored_bits(bits: Any, block_size: float | None, scale_bits: float = 16.0) -> Any:
    """Return the bits that an element takes with the scale of its block.

    Parameters
    ----------
    bits : float or array
        Bits of an element; from 16 on there are no scales.
    block_size : float or None
        Elements that share a scale; None for no scales.
    scale_bits : float
        Bits of a scale.
    """
    if block_size is None:
        return bits
    xp = array_namespace(bits)
    return xp.where(xp.asarray(bits) < FULL_BITS, bits + scale_bits / block_size, bits)


def kv_elements(shape: Shape, context: Any) -> Any:
    """Return the elements of the key-value cache of one sequence; local layers keep a window."""
    xp = array_namespace(context, shape.window)
    return shape.kv_global * context + shape.kv_local * xp.minimum(context, shape.window)


def experts_read(shape: Shape, tokens: Any, conventions: Conventions) -> Any:
    """Return the parameters of routed experts that a pass of so many tokens reads."""
    alike = tokens**conventions.routing_exponent
    touched = distinct_experts(alike, shape.experts, shape.active_experts)
    return shape.expert_layers * touched * shape.expert


def _parameters(shape: Shape, which: str, own_total: float | None) -> Any:
    """Return the parameters that a token meets, beside the routed experts."""
    if which == "matmul":
        return shape.dense_matmul
    if which == "matmul and embedding":
        return shape.dense_matmul + shape.embedding
    routed = shape.expert_layers * shape.active_experts * shape.expert
    return (shape.active if own_total is None else own_total) - routed


def _pairs(tokens: Any, window: Any, causal: bool) -> Any:
    """Return the pairs of a token and one that it looks at."""
    xp = array_namespace(tokens, window)
    seen = xp.minimum(tokens, window)
    return tokens * seen - 0.5 * seen * seen if causal else tokens * seen


def prefill_work(
    shape: Shape,
    prompt_tokens: Any,
    prompts: Any,
    weight_bits: Any,
    kv_bits: Any,
    chunk: Any,
    decode_batch: Any,
    conventions: Conventions,
) -> Work:
    """Return the work of reading prompts.

    Parameters
    ----------
    shape : Shape
        Of the model.
    prompt_tokens, prompts : float or array
        Tokens of a prompt, and prompts read together.
    weight_bits, kv_bits : float or array
        Bits that an element takes, scales included.
    chunk : float or array
        Tokens of one pass; infinite for all in one.
    decode_batch : float or array
        Tokens of other sequences that are decoded in the same passes and touch experts too.
    conventions : Conventions
        How to count.
    """
    c = conventions
    xp = array_namespace(prompt_tokens, prompts, chunk)
    tokens = prompt_tokens * prompts
    matmul = _parameters(shape, c.prefill_parameters, c.total_parameters)
    matmul = matmul + shape.expert_layers * shape.active_experts * shape.expert
    flop = 2.0 * matmul * tokens
    if c.head_on_last:
        flop = flop - 2.0 * shape.head * (tokens - prompts)
    attention = shape.prefill_global * _pairs(prompt_tokens, np.inf, c.causal)
    attention = attention + shape.prefill_local * _pairs(prompt_tokens, shape.window, c.causal)
    piece = xp.minimum(chunk, tokens)
    passes = xp.ceil(tokens / piece)
    read = shape.dense_matmul + experts_read(shape, piece + decode_batch, c)
    return Work(
        matmul_flop=flop,
        attention_flop=attention * prompts,
        weight_bytes=passes * read * (weight_bits / 8.0),
        kv_bytes=kv_elements(shape, prompt_tokens) * prompts * (kv_bits / 8.0),
        reduced_tokens=tokens,
        passes=passes,
    )


def decode_work(
    shape: Shape,
    context: Any,
    batch: Any,
    tokens: Any,
    weight_bits: Any,
    kv_bits: Any,
    conventions: Conventions,
) -> Work:
    """Return the work of one step that passes `tokens` of each sequence through the model.

    Parameters
    ----------
    shape : Shape
        Of the model.
    context, batch : float or array
        Tokens in the cache of a sequence, and sequences.
    tokens : float or array
        Tokens of each sequence in the step: 1, or more where drafted ones are verified.
    weight_bits, kv_bits : float or array
        Bits that an element takes, scales included.
    conventions : Conventions
        How to count.
    """
    c = conventions
    xp = array_namespace(context, shape.window)
    passed = batch * tokens
    pairs = shape.decode_global * context
    pairs = pairs + shape.decode_local * xp.minimum(context, shape.window)
    dense = _parameters(shape, c.decode_parameters, c.total_parameters)
    return Work(
        matmul_flop=2.0 * shape.matmul * passed,
        attention_flop=pairs * passed,
        weight_bytes=(dense + experts_read(shape, passed, c)) * (weight_bits / 8.0),
        kv_bytes=c.kv_reads * batch * (kv_elements(shape, context) * (kv_bits / 8.0)),
        reduced_tokens=passed,
        passes=1.0,
    )
