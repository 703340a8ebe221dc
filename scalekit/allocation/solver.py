"""One solver for all optima that have no closed form: a minimum over one logarithmic axis.

A grid over the whole range finds the right valley, bisection on the derivative finds
its floor to machine precision. Everything is one fixed-shape JAX computation, so it
jits, maps over coefficient draws, and differentiates through the optimum (optimistix
applies the implicit function theorem to the bisection).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optimistix

POINTS = 256


def minimise(
    objective: Callable[[Any, Any], Any], lower: Any, upper: Any, args: Any, points: int = POINTS
) -> Any:
    """Return the x in [lower, upper] at which ``objective(x, args)`` is least.

    Parameters
    ----------
    objective : callable
        Scalar function of x (a logarithm) and a pytree of arguments.
    lower, upper : float or scalar array
        The range; the best end is returned if the objective only rises inwards.
    args : pytree
        Everything the objective depends on; derivatives flow through it.
    points : int
        Size of the grid that must resolve separate valleys.
    """
    frozen = jax.lax.stop_gradient(args)
    lower, upper = jax.lax.stop_gradient((lower, upper))
    grid = lower + (upper - lower) * jnp.linspace(0.0, 1.0, points)
    values = jax.vmap(objective, in_axes=(0, None))(grid, frozen)
    best = jnp.argmin(jnp.where(jnp.isnan(values), jnp.inf, values))
    inner = jnp.clip(best, 1, points - 2)
    root = optimistix.root_find(
        jax.grad(objective),
        optimistix.Bisection(1e-13, 1e-13),
        grid[inner],
        args=args,
        options={"lower": grid[inner - 1], "upper": grid[inner + 1]},
        max_steps=64,
        throw=False,
    ).value
    return jnp.where(best == inner, root, grid[best])
