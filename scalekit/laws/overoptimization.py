"""Gold reward while a learned reward is optimised (Gao et al., 2210.10760).

KL is the divergence from the initial policy in nats, d its root. The gold reward is 0 for the
initial policy and has unit variance there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.laws.form import Form, array_namespace

REFERENCE = 1e9
"""Parameters of the reward model to which alpha and beta of a trend belong."""


def _best_of_n(alpha: Any, beta: Any, KL: Any) -> Any:
    distance = array_namespace(alpha, beta, KL).sqrt(KL)
    return distance * (alpha - beta * distance)


def _reinforcement(alpha: Any, beta: Any, KL: Any) -> Any:
    xp = array_namespace(alpha, beta, KL)
    log_distance = 0.5 * xp.log(xp.where(KL > 0.0, KL, 1.0))  # d ln d is 0 at d = 0
    return xp.sqrt(KL) * (alpha - beta * log_distance)


def _decades(N: Any) -> Any:
    """Return log10 of N over the reference."""
    return (array_namespace(N).log(N) - np.log(REFERENCE)) / np.log(10.0)


class _Trend(Form):
    """Coefficients that move with the logarithm of the size of the reward model."""

    def refusal(self, **inputs: Any) -> str:
        """See `Form.refusal`: without a size a trend says nothing."""
        if inputs.get("N") is None:
            return "a trend over sizes needs N, the parameters of the reward model, as well"
        return ""


class BestOfN(Form):
    """R = d (alpha - beta d) for the best of n samples; N plays no part."""

    kind = "best-of-n-reward"

    alpha: Any
    beta: Any

    def __call__(self, KL: Any, N: Any = None) -> Any:
        """Gold reward at KL nats."""
        return _best_of_n(self.alpha, self.beta, KL)


class ReinforcementLearning(Form):
    """R = d (alpha - beta ln d) for reinforcement learning; N plays no part."""

    kind = "reinforcement-learning-reward"

    alpha: Any
    beta: Any

    def __call__(self, KL: Any, N: Any = None) -> Any:
        """Gold reward at KL nats."""
        return _reinforcement(self.alpha, self.beta, KL)


class BestOfNTrend(_Trend):
    """`BestOfN` with alpha and beta linear in log10 of the size of the reward model."""

    kind = "best-of-n-reward-trend"

    alpha: Any
    beta: Any
    alpha_slope: Any
    beta_slope: Any

    def at_size(self, N: Any) -> tuple[Any, Any]:
        """Return alpha and beta for a reward model of N parameters."""
        decades = _decades(N)
        return self.alpha + self.alpha_slope * decades, self.beta + self.beta_slope * decades

    def __call__(self, KL: Any, N: Any = None) -> Any:
        """Gold reward at KL nats with a reward model of N parameters."""
        return _best_of_n(*self.at_size(N), KL)


class ReinforcementLearningTrend(_Trend):
    """`ReinforcementLearning` with beta linear in log10 of the size of the reward model."""

    kind = "reinforcement-learning-reward-trend"

    alpha: Any
    beta: Any
    beta_slope: Any

    def at_size(self, N: Any) -> tuple[Any, Any]:
        """Return alpha and beta for a reward model of N parameters."""
        return self.alpha, self.beta + self.beta_slope * _decades(N)

    def __call__(self, KL: Any, N: Any = None) -> Any:
        """Gold reward at KL nats with a reward model of N parameters."""
        return _reinforcement(*self.at_size(N), KL)
