"""Serving: memory, time, price and energy of inference as plain formulas."""

from scalekit.serving.collectives import (
    all_reduce_time,
    collective_time,
    weight_stationary_comm_time,
)
from scalekit.serving.economics import (
    fastest_devices,
    sharded_token_latency,
    token_latency,
    token_price,
)
from scalekit.serving.memory import kv_cache_bytes, weight_bytes
from scalekit.serving.parameters import gated_matmul_parameters, gated_transformer_parameters
from scalekit.serving.roofline import (
    critical_batch_size,
    minimum_step_time,
    prefill_time,
    step_time,
)

__all__ = [
    "all_reduce_time",
    "collective_time",
    "critical_batch_size",
    "fastest_devices",
    "gated_matmul_parameters",
    "gated_transformer_parameters",
    "kv_cache_bytes",
    "minimum_step_time",
    "prefill_time",
    "sharded_token_latency",
    "step_time",
    "token_latency",
    "token_price",
    "weight_bytes",
    "weight_stationary_comm_time",
]
