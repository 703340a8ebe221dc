"""A verifier whose failures depend on how hard the problem is: a model of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import number, refuse_first_bad
from scalekit.laws.form import array_namespace, plain


@dataclass(frozen=True)
class LogisticRate:
    """A rate that is logistic in the log-odds of a single sample's accuracy; ours, unpublished.

    logit rate(p) = logit rate + slope (logit p - logit reference). For a true-positive rate a
    positive slope says that right answers to hard problems are recognised less often; for a
    false-positive rate a negative one says that wrong answers to hard problems deceive more
    often. Within a problem, verdicts on different samples stay independent given their truth.

    Attributes
    ----------
    rate : float or array
        Rate on problems of the reference accuracy, 0 to 1; at 0 and 1 it is that everywhere.
    slope : float or array
        Change of the rate's log-odds with those of the accuracy; 0 is a constant rate.
    reference : float or array
        Accuracy at which `rate` holds, above 0 and below 1.

    Examples
    --------
    >>> LogisticRate(0.2, slope=-0.5)([0.1, 0.5, 0.9]).round(3)
    array([0.429, 0.2  , 0.077])
    """

    rate: Any
    slope: Any = 0.0
    reference: Any = 0.5

    def __post_init__(self) -> None:
        number("rate", self.rate, 0, 1, lower_open=False)
        number("slope", self.slope, -float("inf"))
        reference = number("reference", self.reference, 0, 1)
        if array_namespace(reference) is np:
            refuse_first_bad("reference", reference, np.less(reference, 1), "above 0 and below 1")

    def __call__(self, p: Any) -> Any:
        """Return the rates at accuracies p of shape (types,), on the last axis."""
        p = number("p", p, 0, 1, lower_open=False)
        xp = array_namespace(p, self.rate, self.slope, self.reference)
        rate, slope, reference = (
            xp.asarray(v, float)[..., None] for v in (self.rate, self.slope, self.reference)
        )
        if xp.ndim(p) == 0:
            rate, slope, reference = rate[..., 0], slope[..., 0], reference[..., 0]
        # Odds of the accuracies 0 and 1 stand for those of probabilities next to them.
        inner = xp.clip(p, 1e-300, 1 - 1e-16)
        inside = xp.clip(rate, 1e-300, 1 - 1e-16)
        odds = xp.log(inside) - xp.log1p(-inside)
        shift = xp.log(inner) - xp.log1p(-inner) - xp.log(reference) + xp.log1p(-reference)
        found = 1 / (1 + xp.exp(-xp.clip(odds + slope * shift, -700.0, 700.0)))
        return plain(xp.where((rate == 0) | (rate == 1), rate, found))
