"""Loss along any learning-rate schedule (2408.11029), also carried over to a second corpus.

S1 is the sum of the learning rates up to a step, S2 the annealing area; the functions of
`scalekit.schedules` compute both from a schedule.
"""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace


def progress(log_A: Any, alpha: Any, S1: Any) -> Any:
    """Return A S1^-alpha, infinite before the first update."""
    xp = array_namespace(log_A, alpha, S1)
    begun = S1 > 0
    log_S1 = xp.where(begun, xp.log(xp.where(begun, S1, 1.0)), -xp.inf)
    return xp.exp(log_A - alpha * log_S1)


class Annealing(Form):
    """L_inf + A S1^-alpha - annealing_gain S2 (Tissue et al., 2408.11029).

    N takes no part: coefficients belong to one model.
    """

    kind = "annealing"

    L_inf: Any
    log_A: Any
    alpha: Any
    annealing_gain: Any

    def __call__(self, S1: Any, S2: Any, N: Any = None) -> Any:
        """Loss at the sum of learning rates S1 and the annealing area S2."""
        return self.L_inf + progress(self.log_A, self.alpha, S1) - self.annealing_gain * S2


class SizedAnnealing(Form):
    """L_inf + A S1^-alpha - annealing_gain N^g S2 + F N^-h, N in units of `unit`.

    Wang et al. (2505.07796), equation 7 of appendix E.
    """

    kind = "sized-annealing"
    settings = ("unit",)
    raw = ("S1_pretraining", "S1_continual", "S2_pretraining", "S2_continual")

    L_inf: Any
    log_A: Any
    alpha: Any
    annealing_gain: Any
    g: Any
    log_F: Any
    h: Any
    unit: float = 1.0

    def __call__(self, S1: Any, S2: Any, N: Any) -> Any:
        """Loss of N parameters at the sum of learning rates S1 and the annealing area S2."""
        xp = array_namespace(self, S1, S2, N)
        log_N = xp.log(N) - xp.log(self.unit)
        gain = self.annealing_gain * xp.exp(self.g * log_N)
        floor = self.L_inf + xp.exp(self.log_F - self.h * log_N)
        return floor + progress(self.log_A, self.alpha, S1) - gain * S2


class ContinualPretraining(Form):
    """L0 + A (S1_pt + S1_cpt)^-alpha - C1 S2_pt - C2 S2_cpt + B (1 - (1 + E S1_cpt)^-beta).

    Wang et al. (2505.07796), equation 4, on top of the annealing law of Tissue et al.
    (2408.11029), which it is where nothing has been trained on the second corpus. S1 is
    the sum of the learning rates of a phase, S2 its annealing area. B is above 0 for the
    old corpus, whose loss rises, and below 0 for the new one.
    """

    kind = "continual-pretraining"

    L0: Any
    log_A: Any
    alpha: Any
    C1: Any
    C2: Any
    B: Any
    log_E: Any
    beta: Any

    def __call__(
        self, S1_pretraining: Any, S1_continual: Any, S2_pretraining: Any, S2_continual: Any
    ) -> Any:
        """Loss after both phases."""
        xp = array_namespace(self, S1_pretraining, S1_continual, S2_pretraining, S2_continual)
        trained = progress(self.log_A, self.alpha, S1_pretraining + S1_continual)
        annealed = self.C1 * S2_pretraining + self.C2 * S2_continual
        shift = -xp.expm1(-self.beta * xp.log1p(xp.exp(self.log_E) * S1_continual))
        return self.L0 + trained - annealed + self.B * shift
