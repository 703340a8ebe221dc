"""Groups of devices beyond a node: what they pass on goes through the network."""

from dataclasses import replace

import numpy as np
import pytest

from scalekit.hardware import device
from scalekit.models import model
from scalekit.serving import Plan, Space, Workload, evaluate, search

H100, LLAMA = device("H100 SXM5"), model("Llama-3.1-70B")


def link_seconds(devices, batch=256, **options):
    return evaluate(Workload(2048, 128, batch), Plan(LLAMA, H100, devices, **options)).decode.link


def test_a_node_and_two_by_hand():
    data = 256 * 8192 * 2.0  # bytes of activations that every device ends up with
    reduces = 80 * 2 * 2  # layers, all-reduces, passes of each
    one = reduces * (7 / 8) * data / 450e9
    assert link_seconds(8) == pytest.approx(one, rel=1e-12)
    two = one + reduces * (1 / 2) * (data / 8) / 50e9
    assert link_seconds(16) == pytest.approx(two, rel=1e-12)


def test_hops_are_the_floor_of_a_small_batch():
    floor = 80 * 4 * (8 / 2 * 1e-6 + 4 / 2 * 5e-6)
    assert link_seconds(32, batch=1) == pytest.approx(floor, rel=1e-12)


def test_the_table_knows_racks_and_the_plan_may_say_otherwise():
    rack = device("GB200 (per GPU, NVL72)")
    assert Plan(LLAMA, rack, 16).link_devices == 72
    assert Plan(LLAMA, H100, 16).link_devices == 8
    assert Plan(LLAMA, H100, 16, node_size=16).link_devices == 16
    assert link_seconds(16, node_size=16) < link_seconds(16)
    assert link_seconds(16, node_bandwidth=1e11) < link_seconds(16)


def test_a_network_is_no_faster_than_the_link():
    slow = replace(H100, link_bandwidth=2e10)
    found = evaluate(Workload(2048, 128, 256), Plan(LLAMA, slow, 16)).decode.link
    data = 256 * 8192 * 2.0
    expected = 80 * 4 * (7 / 8 * data + 1 / 2 * data / 8) / 2e10
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_search_counts_nodes_as_an_evaluation_does():
    devices = [H100, device("GB200 (per GPU, NVL72)")]
    groups = [8, 16, 32]
    found = search(
        Workload(2048, 128, 64), Plan(LLAMA, H100, 32, tensor_parallel=8),
        Space(accelerators=devices, tensor_parallel=groups),
    ).seconds_per_token.squeeze()  # fmt: skip
    alone = [
        [evaluate(Workload(2048, 128, 64), Plan(LLAMA, d, n)).seconds_per_token for n in groups]
        for d in devices
    ]
    np.testing.assert_allclose(found, alone, rtol=1e-12)


def test_the_ledger_tells():
    line = next(
        a
        for a in evaluate(Workload(), Plan(LLAMA, H100, 16)).ledger
        if a.name == "Devices of a node"
    )
    assert line.value == "8, beyond it 50 GB/s each"


@pytest.mark.parametrize(("name", "value"), [("node_size", 0), ("node_bandwidth", 0)])
def test_nonsense_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} is {value}"):
        Plan(LLAMA, H100, 16, **{name: value})
