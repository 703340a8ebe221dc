"""Models: exact parameter counts, training tokens and what a law means by N."""

import dataclasses

import pytest

from scalekit import datasets, laws
from scalekit.laws.facts import COUNTS
from scalekit.models import PARAMETER_KINDS, model, models

ARCHITECTURES = datasets.models()["name"].tolist()


def test_every_row_is_a_model():
    assert len(ARCHITECTURES) == 60
    assert list(models())[:60] == ARCHITECTURES
    assert list(models())[60:] == ["Chinchilla-70B", "Gopher-280B"]


def test_totals_equal_the_official_ones():
    compared = [found for found in models().values() if found.official_total is not None]
    exact = [found for found in compared if found.total_error == 0]
    assert len(exact) == 51
    for found in exact:
        assert found.total_parameters == found.official_total, found.name
    # The papers print these two in millions or tens of millions.
    rest = {found.name: found for found in compared if found.total_error != 0}
    assert set(rest) == {"GPT-3-175B", "PaLM-540B"}
    for found in rest.values():
        assert found.total_parameters == pytest.approx(found.official_total, rel=3e-5)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_counts_are_consistent(name):
    found = model(name)
    embeddings = (1 if found.tied_embeddings else 2) * found.vocabulary * found.d_model
    if found.family in ("OPT", "GPT-3"):
        embeddings += found.d_model * (2050 if found.family == "OPT" else 2048)  # positions
    assert found.total_parameters - found.nonembedding_parameters == embeddings
    assert found.active_parameters - found.active_nonembedding_parameters == embeddings
    assert found.active_parameters <= found.total_parameters
    assert (found.active_parameters == found.total_parameters) == (found.architecture == "dense")
    assert (found.experts is not None) == (found.architecture == "moe")


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_key_value_cache(name):
    found = model(name)
    if found.attention == "MLA":
        width = found.mla_kv_lora + found.mla_qk_rope
    else:
        width = 2 * found.kv_heads * found.head_dim
    assert found.kv_elements_per_token == found.layers * width


def test_what_a_law_means_by_n():
    mixture = model("DeepSeek-V3")
    assert mixture.parameters() == mixture.parameters("total") == 671026419200
    assert mixture.parameters("active") == 37552297472
    assert mixture.parameters("non-embedding") == 669173061120
    assert mixture.parameters("active-non-embedding") == 35698939392
    with pytest.raises(ValueError, match=r"kind is 'nonembedding' \(did you mean 'non-embed"):
        mixture.parameters("nonembedding")


# By hand, layer by layer: attention, feed-forward, norms, then the last norm.
LLAMA_3_8B = 32 * (2 * 4096**2 + 2 * 4096 * 1024 + 3 * 4096 * 14336 + 2 * 4096) + 4096
MIXTRAL = 32 * (2 * 4096**2 + 2 * 4096 * 1024 + 8 * 3 * 4096 * 14336 + 2 * 4096) + 4096


@pytest.mark.parametrize(
    ("name", "slug", "expected"),
    [
        ("Llama-3.1-8B", "kaplan-loss", LLAMA_3_8B),
        ("Llama-3.1-8B", "chinchilla-loss", LLAMA_3_8B + 2 * 128256 * 4096),
        ("Llama-3.1-8B", "vocabulary-size", LLAMA_3_8B),
        ("Llama-3.1-8B", "fine-grained-moe-loss", LLAMA_3_8B),
        # The embedding is tied: there is one matrix.
        ("Llama-3.2-1B", "minicpm-loss", 1235814400 - 128256 * 2048),
        ("Mixtral-8x7B", "fine-grained-moe-loss", MIXTRAL),
        ("Mixtral-8x7B", "farseer-loss", MIXTRAL + 32 * 8 * 4096),
        ("Mixtral-8x7B", "moe-sparsity-loss", MIXTRAL + 32 * 8 * 4096 + 2 * 32000 * 4096),
        # Of the eight experts two work on a token.
        (
            "Mixtral-8x7B",
            "routed-loss",
            MIXTRAL + 32 * (8 * 4096 - 6 * 3 * 4096 * 14336) + 2 * 32000 * 4096,
        ),
        # Three leading layers of 61 have no experts and so no router.
        ("DeepSeek-V3", "fine-grained-moe-loss", 669173061120 - 58 * 256 * 7168),
        ("Chinchilla-70B", "data-constrained-loss", 70 * 10**9),
    ],
)
def test_the_count_that_a_law_means(name, slug, expected):
    assert model(name).parameters_for(laws.get(slug)) == expected


@pytest.mark.parametrize(
    ("slug", "name", "message"),
    [
        ("kaplan-loss-tokens", "N", "no input of kaplan-loss-tokens counts parameters"),
        ("kaplan-loss", "D", "input of kaplan-loss is 'D'; allowed: N"),
        ("precision-loss", "N", "precision-loss does not state which parameters N counts"),
        ("qat-token-fraction", "N", "counts quantised parameters, which the table"),
        ("translation-loss", "N_e", "counts encoder parameters, which the table"),
    ],
)
def test_counts_that_cannot_be_told(slug, name, message):
    with pytest.raises(ValueError, match=message):
        model("Llama-3.1-8B").parameters_for(laws.get(slug), name)
    with pytest.raises(ValueError, match="non-embedding parameters of 'Gopher-280B' are not known"):
        model("Gopher-280B").parameters_for(laws.get("kaplan-loss"))


def test_every_input_in_parameters_says_which():
    assert set(PARAMETER_KINDS) < set(COUNTS)
    for slug in laws.names():
        for quantity in laws.facts(slug).inputs.values():
            of_a_model = quantity.unit.endswith("parameters") and not quantity.coefficient
            assert bool(quantity.counts) == of_a_model, slug


def test_size_only():
    chinchilla = model("Chinchilla-70B")
    assert chinchilla.parameters() == chinchilla.parameters("active") == 70e9
    assert chinchilla.training_tokens == 1.4e12
    assert chinchilla.training_flop == 6 * 70 * 10**9 * 14 * 10**11
    assert chinchilla.layers is None
    assert chinchilla.tied_embeddings is None
    with pytest.raises(ValueError, match=r"non-embedding parameters of 'Chinchilla-70B' are not"):
        chinchilla.parameters("non-embedding")
    assert model("Gopher-280B").training_tokens == 300e9


def test_every_row_of_tokens_is_a_model():
    table = datasets.training_tokens()
    assert table["model"].is_unique
    assert set(table["model"]) <= set(models())
    assert set(table["status"]) == {"paper", "secondary"}
    assert table["source"].notna().all()
    assert (table["tokens"] > 1e11).all()
    # Sizes are given exactly where the table of architectures has none.
    assert (table["parameters"].notna() == ~table["model"].isin(ARCHITECTURES)).all()
    for row in table.itertuples():
        found = model(row.model)
        assert found.training_tokens == row.tokens
        assert found.training_tokens_source == row.source
        assert found.training_tokens_status == row.status


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("Llama-2-70B", 2e12),
        ("Llama-3.1-8B", 15e12),
        ("Llama-3.1-405B", 15.6e12),
        ("Qwen2.5-72B", 18e12),
        ("Qwen3-235B-A22B", 36e12),
        ("Gemma-2-9B", 8e12),
        ("Gemma-3-27B (text tower)", 14e12),
        ("Phi-4 (14B)", 9.8e12),
        ("Pythia-12b", 143_000 * 2_097_152),
        ("OPT-175b", 300e9),
        ("GPT-3-175B", 300e9),
        ("PaLM-540B", 780e9),
        ("DeepSeek-V2-Lite", 5.7e12),
        ("DeepSeek-V3", 14.8e12),
        ("Kimi-K2", 15.5e12),
        ("GLM-4.5", 23e12),
    ],
)
def test_training_tokens(name, tokens):
    assert model(name).training_tokens == tokens


@pytest.mark.parametrize(
    ("name", "flop", "relative"),
    [
        # The papers' own counts: Llama 3 section 1, GPT-3 Table D.1.
        ("Llama-3.1-405B", 3.8e25, 0.01),
        ("GPT-3-175B", 3.14e23, 0.01),
        # Chinchilla was to spend the compute of Gopher (arXiv 2203.15556).
        ("Chinchilla-70B", 5.76e23, 0.03),
    ],
)
def test_training_flop(name, flop, relative):
    assert model(name).training_flop == pytest.approx(flop, rel=relative)


def test_mixture_pays_for_active_parameters():
    found = model("DeepSeek-V3")
    assert found.training_flop == 6 * found.active_parameters * found.training_tokens


def test_unpublished_tokens():
    for name in ("Mixtral-8x7B", "Mistral-7B-v0.1", "gpt-oss-120b"):
        found = model(name)
        assert found.training_tokens is None
        assert found.training_flop is None
        assert found.training_tokens_source == found.training_tokens_status == ""


def test_unknown_name():
    with pytest.raises(ValueError, match=r"model is 'Llama-3.1-7B' \(did you mean 'Llama-3.1-"):
        model("Llama-3.1-7B")


def test_read_only():
    with pytest.raises(TypeError):
        models()["mine"] = model("GPT-3-175B")
    with pytest.raises(dataclasses.FrozenInstanceError):
        model("GPT-3-175B").training_tokens = 1
    assert models() is models()
