"""Parameter counts against the official totals, to the last digit."""

import pytest

from scalekit import serving
from scalekit.models import models

# Norms and biases by family.
EXTRAS = {
    "Qwen2.5": {"qkv_bias": True},
    "Qwen3": {"qk_norm": True},
    "Gemma-2": {"post_norms": True},
    "Gemma-3": {"post_norms": True, "qk_norm": True},
}
# Gated, but with biases everywhere, shared experts, latent attention, or one norm a layer.
OTHERS = ("gpt-oss", "GLM-4.5", "DeepSeek", "Kimi", "PaLM")
SHAPE = ("layers", "d_model", "d_ff", "heads", "kv_heads", "head_dim", "vocabulary")
COVERED = [
    model
    for model in models().values()
    if model.mlp == "glu3" and model.family not in OTHERS and model.layers
]
OFFICIAL = {
    "Llama-2-7B": 6_738_415_616,
    "Llama-3.1-70B": 70_553_706_496,
    "Llama-3.1-405B": 405_853_388_800,
    "Qwen2.5-72B": 72_706_203_648,
    "Qwen3-30B-A3B": 30_532_122_624,
    "Qwen3-235B-A22B": 235_093_634_560,
    "Mixtral-8x7B": 46_702_792_704,
    "Mixtral-8x22B": 140_620_634_112,
    "Gemma-2-27B": 27_227_128_320,
    "Phi-4 (14B)": 14_659_507_200,
}


@pytest.mark.parametrize("model", COVERED, ids=lambda model: model.name)
def test_total(model):
    found = serving.gated_transformer_parameters(
        *(getattr(model, field) for field in SHAPE),
        tied=model.tied_embeddings,
        experts=model.experts,
        d_ff_expert=model.d_ff_expert,
        **EXTRAS.get(model.family, {}),
    )
    assert found == model.total_parameters
    assert found == OFFICIAL.get(model.name, found)
    assert model.official_total in (found, None)


def test_all_official_totals_are_covered():
    assert set(OFFICIAL) <= {model.name for model in COVERED}
    assert len(COVERED) == 35


def test_palm_has_one_norm_less_a_layer():
    palm = models()["PaLM-540B"]
    found = serving.gated_transformer_parameters(*(getattr(palm, f) for f in SHAPE), tied=True)
    assert found - palm.layers * palm.d_model == palm.total_parameters == 540_356_474_880


def test_matrix_products():
    # Question 1 of the scaling book.
    found = serving.gated_matmul_parameters(64, 4096, 16384, 32, 8, 256, 32128)
    assert found == 18_385_207_296
    # All parameters but the norms, where the embedding is tied.
    shape = (16, 2048, 8192, 32, 8, 64, 128256)
    whole = serving.gated_transformer_parameters(*shape, tied=True)
    assert whole - serving.gated_matmul_parameters(*shape) == (2 * 16 + 1) * 2048


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"d_ff": None}, "d_ff is 0; allowed: a number above 0 where there are no experts"),
        ({"experts": 8}, "d_ff_expert is 0; allowed: a number above 0 where there are experts"),
        ({"experts": -1}, "experts is -1"),
        ({"layers": 0}, "layers is 0"),
        ({"vocabulary": "big"}, "vocabulary is 'big'"),
    ],
)
def test_shapes_that_are_none(changes, message):
    shape = dict(zip(SHAPE, (2, 8, 16, 2, 1, 4, 100), strict=True)) | changes
    with pytest.raises(ValueError, match=message):
        serving.gated_transformer_parameters(**shape)
