"""Mixtures of experts against parameters, tokens, granularity and sparsity."""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace
from scalekit.laws.routing import saturating


class EfficiencyLeverage(Form):
    """EL = Ahat^(a + d log10 C + gamma (log2 G)^2 + beta log2 G).

    Tian et al. (2507.17702), equations 10 and 13; Ahat is the activation ratio under the
    saturating transform of Clark et al. with the lower bound 0.
    """

    kind = "efficiency-leverage"

    a: Any
    d: Any
    gamma: Any
    beta: Any
    log_A_start: Any
    log_A_max: Any

    def __call__(self, activation_ratio: Any, G: Any, C: Any) -> Any:
        """Return the gain at granularity G = 2 d_model/d_expert and C FLOP of training."""
        xp = array_namespace(self, activation_ratio, G, C)
        log_ratio = saturating(activation_ratio, self.log_A_start, self.log_A_max)
        fineness = xp.log(G) / xp.log(2.0)
        exponent = self.a + self.d * xp.log(C) / xp.log(10.0)
        return xp.exp(log_ratio * (exponent + fineness * (self.gamma * fineness + self.beta)))


class FineGrainedExperts(Form):
    """L = c + (g/G^gamma + a)/N^alpha + b/D^beta (Krajewski et al., 2402.07871, equation 9)."""

    kind = "fine-grained-experts"

    log_a: Any
    alpha: Any
    log_b: Any
    beta: Any
    log_g: Any
    gamma: Any
    log_c: Any

    def __call__(self, N: Any, D: Any, G: Any) -> Any:
        """Loss at N total non-routing parameters, D tokens and granularity G = d_ff/d_expert."""
        xp = array_namespace(self, N, D, G)
        amplitude = xp.exp(self.log_g - self.gamma * xp.log(G)) + xp.exp(self.log_a)
        return (
            xp.exp(self.log_c)
            + amplitude * xp.exp(-self.alpha * xp.log(N))
            + xp.exp(self.log_b - self.beta * xp.log(D))
        )


class SparseExperts(Form):
    """L = a/N^alpha + b/D^beta + c/(1-S)^lam + d/((1-S)^delta N^gamma) + e.

    Abnar et al. (2501.12370), equation 6; S is the share of experts that are not used.
    """

    kind = "sparse-experts"

    log_a: Any
    alpha: Any
    log_b: Any
    beta: Any
    log_c: Any
    lam: Any
    log_d: Any
    delta: Any
    gamma: Any
    log_e: Any

    def __call__(self, N: Any, D: Any, sparsity: Any) -> Any:
        """Loss at N total parameters, D tokens and sparsity (E - K)/E."""
        xp = array_namespace(self, N, D, sparsity)
        log_N, log_used = xp.log(N), xp.log1p(-sparsity)
        return (
            xp.exp(self.log_a - self.alpha * log_N)
            + xp.exp(self.log_b - self.beta * xp.log(D))
            + xp.exp(self.log_c - self.lam * log_used)
            + xp.exp(self.log_d - self.delta * log_used - self.gamma * log_N)
            + xp.exp(self.log_e)
        )
