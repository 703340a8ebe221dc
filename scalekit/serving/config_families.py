"""Which fields of a config.json make which architecture, one function a kind of model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from scalekit.models import Model
from scalekit.serving.config_fields import MOST, MOST_LAYERS, Fields
from scalekit.wiring import ALL_BIASES, Wiring


def _model(fields: Fields, **parts: Any) -> Model:
    """Return what all kinds share, with the parts that one adds or replaces."""

    def part(name: str, read: Callable[[], Any]) -> Any:
        if name not in parts:
            parts[name] = read()
        return parts[name]

    heads = part("heads", lambda: fields.whole("num_attention_heads", most=100_000))
    width = part("d_model", lambda: fields.whole("hidden_size"))
    kv_heads = part("kv_heads", lambda: fields.whole("num_key_value_heads", heads, most=heads))
    if heads % kv_heads:
        raise ValueError(
            f"num_key_value_heads is {kv_heads}; allowed: a divisor of num_attention_heads, {heads}"
        )
    if "head_dim" not in parts:
        own = fields.optional("head_dim")
        if own is None and width % heads:
            raise ValueError(
                f"num_attention_heads is {heads}; allowed without head_dim: a divisor of "
                f"hidden_size, {width}"
            )
        parts["head_dim"] = own or width // heads
    grouped = "MQA" if kv_heads == 1 else "GQA"
    part("attention", lambda: "MHA" if kv_heads == heads else grouped)
    part("layers", lambda: _layers(fields))
    part("vocabulary", lambda: fields.whole("vocab_size", most=100 * MOST))
    part("tied_embeddings", lambda: fields.flag("tie_word_embeddings", False))
    part("context", lambda: fields.optional("max_position_embeddings", most=10**9))
    if parts.get("experts") is None:
        part("d_ff", lambda: fields.whole("intermediate_size"))
    part("mlp", lambda: "glu3")
    part("wiring", Wiring)
    return Model(
        name="", family="", architecture="moe" if parts.get("experts") else "dense", **parts
    )


def _windows(fields: Fields, local: int, key: str = "sliding_window") -> dict[str, Any]:
    """Return the window, where the model has one."""
    window = fields.optional(key, most=10**9)
    if window is None or not local:
        return {}
    return {"sliding_window": window, "local_layers": local}


def _experts(fields: Fields, total: str, width: str) -> dict[str, Any]:
    """Return the experts of a mixture."""
    experts = fields.whole(total, most=100_000)
    return {
        "experts": experts,
        "active_experts": fields.whole("num_experts_per_tok", most=experts),
        "d_ff_expert": fields.whole(width),
        "shared_experts": 0,
        "dense_layers": 0,
    }


def _layers(fields: Fields) -> int:
    return fields.whole("num_hidden_layers", most=MOST_LAYERS)


def _llama(fields: Fields) -> Model:
    bias = fields.flag("attention_bias", False)
    wiring = Wiring(qkv_bias=bias, output_bias=bias, mlp_bias=fields.flag("mlp_bias", False))
    return _model(fields, wiring=wiring)


def _mistral(fields: Fields) -> Model:
    return _model(fields, **_windows(fields, _layers(fields)))


def _mixtral(fields: Fields) -> Model:
    experts = _experts(fields, "num_local_experts", "intermediate_size")
    return _model(fields, **experts, **_windows(fields, _layers(fields)))


def _qwen_windows(fields: Fields) -> dict[str, Any]:
    """Return the windows of the upper layers, which are off unless a flag is set."""
    if not fields.flag("use_sliding_window", False):
        return {}
    layers = _layers(fields)
    full = fields.whole("max_window_layers", layers, least=0, most=MOST_LAYERS)
    return _windows(fields, fields.local_layers(layers, max(layers - full, 0)))


def _qwen2(fields: Fields) -> Model:
    return _model(fields, wiring=Wiring(qkv_bias=True), **_qwen_windows(fields))


def _qwen3(fields: Fields) -> Model:
    bias = fields.flag("attention_bias", False)
    wiring = Wiring(qk_norm=True, qkv_bias=bias, output_bias=bias)
    return _model(fields, wiring=wiring, **_qwen_windows(fields))


def _qwen3_moe(fields: Fields) -> Model:
    fields.only("decoder_sparse_step", 1)
    fields.only("mlp_only_layers", [])
    bias = fields.flag("attention_bias", False)
    return _model(
        fields,
        wiring=Wiring(qk_norm=True, qkv_bias=bias, output_bias=bias),
        **_experts(fields, "num_experts", "moe_intermediate_size"),
        **_qwen_windows(fields),
    )


def _gemma2(fields: Fields) -> Model:
    layers = _layers(fields)
    return _model(
        fields,
        tied_embeddings=fields.flag("tie_word_embeddings", True),
        wiring=Wiring(norms=4),
        sliding_pattern="1 local:1 global",
        **_windows(fields, fields.local_layers(layers, (layers + 1) // 2)),
    )


def _gemma3(fields: Fields) -> Model:
    layers = _layers(fields)
    every = fields.whole("sliding_window_pattern", 6, most=MOST_LAYERS)
    heads = fields.whole("num_attention_heads", 8, most=100_000)
    return _model(
        fields,
        # The published files leave out what equals the defaults of this kind.
        heads=heads,
        kv_heads=fields.whole("num_key_value_heads", 4, most=heads),
        head_dim=fields.whole("head_dim", 256),
        vocabulary=fields.whole("vocab_size", 262208, most=100 * MOST),
        context=fields.whole("max_position_embeddings", 131072, most=10**9),
        tied_embeddings=fields.flag("tie_word_embeddings", True),
        wiring=Wiring(norms=4, qk_norm=True),
        sliding_pattern=f"{every - 1} local:1 global",
        **_windows(fields, fields.local_layers(layers, layers - layers // every)),
    )


def _gpt_oss(fields: Fields) -> Model:
    layers = _layers(fields)
    bias = fields.flag("attention_bias", True)
    return _model(
        fields,
        wiring=Wiring(qkv_bias=bias, output_bias=bias, mlp_bias=True, sinks=True, router_bias=True),
        sliding_pattern="1 local:1 global",
        **_experts(fields, "num_local_experts", "intermediate_size"),
        **_windows(fields, fields.local_layers(layers, (layers + 1) // 2)),
    )


def _leading_dense(fields: Fields) -> dict[str, Any]:
    """Return the experts of a mixture with shared ones and leading dense layers."""
    layers = _layers(fields)
    return _experts(fields, "n_routed_experts", "moe_intermediate_size") | {
        "shared_experts": fields.whole("n_shared_experts", 0, least=0, most=100_000),
        "dense_layers": fields.whole("first_k_dense_replace", 0, least=0, most=layers - 1),
        "d_ff": fields.whole("intermediate_size"),
    }


def _deepseek(fields: Fields) -> Model:
    fields.only("moe_layer_freq", 1)
    # Only the second version balances its experts with a loss, and so without biases.
    method = fields.text("topk_method") or ("" if fields.kind == "deepseek_v2" else "noaux_tc")
    nope, rope = fields.whole("qk_nope_head_dim"), fields.whole("qk_rope_head_dim")
    return _model(
        fields,
        attention="MLA",
        head_dim=nope + rope,
        mla_q_lora=fields.optional("q_lora_rank"),
        mla_kv_lora=fields.whole("kv_lora_rank"),
        mla_qk_nope=nope,
        mla_qk_rope=rope,
        mla_v=fields.whole("v_head_dim"),
        wiring=Wiring(router_bias=method == "noaux_tc"),
        **_leading_dense(fields),
    )


def _glm4_moe(fields: Fields) -> Model:
    wiring = Wiring(
        qkv_bias=fields.flag("attention_bias", False),
        qk_norm=fields.flag("use_qk_norm", False),
        router_bias=True,
    )
    return _model(fields, wiring=wiring, **_leading_dense(fields))


def _gpt_neox(fields: Fields) -> Model:
    bias = fields.flag("attention_bias", True)
    wiring = Wiring(norm_bias=True, qkv_bias=bias, output_bias=bias, mlp_bias=True)
    heads = fields.whole("num_attention_heads", most=100_000)
    return _model(fields, mlp="mlp2", heads=heads, kv_heads=heads, wiring=wiring)


def _opt(fields: Fields) -> Model:
    width = fields.whole("hidden_size")
    fields.only("word_embed_proj_dim", width)
    fields.only("do_layer_norm_before", True)
    fields.only("enable_bias", True)
    heads = fields.whole("num_attention_heads", most=100_000)
    context = fields.whole("max_position_embeddings")
    return _model(
        fields,
        mlp="mlp2",
        heads=heads,
        kv_heads=heads,
        d_ff=fields.whole("ffn_dim"),
        tied_embeddings=fields.flag("tie_word_embeddings", True),
        context=context,
        wiring=replace(
            ALL_BIASES, positions=context + 2
        ),  # the first two rows of its table are never looked up
    )


def _gpt2(fields: Fields) -> Model:
    width, heads = fields.whole("n_embd"), fields.whole("n_head", most=100_000)
    positions = fields.whole("n_positions")
    return _model(
        fields,
        mlp="mlp2",
        layers=fields.whole("n_layer", most=MOST_LAYERS),
        d_model=width,
        heads=heads,
        kv_heads=heads,
        d_ff=fields.whole("n_inner", 4 * width),
        tied_embeddings=fields.flag("tie_word_embeddings", True),
        context=positions,
        wiring=replace(ALL_BIASES, positions=positions),
    )


#: How to read each ``model_type``.
FAMILIES: Mapping[str, Callable[[Fields], Model]] = MappingProxyType(
    {
        "deepseek_v2": _deepseek,
        "deepseek_v3": _deepseek,
        "gemma2": _gemma2,
        "gemma3_text": _gemma3,
        "glm4_moe": _glm4_moe,
        "gpt2": _gpt2,
        "gpt_neox": _gpt_neox,
        "gpt_oss": _gpt_oss,
        "kimi_k2": _deepseek,
        "llama": _llama,
        "mistral": _mistral,
        "mixtral": _mixtral,
        "opt": _opt,
        "phi3": lambda fields: _model(fields, **_windows(fields, _layers(fields))),
        "qwen2": _qwen2,
        "qwen3": _qwen3,
        "qwen3_moe": _qwen3_moe,
    }
)
