"""Where optimising a learned reward stops raising the true one (Gao et al., arXiv 2210.10760)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scalekit.checks import choice, number
from scalekit.laws.form import array_namespace, plain
from scalekit.laws.registry import get

LAW = "reward-overoptimization"
METHODS = ("best-of-n", "reinforcement-learning")


@dataclass(frozen=True)
class OveroptimizationPeak:
    """Where the true reward is largest while a learned one is optimised.

    Attributes
    ----------
    distance : float or array
        Square root of the KL divergence from the initial policy, in nats.
    reward : float or array
        True ("gold") reward there, 0 for the initial policy.
    """

    distance: Any
    reward: Any


def overoptimization_peak(
    alpha: Any = None,
    beta: Any = None,
    method: str = "best-of-n",
    variant: str | None = None,
    N: Any = None,
) -> OveroptimizationPeak:
    """Return the largest true reward, and how far from the initial policy it lies.

    Best of n, d (alpha - beta d): at alpha/(2 beta). Reinforcement learning,
    d (alpha - beta ln d): at exp(alpha/beta - 1). Do not compare the two at equal distance. The
    curves drawn in Figure 1(b) of the paper have a free alpha, so that their peaks lie up to
    a fifth elsewhere in KL; the peak rewards agree to 4 %.

    Parameters
    ----------
    alpha, beta : float or array, optional
        Coefficients; needed without `variant`, of which they replace those given.
    method : str
        ``"best-of-n"`` or ``"reinforcement-learning"``; a variant sets it.
    variant : str, optional
        One of ``reward-overoptimization``.
    N : float or array, optional
        Parameters of the reward model, for the variants that are trends over it.

    Raises
    ------
    ValueError
        If a method or variant is unknown, or a coefficient or `N` is missing or not above 0.

    Examples
    --------
    >>> peak = overoptimization_peak(variant="best-of-n-3b")
    >>> round(peak.distance**2, 1), round(peak.reward, 3)
    (13.5, 1.218)
    """
    method = choice("method", method, METHODS)
    if variant is not None:
        law = get(LAW, variant)
        method = next(known for known in METHODS if law.variant.startswith(known))
        known = law.coefficients
        if hasattr(law.form, "at_size"):
            if N is None:
                raise ValueError(f"N is None; allowed: parameters, which {variant!r} needs")
            at_size = law.form.at_size(number("N", N, unit="parameters"))
            known = dict(zip(("alpha", "beta"), at_size, strict=True))
        alpha = known.get("alpha") if alpha is None else alpha
        beta = known.get("beta") if beta is None else beta
    alpha, beta = number("alpha", alpha), number("beta", beta)
    xp = array_namespace(alpha, beta)
    if method == "best-of-n":
        distance = alpha / (2 * beta)
        reward = alpha * distance / 2
    else:
        distance = xp.exp(alpha / beta - 1)
        reward = beta * distance
    return OveroptimizationPeak(plain(distance), plain(reward))
