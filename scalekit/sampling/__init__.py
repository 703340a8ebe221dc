"""Test-time compute: samples, verifiers, votes and what they cost."""

from scalekit.sampling.advice import AttemptAdvice, advise_attempts
from scalekit.sampling.attempts import optimal_attempts, resampling_outcome, resampling_utility
from scalekit.sampling.correlation import (
    correlated_pass_at_k,
    effective_samples,
    run_accuracies,
)
from scalekit.sampling.verifier import (
    BestOfK,
    VerifiedPool,
    best_of_k,
    verified_pool,
    verifier_precision,
)
from scalekit.sampling.verifier_rates import LogisticRate

__all__ = [
    "AttemptAdvice",
    "BestOfK",
    "LogisticRate",
    "VerifiedPool",
    "advise_attempts",
    "best_of_k",
    "correlated_pass_at_k",
    "effective_samples",
    "optimal_attempts",
    "resampling_outcome",
    "resampling_utility",
    "run_accuracies",
    "verified_pool",
    "verifier_precision",
]
