"""Exact parameter counts: every row of the table, to the last digit."""

from dataclasses import replace

import pytest

from scalekit import serving
from scalekit.models import model, models
from scalekit.serving import context_bytes, counts
from scalekit.serving.shape import shape
from scalekit.serving.work import kv_elements

ARCHITECTURES = [name for name, found in models().items() if found.layers is not None]

# Rows that no exact official total is known of, and why.
NOT_OFFICIAL = {
    "Gemma-3-4B (text tower)": "the published total has the vision tower in it",
    "Gemma-3-12B (text tower)": "the published total has the vision tower in it",
    "Gemma-3-27B (text tower)": "the published total has the vision tower in it",
    "OPT-66b": "published as 66B alone",
    "OPT-175b": "published as 175B alone",
    "GLM-4.5": "the published total has the layer of multi-token prediction in it",
    "GLM-4.5-Air": "the published total has the layer of multi-token prediction in it",
    "GPT-3-175B": "the paper prints millions",
    "PaLM-540B": "the paper prints hundredths of a billion",
}


def test_every_row_is_counted_or_says_why_not():
    exact = [name for name in ARCHITECTURES if name not in NOT_OFFICIAL]
    assert len(exact) == 51
    for name in exact:
        assert counts(model(name)).total == model(name).official_total, name
    for name in NOT_OFFICIAL:
        official = model(name).official_total
        assert official is None or counts(model(name)).total != official


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_counts_equal_the_table(name):
    found, own = counts(model(name)), model(name)
    assert found.total == own.total_parameters
    assert found.active == own.active_parameters
    assert found.nonembedding == own.nonembedding_parameters
    assert found.active_nonembedding == own.active_nonembedding_parameters
    assert found.active_without_input_embedding == own.active_parameters_without_input_embedding
    # The parts are all of it.
    experts = found.expert_layers * found.experts * found.expert
    assert found.total == found.dense_matmul + experts + found.input_embedding + found.small


@pytest.mark.parametrize("name", ["Llama-2-7B", "Llama-3.1-405B", "Mistral-7B-v0.3", "Qwen3-32B"])
def test_matmul_parameters_equal_the_closed_form(name):
    m = model(name)
    shape_of = (m.layers, m.d_model, m.d_ff, m.heads, m.kv_heads, m.head_dim, m.vocabulary)
    assert counts(m).matmul == serving.gated_matmul_parameters(*shape_of)


@pytest.mark.parametrize(
    ("name", "context", "elements"),
    [
        ("Llama-3.1-8B", 2048, 2048 * 65536),
        # The latent and the rotary part of one key, 61 layers.
        ("DeepSeek-V3", 1000, 1000 * 61 * (512 + 64)),
        # Half of the layers keep 128 tokens.
        ("gpt-oss-120b", 100, 100 * 36 * 2 * 8 * 64),
        ("gpt-oss-120b", 1000, (1000 + 128) * 18 * 2 * 8 * 64),
        ("Mistral-7B-v0.1", 32768, 4096 * 65536),
        ("Gemma-3-1B", 10000, (4 * 10000 + 22 * 512) * 2 * 256),
    ],
)
def test_cache_of_a_context(name, context, elements):
    assert kv_elements(shape(model(name)), context) == elements
    assert context_bytes(model(name), context) == 2 * elements
    assert context_bytes(model(name), context, kv_bits=8, block_size=32) == 1.0625 * elements


def test_cache_of_a_token_equals_the_table():
    for name in ARCHITECTURES:
        assert kv_elements(shape(model(name)), 1.0) == model(name).kv_elements_per_token


def test_unknown_shape():
    with pytest.raises(ValueError, match="architecture of 'Gopher-280B' is not known: layers, d_m"):
        counts(model("Gopher-280B"))
    with pytest.raises(ValueError, match="'Llama-2-7B' is not known: d_ff missing"):
        counts(replace(model("Llama-2-7B"), d_ff=None))
    with pytest.raises(ValueError, match="wiring missing"):
        counts(replace(model("Llama-2-7B"), wiring=None))
