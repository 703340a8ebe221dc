"""Loss at every step of a schedule by the annealing law (2408.11029, 2505.07796)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from scalekit.checks import number
from scalekit.laws.annealing import SizedAnnealing
from scalekit.schedules.registry import describe, facts
from scalekit.schedules.sequences import as_given, one_per_step

DECAY = 0.999
"""Decay per step of the memory of past falls: fixed, not fitted, in all published sets."""


@dataclass(frozen=True)
class AnnealingAreas:
    """The two sums over a schedule that decide the loss, one value per step.

    Attributes
    ----------
    S1 : array
        Sum of the learning rates up to the step.
    S2 : array
        Annealing area: how much the rate has fallen, weighted by how long ago.
    """

    S1: Any
    S2: Any


def annealing_areas(learning_rates: Any, decay: Any = DECAY, start: int = 1) -> AnnealingAreas:
    """Return S1 and S2 of a schedule at every step, in time proportional to the steps.

    m_i = decay m_(i-1) + (eta_(i-1) - eta_i) from step `start` on, 0 before; S2 sums m, S1
    the learning rates. With them the last step is also what the law of continual
    pre-training takes.

    Parameters
    ----------
    learning_rates : sequence of float
        Learning rate of every step, warm-up included.
    decay : float
        Decay of m per step, 0 to 1.
    start : int
        First step at which a change of the rate counts; 1 counts all, the length of the
        warm-up + 1 leaves the warm-up out.

    Raises
    ------
    ValueError
        If there is no learning rate, one is below 0, or `decay` or `start` are not allowed.
    """
    rates = one_per_step(learning_rates)
    decay = number("decay", decay, 0.0, 1.0, lower_open=False)
    first = number("start", start, 1.0, lower_open=False, unit="step")
    S1, S2 = _areas(jnp.asarray(rates), decay, first)
    return AnnealingAreas(as_given(S1, rates, decay), as_given(S2, rates, decay))


@jax.jit
def _areas(rates: Any, decay: Any, start: Any) -> tuple[Any, Any]:
    falls = -jnp.diff(rates, prepend=rates[:1])
    falls = jnp.where(jnp.arange(rates.size) >= start, falls, 0.0)

    def remember(memory: Any, fall: Any) -> tuple[Any, Any]:
        memory = decay * memory + fall
        return memory, memory

    _, memories = jax.lax.scan(remember, jnp.zeros(()), falls)
    return jnp.cumsum(rates), jnp.cumsum(memories)


def annealing_loss(
    learning_rates: Any,
    L_inf: Any = None,
    A: Any = None,
    alpha: Any = None,
    annealing_gain: Any = None,
    decay: Any = DECAY,
    start: int = 1,
    variant: str = "fineweb-106m",
    N: Any = None,
) -> Any:
    """Return the loss at every step of a schedule by the annealing law.

    L = L_inf + A S1^-alpha - annealing_gain S2 (Tissue et al., arXiv 2408.11029, with the
    coefficients of Wang et al., arXiv 2505.07796); the joint variants add the size of the
    model. A coefficient left out comes from the variant.

    Parameters
    ----------
    learning_rates : sequence of float
        Learning rate of every step, warm-up included.
    L_inf : float, optional
        Loss that no training removes, in nats/token (L0 in the papers).
    A, alpha : float, optional
        Amplitude and exponent of the sum of learning rates.
    annealing_gain : float, optional
        Loss removed by one unit of annealing area, in nats/token (C in the papers).
    decay : float
        Decay per step of the memory of past falls of the rate, 0 to 1.
    start : int
        First step at which a change of the rate counts: 1, or the length of the warm-up + 1.
    variant : str
        Coefficients: ``schedules.facts("annealing-loss").variants`` lists them.
    N : float, optional
        Non-embedding parameters, needed by the joint variants and taken by no other.

    Returns
    -------
    array
        Loss in nats/token after each step; infinite as long as all rates were 0.

    Raises
    ------
    ValueError
        For an unknown variant, a rate below 0, a coefficient that is not allowed, or an N
        that is missing or of no use.
    """
    form = describe("annealing-loss", variant).form
    sized = isinstance(form, SizedAnnealing)
    if sized and N is None:
        raise ValueError(f"N is None; allowed: non-embedding parameters, which {variant!r} needs")
    if not sized and N is not None:
        joint = [name for name, v in facts("annealing-loss").variants.items()
                 if isinstance(v.form, SizedAnnealing)]  # fmt: skip
        raise ValueError(
            f"N is {N!r}, which {variant!r} does not take; allowed: None, or a variant for "
            f"every size: {', '.join(joint)}"
        )
    given: dict[str, Any] = {}
    if L_inf is not None:
        given["L_inf"] = number("L_inf", L_inf, lower_open=False, unit="nats/token")
    if A is not None:
        given["A"] = number("A", A)
    if alpha is not None:
        given["alpha"] = number("alpha", alpha)
    if annealing_gain is not None:
        given["annealing_gain"] = number("annealing_gain", annealing_gain, lower_open=False)
    areas = annealing_areas(learning_rates, decay, start)
    size = number("N", N, unit="parameters") if sized else None
    loss = form.with_coefficients(given)(S1=areas.S1, S2=areas.S2, N=size)
    return loss if isinstance(loss, jax.Array) else np.asarray(loss)
