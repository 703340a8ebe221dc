"""Nonsense in any argument of the formulas of sampling and serving is refused by name."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest

from scalekit import sampling, serving
from scalekit.hardware import device
from scalekit.models import model

LLAMA, H100 = model("Llama-3.1-8B"), device("H100 SXM5")

#: Something sensible for every argument name that needs a value.
GOOD = {
    "N": 8e9, "accuracies": [0.3, 0.6], "acceptance": 0.8, "achieved": [0.1, 0.1],
    "activation_bits": 16, "active_experts": 4, "alpha": 0.5, "answers": 3, "attempt_price": 0.1,
    "attempts": 10, "attended_tokens": 512, "bandwidth": 3e12, "batch": 4, "batch_tokens": 100,
    "beta": 2.0, "bits": [16, 8], "budget": 10.0, "bytes": 1e6, "bytes_per_expert": 1e6,
    "bytes_per_parameter": 2, "c": 3, "cache_elements": 1e5, "channels": 64, "chip_price": 1e4,
    "context_tokens": 1000, "correlation": 0.2, "costs": [[1, 2], [2, 1]], "d_ff": 14336,
    "d_model": 4096, "database": 1000, "device": H100, "devices": 8, "difficulty":
    sampling.Beta(0.5, 2.0), "dimension": 16, "distribution": "beta", "draft": LLAMA,
    "draft_tokens": 4, "experts": 64, "factors": [16, 16], "false_positive_rate": 0.1,
    "false_positive_rates": [0.1, 0.2], "gap": 1.0, "hbm_bandwidth": 1e12, "head_dim": 128,
    "heads": 32, "high": 0.5, "hops": 4, "host_bandwidth": 1e11, "host_peak_flops": 1e12,
    "inference_to_pretraining": 0.16, "intensity_device": 10, "intensity_host": 10, "k": 4,
    "kv_bits": 16, "kv_bytes_per_sequence": 1e9, "kv_heads": 8, "kv_tokens": 1e5,
    "kwh_per_hour": 1, "latency": 0.01, "layers": 32, "lengths": [1.0, 2.0, 3.0, 4.0],
    "link_bandwidth": 2e11, "low": 0.1, "m": 2, "macs": 1e9, "margin": 0.2, "matrix_flops": 1e15,
    "mean": 0.3, "memory_bytes": 8e10, "mfu": 0.5, "model": LLAMA, "model_id": "gpt-4o-mini",
    "n": 10, "name": "mlsysim", "nodes": 2, "on_chip": [True, False], "ops": [1e9, 1e9],
    "oracle": [0.1, 0.2], "output_tokens": 128, "p": 0.3, "p_1": 0.5, "p_2": 0.3,
    "parameter_bytes": 1e10, "parts": (sampling.Point(0.3), sampling.Point(0.5)),
    "pass_rates": [0.1, 0.2], "peak_flops": 1e15, "plan": serving.Plan(LLAMA, H100),
    "probabilities": [0.5, 0.3, 0.2], "problems": 10, "prompt_tokens": 2048, "ranks": 8,
    "rate": 0.3, "reward": 0.5, "rewards": [1.0, 2.0], "sample_costs": [1.0, 2.0],
    "scores": [1.0, 0.5, 0.2], "seconds": 1, "seed": 0, "sequence_length": 1000,
    "server_factor": 1.8, "shares": (0.5, 0.5), "size_ratio": 14, "solutions": 4,
    "space": serving.Space(batch=[1, 2]), "spread": 0.5, "sram_bandwidth": 1e13,
    "strong_accuracy": 0.5, "strong_price": 1.0, "study": "codemonkeys-stages",
    "successes": [1, 2, 0, 5], "support": 2, "tdp_watts": 700, "tokens": 100.0,
    "tops": [312, 624], "true_positive_rate": 0.9, "true_positive_rates": [0.5, 0.9],
    "usd_per_attempt": 0.1, "usd_per_device_hour": 2, "usd_per_hour": 8.0,
    "usd_per_mtok_input": 1, "usd_per_mtok_output": 2, "vector_flops": 1e14,
    "verification_ratio": 1, "verifications": 2, "vocabulary": 128256, "waves": 3,
    "weight_bits": 8.0, "weights": [0.5, 0.5], "width": 2, "workload": serving.Workload(),
    "counts": sampling.ProblemCounts([4, 4], [1, 3], [2, 3], [1, 3]),
    "content": b"attempts,successes\n4,1\n",
    "config": {"model_type": "gpt2", "n_embd": 8, "n_head": 2, "n_layer": 2, "n_positions": 9,
               "vocab_size": 9},
}  # fmt: skip

#: What a name means in one function.
OWN = {
    "ProblemCounts": {
        "attempts": [4, 4],
        "successes": [1, 3],
        "accepted": [2, 3],
        "accepted_correct": [1, 3],
    },
    "asymptotic_failure": {"beta": 2.0},
    "best_of_k_score": {"wrong": "t3"},
    "coverage_backtest": {"k": [1000.0], "problems": 100, "attempts": 10, "repeats": 1},
    "idealized_runtime": {"model": "davinci"},
    "kernel_sequence": {"bytes": [1e6, 1e6]},
    "log_log_fit": {"k": [1, 10]},
    "overoptimization_peak": {"alpha": 0.5, "beta": 0.1},
    "pass_at_k_interval": {"resamples": 2},
    "weight_bytes": {"block_size": 64},
}

#: Arguments whose nonsense has other words in its message, or that any value suits.
FREE = {
    ("asymptotic_failure", "beta"), ("attention_cost", "feature_dim"),
    ("dense_roofline", "total_parameters"), ("read_config", "config"), ("read_config", "name"),
    ("Conventions", "name"), ("Conventions", "source"), ("preset", "name"),
    ("parse_counts", "name"),
    ("Space", "models"), ("Space", "accelerators"), ("Space", "devices"), ("Space", "batch"),
    ("Space", "tensor_parallel"), ("Space", "weight_bits"), ("Space", "kv_bits"),
    ("Space", "prompt_tokens"), ("overoptimization_peak", "N"),
}  # fmt: skip

RECORDS = {
    "ProblemCounts", "Beta", "Point", "Uniform", "Kumaraswamy", "Mixture", "Empirical",
    "LogisticRate", "Workload", "Speculation", "Plan", "Conventions",
}  # fmt: skip

NONSENSE = ("nonsense", math.nan, [], [0.1, "x"], {}, object(), np.array([1 + 2j]))


def _cases():
    for package in (sampling, serving):
        for name in package.__all__:
            call = getattr(package, name)
            if (inspect.isclass(call) and name not in RECORDS) or name == "read_counts":
                continue  # a file's content is `parse_counts`'s
            given = dict(OWN.get(name, {}))
            for parameter in inspect.signature(call).parameters.values():
                if parameter.default is inspect.Parameter.empty:
                    given.setdefault(parameter.name, GOOD[parameter.name])
            for parameter in inspect.signature(call).parameters:
                if (name, parameter) not in FREE:
                    yield pytest.param(call, given, parameter, id=f"{name}-{parameter}")


@pytest.mark.parametrize(("call", "given", "parameter"), list(_cases()))
def test_nonsense_is_named(call, given, parameter):
    call(**given)  # is sensible without it
    # An empty array is answered by an empty one where the function is elementwise.
    elementwise = inspect.signature(call).parameters[parameter].annotation == "Any"
    for value in NONSENSE:
        if elementwise and isinstance(value, list) and not value:
            continue
        with pytest.raises(ValueError, match=parameter):
            call(**{**given, parameter: value})
