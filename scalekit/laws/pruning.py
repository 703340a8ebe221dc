"""Data pruning: error of a perceptron taught by another on the examples that are kept.

Setting of Sorscher et al. (2206.14486) with a perfect probe: N inputs are normal, a teacher
labels them, and the kept fraction f of alpha N examples is chosen by the teacher's margin u.
The student is the maximum-margin perceptron without bias. Derived by Gordon's comparison:
with R the overlap of both and kappa the margin, kappa is the largest for which

    psi(R, kappa) = f alpha E[g((kappa - R u) / sqrt(1 - R^2))],  g(a) = E[max(a + z, 0)^2],

is at most 1 for some R, the mean being over the kept u and z normal. The error is
arccos(R) / pi.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr, ndtri

from scalekit.laws.form import Form, array_namespace

NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)
ENDLESS = 9.0
"""Margin beyond which no example lies in double precision."""

REACH = 9.0
"""Where g, its argument being normal, is 0 or a parabola in double precision."""

OUTER, INNER, POLISH = 24, 16, 4


def _density(mode: str, alpha: Any, f: Any) -> tuple[Any, Any, Any]:
    """Return the lowest and highest margin kept, and the examples per input and density."""
    if mode == "random":
        return jnp.zeros(()), jnp.full((), ENDLESS), 2.0 * f * alpha
    if mode == "keep-hard":
        # Up to q with P(|z| < q) = f; the step back from 1 keeps the slope finite.
        high = -ndtri(0.5 * (1.0 - jnp.minimum(f, 1.0 - 1e-15)))
        return jnp.zeros(()), jnp.minimum(high, ENDLESS), 2.0 * alpha
    return -ndtri(0.5 * f), jnp.full((), ENDLESS), 2.0 * alpha


def _panels(low: Any, high: Any, c: Any, rho: Any) -> tuple[Any, Any]:
    """Return nodes and weights over the margins, split where g(c - rho u) bends."""
    ends = jnp.clip(jnp.stack([(c - REACH) / rho, (c + REACH) / rho]), low, high)
    starts, stops = jnp.stack([low, ends[0]]), ends  # beyond the second, g is 0
    half = 0.5 * (stops - starts)
    nodes = 0.5 * (starts + stops)[:, None] + half[:, None] * NODES
    return nodes.ravel(), (half[:, None] * WEIGHTS).ravel()


def _moments(low: Any, high: Any, c: Any, rho: Any) -> tuple[Any, Any, Any]:
    """Return the integrals over the margins of g, of h and of u h, where h = g' / 2."""
    u, weight = _panels(low, high, c, rho)
    weight = weight * jnp.exp(-0.5 * u * u) / np.sqrt(2 * np.pi)
    a = c - rho * u
    phi = jnp.exp(-0.5 * a * a) / np.sqrt(2 * np.pi)
    h = a * ndtr(a) + phi
    g = ndtr(a) + a * h
    return jnp.sum(weight * g), jnp.sum(weight * h), jnp.sum(weight * u * h)


def _equations(point: Any, mode: str, alpha: Any, f: Any) -> Any:
    """Return ln psi and the slope of the margin over rho, both 0 at the solution.

    rho = R / sqrt(1 - R^2) and c = kappa / sqrt(1 - R^2), both as logarithms.
    """
    rho, c = jnp.exp(point)
    low, high, density = _density(mode, alpha, f)
    g, h, uh = _moments(low, high, c, rho)
    return jnp.stack([jnp.log(density * g), jnp.log(uh / h) + jnp.log1p(rho**-2) + jnp.log(rho / c)])


def _solve_one(mode: str, alpha: Any, f: Any) -> Any:
    """Return the error, scalars in and out.

    The margin has one maximum over rho, for psi is convex in (rho, c): bisection on its
    slope, with Newton's method for c inside. Newton's method in both ends it, and carries
    derivatives.
    """
    frozen = jax.lax.stop_gradient((jnp.asarray(alpha), jnp.asarray(f)))
    low, high, density = _density(mode, *frozen)

    def margin(rho: Any) -> Any:
        # psi is convex in c and grows: from where it is above 1 the steps fall to the root.
        # It is above 1 where the margins up to any one of these would reach 1 alone.
        part = low + (high - low) * 2.0 ** -jnp.arange(24.0)
        alone = rho * part + 1.0 / jnp.sqrt(density * (ndtr(part) - ndtr(low)))
        start = jnp.min(jnp.where(part > low, alone, jnp.inf))

        def step(_: int, c: Any) -> Any:
            g, h, _uh = _moments(low, high, c, rho)
            return c - (density * g - 1.0) / (2.0 * density * h)

        return jax.lax.fori_loop(0, INNER, step, start)

    def halve(_: int, ends: Any) -> Any:
        lower, upper = ends
        middle = 0.5 * (lower + upper)
        rho = jnp.exp(middle)
        c = margin(rho)
        _, h, uh = _moments(low, high, c, rho)
        rises = uh * (1.0 + rho * rho) > c * rho * h
        return jnp.where(rises, middle, lower), jnp.where(rises, upper, middle)

    ends = (jnp.log(1e-4), jnp.log(1e6))
    lower, upper = jax.lax.fori_loop(0, OUTER, halve, ends)
    log_rho = 0.5 * (lower + upper)
    point = jnp.stack([log_rho, jnp.log(margin(jnp.exp(log_rho)))])

    def newton(point: Any, alpha: Any, f: Any) -> Any:
        jacobian = jax.jacfwd(_equations)(jax.lax.stop_gradient(point), mode, *frozen)
        return point - jnp.linalg.solve(jacobian, _equations(point, mode, alpha, f))

    point = jax.lax.fori_loop(0, POLISH, lambda _, p: newton(p, *frozen), point)
    point = newton(jax.lax.stop_gradient(point), alpha, f)
    return jnp.arctan2(1.0, jnp.exp(point[0])) / np.pi


@partial(jax.jit, static_argnums=0)
def _solve(mode: str, alpha: Any, f: Any) -> Any:
    """Return the error at every pair of the broadcast inputs."""
    alpha, f = jnp.broadcast_arrays(alpha, f)
    each = jax.vmap(partial(_solve_one, mode))
    return each(alpha.ravel(), f.ravel()).reshape(alpha.shape)


class PerceptronPruning(Form):
    """Error of the student after pruning; ``keep`` is keep-hard, keep-easy or random.

    Solved by JAX for NumPy as well; a new shape of arrays is compiled once.
    """

    kind = "perceptron-pruning"
    settings = ("keep",)

    keep: str = "keep-hard"

    def __call__(self, examples_per_parameter: Any, keep_fraction: Any) -> Any:
        """Error at so many examples per parameter before a fraction of them is kept."""
        xp = array_namespace(examples_per_parameter, keep_fraction)
        return xp.asarray(_solve(self.keep, examples_per_parameter, keep_fraction))
