"""Test-time compute: samples, verifiers, votes and what they cost."""

from scalekit.sampling.attempts import optimal_attempts, resampling_outcome, resampling_utility
from scalekit.sampling.verifier import (
    BestOfK,
    VerifiedPool,
    best_of_k,
    verified_pool,
    verifier_precision,
)

__all__ = [
    "BestOfK",
    "VerifiedPool",
    "best_of_k",
    "optimal_attempts",
    "resampling_outcome",
    "resampling_utility",
    "verified_pool",
    "verifier_precision",
]
