"""Best parameters and tokens for a compute budget, or for a loss.

In closed form, except for the law of Farseer, which is solved on a logarithmic axis.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from scalekit.allocation.broadcast import solve_each
from scalekit.allocation.result import Allocation, Problem
from scalekit.allocation.solver import first_minimum
from scalekit.checks import number
from scalekit.laws import registry
from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.farseer import Farseer, PowerMean
from scalekit.laws.form import Form, array_namespace
from scalekit.laws.law import Law

CLOSED: tuple[type[Form], ...] = (SumOfPowers, PowerMean)
"""Forms whose optimum along a budget has a closed form."""

SMALLEST, LARGEST = 1e7, 1e12
"""Parameters between which an optimum without a closed form is looked for."""

FINE = 2048
"""Grid of that search: the printed law of Farseer has its last minimum close to a maximum."""


def loss_law(
    slug: str | Law,
    variant: str | None = None,
    forms: tuple[type[Form], ...] = (SumOfPowers,),
) -> Law:
    """Return a law that allocations can be made with.

    Raises
    ------
    ValueError
        If the law is in none of the `forms`; the message lists the laws that are.
    """
    if isinstance(slug, Law) and variant is not None:
        raise ValueError(f"variant is {variant!r}; allowed: None, the law having its coefficients")
    law = slug if isinstance(slug, Law) else registry.get(slug, variant)
    if type(law.form) in forms:
        return law
    allowed = [s for s in registry.names() if type(registry.get(s).form) in forms]
    raise ValueError(f"law is {law.slug!r}; allowed for an allocation: {', '.join(allowed)}")


def compute_optimal(
    C: Any, law: str | Law = "chinchilla-loss", variant: str | None = None
) -> Allocation:
    """Return the parameters and tokens that minimise the loss under 6 N D = C.

    Parameters
    ----------
    C : float or array
        Training compute in FLOP.
    law : str or Law
        A law of the form E + A/N^alpha + B/D^beta, or ``farseer-loss``, by name or as an
        object.
    variant : str, optional
        Which coefficients; the law's default if left out.

    Returns
    -------
    Allocation
        With the shape of `C`. For the law of Farseer, whose loss may fall again far beyond,
        the minimum of fewest parameters between 1e7 and 1e12.

    Raises
    ------
    ValueError
        Where the law of Farseer has no such minimum.

    Examples
    --------
    >>> from scalekit import allocation
    >>> best = allocation.compute_optimal(5.76e23)
    >>> f"{best.N:.3e} {best.tokens_per_parameter:.2f}"
    '7.236e+10 18.34'
    """
    chosen = loss_law(law, variant, (*CLOSED, Farseer))
    C = number("C", C, unit="FLOP")
    if type(chosen.form) in CLOSED:
        solve, results = _solve_compute, _solve_compute(chosen.form, {"C": C})
    else:
        solve, results = _search_compute, _searched(chosen, C)
    return _allocation(results, Problem(chosen, {"C": C}, solve, _loss_at, "loss"))


def compute_optimal_for_loss(loss: Any, variant: str | None = None) -> Allocation:
    """Return the compute-optimal parameters and tokens that just reach a loss.

    Parameters
    ----------
    loss : float or array
        Target in nats/token, above the irreducible loss E of the law.
    variant : str, optional
        Which coefficients of ``chinchilla-loss``; its default if left out.
    """
    law = loss_law("chinchilla-loss", variant)
    loss = target_loss(law, loss)
    results = _solve_loss(law.form, {"loss": loss})
    return _allocation(
        results, Problem(law, {"loss": loss}, _solve_loss, _compute_at, "training FLOP")
    )


def target_loss(law: Law, loss: Any) -> Any:
    """Return `loss` if it lies above the law's irreducible loss, else raise ValueError."""
    return number("loss", loss, float(law.coefficients["E"]), unit=law.output.unit)


def _allocation(results: Mapping[str, Any], problem: Problem) -> Allocation:
    plain = {k: float(v) if np.ndim(v) == 0 and isinstance(v, np.generic | float) else v
             for k, v in results.items()}  # fmt: skip
    return Allocation(**plain, problem=problem)


def _solve_compute(form: Form, inputs: Mapping[str, Any]) -> dict[str, Any]:
    assert isinstance(form, SumOfPowers | PowerMean)
    N, D = form.optimum(inputs["C"])
    return {"N": N, "D": D, "tokens_per_parameter": D / N, "loss": form(N=N, D=D)}


def _search_compute(form: Form, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Solve one budget with one set of coefficients: scalars in, scalars out."""

    def objective(log_N: Any, args: Any) -> Any:
        form, C = args
        return jnp.log(_loss_at(form, {"C": C}, jnp.exp(log_N)))

    C = inputs["C"]
    N = jnp.exp(first_minimum(objective, jnp.log(SMALLEST), jnp.log(LARGEST), (form, C), FINE))
    D = C / (6.0 * N)
    return {"N": N, "D": D, "tokens_per_parameter": D / N, "loss": form(N=N, D=D)}


_search_many = jax.jit(jax.vmap(_search_compute, in_axes=(None, 0)))


def _searched(law: Law, C: Any) -> dict[str, Any]:
    found = solve_each(_search_many, law.form, {"C": C})
    none = np.isnan(found["N"])
    if np.any(none):
        budget = np.asarray(C).ravel()[np.argmax(np.ravel(none))]
        raise ValueError(
            f"C is {budget:g}; allowed: budgets at which {law.slug} {law.variant!r} has a "
            f"minimum between {SMALLEST:g} and {LARGEST:g} parameters"
        )
    return found


def _loss_at(form: Form, inputs: Mapping[str, Any], N: Any) -> Any:
    return form(N=N, D=inputs["C"] / (6.0 * N))


def _solve_loss(form: Form, inputs: Mapping[str, Any]) -> dict[str, Any]:
    assert isinstance(form, SumOfPowers)
    N, D = form.optimum_for_loss(inputs["loss"])
    return {"N": N, "D": D, "tokens_per_parameter": D / N, "loss": inputs["loss"] + 0.0 * N}


def _compute_at(form: Form, inputs: Mapping[str, Any], N: Any) -> Any:
    return 6.0 * N * tokens_for_loss(form, inputs["loss"], N)


def tokens_for_loss(form: Form, loss: Any, N: Any) -> Any:
    """Return the tokens with which N parameters reach `loss`; NaN where none are enough."""
    assert isinstance(form, SumOfPowers)
    xp = array_namespace(form, loss, N)
    log_A, log_B = form.log_amplitudes()
    rest = loss - xp.exp(form.log_E) - xp.exp(log_A - form.alpha * xp.log(N))
    safe = xp.where(rest > 0, rest, 1.0)
    return xp.where(rest > 0, xp.exp((log_B - xp.log(safe)) / form.beta), xp.nan)
