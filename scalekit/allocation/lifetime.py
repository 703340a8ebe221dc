"""Allocation with serving in the bill: least lifetime cost for a loss (Sardana et al., 2401.00448).

A token served costs 2N FLOP, so a large demand favours a smaller model trained longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from scalekit.allocation.broadcast import solve_each
from scalekit.allocation.optimal import loss_law, target_loss, tokens_for_loss
from scalekit.allocation.result import Allocation, Problem
from scalekit.allocation.solver import bisect
from scalekit.checks import number
from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.form import Form
from scalekit.laws.law import Law

TRAINING_PRICE = "training_usd_per_flop"
INFERENCE_PRICE = "inference_usd_per_flop"

VARIANT = "de-vries"
"""Coefficients of ``chinchilla-loss`` that the authors' code uses."""


@dataclass(frozen=True)
class LifetimeAllocation(Allocation):
    """An allocation with the FLOP of training and of serving.

    Attributes
    ----------
    training_flop, inference_flop, total_flop : float or array
        6 N D, 2 N D_inference and their sum.
    """

    training_flop: Any
    inference_flop: Any
    total_flop: Any


@dataclass(frozen=True)
class LifetimeCost(LifetimeAllocation):
    """A lifetime allocation priced in money.

    Attributes
    ----------
    total_usd : float or array
        What training and serving cost together, in USD.
    """

    total_usd: Any


def inference_aware(
    loss: Any, D_inference: Any, variant: str = VARIANT, *, law: str | Law | None = None
) -> LifetimeAllocation:
    """Return the model that reaches a loss with the least FLOP over its life.

    Minimises 6 N D + 2 N D_inference over all (N, D) of that loss.

    Parameters
    ----------
    loss : float or array
        Target in the unit of the law (nats/token), above its irreducible loss.
    D_inference : float or array
        Tokens read and written by the model while it serves.
    variant : str
        Coefficients of ``chinchilla-loss``. The default is ``"de-vries"``, the set that the
        authors' code uses, and not ``"besiroglu"``, with which `compute_optimal` and
        `lifetime_optimal` answer: name one of them where answers are to be compared.
    law : str or Law, optional
        Another law of the form E + A/N^alpha + B/D^beta, by name with its default
        coefficients, or with any as ``laws.get(name, variant)``.

    Examples
    --------
    >>> from scalekit import allocation
    >>> for variant in ("de-vries", "besiroglu"):
    ...     best = allocation.inference_aware(2.0, 1e12, variant)
    ...     print(f"{best.N:.2e} {best.D:.2e} {best.law.variant}")
    1.39e+10 1.36e+12 de-vries
    3.40e+10 1.24e+12 besiroglu
    """
    chosen = _law(law, variant)
    inputs = {
        "loss": target_loss(chosen, loss),
        "D_inference": number("D_inference", D_inference, lower_open=False, unit="tokens"),
    }
    return LifetimeAllocation(
        **solve_each(_solve_many, chosen.form, inputs),
        problem=_problem(chosen, inputs, "lifetime FLOP"),
    )


def inference_aware_cost(
    loss: Any,
    D_inference: Any,
    training_usd_per_flop: Any,
    inference_usd_per_flop: Any,
    variant: str = VARIANT,
    *,
    law: str | Law | None = None,
) -> LifetimeCost:
    """Return the model that reaches a loss with the least money over its life.

    Parameters
    ----------
    loss : float or array
        Target in the unit of the law (nats/token), above its irreducible loss.
    D_inference : float or array
        Tokens read and written by the model while it serves.
    training_usd_per_flop, inference_usd_per_flop : float or array
        Price of one useful FLOP: USD per accelerator-hour / (3600 peak_flops mfu), with the
        utilisation of training and of serving.
    variant, law
        As for `inference_aware`: by default the coefficients ``"de-vries"``.
    """
    chosen = _law(law, variant)
    inputs = {
        "loss": target_loss(chosen, loss),
        "D_inference": number("D_inference", D_inference, lower_open=False, unit="tokens"),
        TRAINING_PRICE: number(TRAINING_PRICE, training_usd_per_flop),
        INFERENCE_PRICE: number(INFERENCE_PRICE, inference_usd_per_flop, lower_open=False),
    }
    results = solve_each(_solve_many, chosen.form, inputs)
    return LifetimeCost(**results, problem=_problem(chosen, inputs, "lifetime USD"))


def _law(law: str | Law | None, variant: str) -> Law:
    if law is None:
        return loss_law("chinchilla-loss", variant)
    if variant != VARIANT:
        raise ValueError(
            f"variant is {variant!r}; allowed beside law: none, as it is of chinchilla-loss; "
            "write law=laws.get(name, variant)"
        )
    return loss_law(law)


def _problem(law: Law, inputs: Mapping[str, Any], name: str) -> Problem:
    return Problem(law, inputs, _solve, _cost_at, name)


def _solve(form: Form, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Solve for the share s of the reducible loss that the parameters carry.

    With s the two terms are N = (A/(s e))^(1/alpha) and D = (B/((1-s) e))^(1/beta), and the
    cost is least where w alpha s = beta (1 - s), w being training's part of the cost per
    parameter. The left side rises and the right side falls in s: there is one root.
    """
    assert isinstance(form, SumOfPowers)
    loss, demand = inputs["loss"], inputs["D_inference"]
    ratio = _price_ratio(inputs)
    log_A, log_B = form.log_amplitudes()
    log_e = jnp.log(loss - jnp.exp(form.log_E))

    def sizes(logit: Any) -> tuple[Any, Any]:
        log_N = (log_A - log_e - jax.nn.log_sigmoid(logit)) / form.alpha
        log_D = (log_B - log_e - jax.nn.log_sigmoid(-logit)) / form.beta
        return log_N, log_D

    def balance(logit: Any) -> Any:
        training = 1.0 / (1.0 + served * jnp.exp(-sizes(logit)[1]))
        share = jax.nn.sigmoid(logit)
        return training * form.alpha * share - form.beta * (1.0 - share)

    served = ratio * demand / 3.0
    log_N, log_D = sizes(bisect(balance, -30.0, 30.0))
    N, D = jnp.exp(log_N), jnp.exp(log_D)
    training, serving = 6.0 * N * D, 2.0 * N * demand
    found = {
        "N": N,
        "D": D,
        "tokens_per_parameter": D / N,
        "loss": loss + 0.0 * N,
        "training_flop": training,
        "inference_flop": serving,
        "total_flop": training + serving,
    }
    if TRAINING_PRICE in inputs:
        found["total_usd"] = inputs[TRAINING_PRICE] * training + inputs[INFERENCE_PRICE] * serving
    return found


def _price_ratio(inputs: Mapping[str, Any]) -> Any:
    """Price of a FLOP of serving over one of training; 1 where cost is counted in FLOP."""
    return inputs[INFERENCE_PRICE] / inputs[TRAINING_PRICE] if TRAINING_PRICE in inputs else 1.0


_solve_many = jax.jit(jax.vmap(_solve, in_axes=(None, 0)))


def _cost_at(form: Form, inputs: Mapping[str, Any], N: Any) -> Any:
    D = tokens_for_loss(form, inputs["loss"], N)
    return 6.0 * N * D + 2.0 * N * inputs["D_inference"] * _price_ratio(inputs)
