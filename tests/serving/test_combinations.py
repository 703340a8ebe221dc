"""The search: equal to single evaluations, its limits, its front, and what must be monotone."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalekit.hardware import device, devices
from scalekit.models import model
from scalekit.serving import Conventions, Plan, Space, Speculation, Workload, evaluate, search
from scalekit.serving.combinations import AXES, OBJECTIVES
from scalekit.serving.pareto import non_dominated

H100 = device("H100 SXM5")
PLAN = Plan(model("Llama-3.1-8B"), H100, compute_efficiency=0.7, memory_efficiency=0.8, pue=1.2)
WORKLOAD = Workload(2048, 128)
SPACE = Space(
    models=[model(n) for n in ("Llama-3.1-8B", "Mixtral-8x7B", "DeepSeek-V2-Lite", "gpt-oss-20b")],
    accelerators=[H100, device("L4"), device("MI355X"), device("Apple M4 Max (40-core GPU,128GB)")],
    devices=[1, 2, 4, 6],
    tensor_parallel=[1, 2, 4],
    batch=[1, 7, 64, 512],
    weight_bits=[4, 8, 16],
    kv_bits=[8, 16],
    prompt_tokens=[300, 40_000],
)
FOUND = search(WORKLOAD, PLAN, SPACE)


def test_shape():
    assert FOUND.fits.shape == (4, 4, 4, 3, 4, 3, 2, 2)
    assert tuple(FOUND.axes) == AXES
    assert 0 < FOUND.fits.sum() < FOUND.fits.size


def test_equals_single_evaluations():
    chosen = np.random.default_rng(1).choice(FOUND.fits.size, 150, replace=False)
    evaluated = 0
    for index in chosen:
        try:
            workload, plan = FOUND.at(index)
            alone = evaluate(workload, plan)
        except ValueError:
            assert not FOUND.fits.ravel()[index]
            continue
        evaluated += 1
        assert FOUND.fits.ravel()[index] == alone.fits
        assert FOUND.decode_bound.ravel()[index] == alone.decode_bound
        for name in (
            "ttft_seconds", "seconds_per_token", "tokens_per_second_user", "requests_per_second",
            "tokens_per_second_device", "usd_per_mtok_input", "usd_per_mtok_output",
            "joules_per_output_token",
        ):  # fmt: skip
            value = getattr(FOUND, name).ravel()[index]
            expected = getattr(alone, name)
            assert value == pytest.approx(math.nan if expected is None else expected,
                                          rel=1e-13, nan_ok=True)  # fmt: skip
        for answer in alone.quality:
            value = FOUND.added_loss[answer.variant].ravel()[index]
            expected = math.nan if answer.added_loss is None else answer.added_loss
            assert value == pytest.approx(expected, rel=1e-12, nan_ok=True)
    assert evaluated > 40


def test_the_ledger_says_what_holds_for_all():
    rows = {row.name: row.value for row in FOUND.ledger}
    assert len(rows) == len(FOUND.ledger)
    assert rows["Efficiency of compute, memory and link"] == "0.7 0.8 1"
    alone = {row.name: row.value for row in evaluate(WORKLOAD, PLAN).ledger}
    assert rows.items() <= alone.items()


def test_speculation_and_conventions_carry_over():
    plan = replace(PLAN, speculation=Speculation(model("Llama-3.2-1B")), chunk_tokens=512)
    conventions = Conventions(causal=True, prompts_together=False)
    found = search(WORKLOAD, plan, Space(batch=[1, 16]), conventions)
    for index in range(2):
        alone = evaluate(*found.at(index), conventions)
        assert found.seconds_per_token.ravel()[index] == alone.seconds_per_token
        assert found.ttft_seconds.ravel()[index] == alone.ttft_seconds
        assert found.free_bytes.ravel()[index] == pytest.approx(alone.memory.free, rel=1e-12)


def test_limits():
    allowed = FOUND.meets(0.5, 0.01)
    for name, most in (("ttft_seconds", 0.5), ("seconds_per_token", 0.01)):
        assert (getattr(FOUND, name)[allowed] <= most).all()
    assert 0 < allowed.sum() < FOUND.fits.sum()
    assert (FOUND.meets() == FOUND.fits).all()
    front = FOUND.front("price", "throughput", among=allowed)
    assert allowed.ravel()[front].all()
    # The limit binds: without it something cheaper is found.
    price = FOUND.usd_per_mtok_output.ravel()
    assert price[FOUND.front("price", "throughput")].min() < price[front].min()


@pytest.mark.parametrize(
    "objectives",
    [
        ("speed", "price"),
        ("energy", "quality"),
        ("first token", "capacity", "price"),
        tuple(OBJECTIVES),
    ],
)
def test_front_against_brute_force(objectives):
    fits = np.flatnonzero(FOUND.fits)[::3]
    among = np.zeros(FOUND.fits.size, bool)
    among[fits] = True
    front = FOUND.front(*objectives, among=among.reshape(FOUND.fits.shape))
    costs = np.stack([FOUND.costs(name).ravel()[fits] for name in objectives], axis=1)
    known = np.isfinite(costs).all(axis=1)
    fits, costs = fits[known], costs[known]
    expected = [
        index
        for index, point in zip(fits, costs, strict=True)
        if not ((costs <= point).all(axis=1) & (costs < point).any(axis=1)).any()
    ]
    assert sorted(front) == expected
    first = FOUND.costs(objectives[0]).ravel()[front]
    assert (np.diff(first) >= 0).all()
    assert non_dominated(costs).sum() == len(expected)


def test_quality_by_another_law():
    kumar, ouyang = (FOUND.costs("quality", law) for law in ("kumar", "ouyang"))
    quantised = np.isfinite(kumar) & (kumar > 0)
    assert (kumar[quantised] != ouyang[quantised]).all()
    table = FOUND.table(FOUND.front("speed", "quality", law="ouyang"), law="ouyang")
    assert set(table.columns) == {
        *AXES,
        "fits",
        "decode_bound",
        *(v.lstrip("-") for v in OBJECTIVES.values()),
    }
    row = table.iloc[0]
    assert row["added_loss"] == pytest.approx(ouyang.ravel()[table.index[0]])
    workload, plan = FOUND.at(int(table.index[0]))
    assert (row["models"], row["accelerators"]) == (plan.model.name, plan.device.name)
    assert row["batch"] == workload.batch


def test_every_device_of_the_table_can_be_searched():
    found = search(WORKLOAD, PLAN, Space(accelerators=list(devices().values())))
    fits = dict(zip(devices(), found.fits.ravel(), strict=True))
    assert fits["H100 SXM5"]
    assert not fits["Groq LPU v1"]
    assert not fits["Apple M4 Max (40-core GPU,128GB)"]  # no rate is published


numbers = st.floats(1e11, 1e13)
bits = st.sampled_from([3, 4, 6, 8, 12, 16])
names = st.sampled_from(
    ["Llama-3.1-8B", "Mixtral-8x7B", "DeepSeek-V3", "Gemma-2-9B", "gpt-oss-20b"]
)


@settings(max_examples=30, deadline=None)
@given(names, st.tuples(numbers, numbers), st.tuples(bits, bits), st.integers(1, 300))
def test_what_must_be_monotone(name, bandwidths, widths, batch):
    slow, fast = (replace(H100, bandwidth=b) for b in sorted(bandwidths))
    plan = Plan(model(name), slow, 4)
    workload = Workload(1500, 50, batch)
    slower, faster = evaluate(workload, plan), evaluate(workload, replace(plan, device=fast))
    assert faster.seconds_per_token <= slower.seconds_per_token
    assert faster.ttft_seconds <= slower.ttft_seconds
    few, many = sorted(widths)
    for field in ("weight_bits", "kv_bits", "activation_bits"):
        small, large = (evaluate(workload, replace(plan, **{field: w})) for w in (few, many))
        used = [m.usable - m.free for m in (small.memory, large.memory)]
        assert used[0] <= used[1]
        assert small.seconds_per_token <= large.seconds_per_token
    more = evaluate(replace(workload, batch=batch + 1), plan)
    assert more.seconds_per_token >= slower.seconds_per_token
    assert more.usd_per_mtok_output <= slower.usd_per_mtok_output * (1 + 1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: search(WORKLOAD, PLAN, Space(devices=[0])), "devices is 0; allowed"),
        (lambda: search(WORKLOAD, PLAN, Space(batch=[1.5])), r"batch is 1\.5; allowed: a whole"),
        (lambda: search(WORKLOAD, PLAN, Space(weight_bits=[64])), "weight_bits is 64; allowed"),
        (lambda: search(Workload(requests_per_second=1.0), PLAN, Space()), "batch is None; allo"),
        (lambda: FOUND.front("speed"), r"objectives is \('speed',\); allowed: two or more"),
        (lambda: FOUND.front("speed", "cost"), "objective is 'cost'; allowed: speed"),
        (lambda: FOUND.costs("quality", "kumer"), r"law is 'kumer' \(did you mean 'kumar'\?\)"),
        (lambda: FOUND.meets(-1), "ttft_seconds is -1; allowed"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_batch_may_be_as_large_as_a_workloads():
    found = search(Workload(10, 10, batch=2_000_000), PLAN, Space())
    assert found.axes["batch"] == (2_000_000,)
    assert not found.fits.any()
