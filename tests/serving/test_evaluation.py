"""One evaluation: closed forms, what binds, prices, options and refusals."""

import math
import re
from dataclasses import replace

import pytest

from scalekit import serving
from scalekit.hardware import device
from scalekit.models import model
from scalekit.serving import (
    Conventions,
    Plan,
    Speculation,
    Workload,
    counts,
    evaluate,
)
from scalekit.serving.work import stored_bits

H100 = device("H100 SXM5")
LLAMA = model("Llama-3.1-8B")
MIXTRAL = model("Mixtral-8x7B")
FREE_LINK = replace(H100, link_bandwidth=1e30)


def dense_roofline(m, d, batch=1, **options):
    shape = (m.layers, m.d_model, m.d_ff, m.heads, m.kv_heads, m.head_dim, m.vocabulary)
    return serving.dense_roofline(
        *shape, sequence_length=2048, batch=batch, peak_flops=d.bf16, bandwidth=d.bandwidth,
        **options,
    )  # fmt: skip


def test_the_recorded_times_of_an_h100():
    found = evaluate(Workload(2048, 128), Plan(LLAMA, H100))
    assert found.ttft_seconds == pytest.approx(33.30e-3, rel=1e-3)
    assert found.seconds_per_token == pytest.approx(4.565e-3, rel=2e-3)
    assert (found.prefill_bound, found.decode_bound) == ("compute", "memory")
    assert found.fits
    assert found.remedy == ""


@pytest.mark.parametrize("batch", [1, 32])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("name", ["Llama-3.1-8B", "Qwen3-14B"])
def test_equals_the_closed_form(name, causal, batch):
    c = Conventions(kv_position=0.0, causal=causal)
    found = evaluate(Workload(2048, 1, batch), Plan(model(name), H100), c)
    expected = dense_roofline(model(name), H100, batch, causal=causal)
    assert found.ttft_seconds == pytest.approx(expected.prefill_seconds, rel=1e-12)
    assert found.seconds_per_token == pytest.approx(expected.decode_seconds, rel=1e-12)


def test_work_and_intensity():
    found = evaluate(Workload(2048, 128, 4), Plan(LLAMA, H100, 2))
    matmul = counts(LLAMA).matmul
    tokens = 4 * 2048
    assert found.prefill.flop == 2 * matmul * tokens / 2 + 4 * 32 * 4096 * 2048 * tokens / 2
    assert found.decode.flop == 4 * (2 * matmul + 4 * 32 * 4096 * 2112) / 2
    cache = 4 * 2112 * 65536 * 2
    assert found.decode.bytes == (2 * matmul + cache) / 2
    assert found.decode.compute == pytest.approx(found.decode.flop / H100.bf16)
    assert found.decode.memory == pytest.approx(found.decode.bytes / H100.bandwidth)
    assert found.decode.intensity == found.decode.flop / found.decode.bytes
    assert found.decode.intensity < H100.ridge_intensity() < found.prefill.intensity


def test_the_context_of_a_step_is_the_mean_over_the_answer():
    steps = [
        evaluate(Workload(2048 + i, 1), Plan(LLAMA, H100), Conventions(kv_position=0.0))
        for i in range(1, 100)
    ]
    mean = sum(step.seconds_per_token for step in steps) / len(steps)
    found = evaluate(Workload(2048, 100), Plan(LLAMA, H100))
    assert found.seconds_per_token == pytest.approx(mean, rel=1e-12)


def test_twice_the_devices_at_no_communication_take_half_the_time():
    free = replace(H100, link_bandwidth=1e30)
    one = evaluate(Workload(2048, 128, 4), Plan(LLAMA, free, 2))
    two = evaluate(Workload(2048, 128, 4), Plan(LLAMA, free, 4))
    for phase in ("prefill", "decode"):
        ratio = getattr(one, phase).seconds - getattr(one, phase).link
        ratio /= getattr(two, phase).seconds - getattr(two, phase).link
        assert ratio == pytest.approx(2.0, rel=1e-12)
    # Copies of the model do twice the requests, each as fast and as dear as before.
    copies = evaluate(Workload(2048, 128, 4), Plan(LLAMA, free, 4, tensor_parallel=2))
    assert copies.requests_per_second == pytest.approx(2 * one.requests_per_second, rel=1e-12)
    assert copies.seconds_per_token == one.seconds_per_token
    assert copies.usd_per_mtok_output == one.usd_per_mtok_output


def test_the_link():
    found = evaluate(Workload(2048, 128, 16), Plan(LLAMA, H100, 4))
    # Two all-reduces a layer of 16 tokens of 4096 elements in 16 bits: twice three quarters.
    data = 16 * 4096 * 2 * 0.75
    each = 2 * serving.collective_time(data, 4.5e11, 4)
    assert found.decode.link == pytest.approx(2 * 32 * each, rel=1e-12)
    bytes_bound = 2 * 2 * 32 * (2048 * 16 * 4096 * 2 * 0.75) / 4.5e11
    assert found.prefill.link == pytest.approx(bytes_bound, rel=1e-12)
    assert evaluate(Workload(), Plan(LLAMA, H100)).decode.link == 0.0
    slow = replace(H100, link_bandwidth=1e9)
    assert evaluate(Workload(2048, 128, 16), Plan(LLAMA, slow, 4)).prefill_bound == "link"


def test_heads_are_not_cut():
    # Eight key-value heads: 16 devices hold as much cache each as 8, MLA as much as 1.
    eight, more = (evaluate(Workload(), Plan(LLAMA, H100, n)).memory for n in (8, 16))
    assert more.kv_cache == eight.kv_cache
    assert more.weights == eight.weights / 2
    # One of three devices holds three heads, and of six two.
    one, three, four, six = (
        evaluate(Workload(), Plan(LLAMA, H100, n)).memory.kv_cache for n in (1, 3, 4, 6)
    )
    assert (three, six) == (one * 3 / 8, four)
    latent = model("DeepSeek-V2-Lite")
    one, two = (evaluate(Workload(), Plan(latent, H100, n)).memory for n in (1, 2))
    assert one.kv_cache == two.kv_cache == 2176 * 27 * 576 * 2


def test_memory():
    found = evaluate(Workload(2048, 128, 4), Plan(LLAMA, H100, weight_bits=4, kv_bits=8)).memory
    assert found.weights == LLAMA.total_parameters / 2
    assert found.kv_cache == serving.kv_cache_bytes(32, 8, 128, 4 * 2176, bytes_per_element=1)
    assert found.usable == 0.9 * 80e9
    assert found.free == found.usable - found.weights - found.kv_cache - found.working
    scaled = evaluate(Workload(), Plan(LLAMA, H100, weight_bits=4, block_size=64)).memory
    assert scaled.weights == serving.weight_bytes(LLAMA.total_parameters, 4, 64)
    plain = evaluate(Workload(), Plan(LLAMA, H100, block_size=64)).memory  # 16 bits have no scales
    assert plain.weights == 2 * LLAMA.total_parameters
    assert stored_bits(8.0, 32) == 8.5


def test_weights_alone_in_fewer_bits_do_not_compute_faster():
    base = evaluate(Workload(), Plan(LLAMA, H100))
    alone = evaluate(Workload(), Plan(LLAMA, H100, weight_bits=4))
    both = evaluate(Workload(), Plan(LLAMA, H100, weight_bits=8, kv_bits=8, activation_bits=8))
    assert alone.ttft_seconds == base.ttft_seconds
    assert alone.seconds_per_token < base.seconds_per_token / 3
    assert both.ttft_seconds == pytest.approx(base.ttft_seconds * 989.4 / 1979, rel=1e-12)


def test_prices_and_energy():
    plan = Plan(
        LLAMA, H100, 2, usd_per_device_hour=3.0, usd_per_kwh=0.1, power_share=0.5,
        server_factor=1.8, pue=1.2, carbon_intensity=400.0,
    )  # fmt: skip
    found = evaluate(Workload(2048, 128, 8), plan)
    watts = 1000 * serving.chip_hour_energy(700, 1.8, 0.5, 1.2)
    assert plan.watts == pytest.approx(watts, rel=1e-12)
    hour = 3.0 + watts / 1000 * 0.1
    output = serving.token_price(found.seconds_per_token, 2, 8, hour)
    assert found.usd_per_mtok_output == pytest.approx(output, rel=1e-12)
    paid = found.usd_per_mtok_input * 2048 + found.usd_per_mtok_output * 127
    assert found.usd_per_request == pytest.approx(paid / 1e6, rel=1e-12)
    # All devices at work for an hour cost an hour of each.
    hourly = found.requests_per_second * 3600 * found.usd_per_request
    assert hourly == pytest.approx(2 * hour, rel=1e-12)
    joules = 2 * watts * found.seconds_per_token / 8
    assert found.joules_per_output_token == pytest.approx(joules, rel=1e-12)
    assert found.gco2_per_mtok_output == pytest.approx(joules / 3.6 * 400, rel=1e-12)
    assert found.tokens_per_second_device == pytest.approx(found.requests_per_second * 64)


def test_what_is_not_known_is_none():
    found = evaluate(Workload(), Plan(LLAMA, device("MI300X")))
    assert found.usd_per_mtok_output is found.usd_per_request is None
    assert found.joules_per_output_token is not None
    assert found.gco2_per_mtok_output is None
    assert evaluate(Workload(), Plan(LLAMA, device("TPU v5p"))).joules_per_output_token is None


def test_experts_of_a_decode_step():
    found = counts(MIXTRAL)
    for batch in (1, 4):
        step = evaluate(Workload(2048, 1, batch), Plan(MIXTRAL, H100, 2)).decode
        touched = serving.distinct_experts(batch, 8, 2)
        weights = 2 * (found.dense_matmul + 32 * touched * found.expert)
        cache = 2048.5 * batch * serving.kv_cache_bytes(32, 8, 128, 1)
        assert step.memory == pytest.approx((weights + cache) / (2 * 3.35e12), rel=1e-12)
    assert serving.distinct_experts(1, 8, 2) == pytest.approx(2)


def test_chunks_of_a_prompt_read_experts_again():
    m = model("Qwen3-30B-A3B")
    times = {}
    for chunk in (None, 512):
        plan = Plan(m, H100, 2, chunk_tokens=chunk, decode_batch=16)
        times[chunk] = evaluate(Workload(9194, 100), plan).prefill.memory * 2 * 3.35e12
    expert = 3 * 2048 * 768
    read = {
        None: serving.expert_load_bytes(9194 + 16, 48, 128, 8, 2 * expert),
        512: serving.expert_load_bytes(9194, 48, 128, 8, 2 * expert, chunk=512, decode_batch=16),
    }
    dense = 2 * counts(m).dense_matmul
    cache = serving.kv_cache_bytes(48, 4, 128, 9194)
    for chunk, passes in ((None, 1), (512, 18)):
        expected = read[chunk] + passes * dense + cache
        assert times[chunk] == pytest.approx(expected, rel=1e-9)


def test_speculation():
    big, small = model("Llama-3.1-70B"), model("Llama-3.2-1B")
    alone = evaluate(Workload(2048, 128), Plan(big, FREE_LINK, 8))
    guess = Speculation(small, 0.8, 4)
    found = evaluate(Workload(2048, 128), Plan(big, FREE_LINK, 8, speculation=guess))
    own = evaluate(Workload(2048, 128), Plan(small, FREE_LINK, 8))
    tokens = serving.speculative_tokens(0.8, 4)
    expected = (found.decode.seconds + 4 * own.decode.seconds) / tokens
    # Both read the prompt; the first token waits for the large one alone.
    seconds = alone.ttft_seconds + own.ttft_seconds + 127 * found.seconds_per_token
    assert found.ttft_seconds == alone.ttft_seconds
    assert found.requests_per_second == pytest.approx(1 / seconds, rel=1e-12)
    assert found.seconds_per_token == pytest.approx(expected, rel=1e-12)
    # Verifying five tokens reads no more weights than one.
    assert found.decode.memory == alone.decode.memory
    assert found.decode.compute == pytest.approx(5 * alone.decode.compute, rel=1e-12)
    assert found.seconds_per_token < alone.seconds_per_token
    assert found.memory.weights > alone.memory.weights
    useless = replace(guess, draft_tokens=0)
    none = evaluate(Workload(2048, 128), Plan(big, FREE_LINK, 8, speculation=useless))
    assert none.seconds_per_token == alone.seconds_per_token


def test_a_tools_count_is_of_the_large_model():
    big, small = model("Llama-3.1-70B"), model("Llama-3.2-1B")
    plan = Plan(big, FREE_LINK, 8, speculation=Speculation(small, 0.8, 4))
    counts_all = serving.preset("mlsysim")
    exact = evaluate(Workload(2048, 128), plan, counts_all)
    rounded = replace(counts_all, total_parameters=float(big.active_parameters))
    assert evaluate(Workload(2048, 128), plan, rounded).seconds_per_token == pytest.approx(
        exact.seconds_per_token, rel=1e-12
    )


def test_a_demand_takes_the_smallest_batch_that_meets_it():
    plan = Plan(model("Llama-3.1-70B"), H100, 8, weight_bits=8)
    found = evaluate(Workload(1024, 256, requests_per_second=10.0), plan)
    assert found.requests_per_second >= 10.0
    assert found.batch > 1
    fewer = evaluate(Workload(1024, 256, found.batch - 1), plan)
    assert fewer.requests_per_second < 10.0
    same = evaluate(Workload(1024, 256, found.batch), plan)
    assert same.seconds_per_token == found.seconds_per_token
    with pytest.raises(ValueError, match=r"is 1e\+06; allowed: up to .* devices"):
        evaluate(Workload(1024, 256, requests_per_second=1e6), plan)


def test_what_would_meet_a_demand_meets_it_and_no_fewer():
    plan = Plan(model("Llama-3.1-70B"), H100, 40, tensor_parallel=4, weight_bits=8)
    workload = Workload(2048, 512, requests_per_second=80.0)
    with pytest.raises(ValueError, match="would meet it") as refused:
        evaluate(workload, plan)
    told = int(re.search(r"(\d+) devices in groups of 4", str(refused.value))[1])
    assert told > 40
    assert evaluate(workload, replace(plan, devices=told)).requests_per_second >= 80.0
    with pytest.raises(ValueError, match="would meet it"):
        evaluate(workload, replace(plan, devices=told - 4))


def test_a_demand_on_what_does_not_fit():
    found = evaluate(Workload(requests_per_second=1e6), Plan(model("Llama-3.1-405B"), H100))
    assert found.batch == 1
    assert not found.fits
    assert "weights of" not in found.remedy
    assert "16 devices that share the model" in found.remedy


def test_prompts_one_by_one():
    single = Conventions(prompts_together=False)
    together = evaluate(Workload(2048, 128, 8), Plan(LLAMA, H100))
    apart = evaluate(Workload(2048, 128, 8), Plan(LLAMA, H100), single)
    assert apart.ttft_seconds == pytest.approx(together.ttft_seconds / 8, rel=1e-12)
    assert apart.usd_per_mtok_input == pytest.approx(together.usd_per_mtok_input, rel=1e-12)
    assert apart.requests_per_second == pytest.approx(together.requests_per_second, rel=1e-12)


def test_the_ledger_says_what_was_assumed():
    found = evaluate(Workload(), Plan(LLAMA, H100), Conventions(causal=True))
    rows = {row.name: row for row in found.ledger}
    assert len(rows) == len(found.ledger)
    assert rows["Attention over the prompt"].value == "causal half"
    assert rows["Price of a device"].value == "2.99 USD/h"
    assert "RunPod 2025-03-03" in rows["Price of a device"].why
    given = evaluate(Workload(), Plan(LLAMA, H100, usd_per_device_hour=2.0)).ledger
    assert [row.why[:6] for row in given if row.name == "Price of a device"] == ["given."]
    for row in found.ledger:
        assert row.value
        assert row.alternatives
        assert row.why.endswith(".")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Plan(LLAMA, H100, 0), "devices is 0; allowed: a whole number from 1"),
        (lambda: Plan(LLAMA, H100, 2.5), r"devices is 2\.5; allowed: a whole number"),
        (lambda: Plan(LLAMA, H100, 8, tensor_parallel=3), "tensor_parallel is 3; allowed: a div"),
        (lambda: Plan(LLAMA, H100, weight_bits=0), "weight_bits is 0; allowed"),
        (lambda: Plan(LLAMA, H100, compute_efficiency=1.4), r"compute_efficiency is 1\.4; allo"),
        (lambda: Plan(LLAMA, H100, pue=0.9), r"pue is 0\.9; allowed: a number from 1"),
        (lambda: Workload(0), "prompt_tokens is 0; allowed"),
        (lambda: Workload(10**12), "prompt_tokens is 1000000000000; allowed: .* up to 1e.09"),
        (lambda: Workload(math.nan), "prompt_tokens is nan; allowed"),
        (lambda: Workload("many"), "prompt_tokens is 'many'; allowed"),
        (lambda: Workload(batch=2, requests_per_second=1), "batch is 2 and requests_per_second"),
        (lambda: Speculation(LLAMA, 1.5), r"acceptance is 1\.5; allowed"),
        (lambda: Conventions(bandwidth_unit="GiB"), "bandwidth_unit is 'GiB'; allowed: decimal, "),
        (lambda: Conventions(causal=1), "causal is 1; allowed: True, False"),
        (lambda: evaluate(Workload(200_000), Plan(LLAMA, H100)),
         "are 200,128 tokens together; allowed: up to 131,072, the context of 'Llama-3.1-8B'"),
        (lambda: evaluate(Workload(), Plan(LLAMA, H100, 64)),
         "tensor_parallel is 64; allowed: up to 32, the heads of 'Llama-3.1-8B'"),
        (lambda: evaluate(Workload(), Plan(LLAMA, device("MI355X"), 2)),
         "link_bandwidth .* of 'MI355X' is not published"),
        (lambda: evaluate(Workload(), Plan(LLAMA, device("Apple M4 Max (40-core GPU,128GB)"))),
         "no rate of 'Apple M4 Max.*' for operands of 16 bits is published; it has: none"),
        (lambda: serving.preset("GenX"), r"preset is 'GenX' \(did you mean 'GenZ'\?\)"),
    ],
)  # fmt: skip
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()
