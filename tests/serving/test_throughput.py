"""What limits an iteration: Table 2 of NanoFlow (Llama 2 70B, eight A100)."""

import pytest

from scalekit import serving

EIGHT_A100 = {
    "devices": 8,
    "peak_flops": 312e12,
    "bandwidth": 2e12,
    "link_bandwidth": 300e9,
    "d_model": 8192,
    "layers": 80,
}
PER_LAYER = 80 * 8192


@pytest.mark.parametrize(
    ("parameters", "milliseconds"),
    [
        (PER_LAYER * (64 + 2 * 8) * 128, 11.01),
        (PER_LAYER * 8192, 8.81),
        (PER_LAYER * 2 * 28672, 61.67),
        (PER_LAYER * 28672, 30.84),
    ],
)
def test_compute(parameters, milliseconds):
    found = serving.iteration_times(2048, parameters, memory_bytes=80e9, **EIGHT_A100)
    assert found.compute_seconds * 1e3 == pytest.approx(milliseconds, rel=1e-3)


def test_memory_and_network():
    # Decode attention reads 462.2 GB on all devices; the network moves 75.2 GB.
    found = serving.iteration_times(2048, 70e9, memory_bytes=462.2e9 / 8, **EIGHT_A100)
    assert found.memory_seconds * 1e3 == pytest.approx(28.89, rel=1e-3)
    assert found.network_seconds * 1e3 == pytest.approx(31.33, rel=1e-3)
    assert found.memory_to_compute == found.memory_seconds / found.compute_seconds
    alone = serving.iteration_times(2048, 70e9, memory_bytes=1e9, **EIGHT_A100 | {"devices": 1})
    assert alone.network_seconds == 0


@pytest.mark.parametrize(
    ("N", "measured", "share", "relative"),
    [
        (70e9, 1272, 0.685, 1e-3),
        (70.55e9, 1306, 0.706, 0.01),
        (72.7e9, 1213, 0.674, 0.01),
        (67e9, 1147, 0.591, 0.01),
        (8.03e9, 12756, 0.785, 0.01),
        # Read off a figure as 50.4 %; of the active parameters it is 51.5 %.
        (12.9e9, 5188, 0.504, 0.025),
    ],
)
def test_share_of_the_optimum(N, measured, share, relative):
    # With the rate that the authors measured on an A100.
    found = serving.optimal_throughput(260e12, N)
    assert measured / found == pytest.approx(share, rel=relative)


def test_optimum():
    assert serving.optimal_throughput(260e12, 70e9) == pytest.approx(1857, abs=0.5)
    assert serving.optimal_throughput(312e12, 70e9) == pytest.approx(2229, abs=0.5)
    # It is what an iteration allows that only computes.
    found = serving.iteration_times(2048, 70e9, memory_bytes=80e9, **EIGHT_A100)
    limit = serving.optimal_throughput(8 * 312e12, 70e9)
    assert 2048 / found.compute_seconds == pytest.approx(limit, rel=1e-14)
    with pytest.raises(ValueError, match=r"devices is 0\.5; allowed: a number from 1"):
        serving.iteration_times(2048, 70e9, memory_bytes=80e9, **EIGHT_A100 | {"devices": 0.5})
