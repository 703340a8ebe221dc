"""Serving from the host's memory: MoE-Lightning and MoE-Lens."""

import pytest

from scalekit import serving

DEVICE = {"peak_flops": 120e12, "bandwidth": 300e9}
HOST = {"host_peak_flops": 1.5e12, "host_bandwidth": 150e9}
LINK = 20e9


@pytest.mark.parametrize(
    ("prompt", "output", "expected"),
    [
        (98, 32, 0.03564),
        (98, 64, 0.01947),
        (98, 128, 0.01090),
        (98, 256, 0.006119),
        (926, 128, 0.008318),
        (100, 128, 0.01086),
    ],
)
def test_parallelism_memory_efficiency(prompt, output, expected):
    found = serving.parallelism_memory_efficiency(prompt, output)
    assert found == pytest.approx(expected, rel=5e-4)
    # The sum of equation 3, which has one term more than the closed form beside it.
    exact = (prompt + output) / sum(prompt + j for j in range(output + 1))
    assert 0.96 < exact / found < 1
    if (prompt, output) == (98, 32):
        assert exact == pytest.approx(0.03456, abs=5e-6)


def test_offloaded_throughput():
    # Mixtral 8x7B over 19.5 GB/s takes 4.82 s a pass; 70 GB of cache hold 534k tokens.
    tokens = 70e9 / serving.kv_cache_bytes(32, 8, 128, 1)
    assert tokens == pytest.approx(534e3, rel=1e-3)
    found = serving.offloaded_throughput(98, 32, tokens, 94e9, 19.5e9)
    assert found == pytest.approx(0.03564 * 534e3 / 4.82, rel=2e-3)
    assert serving.offloaded_throughput(98, 32, tokens, 94e9, 19.5e9, found / 2) == found / 2
    assert serving.offloaded_throughput(98, 32, tokens, 94e9, 19.5e9, found * 2) == found


def test_overlap():
    assert serving.overlap_factor(98, 256) == pytest.approx(1.566, abs=5e-4)
    assert serving.overlap_factor(0, 256) == 2
    assert serving.overlap_factor(1e9, 1) == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize(
    ("device", "host", "expected"),
    [(1e6, 1e6, 120e12), (10, 1e6, 3e12), (1e6, 10, 200e9), (10, 10, 200e9)],
)
def test_three_limits(device, host, expected):
    assert serving.hierarchical_roofline(device, host, **DEVICE, link_bandwidth=LINK) == expected


def test_turning_points():
    at = serving.offload_turning_points(1e6, 4, **DEVICE, **HOST, link_bandwidth=LINK)
    assert at.stay_on_host == 4 * 150e9 / LINK
    assert at.link_bound == 120e12 / LINK
    # There the link delivers exactly what the device computes, and just as much more waits.
    found = serving.hierarchical_roofline(1e6, at.link_bound, **DEVICE, link_bandwidth=LINK)
    assert found == pytest.approx(120e12, rel=1e-14)
    less = serving.hierarchical_roofline(1e6, at.link_bound / 2, **DEVICE, link_bandwidth=LINK)
    assert less == pytest.approx(60e12, rel=1e-14)
    # At the first the link brings the device no more than the host computes itself.
    at = serving.offload_turning_points(1e6, 1e6, **DEVICE, **HOST, link_bandwidth=LINK)
    assert at.stay_on_host * LINK == 1.5e12


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("hierarchical_roofline", (1, 0, 1, 1, 1), "intensity_host is 0"),
        ("offload_turning_points", (1, 1, 1, 1, 1, -1, 1), "host_bandwidth is -1"),
        ("parallelism_memory_efficiency", (1, 0), "output_tokens is 0"),
        ("overlap_factor", (-1, 1), "prompt_tokens is -1"),
        ("offloaded_throughput", (1, 1, 1, 1, 1, 0), "gpu_throughput is 0"),
    ],
)
def test_bad_input_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(serving, function)(*arguments)
