"""The roofline of a dense model against what other tools print (each was run)."""

import dataclasses

import pytest

from scalekit import serving

SHAPE = ("layers", "d_model", "d_ff", "heads", "kv_heads", "head_dim", "vocabulary")
LLAMA_2 = dict(zip(SHAPE, (32, 4096, 11008, 32, 32, 128, 32000), strict=True))
LLAMA_3 = dict(zip(SHAPE, (32, 4096, 14336, 32, 8, 128, 128256), strict=True))
A100 = {"peak_flops": 312e12, "bandwidth": 2039e9}
H100 = {"peak_flops": 989e12, "bandwidth": 3350e9}
ON_A100 = LLAMA_2 | A100 | {"sequence_length": 2048, "batch": 1}
ON_H100 = LLAMA_3 | H100 | {"sequence_length": 2048, "batch": 1}
BATCH_32 = ON_H100 | {"batch": 32}
MLSYSIM_2 = {"convention": "mlsysim", "total_parameters": 7.0e9}
MLSYSIM_3 = {"convention": "mlsysim", "total_parameters": 8.03e9}
GENZ = {"convention": "genz"}


@pytest.mark.parametrize(
    ("inputs", "time", "milliseconds", "relative"),
    [
        # Our own closed form.
        (ON_A100, "prefill", 93.787, 1e-5),
        (ON_A100 | {"causal": True}, "prefill", 90.263, 1e-5),
        (ON_A100, "decode", 7.007, 1e-4),
        (ON_H100, "prefill", 33.304, 2e-5),
        (ON_H100, "decode", 4.561, 2e-4),
        (BATCH_32, "prefill", 1065.74, 1e-5),
        (BATCH_32, "decode", 7.045, 1e-4),
        # AIConfigurator 0.12, speed of light; at batch 32 it takes the limit of each operation.
        (ON_H100, "prefill", 33.301, 1e-3),
        (ON_H100, "decode", 4.565, 2e-3),
        (BATCH_32, "prefill", 1055.895, 0.01),
        (BATCH_32, "decode", 7.201, 0.022),
        # LLM-Viewer reads the same in a step.
        (ON_A100, "decode", 7.015448859, 2e-3),
        # mlsysim 0.3.0; its constant of a prompt is smaller on an H100.
        (ON_A100 | MLSYSIM_2, "prefill", 98.96058735753847, 1e-9),
        (ON_A100 | MLSYSIM_2, "decode", 7.712713008337422, 1e-9),
        (ON_H100 | MLSYSIM_3, "prefill", 35.490, 2e-4),
        (ON_H100 | MLSYSIM_3, "decode", 5.1941598, 1e-8),
        (BATCH_32 | MLSYSIM_3, "prefill", 1135.38, 1e-4),
        (BATCH_32 | MLSYSIM_3, "decode", 7.6781894, 1e-8),
        # GenZ 0.0.16.
        (ON_A100 | GENZ, "decode", 6.5575, 5e-4),
        (ON_H100 | GENZ, "decode", 4.2528, 5e-4),
        (BATCH_32 | GENZ, "decode", 6.7362, 5e-3),
    ],
)
def test_peer_tools(inputs, time, milliseconds, relative):
    found = getattr(serving.dense_roofline(**inputs), f"{time}_seconds")
    assert found * 1e3 == pytest.approx(milliseconds, rel=relative)


@pytest.mark.parametrize(("bits", "milliseconds"), [(16, 7.015449), (8, 3.775097), (4, 2.154921)])
def test_weight_bits_of_llm_viewer(bits, milliseconds):
    # It adds 8 us of element-wise traffic, whatever the bits.
    found = serving.dense_roofline(**ON_A100)
    weights = serving.weight_bytes(found.matmul_parameters, bits)
    seconds = serving.minimum_step_time(1, found.kv_bytes, weights, A100["bandwidth"])
    assert milliseconds - seconds * 1e3 == pytest.approx(0.0083, abs=2e-4)


def test_what_is_the_same_in_all_conventions():
    ours = serving.dense_roofline(**BATCH_32)
    assert ours.matmul_parameters == serving.gated_matmul_parameters(**LLAMA_3)
    assert ours.kv_bytes == serving.kv_cache_bytes(32, 8, 128, 2048 * 32)
    for other in (GENZ, MLSYSIM_3):
        found = serving.dense_roofline(**BATCH_32, **other)
        assert (found.matmul_parameters, found.kv_bytes) == (ours.matmul_parameters, ours.kv_bytes)
    assert serving.dense_roofline(**BATCH_32, **GENZ).prefill_seconds == ours.prefill_seconds
    masked = serving.dense_roofline(**ON_A100, **MLSYSIM_2, causal=True)
    assert dataclasses.astuple(masked) == dataclasses.astuple(
        serving.dense_roofline(**ON_A100, **MLSYSIM_2)
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"convention": "gens"}, r"convention is 'gens' \(did you mean 'genz'\?\)"),
        ({"convention": "mlsysim"}, "total_parameters is None; convention 'mlsysim' needs it"),
        ({"batch": 0}, "batch is 0"),
    ],
)
def test_bad_input_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        serving.dense_roofline(**ON_A100 | changes)
