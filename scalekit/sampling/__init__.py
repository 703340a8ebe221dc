"""More samples at inference: coverage, verifiers, votes, and what they cost."""

from scalekit.sampling.advice import AttemptAdvice, advise_attempts
from scalekit.sampling.attempts import optimal_attempts, resampling_outcome, resampling_utility
from scalekit.sampling.backtest import CoverageBacktest, coverage_backtest, simulate_counts
from scalekit.sampling.correlation import correlated_pass_at_k, effective_samples, run_accuracies
from scalekit.sampling.count_table import ProblemCounts, parse_counts, read_counts
from scalekit.sampling.counted_rates import Rate, VerifierRates, verifier_rates
from scalekit.sampling.coverage import (
    asymptotic_failure,
    beta_pass_at_k,
    independent_pass_at_k,
    kumaraswamy_pass_at_k,
    pass_at_k,
    uniform_pass_at_k,
)
from scalekit.sampling.difficulty import (
    Beta,
    Difficulty,
    Empirical,
    Kumaraswamy,
    Mixture,
    Point,
    Uniform,
    from_mean_and_spread,
)
from scalekit.sampling.estimate import (
    DifficultyFit,
    LogLogFit,
    fit_difficulty,
    log_log_fit,
    pass_at_k_interval,
)
from scalekit.sampling.multiple_choice import MultipleChoiceMetrics, multiple_choice_metrics
from scalekit.sampling.pass_until import pass_until
from scalekit.sampling.repeated import repeated_sampling_cost, repeated_sampling_flop
from scalekit.sampling.spread import spread_of
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
    "Beta",
    "CoverageBacktest",
    "Difficulty",
    "DifficultyFit",
    "Empirical",
    "Kumaraswamy",
    "LogLogFit",
    "LogisticRate",
    "Mixture",
    "MultipleChoiceMetrics",
    "Point",
    "ProblemCounts",
    "Rate",
    "Uniform",
    "VerifiedPool",
    "VerifierRates",
    "advise_attempts",
    "asymptotic_failure",
    "best_of_k",
    "beta_pass_at_k",
    "correlated_pass_at_k",
    "coverage_backtest",
    "effective_samples",
    "fit_difficulty",
    "from_mean_and_spread",
    "independent_pass_at_k",
    "kumaraswamy_pass_at_k",
    "log_log_fit",
    "multiple_choice_metrics",
    "optimal_attempts",
    "parse_counts",
    "pass_at_k",
    "pass_at_k_interval",
    "pass_until",
    "read_counts",
    "repeated_sampling_cost",
    "repeated_sampling_flop",
    "resampling_outcome",
    "resampling_utility",
    "run_accuracies",
    "simulate_counts",
    "spread_of",
    "uniform_pass_at_k",
    "verified_pool",
    "verifier_precision",
    "verifier_rates",
]
