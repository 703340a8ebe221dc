"""Cost of arithmetic in few bits, in multiply-adds times bits."""

from __future__ import annotations

from typing import Any

from scalekit.checks import choice, number
from scalekit.laws.form import array_namespace, plain

METRICS = ("linear", "quadratic")
"""Ways to count that `quantized_compute_cost` knows."""


def quantized_compute_cost(
    macs: Any, weight_bits: Any, activation_bits: Any, metric: str = "linear"
) -> Any:
    """Return what a layer costs in few bits (arXiv 2105.03536, code of google/aqt@9d1667e).

    Parameters
    ----------
    macs : float or array
        Multiply-adds.
    weight_bits, activation_bits : float or array
        Bits of the two factors.
    metric : {"linear", "quadratic"}
        ``"linear"`` is what an accelerator with units of 4, 8 and 16 bits takes, the wider
        factor rounded up to one of them (16 above); the paper's Figure 1 uses it.
        ``"quadratic"`` multiplies by both, as a multiplier grows.

    Raises
    ------
    ValueError
        If an input is not above 0, or the metric is unknown.

    Examples
    --------
    >>> quantized_compute_cost(4089184256, 16, 16, "quadratic")  # ResNet-50
    1046831169536.0
    """
    choice("metric", metric, METRICS)
    work = number("macs", macs)
    weights = number("weight_bits", weight_bits, unit="bits")
    activations = number("activation_bits", activation_bits, unit="bits")
    if metric == "quadratic":
        return work * weights * activations
    xp = array_namespace(work, weights, activations)
    wider = xp.maximum(weights, activations)
    return plain(work * xp.where(wider <= 4, 4.0, xp.where(wider <= 8, 8.0, 16.0)))
