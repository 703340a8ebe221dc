"""Best quality within a budget that training, serving and a limited corpus share.

The budget is C = 6 N D + r 2 N D_inference, where r says how much dearer a FLOP of
serving is than one of training. Of the D tokens at most U are unique; repeats count for
less (Muennighoff et al., arXiv 2305.16264). No closed form: solved on a log axis.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from scalekit.allocation.broadcast import solve_each
from scalekit.allocation.optimal import loss_law
from scalekit.allocation.result import Allocation, Problem
from scalekit.allocation.solver import POINTS, minimise
from scalekit.checks import number
from scalekit.laws import registry
from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.form import Form
from scalekit.laws.law import Law
from scalekit.laws.repetition import Repetition

SMALLEST = 1e6
"""Fewest parameters, and fewest tokens, that the search considers."""

ENDLESS = 1e30
"""Unique tokens where there is no limit."""


@dataclasses.dataclass(frozen=True)
class DataConstrainedAllocation(Allocation):
    """An allocation over a corpus that may be repeated.

    Attributes
    ----------
    epochs : float or array
        Passes over the unique tokens: D/min(U, D).
    """

    epochs: Any


def data_constrained(C: Any, U: Any, variant: str = "c4") -> DataConstrainedAllocation:
    """Return the best parameters, tokens and epochs when only U tokens are unique.

    Minimises ``data-constrained-loss`` under 6 N D = C over all N from 1e6 to C/6e6.

    Parameters
    ----------
    C : float or array
        Training compute in FLOP, above 6e12.
    U : float or array
        Unique tokens.
    variant : str
        Coefficients of ``data-constrained-loss``. The default, ``"c4"``, is a fit of its own:
        without a limit on tokens it does not answer as `compute_optimal` does, whose default
        is ``chinchilla-loss``; ``lifetime_optimal(C, U=U)`` keeps to that law.

    Examples
    --------
    >>> from scalekit import allocation
    >>> best = allocation.data_constrained(1e22, 25e9)
    >>> f"{best.N:.2e} {best.epochs:.2f}"
    '7.03e+09 9.49'
    """
    law = registry.get("data-constrained-loss", variant)
    inputs = {
        "C": number("C", C, 6 * SMALLEST**2, unit="FLOP"),
        "U": number("U", U, unit="unique tokens"),
    }
    results = solve_each(_solve_many, law.form, inputs)
    return DataConstrainedAllocation(**results, problem=_problem(law, inputs))


def lifetime_optimal(
    C: Any,
    D_inference: Any = 0.0,
    U: Any = None,
    law: str = "chinchilla-loss",
    variant: str | None = None,
    serving_cost: Any = 1.0,
) -> DataConstrainedAllocation:
    """Return the best model whose training and serving together cost C.

    Without demand and without a limit on tokens this is `compute_optimal`.

    Parameters
    ----------
    C : float or array
        Budget in training FLOP: 6 N D + serving_cost 2 N D_inference.
    D_inference : float or array
        Tokens read and written by the model while it serves.
    U : float or array, optional
        Unique tokens; no limit if left out. Repeats are then worth what the law of
        Muennighoff et al. says, with the loss law's own A, B, alpha and beta.
    law : str
        A law of the form E + A/N^alpha + B/D^beta, or ``data-constrained-loss``.
    variant : str, optional
        Which coefficients; the law's default if left out.
    serving_cost : float or array
        Cost of a FLOP of serving over that of a FLOP of training, such as the MFU of
        training over that of serving.

    Raises
    ------
    ValueError
        If the demand leaves no budget to train even the smallest model.
    """
    chosen = repeating_law(law, variant)
    C = number("C", C, 6 * SMALLEST**2, unit="FLOP")
    demand = number("D_inference", D_inference, lower_open=False, unit="tokens")
    cost = number("serving_cost", serving_cost, lower_open=False)
    budgets, demands, costs = np.broadcast_arrays(C, demand, cost)
    room = budgets / (2 * SMALLEST) - 3 * SMALLEST  # weighted tokens the smallest model can serve
    over = demands * costs > room
    if np.any(over):
        i = np.argmax(over)  # the first
        raise ValueError(
            f"D_inference is {demands.flat[i]:g}; allowed: up to "
            f"{room.flat[i] / costs.flat[i]:.3g} tokens, beyond which "
            f"serving alone uses up C = {budgets.flat[i]:g} FLOP"
        )
    inputs: dict[str, Any] = {"C": C, "D_inference": demand, "serving_cost": cost}
    if U is not None:
        inputs["U"] = number("U", U, unit="unique tokens")
    return DataConstrainedAllocation(
        **solve_each(_solve_many, chosen.form, inputs), problem=_problem(chosen, inputs)
    )


def repeating_law(slug: str, variant: str | None = None) -> Law:
    """Return a loss law in the form that knows about repeats.

    A Chinchilla-like law borrows the worth of repeats from ``data-constrained-loss``; its
    other coefficients, and its uncertainty, stay its own.
    """
    if slug == "data-constrained-loss":
        return registry.get(slug, variant)
    law = loss_law(slug, variant)
    assert isinstance(law.form, SumOfPowers)
    return dataclasses.replace(law, form=with_repeats(law.form))


def with_repeats(form: SumOfPowers) -> Repetition:
    """Return `form` with the worth of repeats of the default data-constrained law."""
    donor = registry.get("data-constrained-loss").form
    assert isinstance(donor, Repetition)
    log_A, log_B = form.log_amplitudes()
    shape = jnp.shape(form.alpha)
    R_D, R_N = (jnp.full(shape, r) if shape else r for r in (donor.R_D, donor.R_N))
    return Repetition(log_A, log_B, form.log_E, form.alpha, form.beta, R_D, R_N)


def _repeating(form: Form) -> Form:
    return with_repeats(form) if type(form) is SumOfPowers else form


def solve_budget(
    form: Form, inputs: Mapping[str, Any], near: Any = None, points: int = POINTS
) -> dict[str, Any]:
    """Solve one budget with one set of coefficients: scalars in, scalars out.

    Parameters
    ----------
    form : Repetition
        The loss.
    inputs : mapping
        C, and optionally U, D_inference and serving_cost, as scalars.
    near : scalar, optional
        Parameters that the optimum lies within a factor 30 of; the whole range if left out.
    points : int
        Size of the grid that must resolve separate valleys.
    """
    assert isinstance(form, Repetition)
    C, U = inputs["C"], inputs.get("U", ENDLESS)
    served = inputs.get("serving_cost", 1.0) * inputs.get("D_inference", 0.0)

    def objective(log_N: Any, args: Any) -> Any:
        form, C, U, served = args
        return jnp.log(loss_within(form, C, U, served, jnp.exp(log_N)))

    lower = jnp.log(SMALLEST)
    upper = jnp.log(C) - jnp.log(6 * SMALLEST + 2 * served)
    upper = jnp.maximum(upper, lower + 1e-9)
    if near is not None:
        middle, reach = jnp.log(near), jnp.log(30.0)
        lower, upper = jnp.maximum(lower, middle - reach), jnp.minimum(upper, middle + reach)
    log_N = minimise(objective, lower, upper, (form, C, U, served), points)
    N = jnp.exp(log_N)
    D = tokens_within(C, served, N)
    return {
        "N": N,
        "D": D,
        "tokens_per_parameter": D / N,
        "loss": form.over_corpus(N, D, U),
        "epochs": D / jnp.minimum(U, D),
    }


def tokens_within(C: Any, served: Any, N: Any) -> Any:
    """Return the tokens that C pays for at N parameters after `served` weighted tokens."""
    return C / (6.0 * N) - served / 3.0


def loss_within(form: Repetition, C: Any, U: Any, served: Any, N: Any) -> Any:
    """Return the loss at N parameters within the budget, infinite where it buys no tokens."""
    D = tokens_within(C, served, N)
    possible = D > 1.0
    return jnp.where(possible, form.over_corpus(N, jnp.where(possible, D, 1.0), U), jnp.inf)


def _loss_at(form: Form, inputs: Mapping[str, Any], N: Any) -> Any:
    assert isinstance(form, Repetition)
    served = inputs.get("serving_cost", 1.0) * inputs.get("D_inference", 0.0)
    return loss_within(form, inputs["C"], inputs.get("U", ENDLESS), served, N)


def _problem(law: Law, inputs: Mapping[str, Any]) -> Problem:
    return Problem(law, inputs, solve_budget, _loss_at, "loss", _repeating)


_solve_many = jax.jit(jax.vmap(solve_budget, in_axes=(None, 0)))
