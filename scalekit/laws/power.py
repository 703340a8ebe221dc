"""Plain power laws, with a floor or without, and an exponential saturation."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from scalekit.laws.form import Form, array_namespace


def _log_input(form: Any, inputs: dict[str, Any]) -> tuple[ModuleType, Any]:
    """Return the namespace, and the logarithm of the form's only input over its unit."""
    x = inputs[form.input]
    xp = array_namespace(form, x)
    return xp, xp.log(x) - xp.log(form.unit)


class Power(Form):
    """y = A (x / unit)^exponent, the input being whichever one the law names."""

    kind = "power"
    settings = ("unit", "input")

    log_A: Any
    exponent: Any
    unit: float = 1.0
    input: str = "C"

    def __call__(self, **inputs: Any) -> Any:
        """Evaluate at the single input."""
        xp, log_x = _log_input(self, inputs)
        return xp.exp(self.log_A + self.exponent * log_x)


class DecayingPower(Form):
    """y = (scale / x)^alpha, as Kaplan et al. write their laws; x in units of `unit`."""

    kind = "decaying-power"
    settings = ("unit", "input")

    log_scale: Any
    alpha: Any
    unit: float = 1.0
    input: str = "N"

    def __call__(self, **inputs: Any) -> Any:
        """Evaluate at the single input."""
        xp, log_x = _log_input(self, inputs)
        return xp.exp(self.alpha * (self.log_scale - log_x))


class FlooredPower(Form):
    """y = L_inf + (scale / x)^alpha: a decaying power above a floor, x in units of `unit`.

    Henighan et al. (2010.14701), equation 1.1; L_inf may be 0.
    """

    kind = "floored-power"
    settings = ("unit", "input")

    L_inf: Any
    log_scale: Any
    alpha: Any
    unit: float = 1.0
    input: str = "N"

    def __call__(self, **inputs: Any) -> Any:
        """Evaluate at the single input."""
        xp, log_x = _log_input(self, inputs)
        return self.L_inf + xp.exp(self.alpha * (self.log_scale - log_x))


class OffsetPower(Form):
    """y = L_inf + A (x / unit)^-alpha: as `FlooredPower`, with the amplitude outside the power.

    Kim et al. (2509.14786) for parameters, members and tokens; Isik et al. (2402.04177).
    """

    kind = "offset-power"
    settings = ("unit", "input")

    L_inf: Any
    log_A: Any
    alpha: Any
    unit: float = 1.0
    input: str = "N"

    def __call__(self, **inputs: Any) -> Any:
        """Evaluate at the single input."""
        xp, log_x = _log_input(self, inputs)
        return self.L_inf + xp.exp(self.log_A - self.alpha * log_x)


class ShiftedPower(Form):
    """y = A (x / unit)^exponent + offset, which may lie below 0 (Sadhukhan et al., 2506.05333)."""

    kind = "shifted-power"
    settings = ("unit", "input")

    log_A: Any
    exponent: Any
    offset: Any
    unit: float = 1.0
    input: str = "C"

    def __call__(self, **inputs: Any) -> Any:
        """Evaluate at the single input."""
        xp, log_x = _log_input(self, inputs)
        return xp.exp(self.log_A + self.exponent * log_x) + self.offset


class GrowingPower(Form):
    """y = (x / scale)^beta, x in units of `unit` (Henighan et al., 2010.14701, Table 1)."""

    kind = "growing-power"
    settings = ("unit", "input")

    log_scale: Any
    beta: Any
    unit: float = 1.0
    input: str = "C"

    def __call__(self, **inputs: Any) -> Any:
        """Evaluate at the single input."""
        xp, log_x = _log_input(self, inputs)
        return xp.exp(self.beta * (log_x - self.log_scale))


class LearningCurve(Form):
    """error = alpha D^beta_g + gamma, beta_g below 0 (Hestness et al., 1712.00409)."""

    kind = "learning-curve"

    log_alpha: Any
    beta_g: Any
    gamma: Any

    def __call__(self, D: Any) -> Any:
        """Error or loss, in the unit of the domain's metric, after D samples or tokens."""
        xp = array_namespace(self, D)
        return xp.exp(self.log_alpha + self.beta_g * xp.log(D)) + self.gamma


class PowerProduct(Form):
    """y = A N^N_exponent D^D_exponent (Li et al., 2503.04715: the best peak learning rate)."""

    kind = "power-product"

    log_A: Any
    N_exponent: Any
    D_exponent: Any

    def __call__(self, N: Any, D: Any) -> Any:
        """Evaluate at N parameters and D tokens."""
        xp = array_namespace(self, N, D)
        return xp.exp(self.log_A + self.N_exponent * xp.log(N) + self.D_exponent * xp.log(D))


class TokensFromParameters(Form):
    """D = C / (6 N(C)) with N(C) = A C^exponent: tokens that go with a parameter law."""

    kind = "tokens-from-parameters"

    log_A: Any
    exponent: Any

    def __call__(self, C: Any) -> Any:
        """Tokens at training compute C (FLOP)."""
        xp = array_namespace(self, C)
        return xp.exp((1 - self.exponent) * xp.log(C) - self.log_A - xp.log(6.0))


class CriticalBatch(Form):
    """B_crit(L) = B_star / L^(1/alpha_B): critical batch size in tokens at loss L."""

    kind = "critical-batch"

    log_B_star: Any
    alpha_B: Any

    def __call__(self, loss: Any) -> Any:
        """Tokens per batch at `loss` (nats/token)."""
        xp = array_namespace(self, loss)
        return xp.exp(self.log_B_star - xp.log(loss) / self.alpha_B)


class ExponentialOfPower(Form):
    """y = exp(-A (x / unit)^-alpha): a probability to pass whose -log falls as a power.

    Hu et al. (2310.03262) in the parameters, Schaeffer et al. (2502.17578) in the samples.
    """

    kind = "exponential-of-power"
    settings = ("unit", "input")

    log_A: Any
    alpha: Any
    unit: float = 1.0
    input: str = "N"

    def __call__(self, **inputs: Any) -> Any:
        """Evaluate at the single input."""
        xp, log_x = _log_input(self, inputs)
        return xp.exp(-xp.exp(self.log_A - self.alpha * log_x))


class ExponentialSaturation(Form):
    """error = epsilon - k exp(-gamma loss): downstream error saturating in the loss."""

    kind = "exponential-saturation"

    epsilon: Any
    k: Any
    gamma: Any

    def __call__(self, loss: Any) -> Any:
        """Error fraction at `loss` (nats/token)."""
        xp = array_namespace(self, loss)
        return self.epsilon - self.k * xp.exp(-self.gamma * loss)
