"""Loss along any learning-rate schedule, carried over to a second corpus (2505.07796)."""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace


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
        progress = xp.exp(self.log_A - self.alpha * xp.log(S1_pretraining + S1_continual))
        annealed = self.C1 * S2_pretraining + self.C2 * S2_continual
        shift = -xp.expm1(-self.beta * xp.log1p(xp.exp(self.log_E) * S1_continual))
        return self.L0 + progress - annealed + self.B * shift
