"""What fits: the largest batch, the longest context, and the way out where nothing does."""

import math
from dataclasses import replace

import pytest

from scalekit.hardware import device
from scalekit.models import model
from scalekit.serving import Plan, Speculation, Workload, evaluate

H100 = device("H100 SXM5")
SMALL = device("L4")


@pytest.mark.parametrize(
    "plan",
    [
        Plan(model("Llama-3.1-8B"), SMALL),
        Plan(model("gpt-oss-20b"), SMALL, weight_bits=4),
        Plan(model("DeepSeek-V3"), H100, 16, weight_bits=8),
        Plan(model("Llama-3.1-70B"), H100, 4, kv_bits=8, kv_block_size=32),
        Plan(model("Gemma-3-27B (text tower)"), H100),
        Plan(model("Llama-3.1-8B"), SMALL, speculation=Speculation(model("Llama-3.2-1B"))),
    ],
    ids=lambda plan: plan.model.name,
)
def test_one_more_does_not_fit(plan):
    unlimited = replace(plan, model=replace(plan.model, context=None))
    found = evaluate(Workload(1000, 24, 4), unlimited)
    most, longest = found.largest_batch, int(found.longest_context)
    assert most >= 1
    assert evaluate(Workload(1000, 24, most), unlimited).fits
    assert not evaluate(Workload(1000, 24, most + 1), unlimited).fits
    assert longest >= 2
    assert evaluate(Workload(longest - 1, 1, 4), unlimited).fits
    assert not evaluate(Workload(longest, 1, 4), unlimited).fits


def test_windows_alone_have_no_end():
    found = evaluate(Workload(1000, 24), Plan(model("Mistral-7B-v0.1"), H100))
    assert found.longest_context == math.inf
    tight = evaluate(Workload(1000, 24, 10_000), Plan(model("Mistral-7B-v0.1"), H100))
    assert tight.longest_context < 4096


def test_the_way_out():
    workload = Workload(8192, 512, 64)
    plan = Plan(model("Llama-3.1-70B"), H100, 2)
    found = evaluate(workload, plan)
    assert not found.fits
    assert found.memory.free < 0
    assert found.remedy == (
        "Llama-3.1-70B takes 162.7 GB on each device (weights 70.6, cache 91.3, working memory "
        "0.9); H100 SXM5 has 72.0 GB to use; what would fit: weights of 4 and a cache of 8 "
        "bits; or 8 devices that share the model"
    )


@pytest.mark.parametrize(
    ("workload", "plan", "ways"),
    [
        (Workload(2048, 128), Plan(model("Llama-3.1-70B"), H100),
         ["weights of 4 and a cache of 16 bits", "2 devices that share the model"]),
        (Workload(8192, 512, 64), Plan(model("Llama-3.1-8B"), H100),
         ["a batch of", "tokens of prompt and answer", "2 devices"]),
        (Workload(8192, 512), Plan(model("DeepSeek-V3"), device("Apple M2 Ultra (192GB)")),
         ["nothing that was tried"]),
    ],
)  # fmt: skip
def test_every_way_out_fits(workload, plan, ways):
    found = evaluate(workload, plan)
    for way in ways:
        assert way in found.remedy
    if "a batch of" in found.remedy:
        assert evaluate(replace(workload, batch=found.largest_batch), plan).fits
    if "devices that" in found.remedy:
        count = int(found.remedy.split(" devices that")[0].split()[-1])
        assert evaluate(workload, replace(plan, devices=count, tensor_parallel=count)).fits
        half = replace(plan, devices=count // 2, tensor_parallel=count // 2)
        assert not evaluate(workload, half).fits
