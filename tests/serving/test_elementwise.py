"""Every formula takes arrays and tracers, and has the derivatives of its own values."""

import dataclasses

import jax
import numpy as np
import pytest

from scalekit import serving

SHAPE = (4.0, 512.0, 2048.0, 8.0, 2.0, 64.0, 32000.0)
# Arguments that are numbers, at points without a kink.
POINTS = {
    "all_reduce_time": (8.0, 2.0, 1e6, 2e11, 2e10),
    "attention_cost": (1000.0, 64.0),
    "attention_hbm_accesses": (4096.0, 64.0, 1e5),
    "chip_hour_capital": (3e4, 1.64),
    "chip_hour_energy": (700.0, 1.8, 0.7, 1.2),
    "collective_time": (1e6, 1e10, 8.0, 1e-6),
    "critical_batch_size": (1e15, 3e12, 2.0),
    "dense_request_flop": (4096.0, 32.0, 500.0, 100.0),
    "dense_roofline": (*SHAPE, 2048.0, 4.0, 1e15, 3e12),
    "distinct_experts": (40.0, 128.0, 8.0),
    "energy_per_flop": (1.2, 1e15, 0.4),
    "expert_load_bytes": (1000.5, 48.0, 128.0, 8.0, 1e7, 400.0, 16.0),
    "fastest_devices": (7e10, 2.0, 80.0, 3e12, 4.0),
    "gated_matmul_parameters": SHAPE,
    "gated_transformer_parameters": SHAPE,
    "hierarchical_roofline": (10.0, 100.0, 1e14, 1e12, 1e10),
    "idealized_runtime": (600.0, 50.0),
    "iteration_times": (2048.0, 7e10, 8.0, 3e14, 8e10, 2e12, 8192.0, 80.0, 3e11, 2.0),
    "kv_cache_bytes": (32.0, 8.0, 128.0, 1000.0, 2.0),
    "local_generation_cost": (1e9, 3e10, 1e15, 0.2, 8.0),
    "minimum_step_time": (8.0, 1e9, 1e10, 3e12),
    "offload_turning_points": (10.0, 4.0, 1e14, 1e12, 1e12, 1e11, 1e10),
    "offloaded_throughput": (100.0, 50.0, 5e5, 9e10, 2e10, 1e9),
    "optimal_throughput": (3e14, 7e10),
    "overlap_factor": (100.0, 50.0),
    "parallelism_memory_efficiency": (100.0, 50.0),
    "prefill_time": (7e10, 1000.0, 8.0, 1e15, 0.5),
    "quantized_compute_cost": (1e9, 6.0, 5.0),
    "runtime_cost": (10.0, 8.0, 4.0),
    "sharded_token_latency": (*SHAPE, 12.0, 20.0, 1000.0, 8.0, 2.0),
    "speculative_tokens": (0.7, 4.0),
    "step_time": (8.0, 1e9, 7e9, 1.4e10, 1e15, 3e12),
    "token_cost": (1000.0, 500.0, 3.0, 15.0, 200.0, 0.3),
    "token_latency": (7e10, 2.0, 8.0, 16.0, 80.0, 1e15, 3e12, 4.0),
    "token_price": (0.02, 8.0, 16.0, 2.0),
    "vector_search_cost": (512.0, 1e6, 1000.0, 8.0, 64.0),
    "weight_bytes": (7e9, 4.0, 64.0, 16.0),
    "weight_stationary_comm_time": (64.0, 8192.0, 16.0, 1e11),
}
# Those with lists.
LISTS = {"fft_convolution_time", "kernel_sequence", "total_processing_performance"}
# Arguments that count whole passes.
STEPS = {"expert_load_bytes": (0, 5)}


def values(name, *arguments):
    """Call a formula; results with names become tuples."""
    found = getattr(serving, name)(*arguments)
    return tuple(vars(found).values()) if dataclasses.is_dataclass(found) else (found,)


def test_all_formulas_are_here():
    records = {"api_price", "api_prices", "runtime_fits", "thresholds"}
    ours = {
        name
        for name in serving.__all__
        if getattr(serving, name).__module__.rsplit(".", 1)[-1] in OURS and name[0].islower()
    }
    assert ours - records == set(POINTS) | LISTS


OURS = {
    "attention",
    "bit_operations",
    "collectives",
    "conventions",
    "economics",
    "energy",
    "experts",
    "kernels",
    "memory",
    "offload",
    "parameters",
    "prices",
    "roofline",
    "runtime",
    "speculation",
    "thresholds",
    "throughput",
    "vector_search",
}


@pytest.mark.parametrize("name", POINTS)
def test_arrays_are_many_numbers(name):
    point = POINTS[name]
    for one in values(name, *point):
        assert type(one) is float
    for i, value in enumerate(point):
        several = np.array([value, value * 0.9])
        together = values(name, *point[:i], several[:, None], *point[i + 1 :])
        for row, number in enumerate(several):
            alone = values(name, *point[:i], float(number), *point[i + 1 :])
            for all_of_it, one in zip(together, alone, strict=True):
                found = np.broadcast_to(all_of_it, (2, 1))[row, 0]
                assert found == pytest.approx(one, rel=1e-13)
    columns = [np.array([value, value]) for value in point]
    assert all(np.shape(found) == (2,) for found in values(name, *columns))


@pytest.mark.parametrize("name", POINTS)
def test_tracers_and_derivatives(name):
    point = np.array(POINTS[name])
    # Along a direction in which every argument changes, but those that count in steps.
    direction = point * np.random.default_rng(0).uniform(0.5, 1.5, len(point))
    direction[list(STEPS.get(name, ()))] = 0

    @jax.jit
    def traced(point, direction):
        return jax.jvp(lambda *a: values(name, *a), tuple(point), tuple(direction))

    found, slopes = traced(list(point), list(direction))
    h = 1e-5
    expected = values(name, *point)
    above, below = (values(name, *(point + step * direction)) for step in (h, -h))
    for value, slope, one, after, before in zip(found, slopes, expected, above, below, strict=True):
        assert value.dtype == np.float64
        assert float(value) == pytest.approx(one, rel=1e-12)
        assert float(slope) == pytest.approx((after - before) / (2 * h), rel=1e-6, abs=1e-9 * one)


def test_lists_of_jax():
    lists = (np.array([312.0, 624.0]), np.array([16.0, 8.0]))
    assert jax.jit(serving.total_processing_performance)(*lists) == 4992
    lists = (np.array([20.0, 0.0]), np.array([4.0, 30.0]))
    assert jax.jit(lambda *a: serving.kernel_sequence(*a).seconds)(*lists, 10, 10) == 5
    slope = jax.grad(
        lambda rate: serving.fft_convolution_time(
            2.0, 3.0, [32.0, 8.0], rate, 17.6e12, 9.5e12, 1.35e12, [True, False]
        )
    )(234e12)
    assert slope == pytest.approx(-6 * 16 * 256 * 32 / 234e12**2, rel=1e-12)
