"""Tokens that speculative decoding gains."""

from __future__ import annotations

from typing import Any

from scalekit.checks import number
from scalekit.laws.form import array_namespace, plain

# Below this product of rejection and length two terms of the series are exact to rounding.
_CLOSE = 1e-6


def speculative_tokens(acceptance: Any, draft_tokens: Any) -> Any:
    """Return (1 - a^(g + 1))/(1 - a), the tokens that one verification step yields.

    Accepted drafts up to the first that is refused, and one token of the large model itself;
    each draft is accepted independently. At acceptance 1 it is g + 1. As in the notebook of
    arXiv 2506.04645.

    Parameters
    ----------
    acceptance : float or array
        Probability that a draft is accepted, 0 to 1.
    draft_tokens : float or array
        Tokens drafted for a step, from 0.

    Raises
    ------
    ValueError
        If an input is out of its range.

    Examples
    --------
    >>> round(speculative_tokens(0.8, 4), 4)
    3.3616
    """
    a = number("acceptance", acceptance, 0, 1, lower_open=False)
    length = number("draft_tokens", draft_tokens, lower_open=False, unit="tokens") + 1.0
    xp = array_namespace(a, length)
    refused = 1.0 - a
    close = refused * length < _CLOSE
    series = length * (1.0 - refused * (length - 1.0) / 2.0)
    # Where a is 0 or 1 the other branch counts; both must have a value, and a derivative.
    inside = xp.where((a > 0.0) & ~close, a, 0.5)
    power = xp.expm1(length * xp.log(inside)) / (inside - 1.0)
    return plain(xp.where(close, series, xp.where(a > 0.0, power, 1.0 + a)))
