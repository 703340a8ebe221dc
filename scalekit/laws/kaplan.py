"""The joint laws of Kaplan et al. (2001.08361): parameters with tokens, or with steps."""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace


class KaplanJoint(Form):
    """L(N, D) = [(N_c/N)^(alpha_N/alpha_D) + D_c/D]^alpha_D (equation 1.5)."""

    kind = "kaplan-joint"

    log_N_c: Any
    log_D_c: Any
    alpha_N: Any
    alpha_D: Any

    def __call__(self, N: Any, D: Any) -> Any:
        """Loss at N non-embedding parameters and D tokens."""
        xp = array_namespace(self, N, D)
        size = xp.exp(self.alpha_N / self.alpha_D * (self.log_N_c - xp.log(N)))
        data = xp.exp(self.log_D_c) / D
        return xp.exp(self.alpha_D * xp.log(size + data))


class KaplanSteps(Form):
    """L(N, S) = (N_c/N)^alpha_N + (S_c/S)^alpha_S, S the least number of updates (eq. 1.6)."""

    kind = "kaplan-steps"

    log_N_c: Any
    log_S_c: Any
    alpha_N: Any
    alpha_S: Any

    def __call__(self, N: Any, S: Any) -> Any:
        """Loss at N non-embedding parameters after S parameter updates."""
        xp = array_namespace(self, N, S)
        return xp.exp(self.alpha_N * (self.log_N_c - xp.log(N))) + xp.exp(
            self.alpha_S * (self.log_S_c - xp.log(S))
        )
