"""Language models as records: shape, exact parameter counts and training tokens.

The records join the packaged tables ``models.csv`` (architectures) and
``training_tokens.csv`` (published numbers of pre-training tokens).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scalekit.checks import choice
from scalekit.datasets.tables import optional_float, optional_int, read_rows
from scalekit.wiring import Wiring, wiring_of

if TYPE_CHECKING:
    from scalekit.laws import Law

#: What a law can mean by its number of parameters, and the field that holds it.
PARAMETER_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "total": "total_parameters",
        "active": "active_parameters",
        "non-embedding": "nonembedding_parameters",
        "active-non-embedding": "active_nonembedding_parameters",
        "non-routing": "nonrouting_parameters",
    }
)


@dataclass(frozen=True)
class Model:
    """One language model. Counts are raw; None where nothing is known or it does not apply.

    The shape has the argument names of the library's functions, so that a record can be passed
    on field by field.

    Attributes
    ----------
    name, family : str
        Name as in the table, and the series it belongs to.
    architecture : str
        ``dense`` or ``moe``.
    layers, d_model, d_ff, heads, kv_heads, head_dim, vocabulary : int or None
        Shape; `d_ff` is that of the dense layers.
    tied_embeddings : bool or None
        Whether input and output embedding are one matrix.
    mlp, attention : str
        ``glu3`` (gated, three matrices) or ``mlp2``; ``MHA``, ``GQA``, ``MQA`` or ``MLA``.
    experts, active_experts, shared_experts, d_ff_expert, dense_layers : int or None
        Experts of a layer, those routed to and those always used for a token, their width, and
        the number of leading layers without experts.
    mla_q_lora, mla_kv_lora, mla_qk_nope, mla_qk_rope, mla_v : int or None
        Dimensions of multi-head latent attention.
    sliding_window, local_layers : int or None
        Window of local attention [tokens] and how many layers use it.
    sliding_pattern : str
        How local and global layers alternate.
    context : int or None
        Longest context of the released configuration [tokens].
    total_parameters, active_parameters : int or None
        All parameters, and those that work on one token.
    active_parameters_without_input_embedding : int or None
        Active parameters without the lookup of the input embedding.
    nonembedding_parameters, active_nonembedding_parameters : int or None
        The same without input embedding and output head.
    kv_elements_per_token : int or None
        Elements of the key-value cache that a token adds, all layers, no sliding window.
    official_total, official_active : int or None
        Counts that the makers state, and `total_error`, the relative difference to ours.
    total_error : float or None
        Relative difference of `total_parameters` from `official_total`.
    official_source, source, notes : str
        Where the official count and the shape are from; pitfalls.
    training_tokens : int or None
        Published pre-training tokens, repetitions included.
    training_tokens_source, training_tokens_status, training_tokens_notes : str
        Where that number is from; ``paper`` when the cited text states it, ``secondary``
        otherwise, empty where there is no number; what it leaves out.
    wiring : Wiring or None
        Biases, norms and learned positions.
    """

    name: str
    family: str
    architecture: str
    layers: int | None = None
    d_model: int | None = None
    d_ff: int | None = None
    heads: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None
    vocabulary: int | None = None
    tied_embeddings: bool | None = None
    mlp: str = ""
    attention: str = ""
    experts: int | None = None
    active_experts: int | None = None
    shared_experts: int | None = None
    d_ff_expert: int | None = None
    dense_layers: int | None = None
    mla_q_lora: int | None = None
    mla_kv_lora: int | None = None
    mla_qk_nope: int | None = None
    mla_qk_rope: int | None = None
    mla_v: int | None = None
    sliding_window: int | None = None
    sliding_pattern: str = ""
    local_layers: int | None = None
    context: int | None = None
    total_parameters: int | None = None
    active_parameters: int | None = None
    active_parameters_without_input_embedding: int | None = None
    nonembedding_parameters: int | None = None
    active_nonembedding_parameters: int | None = None
    kv_elements_per_token: int | None = None
    official_total: int | None = None
    official_active: int | None = None
    total_error: float | None = None
    official_source: str = ""
    source: str = ""
    notes: str = ""
    training_tokens: int | None = None
    training_tokens_source: str = ""
    training_tokens_status: str = ""
    training_tokens_notes: str = ""
    wiring: Wiring | None = None

    def parameters(self, kind: str = "total") -> int:
        """Return the number of parameters that a law means by its N.

        Parameters
        ----------
        kind : {"total", "active", "non-embedding", "active-non-embedding", "non-routing"}
            Chinchilla-style laws count all parameters, Kaplan-style laws leave the embeddings
            out; costs of a mixture of experts follow the active ones. `parameters_for` takes
            the kind that a law states.

        Returns
        -------
        int
            Number of parameters.

        Raises
        ------
        ValueError
            For an unknown kind, and for one that is not known of this model.
        """
        value = getattr(self, PARAMETER_KINDS[choice("kind", kind, PARAMETER_KINDS)])
        if value is None:
            known = [k for k, field in PARAMETER_KINDS.items() if getattr(self, field) is not None]
            raise ValueError(
                f"kind is {kind!r}, but the {kind} parameters of {self.name!r} are not known; "
                f"known: {', '.join(known)}"
            )
        return value

    def parameters_for(self, law: Law, name: str = "N") -> int:
        """Return the number of parameters that a law means by one of its inputs.

        The count is that of the law's convention, exact from the architecture. It says nothing
        of whether the law was fitted to such models: see `Law.in_domain`, and mind that laws of
        dense models have no word for what a mixture of experts leaves idle.

        Parameters
        ----------
        law : Law
            Any law with an input that counts parameters.
        name : str
            That input.

        Returns
        -------
        int
            Number of parameters.

        Raises
        ------
        ValueError
            If the law has no such input, does not say what it counts, or counts what is not
            known of this model.

        Examples
        --------
        >>> from scalekit import laws
        >>> model("Llama-3.1-8B").parameters_for(laws.get("kaplan-loss"))
        6979588096
        """
        inputs = {key: quantity for key, quantity in law.inputs.items() if quantity.counts}
        if not inputs:
            raise ValueError(f"no input of {law.slug} counts parameters")
        counts = inputs[choice(f"input of {law.slug}", name, inputs)].counts
        if counts == "unstated":
            raise ValueError(
                f"{law.slug} does not state which parameters {name} counts; "
                f"choose with parameters(): {', '.join(PARAMETER_KINDS)}"
            )
        if counts not in PARAMETER_KINDS:
            raise ValueError(
                f"{name} of {law.slug} counts {counts} parameters, "
                f"which the table of models does not tell; it has: {', '.join(PARAMETER_KINDS)}"
            )
        return self.parameters(counts)

    @property
    def nonrouting_parameters(self) -> int | None:
        """Parameters without input embedding, output head and the matrices of the routers."""
        if self.nonembedding_parameters is None or self.experts is None:
            return self.nonembedding_parameters
        assert self.layers is not None
        assert self.d_model is not None
        with_experts = self.layers - (self.dense_layers or 0)
        return self.nonembedding_parameters - with_experts * self.d_model * self.experts

    @property
    def training_flop(self) -> int | None:
        """Training compute by the rule 6 N D, with N the active parameters [FLOP].

        None where the training tokens are not published. Attention over the context, teachers
        of a distillation and all stages after pre-training are left out.
        """
        if self.active_parameters is None or self.training_tokens is None:
            return None
        return 6 * self.active_parameters * self.training_tokens


@cache
def models() -> Mapping[str, Model]:
    """Return all models by name: those of the table, then those known by size only; read-only."""
    tokens = {row["model"]: row for row in read_rows("training_tokens.csv")}
    records = {row["name"]: _model(row, tokens) for row in read_rows("models.csv")}
    others = [row for name, row in tokens.items() if name not in records]
    return MappingProxyType(records | {row["model"]: _size_only(row) for row in others})


def model(name: str) -> Model:
    """Return one model.

    Parameters
    ----------
    name : str
        Name as in the table, such as ``"Llama-3.1-70B"``.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest match.

    Examples
    --------
    >>> model("Llama-2-7B").parameters("non-embedding")
    6476271616
    """
    return models()[choice("model", name, models())]


# Fields of Model that are integers, and their columns in models.csv.
_INTEGERS = {
    "layers": "n_layers",
    "d_model": "d_model",
    "d_ff": "d_ff",
    "heads": "n_heads",
    "kv_heads": "n_kv_heads",
    "head_dim": "head_dim",
    "vocabulary": "vocab",
    "experts": "n_experts",
    "active_experts": "n_active_experts",
    "shared_experts": "n_shared_experts",
    "d_ff_expert": "d_ff_expert",
    "dense_layers": "n_dense_layers",
    "mla_q_lora": "mla_q_lora",
    "mla_kv_lora": "mla_kv_lora",
    "mla_qk_nope": "mla_qk_nope",
    "mla_qk_rope": "mla_qk_rope",
    "mla_v": "mla_v",
    "sliding_window": "sliding_window",
    "local_layers": "n_local_layers",
    "context": "context",
    "total_parameters": "total_params_computed",
    "active_parameters": "active_params_computed",
    "active_parameters_without_input_embedding": "active_params_excl_input_emb",
    "nonembedding_parameters": "nonemb_params",
    "active_nonembedding_parameters": "active_nonemb_params",
    "kv_elements_per_token": "kv_elems_per_token",
    "official_total": "official_total",
    "official_active": "official_active",
}


def _model(row: Mapping[str, str], tokens: Mapping[str, Mapping[str, str]]) -> Model:
    return Model(
        name=row["name"],
        family=row["family"],
        architecture=row["arch"],
        tied_embeddings=row["tied_embeddings"] == "1",
        mlp=row["mlp"],
        attention=row["attn"],
        sliding_pattern=row["sliding_pattern"],
        total_error=optional_float(row["rel_err_total"]),
        official_source=row["official_src"],
        source=row["source"],
        notes=row["notes"],
        wiring=wiring_of(row["name"], row["family"]),
        **_integers(row),
        **_training(tokens.get(row["name"])),
    )


def _integers(row: Mapping[str, str]) -> dict[str, Any]:
    return {field: optional_int(row[column]) for field, column in _INTEGERS.items()}


def _size_only(row: Mapping[str, str]) -> Model:
    """Return the record of a dense model of which only size and tokens are known."""
    size = int(row["parameters"])
    return Model(
        name=row["model"],
        family=row["model"].rsplit("-", 1)[0],
        architecture="dense",
        total_parameters=size,
        active_parameters=size,
        source=row["source"],
        notes=row["notes"],
        **_training(row),
    )


def _training(row: Mapping[str, str] | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {
        "training_tokens": int(row["tokens"]),
        "training_tokens_source": row["source"],
        "training_tokens_status": row["status"],
        "training_tokens_notes": row["notes"],
    }
