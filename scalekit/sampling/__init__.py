"""More samples at inference: coverage, and what can be said of it from few samples."""

from scalekit.sampling.backtest import CoverageBacktest, coverage_backtest, simulate_counts
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

__all__ = [
    "Beta",
    "CoverageBacktest",
    "Difficulty",
    "DifficultyFit",
    "Empirical",
    "Kumaraswamy",
    "LogLogFit",
    "Mixture",
    "MultipleChoiceMetrics",
    "Point",
    "Uniform",
    "asymptotic_failure",
    "beta_pass_at_k",
    "coverage_backtest",
    "fit_difficulty",
    "from_mean_and_spread",
    "independent_pass_at_k",
    "kumaraswamy_pass_at_k",
    "log_log_fit",
    "multiple_choice_metrics",
    "pass_at_k",
    "pass_at_k_interval",
    "pass_until",
    "repeated_sampling_cost",
    "repeated_sampling_flop",
    "simulate_counts",
    "uniform_pass_at_k",
]
