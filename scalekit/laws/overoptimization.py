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


class _Gold(Form):
    """Coefficients of every variant; `N`, the size of the reward model, moves trends only."""

    alpha: Any
    beta: Any
    log_N: Any


class BestOfN(_Gold):
    """R = d (alpha - beta d) for the best of n samples."""

    kind = "best-of-n-reward"

    def __call__(self, KL: Any) -> Any:
        """Gold reward at KL nats."""
        return _best_of_n(self.alpha, self.beta, KL)


class ReinforcementLearning(_Gold):
    """R = d (alpha - beta ln d) for reinforcement learning."""

    kind = "reinforcement-learning-reward"

    def __call__(self, KL: Any) -> Any:
        """Gold reward at KL nats."""
        return _reinforcement(self.alpha, self.beta, KL)


class _Trend(_Gold):
    """Coefficients that move with the logarithm of the size of the reward model.

    alpha and beta are those at the reference size.
    """

    alpha_slope: Any
    beta_slope: Any

    def at_size(self, N: Any) -> tuple[Any, Any]:
        """Return alpha and beta for a reward model of N parameters."""
        return self._at_log_size(array_namespace(self, N).log(N))

    def _at_log_size(self, log_N: Any) -> tuple[Any, Any]:
        decades = (log_N - np.log(REFERENCE)) / np.log(10.0)
        return self.alpha + self.alpha_slope * decades, self.beta + self.beta_slope * decades


class BestOfNTrend(_Trend):
    """`BestOfN` with alpha and beta linear in log10 of the size of the reward model."""

    kind = "best-of-n-reward-trend"

    def __call__(self, KL: Any) -> Any:
        """Gold reward at KL nats with a reward model of N parameters."""
        return _best_of_n(*self._at_log_size(self.log_N), KL)


class ReinforcementLearningTrend(_Trend):
    """`ReinforcementLearning` with beta linear in log10 of the size; alpha_slope may be 0."""

    kind = "reinforcement-learning-reward-trend"

    def __call__(self, KL: Any) -> Any:
        """Gold reward at KL nats with a reward model of N parameters."""
        return _reinforcement(*self._at_log_size(self.log_N), KL)
