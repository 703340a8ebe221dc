"""Loss at every step of a schedule by the multi-power law (2503.12811)."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from scalekit.schedules.registry import describe
from scalekit.schedules.sequences import one_per_step


def multi_power_loss(learning_rates: Any, variant: str = "25M") -> Any:
    """Return the loss at every step of a schedule by the multi-power law.

    Luo et al. (arXiv 2503.12811): L_inf + A S1^-alpha + B sum over k of
    (eta_k - eta_(k-1)) G(eta_k^-gamma S_k), G(x) = 1 - (C x + 1)^-beta. The time is
    proportional to the steps, and derivatives flow back to the rates of a JAX array.

    Parameters
    ----------
    learning_rates : sequence of float
        Learning rate of every step, warm-up included: above 0, only the first may be 0.
    variant : {"25M", "100M", "400M"}
        Size of the model that the coefficients belong to.

    Returns
    -------
    array
        Loss in nats/token after each step; infinite at the first where its rate is 0.

    Raises
    ------
    ValueError
        For an unknown variant, or a rate that is not allowed: the law has no value there.
    """
    form = describe("multi-power-loss", variant).form
    rates = one_per_step(learning_rates)
    if not isinstance(rates, jax.Array) and not np.all(rates[1:] > 0):
        step = 1 + int(np.argmin(rates[1:] > 0))
        raise ValueError(
            f"learning_rates is {rates[step]:g} at step {step}; allowed: a number above 0 "
            "[learning rate], only the first may be 0"
        )
    return form(learning_rates=rates)
