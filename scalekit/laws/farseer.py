"""Loss surfaces whose parameters and tokens do not simply add (Farseer, 2506.10972)."""

from __future__ import annotations

from typing import Any

from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.form import Form, array_namespace


class Farseer(Form):
    """L = exp(a3 n^gamma + b3) + exp(a2 n^beta + b2) D^(-exp(a1 n^alpha + b1)).

    Li et al. (2506.10972), equations 3 and 15: the exponent of the tokens depends on the
    size. ``unit`` is what parameters are counted in, n = N/unit; tokens are raw.
    """

    kind = "farseer"
    settings = ("unit",)
    raw = ("D",)

    a1: Any
    alpha: Any
    b1: Any
    a2: Any
    beta: Any
    b2: Any
    a3: Any
    gamma: Any
    b3: Any
    unit: float = 1.0

    def __call__(self, N: Any, D: Any) -> Any:
        """Loss at N non-embedding parameters and D tokens."""
        xp = array_namespace(self, N, D)
        log_n = xp.log(N) - xp.log(self.unit)
        exponent = xp.exp(self.a1 * xp.exp(self.alpha * log_n) + self.b1)
        log_amplitude = self.a2 * xp.exp(self.beta * log_n) + self.b2
        endless = xp.exp(self.a3 * xp.exp(self.gamma * log_n) + self.b3)
        return endless + xp.exp(log_amplitude - exponent * xp.log(D))


class PowerMean(Form):
    """L = E + (A/N^alpha + B/D^beta)^q: the Chinchilla form where q is 1.

    Fitted to the runs of Farseer (2506.10972) by others.
    """

    kind = "power-mean"

    log_A: Any
    log_B: Any
    log_E: Any
    alpha: Any
    beta: Any
    q: Any

    def __call__(self, N: Any, D: Any) -> Any:
        """Loss at N non-embedding parameters and D tokens."""
        xp = array_namespace(self, N, D)
        # NumPy's logaddexp would take four times as long, and neither term can overflow.
        of_N = xp.exp(self.log_A - self.alpha * xp.log(N))
        of_D = xp.exp(self.log_B - self.beta * xp.log(D))
        return xp.exp(self.log_E) + xp.exp(self.q * xp.log(of_N + of_D))

    def optimum(self, C: Any) -> tuple[Any, Any]:
        """Return (N, D) that minimise the loss under 6 N D = C, in closed form.

        A power of a sum is least where the sum is, so this is the optimum of the
        Chinchilla form with the same A, B, alpha and beta.

        Parameters
        ----------
        C : array_like
            Training compute in FLOP.
        """
        total = SumOfPowers(self.log_A, self.log_B, self.log_E, self.alpha, self.beta)
        return total.optimum(C)
