"""From a budget to an allocation: best parameters and tokens, and what they cost."""

from scalekit.allocation.budget import data_constrained, lifetime_optimal
from scalekit.allocation.data_value import clean_equivalent, data_efficiency, datastore_flop
from scalekit.allocation.flop import (
    PF_DAY,
    compute_from_device_hours,
    compute_from_usd,
    crossover_compute,
    inference_flop,
    lifetime_flop,
    pf_days,
    training_flop,
    training_hours,
    training_steps,
    training_usd,
    transformer_training_flop,
)
from scalekit.allocation.lifetime import inference_aware, inference_aware_cost
from scalekit.allocation.optimal import compute_optimal, compute_optimal_for_loss
from scalekit.allocation.overhead import minimum_size_ratio, size_overhead
from scalekit.allocation.precision import optimal_training_bits, precision_flop
from scalekit.allocation.result import Allocation, Band
from scalekit.allocation.translation import effective_parameter_fraction, encoder_decoder_split

__all__ = [
    "PF_DAY",
    "Allocation",
    "Band",
    "clean_equivalent",
    "compute_from_device_hours",
    "compute_from_usd",
    "compute_optimal",
    "compute_optimal_for_loss",
    "crossover_compute",
    "data_constrained",
    "data_efficiency",
    "datastore_flop",
    "effective_parameter_fraction",
    "encoder_decoder_split",
    "inference_aware",
    "inference_aware_cost",
    "inference_flop",
    "lifetime_flop",
    "lifetime_optimal",
    "minimum_size_ratio",
    "optimal_training_bits",
    "pf_days",
    "precision_flop",
    "size_overhead",
    "training_flop",
    "training_hours",
    "training_steps",
    "training_usd",
    "transformer_training_flop",
]
