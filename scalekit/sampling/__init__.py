"""More samples at inference: coverage, verifiers, votes, and what they cost."""

from scalekit.sampling.advice import AttemptAdvice, advise_attempts
from scalekit.sampling.attempts import optimal_attempts, resampling_outcome, resampling_utility
from scalekit.sampling.backtest import CoverageBacktest, coverage_backtest, simulate_counts
from scalekit.sampling.beta_votes import beta_majority_vote, beta_scattered_vote
from scalekit.sampling.chains import ShortChains, short_m_at_k, short_m_at_k_of
from scalekit.sampling.confidence import Confidence, dco_factor, optimal_confidence
from scalekit.sampling.correlation import correlated_pass_at_k, correlated_runs, effective_samples
from scalekit.sampling.count_table import ProblemCounts, parse_counts, read_counts
from scalekit.sampling.counted_rates import Rate, VerifierRates, fit_verifier
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
from scalekit.sampling.equivalent_flop import equivalent_flop, sparse_equivalent_flop
from scalekit.sampling.estimate import (
    DifficultyFit,
    LogLogFit,
    fit_difficulty,
    log_log_fit,
    pass_at_k_interval,
)
from scalekit.sampling.exchange import matched_inference_multiplier, solve_verify_cost
from scalekit.sampling.multiple_choice import MultipleChoiceMetrics, multiple_choice_metrics
from scalekit.sampling.overoptimization import OveroptimizationPeak, overoptimization_peak
from scalekit.sampling.pass_until import pass_until
from scalekit.sampling.published import PublishedPoint, published_points, studies
from scalekit.sampling.repeated import repeated_sampling_cost, repeated_sampling_flop
from scalekit.sampling.scoring import (
    best_of_k_kl,
    best_of_k_roc,
    best_of_k_score,
    pessimistic_score,
)
from scalekit.sampling.search import cumulative_regret, rebase_widths
from scalekit.sampling.solved_cost import (
    BreakEven,
    SolvedCost,
    Waves,
    attempts_in_waves,
    break_even,
    cost_per_solved,
)
from scalekit.sampling.spread import fit_spread, spread_of
from scalekit.sampling.stages import StageAllocation, stage_allocation
from scalekit.sampling.verifier import (
    BestOfK,
    VerifiedPool,
    best_of_k,
    verified_pool,
    verifier_precision,
)
from scalekit.sampling.verifier_rates import LogisticRate
from scalekit.sampling.voting import (
    majority_vote,
    majority_vote_normal,
    pairwise_vote_normal,
    plurality_vote,
    scattered_vote,
    vote_error_bound,
    weighted_shares,
    weighted_vote,
)

__all__ = [
    "AttemptAdvice",
    "BestOfK",
    "Beta",
    "BreakEven",
    "Confidence",
    "CoverageBacktest",
    "Difficulty",
    "DifficultyFit",
    "Empirical",
    "Kumaraswamy",
    "LogLogFit",
    "LogisticRate",
    "Mixture",
    "MultipleChoiceMetrics",
    "OveroptimizationPeak",
    "Point",
    "ProblemCounts",
    "PublishedPoint",
    "Rate",
    "ShortChains",
    "SolvedCost",
    "StageAllocation",
    "Uniform",
    "VerifiedPool",
    "VerifierRates",
    "Waves",
    "advise_attempts",
    "asymptotic_failure",
    "attempts_in_waves",
    "best_of_k",
    "best_of_k_kl",
    "best_of_k_roc",
    "best_of_k_score",
    "beta_majority_vote",
    "beta_pass_at_k",
    "beta_scattered_vote",
    "break_even",
    "correlated_pass_at_k",
    "correlated_runs",
    "cost_per_solved",
    "coverage_backtest",
    "cumulative_regret",
    "dco_factor",
    "effective_samples",
    "equivalent_flop",
    "fit_difficulty",
    "fit_spread",
    "fit_verifier",
    "from_mean_and_spread",
    "independent_pass_at_k",
    "kumaraswamy_pass_at_k",
    "log_log_fit",
    "majority_vote",
    "majority_vote_normal",
    "matched_inference_multiplier",
    "multiple_choice_metrics",
    "optimal_attempts",
    "optimal_confidence",
    "overoptimization_peak",
    "pairwise_vote_normal",
    "parse_counts",
    "pass_at_k",
    "pass_at_k_interval",
    "pass_until",
    "pessimistic_score",
    "plurality_vote",
    "published_points",
    "read_counts",
    "rebase_widths",
    "repeated_sampling_cost",
    "repeated_sampling_flop",
    "resampling_outcome",
    "resampling_utility",
    "scattered_vote",
    "short_m_at_k",
    "short_m_at_k_of",
    "simulate_counts",
    "solve_verify_cost",
    "sparse_equivalent_flop",
    "spread_of",
    "stage_allocation",
    "studies",
    "uniform_pass_at_k",
    "verified_pool",
    "verifier_precision",
    "vote_error_bound",
    "weighted_shares",
    "weighted_vote",
]
