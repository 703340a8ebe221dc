"""Several passes of one model in parallel (Chen et al., 2505.10475)."""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace


class ParallelStreams(Form):
    """L = E + (A / (N (k ln P + 1)))^alpha; the exponent is around the whole ratio."""

    kind = "parallel-streams"

    log_A: Any
    log_E: Any
    alpha: Any
    k: Any

    def effective_parameters(self, N: Any, P: Any) -> Any:
        """Return what N parameters are worth in P streams: N (k ln P + 1)."""
        xp = array_namespace(self, N, P)
        return N * (self.k * xp.log(P) + 1.0)

    def __call__(self, N: Any, P: Any) -> Any:
        """Loss at N non-embedding parameters and P parallel streams."""
        xp = array_namespace(self, N, P)
        log_worth = xp.log(self.effective_parameters(N, P))
        return xp.exp(self.log_E) + xp.exp(self.alpha * (self.log_A - log_worth))


class ParallelEffectiveParameters(ParallelStreams):
    """The parameters part of the law alone."""

    kind = "parallel-effective-parameters"

    def __call__(self, N: Any, P: Any) -> Any:
        """Return the parameters of the equally good model of one stream."""
        return self.effective_parameters(N, P)
