"""Vision-language models by size and number of visual tokens (Li et al., 2411.03312)."""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace


class VisualTokens(Form):
    """err = A / (n^alpha T^beta) + D, n = N/unit parameters of the language model.

    The offset D is the error that neither a larger model nor more tokens remove.
    """

    kind = "visual-tokens"
    settings = ("unit",)
    raw = ("T",)

    log_A: Any
    alpha: Any
    beta: Any
    D: Any
    unit: float = 1.0

    def __call__(self, N: Any, T: Any) -> Any:
        """Error fraction at N parameters and T visual tokens."""
        xp = array_namespace(self, N, T)
        log_n = xp.log(N) - xp.log(self.unit)
        return xp.exp(self.log_A - self.alpha * log_n - self.beta * xp.log(T)) + self.D
