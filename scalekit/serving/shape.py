"""What an architecture asks of hardware, as plain numbers that arithmetic runs over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from scalekit.models import Model
from scalekit.serving.counting import counts, known


class Shape(NamedTuple):
    """The numbers of a model that times and bytes depend on; each a float or an array.

    Attributes
    ----------
    layers, d_model, heads : float
        Layers, width and query heads.
    total, active : float
        Parameters, all and active (`ParameterCounts`).
    dense_matmul, head, embedding : float
        Parameters that every token is multiplied by, the output head among them, and those of an
        embedding matrix.
    expert, expert_layers, experts, active_experts : float
        Parameters of a routed expert in a layer; layers that have them, how many, and how many
        work on a token. A dense model has one expert of size 0.
    prefill_global, prefill_local : float
        FLOP of scores and values for each pair of a token and one it looks at, all layers.
    decode_global, decode_local : float
        The same in decoding (other for MLA, whose cache is used as it is stored).
    kv_global, kv_local : float
        Elements of the cache for a token, in layers that keep all and in those with a window.
    window : float
        Tokens that the latter keep; infinite where there are none.
    kv_shards : float
        Devices that the cache of one sequence can be split over (key-value heads; 1 for MLA).
    working, working_split : float
        Elements of the widest layer's intermediate results for a token, those that every device
        of a group holds and those that are split.
    """

    layers: Any
    d_model: Any
    heads: Any
    total: Any
    active: Any
    dense_matmul: Any
    head: Any
    embedding: Any
    expert: Any
    expert_layers: Any
    experts: Any
    active_experts: Any
    prefill_global: Any
    prefill_local: Any
    decode_global: Any
    decode_local: Any
    kv_global: Any
    kv_local: Any
    window: Any
    kv_shards: Any
    working: Any
    working_split: Any

    @property
    def matmul(self) -> Any:
        """Parameters that one token is multiplied by."""
        return self.dense_matmul + self.expert_layers * self.active_experts * self.expert


@lru_cache(maxsize=1024)
def shape(model: Model) -> Shape:
    """Return the numbers of a model.

    Raises
    ------
    ValueError
        If its architecture is not known.
    """
    found = counts(model)
    L, d, h, kv, hd, V = known(
        model, "layers", "d_model", "heads", "kv_heads", "head_dim", "vocabulary"
    )
    if model.attention == "MLA":
        latent, rope = known(model, "mla_kv_lora", "mla_qk_rope")
        nope, v = known(model, "mla_qk_nope", "mla_v")
        prefill, decode = 2 * h * (nope + rope + v), 2 * h * (2 * latent + rope)
        elements, shards = latent + rope, 1
    else:
        prefill = decode = 4 * h * hd
        elements, shards = 2 * kv * hd, kv
    local = (model.local_layers or 0) if model.sliding_window else 0
    expert_width = found.active_experts + (model.shared_experts or 0)
    expert_width *= model.d_ff_expert or 0
    widest = max(h * hd + 2 * kv * hd, 2 * max(model.d_ff or 0, expert_width))
    return Shape(
        layers=float(L),
        d_model=float(d),
        heads=float(h),
        total=float(found.total),
        active=float(found.active),
        dense_matmul=float(found.dense_matmul),
        head=float(found.head),
        embedding=float(d * V),
        expert=float(found.expert),
        expert_layers=float(found.expert_layers),
        experts=float(found.experts or 1),
        active_experts=float(found.active_experts or 1),
        prefill_global=float((L - local) * prefill),
        prefill_local=float(local * prefill),
        decode_global=float((L - local) * decode),
        decode_local=float(local * decode),
        kv_global=float((L - local) * elements),
        kv_local=float(local * elements),
        window=float(model.sliding_window or np.inf) if local else np.inf,
        kv_shards=float(shards),
        working=3.0 * d,
        working_split=float(widest),
    )


def stacked(models: Sequence[Model], axes: int) -> Shape:
    """Return the numbers of several models along the first of `axes` axes of arrays."""
    columns = np.array([shape(model) for model in models]).T
    return Shape(*(column.reshape(-1, *[1] * (axes - 1)) for column in columns))
