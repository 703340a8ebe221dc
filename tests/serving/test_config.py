"""Architectures from config.json: what they describe, and what is refused."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalekit.models import model, models
from scalekit.serving import read_config
from scalekit.serving.config_families import FAMILIES

KINDS = {
    "Llama-2": "llama", "Llama-3": "llama", "Qwen2.5": "qwen2", "Qwen3": "qwen3",
    "Mistral": "mistral", "Gemma-2": "gemma2", "Gemma-3": "gemma3_text", "Phi": "phi3",
    "Pythia": "gpt_neox", "OPT": "opt", "GPT-3": "gpt2", "Mixtral": "mixtral",
    "gpt-oss": "gpt_oss", "GLM-4.5": "glm4_moe", "DeepSeek": "deepseek_v3", "Kimi": "kimi_k2",
}  # fmt: skip


def config(name):
    """Write the config.json of a model of the table, in the names of its kind."""
    m = model(name)
    kind = KINDS[m.family]
    if name.startswith("DeepSeek-V2"):
        kind = "deepseek_v2"
    if name.startswith("Qwen3") and m.experts:
        kind = "qwen3_moe"
    if kind == "gpt2":
        return {
            "model_type": kind, "n_embd": m.d_model, "n_layer": m.layers, "n_head": m.heads,
            "n_positions": 2048, "n_inner": None, "vocab_size": m.vocabulary,
        }  # fmt: skip
    found = {
        "model_type": kind,
        "hidden_size": m.d_model,
        "num_hidden_layers": m.layers,
        "num_attention_heads": m.heads,
        "num_key_value_heads": m.kv_heads,
        "vocab_size": m.vocabulary,
        "tie_word_embeddings": m.tied_embeddings,
        "max_position_embeddings": m.context,
        "intermediate_size": m.d_ff or m.d_ff_expert,
        "num_experts_per_tok": m.active_experts,
        "moe_intermediate_size": m.d_ff_expert,
        "sliding_window": m.sliding_window,
    }
    if kind == "opt":
        found["ffn_dim"] = found.pop("intermediate_size")
        found |= {"word_embed_proj_dim": m.d_model, "do_layer_norm_before": True}
    if m.attention == "MLA":
        found |= {
            "q_lora_rank": m.mla_q_lora or None,
            "kv_lora_rank": m.mla_kv_lora,
            "qk_nope_head_dim": m.mla_qk_nope,
            "qk_rope_head_dim": m.mla_qk_rope,
            "v_head_dim": m.mla_v,
            "moe_layer_freq": 1,
        }
    elif m.head_dim != m.d_model // m.heads:
        found["head_dim"] = m.head_dim
    key = {"mixtral": "num_local_experts", "gpt_oss": "num_local_experts",
           "qwen3_moe": "num_experts"}.get(kind, "n_routed_experts")  # fmt: skip
    if m.experts:
        found[key] = m.experts
    if m.dense_layers:
        found |= {"first_k_dense_replace": m.dense_layers, "n_shared_experts": m.shared_experts}
    if kind == "glm4_moe":
        found |= {"attention_bias": True, "use_qk_norm": name == "GLM-4.5"}
    return found


READABLE = [n for n, found in models().items() if found.layers and found.family in KINDS]


def test_all_but_one_family_can_be_read():
    left = {m.name for m in models().values() if m.layers} - set(READABLE)
    assert left == {"PaLM-540B"}  # which was never published
    assert {config(name)["model_type"] for name in READABLE} == set(FAMILIES)


@pytest.mark.parametrize("name", READABLE)
def test_reads_what_the_table_says(name):
    found, own = read_config(json.dumps(config(name)), name), model(name)
    assert found.name == name
    for field in (
        "architecture", "layers", "d_model", "heads", "kv_heads", "head_dim", "vocabulary",
        "tied_embeddings", "mlp", "attention", "context", "total_parameters", "active_parameters",
        "active_parameters_without_input_embedding", "nonembedding_parameters",
        "kv_elements_per_token", "sliding_window", "local_layers", "wiring",
    ):  # fmt: skip
        assert getattr(found, field) == getattr(own, field), field


def test_a_list_of_layer_types_decides():
    types = ["full_attention"] * 20 + ["sliding_attention"] * 6
    assert read_config(config("Gemma-2-2B") | {"layer_types": types}).local_layers == 6


def test_windows_that_are_off():
    off = config("Qwen2.5-7B") | {"sliding_window": 4096, "use_sliding_window": False}
    assert read_config(off).sliding_window is None
    on = off | {"use_sliding_window": True, "max_window_layers": 20}
    assert read_config(on).local_layers == 8


def test_the_language_part_of_a_model_with_images():
    text = config("Gemma-3-4B (text tower)")
    # The published file leaves out what equals the defaults.
    for key in ("model_type", "num_attention_heads", "num_key_value_heads", "head_dim",
                "vocab_size", "max_position_embeddings", "tie_word_embeddings"):  # fmt: skip
        text.pop(key, None)
    found = read_config({"model_type": "gemma3", "vision_config": {}, "text_config": text})
    assert found.total_parameters == 3880263168
    assert found.local_layers == 29


LLAMA = config("Llama-3.1-8B")
DEEPSEEK = config("DeepSeek-V3")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "config is no JSON"),
        ("[" * 100_000, "config is no JSON"),
        ("9" * 5000, "config is no JSON"),
        (b"\xff\xfe\x00", "config is no JSON"),
        ("x" * 1_000_001, "config has 1,000,001 characters; allowed: up to 1,000,000"),
        ("[1, 2]", r"config is \[1, 2\]; allowed: a JSON object"),
        (None, "config is None; allowed: a JSON object"),
        ({}, "model_type is None; allowed: deepseek_v2"),
        ({"model_type": ["llama"]}, r"model_type is \['llama'\]; allowed: deepseek_v2"),
        ({"model_type": "lama"}, r"model_type is 'lama' \(did you mean 'llama'\?\)"),
        ({"model_type": "mamba"}, "model_type is 'mamba'.*allowed: deepseek_v2"),
        ({"model_type": "llama"}, "num_attention_heads is missing, and a config of model_type 'll"),
        (LLAMA | {"num_hidden_layers": -3}, "num_hidden_layers is -3; allowed: a whole number fro"),
        (LLAMA | {"num_hidden_layers": 10**30}, "num_hidden_layers is 1000000.*allowed: a whole"),
        (LLAMA | {"hidden_size": 4096.0}, r"hidden_size is 4096\.0; allowed"),
        (LLAMA | {"hidden_size": True}, "hidden_size is True; allowed"),
        (LLAMA | {"hidden_size": float("nan")}, "hidden_size is nan; allowed"),
        (LLAMA | {"vocab_size": "x" * 10**5}, r"^vocab_size is 'x+\.\.\.x+'; allowed"),
        (LLAMA | {"num_key_value_heads": 7}, "num_key_value_heads is 7; allowed: a divisor of num"),
        (LLAMA | {"num_key_value_heads": 64}, "num_key_value_heads is 64; allowed: .* up to 32"),
        (LLAMA | {"hidden_size": 4097}, "num_attention_heads is 32; allowed without head_dim: a d"),
        (LLAMA | {"tie_word_embeddings": "no"}, "tie_word_embeddings is 'no'; allowed: true, fals"),
        (DEEPSEEK | {"num_experts_per_tok": 999}, "num_experts_per_tok is 999; allowed: .* to 256"),
        (DEEPSEEK | {"first_k_dense_replace": 61}, "first_k_dense_replace is 61; allowed: .* to 6"),
        (DEEPSEEK | {"moe_layer_freq": 2}, "moe_layer_freq is 2; allowed for model_type 'deepseek"),
        (DEEPSEEK | {"kv_lora_rank": None}, "kv_lora_rank is missing"),
        (config("OPT-1.3b") | {"word_embed_proj_dim": 512}, "word_embed_proj_dim is 512; allowed"),
        (config("Gemma-2-2B") | {"layer_types": ["linear"]}, r"layer_types is \['linear'\]; all"),
        (config("Gemma-2-2B") | {"layer_types": [{}] * 26}, r"layer_types is \[\{\}, "),
    ],
)
def test_refusals(content, message):
    with pytest.raises(ValueError, match=re.compile(message, re.DOTALL)) as caught:
        read_config(content)
    assert len(str(caught.value)) < 500


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(READABLE), st.data())
def test_a_spoilt_config_is_read_or_refused(name, data):
    good = config(name)
    spoilt = data.draw(st.dictionaries(st.sampled_from(sorted(good)), VALUES, max_size=3))
    try:
        found = read_config(good | spoilt)
    except ValueError as refused:
        message = str(refused)
    else:
        message = "allowed" if found.total_parameters > 0 else ""
    assert "allowed" in message
