"""Routed language models at a fixed number of tokens (Clark et al., 2202.01169)."""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace


def saturating(excess: Any, log_start: Any, log_max: Any) -> Any:
    """Return the logarithm of a number bent to begin at `start` and to end at `max`.

    1/xhat = 1/(excess + (1/start - 1/max)^-1) + 1/max, `excess` being what x is above its
    lower bound: xhat is `start` at the bound and tends to `max`.
    """
    xp = array_namespace(excess, log_start, log_max)
    offset = 1.0 / (xp.exp(-log_start) - xp.exp(-log_max))
    return -xp.log(1.0 / (excess + offset) + xp.exp(-log_max))


class Routed(Form):
    """log10 L = a log10 N + b log10 Ehat + c log10 N log10 Ehat + d.

    Ehat is the number of experts under the saturating transform, E_start for one expert.
    """

    kind = "routed"

    a: Any
    b: Any
    c: Any
    d: Any
    log_E_start: Any
    log_E_max: Any

    def _log10_experts(self, experts: Any) -> Any:
        xp = array_namespace(self, experts)
        return saturating(experts - 1.0, self.log_E_start, self.log_E_max) / xp.log(10.0)

    def __call__(self, N: Any, experts: Any) -> Any:
        """Loss at N parameters seen by one datapoint."""
        xp = array_namespace(self, N, experts)
        log_N, log_E = xp.log(N) / xp.log(10.0), self._log10_experts(experts)
        power = (self.a + self.c * log_E) * log_N + self.b * log_E + self.d
        return xp.exp(xp.log(10.0) * power)

    def effective_parameters(self, N: Any, experts: Any) -> Any:
        """Return the N that reaches the same loss with one expert, in closed form."""
        xp = array_namespace(self, N, experts)
        log_N, log_E = xp.log(N) / xp.log(10.0), self._log10_experts(experts)
        log_one = self.log_E_start / xp.log(10.0)
        gain = self.a * log_N + self.b * (log_E - log_one) + self.c * log_N * log_E
        return xp.exp(xp.log(10.0) * gain / (self.a + self.c * log_one))

    def cutoff(self) -> Any:
        """Return the N at which more experts stop lowering the loss, 10^(-b/c)."""
        xp = array_namespace(self)
        return xp.exp(-xp.log(10.0) * self.b / self.c)


class RoutedEffectiveParameters(Routed):
    """The size of the model of one expert that a routed model is worth."""

    kind = "routed-effective-parameters"

    def __call__(self, N: Any, experts: Any) -> Any:
        """Return the parameters of the equally good model of one expert."""
        return self.effective_parameters(N, experts)
