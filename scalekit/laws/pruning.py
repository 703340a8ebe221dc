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
from jax.scipy.special import erf, erfinv

from scalekit.laws.form import Form, array_namespace

NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)
ENDLESS = 9.0
"""Margin beyond which no example lies in double precision."""

REACH = 9.0
"""Where g, its argument being normal, is 0 or a parabola in double precision."""

HALVINGS, STEPS = 32, 16
"""Bisections of rho, and Newton steps of c within each."""


def _kept(keep: str, alpha: Any, f: Any) -> tuple[Any, Any, Any]:
    """Return the lowest and highest margin kept, and the examples per input and density."""
    if keep == "random":
        return jnp.zeros(()), jnp.full((), ENDLESS), 2.0 * f * alpha
    if keep == "keep-hard":
        # Up to q with P(|z| < q) = f; the step back from 1 keeps the slope finite.
        high = np.sqrt(2.0) * erfinv(jnp.minimum(f, 1.0 - 1e-15))
        return jnp.zeros(()), jnp.minimum(high, ENDLESS), 2.0 * alpha
    return np.sqrt(2.0) * erfinv(1.0 - f), jnp.full((), ENDLESS), 2.0 * alpha


def _moments(low: Any, high: Any, c: Any, rho: Any) -> Any:
    """Return integrals over the margins u of g, h, u h, p, u p, u^2 p, all at c - rho u.

    h is half of g', p is h', the normal distribution. The nodes are split where g bends.
    """
    ends = jnp.clip(jnp.stack([(c - REACH) / rho, (c + REACH) / rho]), low, high)
    starts = jnp.stack([low, ends[0]])  # beyond the second end g is 0
    half = 0.5 * (ends - starts)[:, None]
    u = 0.5 * (starts + ends)[:, None] + half * NODES
    weight = half * WEIGHTS * _normal(u)
    a = c - rho * u
    p = 0.5 * (1.0 + erf(a / np.sqrt(2.0)))
    h = a * p + _normal(a)
    terms = jnp.stack([p + a * h, h, u * h, p, u * p, u * u * p])
    return jnp.sum(weight * terms, axis=(1, 2))


def _normal(x: Any) -> Any:
    return jnp.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)


def _search(low: Any, high: Any, density: Any) -> tuple[Any, Any]:
    """Return rho = R / sqrt(1 - R^2) and c = kappa / sqrt(1 - R^2), to about eight digits.

    The margin has one maximum over rho, for psi is convex in (rho, c): bisection on its
    slope, and for each rho Newton's method for the c at which psi is 1.
    """
    part = low + (high - low) * 2.0 ** -jnp.arange(24.0)
    mass = 0.5 * (erf(part / np.sqrt(2.0)) - erf(low / np.sqrt(2.0)))

    def above(rho: Any) -> Any:
        # psi is above 1 where the margins up to any one of these would reach 1 alone; as it
        # is convex and grows with c, Newton's steps fall from there to the root.
        alone = rho * part + 1.0 / jnp.sqrt(density * mass)
        return jnp.min(jnp.where(mass > 0.0, alone, jnp.inf))

    def step(i: int, state: Any) -> Any:
        lower, upper, c = state
        rho = jnp.exp(0.5 * (lower + upper))
        g, h, uh, *_ = _moments(low, high, c, rho)
        better = c - (density * g - 1.0) / (2.0 * density * h)
        rises = uh * (1.0 + rho * rho) > c * rho * h
        last = i % STEPS == STEPS - 1
        middle = jnp.log(rho)
        lower = jnp.where(last & rises, middle, lower)
        upper = jnp.where(last & ~rises, middle, upper)
        return lower, upper, jnp.where(last, above(jnp.exp(0.5 * (lower + upper))), better)

    ends = (jnp.log(1e-4), jnp.log(1e6))
    start = (*ends, above(jnp.exp(0.5 * (ends[0] + ends[1]))))
    lower, upper, c = jax.lax.fori_loop(0, (HALVINGS + 1) * STEPS - 1, step, start)
    return jnp.exp(0.5 * (lower + upper)), c


def _solve_one(keep: str, alpha: Any, f: Any) -> Any:
    """Return the error, scalars in and out.

    Newton's method in (ln rho, ln c) ends the search and carries the derivatives: ln psi and
    the slope of the margin over rho are 0 at the solution.
    """
    kept = _kept(keep, alpha, f)
    rho, c = _search(*jax.lax.stop_gradient(kept))
    low, high, density = kept
    moments = _moments(low, high, c, rho)
    g, h, uh = moments[:3]
    psi = jnp.log(density * g)
    slope = jnp.log(uh / h) + jnp.log(rho + 1.0 / rho) - jnp.log(c)
    g, h, uh, p, up, uup = jax.lax.stop_gradient(moments)
    psi_rho, psi_c = -2.0 * rho * uh / g, 2.0 * c * h / g
    slope_rho = rho * (up / h - uup / uh) + (rho - 1.0 / rho) / (rho + 1.0 / rho)
    slope_c = c * (up / uh - p / h) - 1.0
    move = (psi * slope_c - slope * psi_c) / (psi_rho * slope_c - psi_c * slope_rho)
    return jnp.arctan2(1.0, rho * jnp.exp(-move)) / np.pi


@partial(jax.jit, static_argnums=0)
def _solve(keep: str, alpha: Any, f: Any) -> Any:
    """Return the error at every pair of the broadcast inputs."""
    alpha, f = jnp.broadcast_arrays(alpha, f)
    each = jax.vmap(partial(_solve_one, keep))
    return each(alpha.ravel(), f.ravel()).reshape(alpha.shape)


class PerceptronPruning(Form):
    """Error of the student after pruning; ``keep`` is keep-hard, keep-easy or random.

    Solved by JAX for NumPy as well; a new shape of arrays is compiled once.
    """

    kind = "perceptron-pruning"
    settings = ("keep",)
    solved = True

    keep: str = "keep-hard"

    def __call__(self, examples_per_parameter: Any, keep_fraction: Any) -> Any:
        """Error at so many examples per parameter before a fraction of them is kept."""
        # One kind of number, so that Python's floats and JAX's arrays are compiled once.
        wide = (jnp.asarray(x, jnp.float64) for x in (examples_per_parameter, keep_fraction))
        found = _solve(self.keep, *wide)
        xp = array_namespace(examples_per_parameter, keep_fraction)
        return found if isinstance(found, jax.core.Tracer) else xp.asarray(found)
