"""L(C, M) = E + (a M^eta + b M^-eta) C^-eta, for training far past optimal (2403.08540)."""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace


class OverTraining(Form):
    """Loss against compute at a fixed number of tokens per parameter.

    The exponent of parameters and that of tokens are one and the same by
    construction, so the law has an optimal M of its own (3 to 7) that was never
    meant for allocation.
    """

    kind = "over-training"

    log_E: Any
    log_a: Any
    log_b: Any
    eta: Any

    def __call__(self, C: Any, M: Any) -> Any:
        """Loss at training compute C (FLOP) and M tokens per parameter."""
        xp = array_namespace(self, C, M)
        log_C, log_M = xp.log(C), xp.log(M)
        return (
            xp.exp(self.log_E)
            + xp.exp(self.log_a + self.eta * (log_M - log_C))
            + xp.exp(self.log_b - self.eta * (log_M + log_C))
        )
