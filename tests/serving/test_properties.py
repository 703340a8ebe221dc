"""What no machine can break: faster parts never slow, fewer bits never take more room."""

import inspect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalekit import serving

FEW = settings(max_examples=40, deadline=None)


def spread(lower, upper):
    """Numbers of any magnitude between two positive ends."""
    return st.floats(lower, upper, allow_nan=False)


MODEL = {
    "layers": st.integers(1, 200),
    "d_model": st.integers(64, 20_000),
    "d_ff": st.integers(64, 80_000),
    "heads": st.integers(1, 128),
    "kv_heads": st.integers(1, 128),
    "head_dim": st.integers(16, 256),
    "vocabulary": st.integers(100, 300_000),
}
LOAD = {
    "N": spread(1e6, 1e13),
    "batch": spread(1, 1e5),
    "devices": st.integers(1, 4096),
    "context_tokens": spread(0, 1e7),
    "sequence_length": spread(1, 1e6),
    "prompt_tokens": spread(1, 1e6),
    "parameter_bytes": spread(1e6, 1e13),
    "kv_bytes_per_sequence": spread(0, 1e12),
    "bytes_per_parameter": spread(0.25, 4),
    "bytes": spread(0, 1e12),
    "hops": spread(1, 1e4),
    "ranks": spread(1, 1e4),
}
RATES = {
    "peak_flops": spread(1e12, 1e17),
    "bandwidth": spread(1e10, 1e14),
    "link_bandwidth": spread(1e9, 1e13),
    "intra_bandwidth": spread(1e9, 1e13),
    "inter_bandwidth": spread(1e8, 1e12),
}
INPUTS = MODEL | LOAD | RATES
TIMES = (
    "minimum_step_time",
    "step_time",
    "prefill_time",
    "token_latency",
    "sharded_token_latency",
    "collective_time",
    "all_reduce_time",
    "weight_stationary_comm_time",
    "dense_roofline",
)


def seconds(name, inputs):
    found = getattr(serving, name)(**inputs)
    return found.prefill_seconds + found.decode_seconds if name == "dense_roofline" else found


@pytest.mark.parametrize("name", TIMES)
@FEW
@given(data=st.data(), faster=st.floats(1, 100))
def test_faster_parts_never_slow(name, data, faster):
    arguments = inspect.signature(getattr(serving, name)).parameters
    inputs = {k: data.draw(INPUTS[k], k) for k in arguments if k in INPUTS}
    if "nodes" in arguments:
        inputs["nodes"] = data.draw(spread(1, inputs["ranks"]), "nodes")
    before = seconds(name, inputs)
    assert 0 <= before < float("inf")
    for rate in set(RATES) & set(arguments):
        after = seconds(name, inputs | {rate: inputs[rate] * faster})
        assert after <= before * (1 + 1e-12), rate


@FEW
@given(
    N=spread(1, 1e14),
    bits=spread(0.1, 32),
    fewer=st.floats(0.01, 1),
    block=st.integers(1, 10_000),
    cache=st.tuples(*[st.integers(1, 10_000)] * 4),
)
def test_fewer_bits_never_need_more_memory(N, bits, fewer, block, cache):
    assert serving.weight_bytes(N, bits * fewer) <= serving.weight_bytes(N, bits)
    assert serving.weight_bytes(N, bits * fewer, block) <= serving.weight_bytes(N, bits, block)
    assert serving.weight_bytes(N, bits) <= serving.weight_bytes(N, bits, block)
    less = serving.kv_cache_bytes(*cache, bits * fewer / 8)
    assert less <= serving.kv_cache_bytes(*cache, bits / 8)
    for metric in ("linear", "quadratic"):
        cost = serving.quantized_compute_cost(N, bits * fewer, bits, metric)
        assert cost <= serving.quantized_compute_cost(N, bits, bits, metric)


@FEW
@given(
    tokens=spread(0, 1e9),
    experts=st.integers(1, 100_000),
    share=st.floats(0.001, 1),
    more=st.floats(1, 10),
)
def test_distinct_experts_are_between_one_token_and_all(tokens, experts, share, more):
    active = experts * share
    found = serving.distinct_experts(tokens, experts, active)
    assert 0 <= found <= experts
    assert found <= tokens * active * (1 + 1e-12) or tokens < 1
    assert found <= serving.distinct_experts(tokens * more, experts, active) * (1 + 1e-12)


@FEW
@given(acceptance=st.floats(0, 1), drafts=spread(0, 1000))
def test_speculation_yields_between_one_and_all(acceptance, drafts):
    found = serving.speculative_tokens(acceptance, drafts)
    assert 1 - 1e-12 <= found <= (drafts + 1) * (1 + 1e-12)
