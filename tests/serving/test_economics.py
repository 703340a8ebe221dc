"""Latencies of arXiv 2506.04645: points of its notebook, and what must hold between them."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from scalekit import serving

SHAPE = ("layers", "d_model", "d_ff", "heads", "kv_heads", "head_dim", "vocabulary")
LLAMA_70B = dict(zip(SHAPE, (80, 8192, 28672, 64, 8, 128, 128256), strict=True))
LLAMA_8B = dict(zip(SHAPE, (32, 4096, 14336, 32, 8, 128, 128256), strict=True))
MIXTRAL = dict(zip(SHAPE, (56, 6144, 16384, 48, 8, 128, 32000), strict=True))
MISTRAL_LARGE = dict(zip(SHAPE, (88, 12288, 28672, 96, 8, 128, 32768), strict=True))
# The notebook counts both embedding matrices and no norms.
SIZE = serving.gated_matmul_parameters(**LLAMA_70B) + 128256 * 8192


@pytest.mark.parametrize(
    ("inputs", "milliseconds"),
    [
        (LLAMA_70B | {"devices": 8, "batch": 1}, 9.45310),
        (LLAMA_70B | {"devices": 8, "batch": 64}, 11.32413),
        (LLAMA_8B | {"devices": 1, "batch": 1}, 5.06165),
        (
            MIXTRAL
            | {"devices": 8, "batch": 32, "context_tokens": 1000}
            | {"experts": 8, "active_experts": 2},
            14.55719,
        ),
    ],
)
def test_full_model(inputs, milliseconds):
    assert serving.sharded_token_latency(**inputs) * 1e3 == pytest.approx(milliseconds, rel=1e-5)


def test_printed_latency_is_of_another_layout():
    # The paper prints 0.02998 s by a function that also chooses the layout.
    found = serving.sharded_token_latency(
        **MISTRAL_LARGE, devices=8, batch=20, context_tokens=100_000, bandwidth=4.8e12
    )
    assert found == pytest.approx(0.03044, abs=5e-6)


def test_full_model_by_hand():
    # One device: launches, and weights, activations and cache read once.
    L, d, f, q, k, V, B, context = 2, 64, 256, 64, 32, 1000, 3, 10
    layer = (
        2 * 3 * d * f
        + 3 * 2 * (d + f) * B
        + 2 * d * (q + 2 * k)
        + (2 * d + q + 2 * k) * B
        + 2 * q * d
        + 2 * (d + q) * B
    )
    read = L * layer + 2 * V * d + 2 * 2 * k * L * context * B
    found = serving.sharded_token_latency(
        L, d, f, 4, 2, 16, V, 1, B, context, bandwidth=1e6, kernel_launch=1e-3
    )
    assert found == pytest.approx(4 * L * 1e-3 + read / 1e6, rel=1e-12)
    # A slow device computes all the time.
    flop = 2 * B * (L * ((q + 2 * k) * d + q * d + 3 * d * f) + 2 * V * d) + 4 * q * L * context * B
    found = serving.sharded_token_latency(
        L, d, f, 4, 2, 16, V, 1, B, context, peak_flops=1e6, kernel_launch=0
    )
    assert found == pytest.approx(flop / 1e6, rel=1e-12)


@pytest.mark.parametrize("batch", [1, 64])
def test_simple_model(batch):
    found = serving.token_latency(SIZE, 2, 8, batch, 80, 1e15, 3.3e12)
    assert found * 1e3 == pytest.approx(8.43507, rel=1e-6)


def test_fastest_devices():
    best = serving.fastest_devices(SIZE, 2, 80, 3.3e12)
    assert best == pytest.approx(26.1, abs=0.05)
    seconds = serving.token_latency(SIZE, 2, best, 1, 80, 1e15, 3.3e12)
    assert seconds == pytest.approx(6.188e-3, rel=1e-4)
    assert 1 / seconds == pytest.approx(161.6, rel=1e-4)


@pytest.mark.parametrize("size", [1e8, 8e9, SIZE, 1e12])
def test_fastest_devices_is_the_minimum(size):
    def latency(log_devices):
        return serving.token_latency(size, 1, np.exp(log_devices), 1, 60, 1e15, 2e12, 2)

    found = minimize_scalar(latency, bounds=(0, 12), method="bounded", options={"xatol": 1e-9})
    best = serving.fastest_devices(size, 1, 60, 2e12, 2)
    assert latency(np.log(best)) <= found.fun * (1 + 1e-12)
    assert best == pytest.approx(np.exp(found.x), rel=1e-5)


def test_price():
    # Printed for Mistral Large 2 on 8 H200 at two thirds of 3.15 USD/h.
    assert serving.token_price(0.0299772, 8, 20, 3.15 * 2 / 3) == pytest.approx(6.99468, rel=1e-6)
    assert serving.token_price(1.0, 1, 1, 3600) == 1e6


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("token_latency", (1e9, 2, 0, 1, 10, 1e15, 1e12), "devices is 0"),
        ("fastest_devices", (1e9, 2, 10, 1e12, 0), "allreduces_per_layer is 0"),
        ("token_price", (1e-2, 8, 1, -1), "usd_per_device_hour is -1"),
        (
            "sharded_token_latency",
            (2, 64, 256, 4, 2, 16, 1000, 1, 1, 0, 4, 8),
            "active_experts is 8.0; allowed: up to the number of experts, 4.0",
        ),
    ],
)
def test_bad_input_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(serving, function)(*arguments)
