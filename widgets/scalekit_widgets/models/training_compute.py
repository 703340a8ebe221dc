"""Everything the Training app shows, as jitted functions of fixed shapes.

A slider move calls `answer`; `frontier` and `surface` depend on less and are called only
when what they depend on has changed. Laws travel as one stack of coefficients, so that
choosing another law, or loading one's own, never compiles anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from scalekit.allocation.budget import (
    ENDLESS,
    SMALLEST,
    loss_within,
    solve_budget,
    tokens_within,
    with_repeats,
)
from scalekit.allocation.result import draw_forms
from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.law import Law
from scalekit.laws.repetition import Repetition

SLOTS = 8
"""Laws that fit in the stack: the built-in ones and one of the user's own."""

RATIOS = np.geomspace(1e-3, 1e3, 321)
"""Sizes of the IsoFLOP valley, over the optimal size."""

BUDGETS = np.geomspace(1e13, 1e34, 127)
"""Training compute of the frontier, FLOP: all that can be asked, also in hours and money."""

SURFACE_N = np.geomspace(1e7, 1e13, 73)
SURFACE_D = np.geomspace(1e8, 1e15, 85)

END_OF_SEARCH = 1.01 * SMALLEST
"""Parameters or tokens up to which an answer is the end of the search, and no optimum."""

TRACES: Counter[str] = Counter()
"""How often each function was traced; a slider move must not add to it."""


class Question(NamedTuple):
    """What a person asks, as plain numbers.

    Attributes
    ----------
    C : float
        Budget in training FLOP.
    U : float
        Unique tokens; `ENDLESS` without a limit.
    served : float
        Tokens served, times the cost of a FLOP of serving over one of training.
    main : int
        Slot of the law that the answer comes from.
    """

    C: float
    U: float = ENDLESS
    served: float = 0.0
    main: int = 0


class Answer(NamedTuple):
    """What follows, per law slot unless stated; arrays of NumPy.

    Attributes
    ----------
    N, D, loss, epochs : array, shape (SLOTS,)
        The optimum.
    flat : array, shape (SLOTS, 2)
        Smallest and largest N within 1 % of the least loss.
    valley : array, shape (SLOTS, len(RATIOS))
        Relative increase of the loss at ``N * RATIOS``; infinite where nothing is left to
        train with.
    band : array, shape (4, 3)
        2.5, 50 and 97.5 % quantiles of N, D, D/N and loss over the draws of the main law
        (not meaningful for a law without uncertainty).
    reference : array, shape (3,)
        The same quantiles of D/N for the default law with neither limit nor demand.
    elasticities : array, shape (3, 3 + 5 + 2)
        Of N, D and loss of the main law: to C, U, tokens served, then A, B, E, alpha, beta,
        R_D, R_N.
    """

    N: Any
    D: Any
    loss: Any
    epochs: Any
    flat: Any
    valley: Any
    band: Any
    reference: Any
    elasticities: Any


def stack(laws: Sequence[Law]) -> Repetition:
    """Return the coefficients of up to `SLOTS` loss laws as one form with a leading axis."""
    forms = [
        with_repeats(law.form) if isinstance(law.form, SumOfPowers) else law.form for law in laws
    ]
    forms += [forms[0]] * (SLOTS - len(forms))
    return jax.tree_util.tree_map(lambda *c: jnp.asarray(c, dtype=jnp.float64), *forms)


def draws_of(law: Law) -> Repetition:
    """Return the coefficient draws behind the law's band; its own point where there is none."""
    drawn = draw_forms(law)
    if isinstance(drawn, SumOfPowers):
        return with_repeats(drawn)
    raise ValueError(f"no uncertainty is known for {law.slug} {law.variant!r}")


def answer(forms: Repetition, draws: Repetition, question: Question) -> Answer:
    """Return everything that a slider move changes."""
    C, U, served = (jnp.asarray(x, dtype=jnp.float64) for x in question[:3])
    found = _answer(forms, draws, C, U, served, jnp.asarray(question.main))
    return Answer(*(np.asarray(x) for x in found))


@jax.jit
def _answer(
    forms: Repetition, draws: Repetition, C: Any, U: Any, served: Any, main: Any
) -> tuple[Any, ...]:
    TRACES["answer"] += 1
    question = {"C": C, "U": U, "D_inference": served}
    best = jax.vmap(lambda form: solve_budget(form, question, points=192))(forms)
    ratios = jnp.asarray(RATIOS)

    def valley(form: Repetition, N: Any, loss: Any) -> Any:
        return loss_within(form, C, U, served, N * ratios) / loss - 1.0

    excess = jax.vmap(valley)(forms, best["N"], best["loss"])
    flat = jax.vmap(_flat_region)(best["N"], excess)
    chosen = jax.tree_util.tree_map(lambda c: c[main], forms)
    # Where nothing but the budget limits, the draws have a closed form: 4 ms less.
    spread = jax.lax.cond(
        (U >= ENDLESS) & (served == 0.0),
        lambda _: jax.vmap(lambda f: _closed(f, C))(draws),
        lambda near: jax.vmap(lambda f: _solved(f, question, near))(draws),
        best["N"][main],
    )
    names = ("N", "D", "tokens_per_parameter", "loss")
    quantiles = jnp.array([0.025, 0.5, 0.975])
    band = jnp.stack([jnp.quantile(spread[name], quantiles) for name in names])
    N, D = jax.vmap(lambda f: f.fresh().optimum(C))(draws)
    reference = jnp.quantile(D / N, quantiles)
    slopes = _elasticities(chosen, question)
    return (
        best["N"], best["D"], best["loss"], best["epochs"], flat, excess, band, reference, slopes
    )  # fmt: skip


def _closed(form: Repetition, C: Any) -> dict[str, Any]:
    fresh = form.fresh()
    N, D = fresh.optimum(C)
    return {"N": N, "D": D, "tokens_per_parameter": D / N, "loss": fresh(N=N, D=D)}


def _solved(form: Repetition, question: dict[str, Any], near: Any) -> dict[str, Any]:
    found = solve_budget(form, question, near=near, points=24)
    return {name: found[name] for name in ("N", "D", "tokens_per_parameter", "loss")}


def _flat_region(N: Any, excess: Any) -> Any:
    """Where the valley crosses 1 %: the root of the excess is nearly straight there."""
    middle = RATIOS.size // 2
    height = jnp.sqrt(jnp.clip(jnp.where(jnp.isfinite(excess), excess, 1e3), 0.0, 1e3))
    log_ratio = jnp.log(jnp.asarray(RATIOS))
    left = jnp.interp(0.1, height[: middle + 1][::-1], log_ratio[: middle + 1][::-1])
    right = jnp.interp(0.1, height[middle:], log_ratio[middle:])
    return N * jnp.exp(jnp.stack([left, right]))


def _elasticities(form: Repetition, question: dict[str, Any]) -> Any:
    def logs(log_inputs: Any, log_coefficients: Any) -> Any:
        scaled = {
            "C": question["C"] * jnp.exp(log_inputs[0]),
            "U": question["U"] * jnp.exp(log_inputs[1]),
            "D_inference": question["D_inference"] * jnp.exp(log_inputs[2]),
        }
        a, b, e, alpha, beta, r_d, r_n = log_coefficients
        moved = Repetition(
            form.log_A + a, form.log_B + b, form.log_E + e,
            form.alpha * jnp.exp(alpha), form.beta * jnp.exp(beta),
            form.R_D * jnp.exp(r_d), form.R_N * jnp.exp(r_n),
        )  # fmt: skip
        found = solve_budget(moved, scaled, points=192)
        return jnp.log(jnp.stack([found["N"], found["D"], found["loss"]]))

    inputs, coefficients = jax.jacfwd(logs, argnums=(0, 1))(jnp.zeros(3), jnp.zeros(7))
    return jnp.concatenate([inputs, coefficients], axis=1)


@jax.jit
def _frontier(forms: Repetition, U: Any, served: Any) -> tuple[Any, Any]:
    TRACES["frontier"] += 1

    def solve(form: Repetition, C: Any) -> tuple[Any, Any]:
        found = solve_budget(form, {"C": C, "U": U, "D_inference": served}, points=96)
        N, D = found["N"], found["D"]
        possible = tokens_within(C, served, SMALLEST) > SMALLEST
        used_up = loss_within(form, C, U, served, N * RATIOS[-1]) < 1.01 * found["loss"]
        optimum = possible & ~used_up & (jnp.minimum(N, D) > END_OF_SEARCH)
        return jnp.where(optimum, N, jnp.nan), jnp.where(optimum, D, jnp.nan)

    over_budgets = jax.vmap(solve, in_axes=(None, 0))
    return jax.vmap(over_budgets, in_axes=(0, None))(forms, jnp.asarray(BUDGETS))


def frontier(forms: Repetition, U: float, served: float) -> tuple[np.ndarray, np.ndarray]:
    """Return best N and D of every law at `BUDGETS`, arrays of shape (SLOTS, len(BUDGETS)).

    NaN where there is no optimum: serving alone costs more than the budget, the search ends
    before it, or the data are used up, so that all larger sizes are as good.
    """
    N, D = _frontier(forms, jnp.asarray(float(U)), jnp.asarray(float(served)))
    return np.asarray(N), np.asarray(D)


@jax.jit
def _surface(forms: Repetition, U: Any, main: Any) -> Any:
    TRACES["surface"] += 1
    form = jax.tree_util.tree_map(lambda c: c[main], forms)
    return form.over_corpus(jnp.asarray(SURFACE_N)[None, :], jnp.asarray(SURFACE_D)[:, None], U)


def surface(forms: Repetition, U: float, main: int) -> np.ndarray:
    """Return the loss of one law over `SURFACE_D` (rows) and `SURFACE_N` (columns)."""
    return np.asarray(_surface(forms, jnp.asarray(float(U)), jnp.asarray(main)))
