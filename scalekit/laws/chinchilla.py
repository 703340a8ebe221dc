"""L(N, D) = E + A/N^alpha + B/D^beta: the parametric law of Hoffmann et al. (2203.15556)."""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace


class SumOfPowers(Form):
    """An irreducible loss plus one power of parameters and one of tokens.

    ``unit`` is what N and D are counted in inside the formula (MiniCPM fits billions);
    the inputs of the call are always raw counts.
    """

    kind = "sum-of-powers"
    settings = ("unit",)
    positive = ("alpha", "beta")

    log_A: Any
    log_B: Any
    log_E: Any
    alpha: Any
    beta: Any
    unit: float = 1.0

    def __call__(self, N: Any, D: Any) -> Any:
        """Loss at N parameters and D tokens."""
        xp = array_namespace(self, N, D)
        log_unit = xp.log(self.unit)
        return (
            xp.exp(self.log_E)
            + xp.exp(self.log_A - self.alpha * (xp.log(N) - log_unit))
            + xp.exp(self.log_B - self.beta * (xp.log(D) - log_unit))
        )

    def log_amplitudes(self) -> tuple[Any, Any]:
        """Return ln A and ln B for raw counts, whatever the unit inside."""
        xp = array_namespace(self)
        log_unit = xp.log(self.unit)
        return self.log_A + self.alpha * log_unit, self.log_B + self.beta * log_unit

    def optimum(self, C: Any) -> tuple[Any, Any]:
        """Return (N, D) that minimise the loss under 6 N D = C, in closed form.

        N = G (C/6)^(beta/(alpha+beta)) with G = (alpha A/(beta B))^(1/(alpha+beta));
        at every C the two power terms stand in the ratio beta to alpha.

        Parameters
        ----------
        C : array_like
            Training compute in FLOP.
        """
        xp = array_namespace(self, C)
        log_A, log_B = self.log_amplitudes()
        total = self.alpha + self.beta
        log_G = (xp.log(self.alpha) + log_A - xp.log(self.beta) - log_B) / total
        log_ND = xp.log(C) - xp.log(6.0)
        return (
            xp.exp(log_G + self.beta / total * log_ND),
            xp.exp(-log_G + self.alpha / total * log_ND),
        )

    def optimum_for_loss(self, loss: Any) -> tuple[Any, Any]:
        """Return the compute-optimal (N, D) that just reach `loss`, which must exceed E."""
        xp = array_namespace(self, loss)
        log_A, log_B = self.log_amplitudes()
        log_excess = xp.log(loss - xp.exp(self.log_E))
        log_N = (log_A + xp.log1p(self.alpha / self.beta) - log_excess) / self.alpha
        log_D = (log_B + xp.log1p(self.beta / self.alpha) - log_excess) / self.beta
        return xp.exp(log_N), xp.exp(log_D)
