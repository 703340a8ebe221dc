"""Laws of machine translation, all without verified coefficients."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.laws.form import Form, array_namespace


class EncoderDecoder(Form):
    """L = L_inf + alpha (N_e0 / N_e)^p_e (N_d0 / N_d)^p_d (Ghorbani et al., 2109.07740)."""

    kind = "encoder-decoder"

    log_alpha: Any
    p_e: Any
    p_d: Any
    log_N_e0: Any
    log_N_d0: Any
    L_inf: Any

    def __call__(self, N_e: Any, N_d: Any) -> Any:
        """Loss at N_e encoder and N_d decoder parameters."""
        xp = array_namespace(self, N_e, N_d)
        log_excess = (
            self.log_alpha
            + self.p_e * (self.log_N_e0 - xp.log(N_e))
            + self.p_d * (self.log_N_d0 - xp.log(N_d))
        )
        return self.L_inf + xp.exp(log_excess)


class MultilingualPair(Form):
    """L = L_inf + beta_p N^-alpha: only beta_p knows of the mixture (2302.09650)."""

    kind = "multilingual-pair"

    log_beta_p: Any
    alpha: Any
    L_inf: Any

    def __call__(self, N: Any) -> Any:
        """Loss of the language pair at N parameters."""
        xp = array_namespace(self, N)
        return self.L_inf + xp.exp(self.log_beta_p - self.alpha * xp.log(N))


class TransferScore(Form):
    """score = (ln(A D^alpha))^beta, for BLEU after fine-tuning (Isik et al., 2402.04177)."""

    kind = "transfer-score"

    log_A: Any
    alpha: Any
    beta: Any

    def __call__(self, D: Any) -> Any:
        """Score after pre-training on D tokens; NaN where A D^alpha is below 1."""
        xp = array_namespace(self, D)
        return xp.exp(self.beta * xp.log(self.log_A + self.alpha * xp.log(D)))

    def refusal(self, **inputs: Any) -> str:
        """Refuse where the inner logarithm is not positive."""
        D = inputs["D"]
        if array_namespace(self, D) is not np or not np.size(D):
            return ""
        least = np.min(self.log_A + self.alpha * np.log(D))
        if least > 0:
            return ""
        return f"A D^alpha is {np.exp(least):.6g}; allowed: above 1, for its logarithm is raised"
