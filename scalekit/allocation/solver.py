"""One solver for all optima that have no closed form: a minimum over one logarithmic axis.

A grid over the whole range finds the right valley, bisection on the derivative finds
its floor to machine precision. Everything is one fixed-shape JAX computation, so it
jits, maps over coefficient draws, and differentiates through the optimum by the implicit
function theorem. optimistix's bisection was tried: it aborts a whole batch where one
bracket holds no root, and compiles five times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

POINTS = 256
HALVINGS = 50


def bisect(function: Callable[[Any], Any], lower: Any, upper: Any) -> Any:
    """Return the root of a function that rises through 0 between `lower` and `upper`.

    Without a change of sign the end nearer to one is returned. Derivatives with respect
    to whatever `function` closes over flow through the root.

    Parameters
    ----------
    function : callable
        Scalar function of a scalar.
    lower, upper : float or scalar array
        The bracket.
    """
    lower, upper = jax.lax.stop_gradient((jnp.asarray(lower), jnp.asarray(upper)))

    def solve(rising: Callable[[Any], Any], _: Any) -> Any:
        def halve(_: int, ends: tuple[Any, Any]) -> tuple[Any, Any]:
            low, high = ends
            middle = 0.5 * (low + high)
            below = rising(middle) < 0
            return jnp.where(below, middle, low), jnp.where(below, high, middle)

        low, high = jax.lax.fori_loop(0, HALVINGS, halve, (lower, upper))
        return 0.5 * (low + high)

    def tangent(g: Callable[[Any], Any], y: Any) -> Any:
        # Where the root sits at an end of the search, or on a floor that is flat to the last
        # digit, there is nothing to follow: it stays where it is.
        moved = y / g(1.0)
        return jnp.where(jnp.isfinite(moved), moved, 0.0)

    return jax.lax.custom_root(function, 0.5 * (lower + upper), solve, tangent)


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
    frozen, lower, upper = jax.lax.stop_gradient((args, lower, upper))
    grid = lower + (upper - lower) * jnp.linspace(0.0, 1.0, points)
    values = jax.vmap(objective, in_axes=(0, None))(grid, frozen)
    best = jnp.argmin(jnp.where(jnp.isnan(values), jnp.inf, values))
    inner = jnp.clip(best, 1, points - 2)
    slope = jax.grad(objective)
    root = bisect(lambda x: slope(x, args), grid[inner - 1], grid[inner + 1])
    return jnp.where(best == inner, root, grid[best])


def first_minimum(
    objective: Callable[[Any, Any], Any], lower: Any, upper: Any, args: Any, points: int = POINTS
) -> Any:
    """Return the lowest x in (lower, upper) at which ``objective(x, args)`` has a minimum.

    A minimum is where the slope rises through 0; the ends are none. NaN where there is no
    minimum, even if the objective falls all the way.

    Parameters
    ----------
    objective, lower, upper, args
        As for `minimise`.
    points : int
        Size of the grid that must hold a minimum and the next maximum apart.
    """
    frozen, lower, upper = jax.lax.stop_gradient((args, lower, upper))
    grid = lower + (upper - lower) * jnp.linspace(0.0, 1.0, points)
    slope = jax.grad(objective)
    falls = jax.vmap(slope, in_axes=(0, None))(grid, frozen) < 0
    turns = falls[:-1] & ~falls[1:]
    first = jnp.argmax(turns)
    root = bisect(lambda x: slope(x, args), grid[first], grid[first + 1])
    return jnp.where(turns[first], root, jnp.nan)
