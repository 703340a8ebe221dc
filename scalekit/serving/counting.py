"""Exact parameter counts of an architecture, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scalekit.checks import record
from scalekit.models import Model


@dataclass(frozen=True)
class ParameterCounts:
    """Parameters of a model by what they do. All are exact integers.

    Attributes
    ----------
    total, active : int
        All, and those of which a token has a share (all experts that it is routed to).
    nonembedding, active_nonembedding : int
        The same without the input embedding, the output head and learned positions.
    active_without_input_embedding : int
        Active ones without the look-up of the input embedding, where that is a matrix of its own.
    attention, feed_forward : int
        Matrices of all layers that every token is multiplied by: those of the attention, and
        those of dense layers, shared experts and routers.
    expert : int
        Matrices of one routed expert in one layer.
    expert_layers, experts, active_experts : int
        Layers with experts, experts of a layer, and how many of them a token is routed to.
    head, input_embedding : int
        Output head, and the input embedding (0 where it is the same matrix).
    small : int
        Biases, norms, sinks and positions: no matrix product.
    """

    total: int
    active: int
    nonembedding: int
    active_nonembedding: int
    active_without_input_embedding: int
    attention: int
    feed_forward: int
    expert: int
    expert_layers: int
    experts: int
    active_experts: int
    head: int
    input_embedding: int
    small: int

    @property
    def dense_matmul(self) -> int:
        """Parameters that every token is multiplied by, output head included."""
        return self.attention + self.feed_forward + self.head

    @property
    def matmul(self) -> int:
        """Parameters that one token is multiplied by in a decode step."""
        return self.dense_matmul + self.expert_layers * self.active_experts * self.expert


def counts(model: Model) -> ParameterCounts:
    """Count the parameters of an architecture.

    Parameters
    ----------
    model : Model
        A row of the table, or what `architecture` read. Dense and gated feed-forward, MHA, GQA,
        MQA and MLA, mixtures of experts with shared experts and leading dense layers, tied
        embeddings, biases.

    Returns
    -------
    ParameterCounts
        Counts by part.

    Raises
    ------
    ValueError
        If the shape of the model is not known; the message names what is missing.

    Examples
    --------
    >>> from scalekit.models import model
    >>> counts(model("DeepSeek-V3")).total
    671026419200
    >>> counts(model("Llama-3.1-8B")).matmul
    7504658432
    """
    return _counted(record("model", model, Model))


@lru_cache(maxsize=1024)
def _counted(model: Model) -> ParameterCounts:
    L, d, h, kv, head_dim, V = known(
        model, "layers", "d_model", "heads", "kv_heads", "head_dim", "vocabulary"
    )
    w = model.wiring
    if w is None or model.tied_embeddings is None:
        raise _unknown(model, ["wiring" if w is None else "tied_embeddings"])
    attention, small = _attention(model)
    small += w.norms * d * (2 if w.norm_bias else 1)
    small += (h + 2 * kv) * head_dim * w.qkv_bias + d * w.output_bias
    small += 2 * head_dim * w.qk_norm + h * w.sinks
    matrices = 3 if model.mlp == "glu3" else 2
    E, k, dense = 0, 0, L
    router = shared = expert = expert_bias = 0
    if model.architecture == "moe":
        E, k, f = known(model, "experts", "active_experts", "d_ff_expert")
        dense = model.dense_layers or 0
        router, expert = d * E, matrices * d * f
        shared = (model.shared_experts or 0) * expert
        expert_bias = ((matrices - 1) * f + d) * w.mlp_bias
    (d_ff,) = known(model, "d_ff") if dense else (0,)
    routed = L - dense
    feed_forward = dense * matrices * d * d_ff + routed * (router + shared)
    small = L * small + dense * ((matrices - 1) * d_ff + d) * w.mlp_bias
    small += routed * E * w.router_bias + d * (2 if w.norm_bias else 1)
    head = d * V
    own_input = 0 if model.tied_embeddings else head
    every_token = L * attention + feed_forward + small
    nonembedding = every_token + routed * E * (expert + expert_bias)
    active = every_token + routed * k * (expert + expert_bias)
    embeddings = head + own_input + w.positions * d
    return ParameterCounts(
        total=nonembedding + embeddings,
        active=active + embeddings,
        nonembedding=nonembedding,
        active_nonembedding=active,
        active_without_input_embedding=active + embeddings - own_input,
        attention=L * attention,
        feed_forward=feed_forward,
        expert=expert,
        expert_layers=routed,
        experts=E,
        active_experts=k,
        head=head,
        input_embedding=own_input,
        small=small + routed * E * expert_bias + w.positions * d,
    )


def known(model: Model, *names: str) -> list[int]:
    """Return fields of a model that must be known.

    Raises
    ------
    ValueError
        Naming all that are not.
    """
    values = [getattr(model, name) for name in names]
    if missing := [name for name, value in zip(names, values, strict=True) if value is None]:
        raise _unknown(model, missing)
    return values


def _attention(model: Model) -> tuple[int, int]:
    """Return the matrices of one layer's attention, and the norms inside it."""
    d, h, kv, head_dim = known(model, "d_model", "heads", "kv_heads", "head_dim")
    if model.attention != "MLA":
        return 2 * d * (h + kv) * head_dim, 0
    latent, nope, rope, v = known(model, "mla_kv_lora", "mla_qk_nope", "mla_qk_rope", "mla_v")
    rank = model.mla_q_lora or 0
    query = (d * rank + rank * h * (nope + rope)) if rank else d * h * (nope + rope)
    keys_and_values = d * (latent + rope) + latent * h * (nope + v)
    return query + keys_and_values + h * v * d, rank + latent


def _unknown(model: Model, missing: list[str]) -> ValueError:
    return ValueError(
        f"the architecture of {model.name!r} is not known: {', '.join(missing)} missing; "
        "allowed: a model of the table with a shape, or one read from its config.json"
    )
