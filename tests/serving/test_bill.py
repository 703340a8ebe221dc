"""Who pays for idle devices, and what an hour of a bought one costs."""

from dataclasses import replace

import pytest

from scalekit.hardware import device
from scalekit.models import model
from scalekit.serving import (
    Plan,
    Space,
    Speculation,
    Workload,
    chip_hour_capital,
    evaluate,
    search,
)

H100, LLAMA = device("H100 SXM5"), model("Llama-3.1-8B")
PLAN = Plan(LLAMA, H100, usd_per_device_hour=3.0)


def test_idle_hours_are_paid_for():
    found = evaluate(Workload(2048, 128, requests_per_second=0.01), PLAN)
    assert found.usd_per_request == pytest.approx(3.0 / 3600 / 0.01, rel=1e-12)
    alone = evaluate(Workload(2048, 128, batch=1), PLAN)
    assert found.utilization == pytest.approx(0.01 / alone.requests_per_second, rel=1e-12)
    times = 1 / found.utilization
    for name in ("usd_per_mtok_input", "usd_per_mtok_output", "usd_per_request"):
        assert getattr(found, name) == pytest.approx(times * getattr(alone, name), rel=1e-12)
    assert found.joules_per_output_token == alone.joules_per_output_token
    assert found.usd_per_hour == alone.usd_per_hour == 3.0


@pytest.mark.parametrize("demand", [0.02, 3.0, 17.0])
def test_all_tokens_together_pay_the_bill(demand):
    found = evaluate(Workload(2048, 128, requests_per_second=demand), PLAN)
    # The first token of an answer comes with its prompt.
    paid = 2048 * found.usd_per_mtok_input + 127 * found.usd_per_mtok_output
    assert 1e-6 * paid * demand * 3600 == pytest.approx(found.usd_per_hour, rel=1e-12)
    assert 0 < found.utilization <= 1


def test_a_batch_is_always_busy():
    assert evaluate(Workload(2048, 128, batch=8), PLAN).utilization == 1.0


def test_an_hour_of_a_bought_device():
    plan = Plan(LLAMA, H100, purchase_usd=30e3, usd_per_kwh=0.1, pue=1.2)
    hour = chip_hour_capital(30e3) + 0.7 * 1.2 * 0.1
    assert plan.hour_price == pytest.approx(hour, rel=1e-12)
    assert evaluate(Workload(), plan).usd_per_hour == pytest.approx(hour, rel=1e-12)
    bought = "bought for 30,000 USD, loses 1.81 an hour with its server"
    assert plan.price_source == f"{bought}; electricity at 0.1 USD/kWh"
    assert replace(plan, usd_per_kwh=0.0).price_source == f"{bought}; no electricity"
    assert replace(plan, purchase_usd=None).price_source.endswith("; electricity at 0.1 USD/kWh")
    assert PLAN.price_source == "given"
    with pytest.raises(ValueError, match=r"purchase_usd is 30000\.0; allowed: one of the two"):
        Plan(LLAMA, H100, purchase_usd=3e4, usd_per_device_hour=2.0)
    with pytest.raises(ValueError, match="purchase_usd is -1"):
        Plan(LLAMA, H100, purchase_usd=-1)


def test_results_are_short_to_read():
    found = evaluate(Workload(2048, 128, 32), PLAN)
    text = repr(found)
    assert len(text.splitlines()) == 4
    for part in ("Llama-3.1-8B in 16 bits on 1 H100 SXM5", "a batch of 32", "ms a token (memory)"):
        assert part in text
    assert isinstance(found.longest_context, int)
    tight = repr(evaluate(Workload(2048, 128), Plan(model("Llama-3.1-70B"), H100)))
    assert "does not fit: Llama-3.1-70B takes" in tight
    asked = repr(evaluate(Workload(2048, 128, requests_per_second=2.0), PLAN))
    assert "2 of 3.046 requests/s" in asked
    space = Space(batch=[1, 2, 4], weight_bits=[4, 16])
    assert repr(search(Workload(), PLAN, space)) == (
        "<Search: 6 combinations (3 batch, 2 weight_bits), 6 fit>"
    )
    assert repr(replace(PLAN, devices=4, speculation=Speculation(LLAMA, draft_tokens=2))) == (
        "Plan(model='Llama-3.1-8B', device='H100 SXM5', devices=4, tensor_parallel=1, "
        "speculation=Speculation(draft='Llama-3.1-8B', draft_tokens=2), usd_per_device_hour=3.0)"
    )


def test_a_search_asks_nothing_of_a_demand():
    asked = Workload(2048, 128, requests_per_second=0.01)
    found = search(asked, PLAN, Space(batch=[1, 8]))
    for index, batch in enumerate([1, 8]):
        workload, plan = found.at(index)
        assert workload == Workload(2048, 128, batch)
        alone = evaluate(workload, plan).usd_per_mtok_output
        assert found.usd_per_mtok_output.ravel()[index] == pytest.approx(alone, rel=1e-12)
