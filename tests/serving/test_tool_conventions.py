"""Conventions of other tools reproduce the answers that were recorded of them."""

from dataclasses import replace

import pytest

from scalekit.hardware import device
from scalekit.models import model
from scalekit.serving import Plan, Workload, evaluate, preset, presets

# The tools were run with 989 TFLOP/s.
DEVICES = {"A100": device("A100 SXM 80GB"), "H100": replace(device("H100 SXM5"), bf16=989e12)}
MODELS = {"A100": "Llama-2-7B", "H100": "Llama-3.1-8B"}
# Their own counts of parameters.
ROUNDED = {"A100": 7.0e9, "H100": 8.03e9}


def answer(tool, on, batch, total=None):
    """Return both times in ms: prompts of 2048 tokens, answers of 128, 16 bits."""
    conventions = replace(preset(tool), total_parameters=total)
    plan = Plan(replace(model(MODELS[on]), context=None), DEVICES[on])
    found = evaluate(Workload(2048, 128, batch), plan, conventions)
    return 1e3 * found.ttft_seconds, 1e3 * found.seconds_per_token


@pytest.mark.parametrize(
    ("tool", "on", "batch", "prefill", "decode"),
    [
        # The value printed, and the relative difference that conventions leave.
        ("AIConfigurator SOL", "H100", 1, (33.301, 1e-3), (4.565, 2e-3)),
        ("AIConfigurator SOL", "H100", 32, (1055.895, 1.0e-2), (7.201, 2.2e-2)),
        ("mlsysim", "A100", 1, (98.96058735753847, 1e-12), (7.712713008337422, 1e-12)),
        ("mlsysim", "H100", 1, (35.490, 2e-4), (5.1941598, 1e-8)),
        ("mlsysim", "H100", 32, (1135.38, 1e-5), (7.6781894, 1e-8)),
        ("GenZ", "A100", 1, (95.508, 1e-5), (6.5575, 5e-4)),
        ("GenZ", "H100", 1, (35.480, 1e-5), (4.2528, 5e-4)),
        ("GenZ", "H100", 32, (1135.37, 1e-5), (6.7362, 5e-3)),
        ("llm-analysis", "A100", 1, None, (7.5691, 5e-4)),
        ("LLM-Viewer", "A100", 1, None, (7.0154, 2e-3)),
        ("llm-flops", "A100", 1, (187.78 * 0.5, 2e-3), (8.92 * 0.8, 1e-3)),
        ("llm-flops", "H100", 1, (66.68 * 0.5, 2e-3), (6.09 * 0.8, 1e-3)),
        ("llm-flops", "H100", 32, (2134 * 0.5, 2e-3), (9.20 * 0.8, 1e-3)),
    ],
)
def test_recorded_answers(tool, on, batch, prefill, decode):
    totals = {"mlsysim": ROUNDED[on], "llm-analysis": 6573789184}
    found = answer(tool, on, batch, totals.get(tool))
    for value, expected in zip(found, (prefill, decode), strict=True):
        if expected is not None:
            assert value == pytest.approx(expected[0], rel=expected[1])


def test_llm_flops_with_its_efficiencies():
    plan = Plan(
        model("Llama-3.1-8B"), DEVICES["H100"], compute_efficiency=0.5, memory_efficiency=0.8
    )
    found = evaluate(Workload(2048, 128), plan, preset("llm-flops"))
    assert 1e3 * found.ttft_seconds == pytest.approx(66.68, rel=2e-3)
    assert 1e3 * found.seconds_per_token == pytest.approx(6.09, rel=1e-3)


def test_bits_of_weights_as_llm_viewer():
    recorded = {16: 7.015448859, 8: 3.775097, 4: 2.154921}
    plan = Plan(model("Llama-2-7B"), DEVICES["A100"])
    for bits, milliseconds in recorded.items():
        found = evaluate(Workload(2048, 128), replace(plan, weight_bits=bits), preset("LLM-Viewer"))
        assert 1e3 * found.seconds_per_token == pytest.approx(milliseconds, rel=5e-3)


def test_what_differs_is_named():
    ours = presets()["scalekit"]
    assert ours.differences(preset("GenZ")) == {
        "bandwidth_unit": ("decimal", "binary"),
        "prefill_parameters": ("matmul", "matmul and embedding"),
        "kv_position": (0.5, 1.0),
    }
    assert ours.differences(ours) == {}
    assert [name for name in presets() if presets()[name].name == name] == list(presets())
    for found in presets().values():
        assert found.source
        # Every difference shows in the ledger.
        changed = set(found.ledger()) - set(ours.ledger())
        assert len(changed) == len(
            {k.replace("layer_overhead", "prefill_overhead") for k in ours.differences(found)}
        )
