"""Step times against the worked examples of the JAX scaling book."""

import pytest

from scalekit import serving

# One TPU v5e; the book uses either bandwidth.
PEAK, BANDWIDTH, OTHER_BANDWIDTH = 1.97e14, 8.2e11, 8.1e11


@pytest.mark.parametrize(
    ("batch", "milliseconds", "rate", "grouped_milliseconds", "grouped_rate"),
    [
        (1, 4.98, 200.61, 4.17, 239.94),
        (8, 12.13, 659.30, None, None),
        (16, 20.30, 787.99, None, None),
        (32, 36.65, 873.21, None, None),
        (64, 69.33, 923.13, None, None),
        (240, 249.09, 963.53, 52.99, 4529.34),
    ],
)
def test_llama_2_13b(batch, milliseconds, rate, grouped_milliseconds, grouped_rate):
    seconds = serving.minimum_step_time(batch, 6.7e9, 26e9, 8 * BANDWIDTH)
    assert seconds * 1e3 == pytest.approx(milliseconds, abs=0.0051)
    assert batch / seconds == pytest.approx(rate, rel=1e-5)
    if grouped_rate:
        seconds = serving.minimum_step_time(batch, 6.7e9 / 5, 26e9, 8 * BANDWIDTH)
        assert seconds * 1e3 == pytest.approx(grouped_milliseconds, abs=0.0051)
        assert batch / seconds == pytest.approx(grouped_rate, rel=1e-5)


@pytest.mark.parametrize(("batch", "milliseconds"), [(4, 2.57), (256, 21.05)])
def test_30b_in_8_bits(batch, milliseconds):
    # At batch 256 arithmetic limits, and attention still waits for the cache.
    seconds = serving.step_time(batch, 8192 * 100e3, 30e9, 30e9, 16 * PEAK, 16 * OTHER_BANDWIDTH)
    assert seconds * 1e3 == pytest.approx(milliseconds, abs=0.0051)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        # Llama 3 70B in 8 bits on eight chips: 17.3 ms, 1852 tokens/s.
        (serving.minimum_step_time(32, 8192 * 163_840, 70e9, 8 * OTHER_BANDWIDTH), 17.3e-3),
        (serving.minimum_step_time(1, 0, 16e9, BANDWIDTH), 19.5e-3),  # all of the memory
        (serving.minimum_step_time(1, 0, 540.35e9, 64 * 1.2e12), 7.0e-3),  # PaLM on 64 TPU v4
        (serving.prefill_time(70e9, 8192, 16, PEAK, 0.4), 0.910),
        (serving.critical_batch_size(PEAK, BANDWIDTH), 240),
        (serving.critical_batch_size(PEAK, BANDWIDTH, 1), 120),
        (serving.critical_batch_size(2 * PEAK, BANDWIDTH, 1), 240),
    ],
)
def test_worked_numbers(found, expected):
    assert found == pytest.approx(expected, rel=0.01)


def test_a_step_below_and_above_the_critical_batch():
    N, critical = 7e9, serving.critical_batch_size(PEAK, BANDWIDTH)
    low = serving.step_time(critical / 2, 1e6, N, 2 * N, PEAK, BANDWIDTH)
    assert low == pytest.approx(
        serving.minimum_step_time(critical / 2, 1e6, 2 * N, BANDWIDTH), rel=1e-14
    )
    high = serving.step_time(critical * 2, 0, N, 2 * N, PEAK, BANDWIDTH)
    assert high == pytest.approx(serving.prefill_time(N, critical * 2, 1, PEAK), rel=1e-14)
    # At it the two limits meet.
    both = serving.step_time(critical, 0, N, 2 * N, PEAK, BANDWIDTH)
    assert both == pytest.approx(2 * N / BANDWIDTH, rel=1e-14)
    assert both == pytest.approx(2 * N * critical / PEAK, rel=1e-14)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("minimum_step_time", (0, 1e6, 1e9, 1e12), r"batch is 0; allowed: .* \[sequences\]"),
        ("minimum_step_time", (1, -1, 1e9, 1e12), "kv_bytes_per_sequence is -1"),
        ("step_time", (1, 0, 1e9, 1e9, float("nan"), 1e12), "peak_flops is nan"),
        ("step_time", (1, 0, 1e9, 1e9, 1e14, float("inf")), "bandwidth is inf"),
        ("prefill_time", (1e9, 10, 1, 1e14, 1.5), "mfu is 1.5; allowed: a number above 0 up to 1"),
        ("critical_batch_size", (1e14, 1e12, 0), "bytes_per_parameter is 0"),
    ],
)
def test_bad_input_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(serving, function)(*arguments)
