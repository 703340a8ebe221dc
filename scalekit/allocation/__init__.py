"""From a budget to an allocation: best parameters and tokens, and what they cost."""

from scalekit.allocation.budget import data_constrained, lifetime_optimal
from scalekit.allocation.compound import CompoundScaling, compound_scaling
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
from scalekit.allocation.pruned_training import average_parameters
from scalekit.allocation.result import Allocation, Band
from scalekit.allocation.routing import (
    fine_grained_moe_flop,
    moe_total_parameters,
    routing_cutoff,
)
from scalekit.allocation.translation import effective_parameter_fraction, encoder_decoder_split
from scalekit.allocation.visual_tokens import optimal_visual_tokens, visual_token_flop

__all__ = [
    "PF_DAY",
    "Allocation",
    "Band",
    "CompoundScaling",
    "average_parameters",
    "clean_equivalent",
    "compound_scaling",
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
    "fine_grained_moe_flop",
    "inference_aware",
    "inference_aware_cost",
    "inference_flop",
    "lifetime_flop",
    "lifetime_optimal",
    "minimum_size_ratio",
    "moe_total_parameters",
    "optimal_training_bits",
    "optimal_visual_tokens",
    "pf_days",
    "precision_flop",
    "routing_cutoff",
    "size_overhead",
    "training_flop",
    "training_hours",
    "training_steps",
    "training_usd",
    "transformer_training_flop",
    "visual_token_flop",
]
