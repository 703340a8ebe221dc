"""Smaller than optimal: what a size ratio costs in tokens and in compute (de Vries 2023)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import number
from scalekit.laws.form import array_namespace, plain


@dataclass(frozen=True)
class SizeOverhead:
    """What training a model of another size to the same loss takes.

    Attributes
    ----------
    token_ratio : float or array
        Tokens over the compute-optimal tokens.
    compute_overhead : float or array
        Extra compute as a fraction of the optimal compute (.208 is 20.8 % more).
    """

    token_ratio: Any
    compute_overhead: Any


def minimum_size_ratio(alpha: Any = 0.336, beta: Any = 0.283) -> Any:
    """Return the N/N_opt below which no number of tokens reaches the loss.

    Parameters
    ----------
    alpha, beta : float or array
        As for `size_overhead`.
    """
    alpha, beta = number("alpha", alpha), number("beta", beta)
    xp = array_namespace(alpha, beta)
    return xp.exp(-xp.log1p(alpha / beta) / alpha)


def size_overhead(size_ratio: Any, alpha: Any = 0.336, beta: Any = 0.283) -> SizeOverhead:
    """Return the tokens and compute that a model of another size needs for the same loss.

    Independent of compute, because the two terms of the Chinchilla form stand in the
    ratio beta to alpha at every optimum. Source: H. de Vries, "Go smol or go home".

    Parameters
    ----------
    size_ratio : float or array
        N/N_opt, above `minimum_size_ratio`.
    alpha, beta : float or array
        Exponents of parameters and tokens in the Chinchilla form. The defaults are those of the
        source (``chinchilla-loss``, variant ``"de-vries"``) and not of the law that
        `compute_optimal` answers with; a law's own are in its ``coefficients``.

    Raises
    ------
    ValueError
        If the ratio is at or below the minimum: no number of tokens is enough.
    """
    floor = minimum_size_ratio(alpha, beta)
    lower = float(np.max(floor)) if array_namespace(floor) is np else 0.0
    ratio = number("size_ratio", size_ratio, lower, unit="N/N_opt")
    xp = array_namespace(ratio, alpha, beta)
    worse = xp.expm1(-alpha * xp.log(ratio)) * beta / alpha
    tokens = xp.exp(-xp.log1p(-worse) / beta)
    return SizeOverhead(plain(tokens), plain(ratio * tokens - 1.0))
