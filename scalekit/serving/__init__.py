"""Serving: memory, time, price and energy of inference as plain formulas."""

from scalekit.serving.attention import AttentionCost, attention_cost, attention_hbm_accesses
from scalekit.serving.bit_operations import quantized_compute_cost
from scalekit.serving.bit_quality import QualityAnswer, quality
from scalekit.serving.cache import context_bytes
from scalekit.serving.collectives import (
    all_reduce_time,
    collective_time,
    weight_stationary_comm_time,
)
from scalekit.serving.combinations import Search, Space, search
from scalekit.serving.config import read_config
from scalekit.serving.conventions import DenseRoofline, dense_roofline
from scalekit.serving.counting import ParameterCounts, counts
from scalekit.serving.economics import (
    fastest_devices,
    sharded_token_latency,
    token_latency,
    token_price,
)
from scalekit.serving.energy import chip_hour_capital, chip_hour_energy, energy_per_flop
from scalekit.serving.evaluation import Serving, evaluate
from scalekit.serving.experts import distinct_experts, expert_load_bytes
from scalekit.serving.kernels import KernelSequence, fft_convolution_time, kernel_sequence
from scalekit.serving.ledger import Assumption, Conventions
from scalekit.serving.memory import kv_cache_bytes, weight_bytes
from scalekit.serving.offload import (
    TurningPoints,
    hierarchical_roofline,
    offload_turning_points,
    offloaded_throughput,
    overlap_factor,
    parallelism_memory_efficiency,
)
from scalekit.serving.parameters import gated_matmul_parameters, gated_transformer_parameters
from scalekit.serving.pareto import non_dominated
from scalekit.serving.plan import Plan, Speculation, Workload
from scalekit.serving.prices import (
    ApiPrice,
    LocalGeneration,
    api_price,
    api_prices,
    local_generation_cost,
    token_cost,
)
from scalekit.serving.rates import compute_format
from scalekit.serving.roofline import (
    critical_batch_size,
    minimum_step_time,
    prefill_time,
    step_time,
)
from scalekit.serving.runtime import (
    RuntimeFit,
    dense_request_flop,
    idealized_runtime,
    runtime_cost,
    runtime_fits,
)
from scalekit.serving.speculation import speculative_tokens
from scalekit.serving.thresholds import Threshold, thresholds, total_processing_performance
from scalekit.serving.throughput import IterationTimes, iteration_times, optimal_throughput
from scalekit.serving.tool_conventions import preset, presets
from scalekit.serving.vector_search import vector_search_cost

__all__ = [
    "ApiPrice",
    "Assumption",
    "AttentionCost",
    "Conventions",
    "DenseRoofline",
    "IterationTimes",
    "KernelSequence",
    "LocalGeneration",
    "ParameterCounts",
    "Plan",
    "QualityAnswer",
    "RuntimeFit",
    "Search",
    "Serving",
    "Space",
    "Speculation",
    "Threshold",
    "TurningPoints",
    "Workload",
    "all_reduce_time",
    "api_price",
    "api_prices",
    "attention_cost",
    "attention_hbm_accesses",
    "chip_hour_capital",
    "chip_hour_energy",
    "collective_time",
    "compute_format",
    "context_bytes",
    "counts",
    "critical_batch_size",
    "dense_request_flop",
    "dense_roofline",
    "distinct_experts",
    "energy_per_flop",
    "evaluate",
    "expert_load_bytes",
    "fastest_devices",
    "fft_convolution_time",
    "gated_matmul_parameters",
    "gated_transformer_parameters",
    "hierarchical_roofline",
    "idealized_runtime",
    "iteration_times",
    "kernel_sequence",
    "kv_cache_bytes",
    "local_generation_cost",
    "minimum_step_time",
    "non_dominated",
    "offload_turning_points",
    "offloaded_throughput",
    "optimal_throughput",
    "overlap_factor",
    "parallelism_memory_efficiency",
    "prefill_time",
    "preset",
    "presets",
    "quality",
    "quantized_compute_cost",
    "read_config",
    "runtime_cost",
    "runtime_fits",
    "search",
    "sharded_token_latency",
    "speculative_tokens",
    "step_time",
    "thresholds",
    "token_cost",
    "token_latency",
    "token_price",
    "total_processing_performance",
    "vector_search_cost",
    "weight_bytes",
    "weight_stationary_comm_time",
]
