"""More samples at inference: coverage, and what can be said of it from few samples."""

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
from scalekit.sampling.multiple_choice import MultipleChoiceMetrics, multiple_choice_metrics
from scalekit.sampling.pass_until import pass_until
from scalekit.sampling.repeated import repeated_sampling_cost, repeated_sampling_flop

__all__ = [
    "Beta",
    "Difficulty",
    "Empirical",
    "Kumaraswamy",
    "Mixture",
    "MultipleChoiceMetrics",
    "Point",
    "Uniform",
    "asymptotic_failure",
    "beta_pass_at_k",
    "from_mean_and_spread",
    "independent_pass_at_k",
    "kumaraswamy_pass_at_k",
    "multiple_choice_metrics",
    "pass_at_k",
    "pass_until",
    "repeated_sampling_cost",
    "repeated_sampling_flop",
    "uniform_pass_at_k",
]
