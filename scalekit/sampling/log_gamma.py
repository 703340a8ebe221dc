"""A difference of four log gammas that keeps its digits: the core of every pass@k here."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.laws.form import array_namespace

_SHIFTS = 16
"""Steps of the recurrence before Stirling's series, whose rest is then below 1e-14."""


def mixed_difference(x: Any, a: Any, b: Any) -> Any:
    """Return ln Gamma(x+a+b) - ln Gamma(x+a) - ln Gamma(x+b) + ln Gamma(x).

    Four calls of a log gamma would cancel to nothing at large x. Here the recurrence
    Gamma(x+1) = x Gamma(x) moves x up by 16, each step a single log1p, and in Stirling's
    series the large parts are cancelled by hand.

    Parameters
    ----------
    x : float or array
        Above 0.
    a, b : float or array
        Such that x + a, x + b and x + a + b are above 0.

    Returns
    -------
    float or array
        Not below 0 where a and b are not; in the namespace of the input.
    """
    xp = array_namespace(x, a, b)
    product, both = a * b, a + b
    y, top, span = (xp.asarray(v, dtype=np.float64)[..., None] for v in (x, product, both))
    y = y + np.arange(_SHIFTS)
    total = xp.sum(xp.log1p(top / (y * (y + span))), axis=-1)
    y = x + _SHIFTS
    # ln Gamma(y) = (y - 1/2) ln y - y + tail(y) + constant: the linear parts cancel.
    total = total - (y - 0.5) * xp.log1p(product / (y * (y + both)))
    total = total + a * xp.log1p(b / (y + a)) + b * xp.log1p(a / (y + b))
    return total + _tail(y + both) - _tail(y + a) - _tail(y + b) + _tail(y)


def _tail(y: Any) -> Any:
    """Stirling's series after its leading terms."""
    w = 1.0 / y
    v = w * w
    return w * (1 / 12 - v * (1 / 360 - v * (1 / 1260 - v * (1 / 1680 - v / 1188))))
