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
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from scalekit.laws.blocks import in_blocks
from scalekit.laws.form import Form, array_namespace

NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)
ENDLESS = 9.0
"""Margin beyond which no example lies in double precision."""

REACH = 9.0
"""Where g, its argument being normal, is 0 or a parabola in double precision."""

LOWEST, HIGHEST = np.log(1e-4), np.log(1e6)
"""Where ln rho is looked for."""

OUTER, INNER = 18, 5
"""Steps of ln rho, and Newton steps of c before each."""

CLOSE = 1e-8
"""Error of ln rho that the Newton step at the end makes nothing of."""

BLOCK = 64
"""Points that NumPy solves at once: as many as the cache of a processor holds nodes for."""


def _special(xp: ModuleType) -> Any:
    """Return the module that has erf and erfinv for arrays of `xp`."""
    if xp is jnp:
        return jax.scipy.special
    import scipy.special  # slow to import, and rarely needed

    return scipy.special


def _kept(xp: ModuleType, keep: str, alpha: Any, f: Any) -> tuple[Any, Any, Any]:
    """Return the lowest and highest margin kept, and the examples per input and density."""
    zero, root = xp.zeros_like(alpha), np.sqrt(2.0)
    if keep == "random":
        return zero, zero + ENDLESS, 2.0 * f * alpha
    inverse = _special(xp).erfinv
    if keep == "keep-hard":
        # Up to q with P(|z| < q) = f; the step back from 1 keeps the slope finite.
        high = root * inverse(xp.minimum(f, 1.0 - 1e-15))
        return zero, xp.minimum(high, ENDLESS), 2.0 * alpha
    return root * inverse(1.0 - f), zero + ENDLESS, 2.0 * alpha


def _moments(xp: ModuleType, low: Any, high: Any, c: Any, rho: Any) -> tuple[Any, ...]:
    """Return integrals over the margins u of g, h, u h, p, u p, u^2 p, all at c - rho u.

    h is half of g', p is h', the normal distribution. The nodes are split where g bends.
    """
    begin = xp.clip((c - REACH) / rho, low, high)
    end = xp.clip((c + REACH) / rho, low, high)  # beyond it g is 0
    starts, ends = xp.stack([low, begin], -1), xp.stack([begin, end], -1)
    half = 0.5 * (ends - starts)[..., None]
    u = 0.5 * (starts + ends)[..., None] + half * NODES
    weight = half * WEIGHTS * _normal(xp, u)
    a = c[..., None, None] - rho[..., None, None] * u
    p = 0.5 * (1.0 + _special(xp).erf(a / np.sqrt(2.0)))
    h = a * p + _normal(xp, a)
    terms = (p + a * h, h, u * h, p, u * p, u * u * p)
    return tuple(xp.sum(weight * term, axis=(-2, -1)) for term in terms)


def _normal(xp: ModuleType, x: Any) -> Any:
    return xp.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)


def _newton(density: Any, c: Any, rho: Any, moments: tuple[Any, ...], xp: ModuleType) -> Any:
    """Return ln psi, the slope of the margin over rho, and the derivatives of both.

    Derivatives are in ln rho and ln c; both functions are 0 at the solution.
    """
    g, h, uh, p, up, uup = moments
    psi = xp.log(density * g)
    slope = xp.log(uh / h) + xp.log(rho + 1.0 / rho) - xp.log(c)
    slope_rho = rho * (up / h - uup / uh) + (rho - 1.0 / rho) / (rho + 1.0 / rho)
    slope_c = c * (up / uh - p / h) - 1.0
    return psi, slope, -2.0 * rho * uh / g, 2.0 * c * h / g, slope_rho, slope_c


def _repeat(
    xp: ModuleType, times: int, step: Any, state: Any, done: Any = lambda state: False
) -> Any:
    """Return the state after so many steps; NumPy stops once it is done, JAX takes them all."""
    if xp is jnp:
        return jax.lax.fori_loop(0, times, lambda _, state: step(state), state)
    for _ in range(times):
        state = step(state)
        if done(state):
            break
    return state


def _search(xp: ModuleType, low: Any, high: Any, density: Any) -> tuple[Any, Any]:
    """Return rho = R / sqrt(1 - R^2) and c = kappa / sqrt(1 - R^2), to about eight digits.

    The margin has one maximum over rho, for psi is convex in (rho, c): Newton's method for the
    root of its slope, within a bracket, and for each rho Newton's method for the c at which
    psi is 1.
    """
    erf = _special(xp).erf
    part = low[..., None] + (high - low)[..., None] * 2.0 ** -np.arange(24.0)
    mass = 0.5 * (erf(part / np.sqrt(2.0)) - erf(low / np.sqrt(2.0))[..., None])
    alone = 1.0 / xp.sqrt(density[..., None] * xp.where(mass > 0.0, mass, 1e-300))

    def above(rho: Any) -> Any:
        # psi is above 1 where the margins up to any one of these would reach 1 alone.
        return xp.min(rho[..., None] * part + alone, axis=-1)

    def step(state: tuple[Any, ...]) -> tuple[Any, ...]:
        lower, upper, log_rho, c, _ = state
        rho = xp.exp(log_rho)

        def closer(c: Any) -> Any:
            # psi is convex and grows with c: from above, Newton's steps fall to the root.
            g, h, *_ = _moments(xp, low, high, c, rho)
            return c - (density * g - 1.0) / (2.0 * density * h)

        c = _repeat(xp, INNER, closer, c)
        moments = _moments(xp, low, high, c, rho)
        _, h, uh, *_ = moments
        rises = uh * (1.0 + rho * rho) > c * rho * h
        lower, upper = xp.where(rises, log_rho, lower), xp.where(rises, upper, log_rho)
        # Far from the root the margin may be below 0, where ln c is no use: the bracket is halved.
        usable = c > 0.0
        positive = xp.where(usable, c, 1.0)
        _, slope, psi_rho, psi_c, slope_rho, slope_c = _newton(density, positive, rho, moments, xp)
        found = log_rho - slope / (slope_rho - slope_c * psi_rho / psi_c)
        # At the root rounding decides on which end of the bracket it is.
        inside = usable & (found >= lower - CLOSE) & (found <= upper + CLOSE)
        found = xp.where(inside, found, 0.5 * (lower + upper))
        # The root in c is concave over rho, so that its tangent lies above it.
        tangent = c + (xp.exp(found) - rho) * uh / h
        c = xp.minimum(tangent, above(xp.exp(found)))
        return lower, upper, found, c, xp.max(xp.abs(found - log_rho))

    middle = xp.zeros_like(density) + 0.5 * (LOWEST + HIGHEST)
    ends = middle * 0.0 + LOWEST, middle * 0.0 + HIGHEST
    state = (*ends, middle, above(xp.exp(middle)), xp.asarray(np.inf))
    state = _repeat(xp, OUTER, step, state, lambda state: state[4] < CLOSE)
    return xp.exp(state[2]), state[3]


def _solve(xp: ModuleType, keep: str, alpha: Any, f: Any) -> Any:
    """Return the error at every pair of two arrays of one shape.

    Newton's method in (ln rho, ln c) ends the search and carries the derivatives.
    """
    constant = jax.lax.stop_gradient if xp is jnp else (lambda x: x)
    low, high, density = _kept(xp, keep, alpha, f)
    rho, c = _search(xp, *constant((low, high, density)))
    moments = _moments(xp, low, high, c, rho)
    psi, slope, *derivatives = _newton(density, c, rho, moments, xp)
    psi_rho, psi_c, slope_rho, slope_c = constant(derivatives)
    move = (psi * slope_c - slope * psi_c) / (psi_rho * slope_c - psi_c * slope_rho)
    return xp.arctan2(1.0, rho * xp.exp(-move)) / np.pi


@partial(jax.jit, static_argnums=0)
def _solve_compiled(keep: str, alpha: Any, f: Any) -> Any:
    return _solve(jnp, keep, alpha, f)


class PerceptronPruning(Form):
    """Error of the student after pruning; ``keep`` is keep-hard, keep-easy or random.

    JAX compiles it once for every shape of arrays; NumPy solves it without.
    """

    kind = "perceptron-pruning"
    blockwise = False
    settings = ("keep",)

    keep: str = "keep-hard"

    def __call__(self, examples_per_parameter: Any, keep_fraction: Any) -> Any:
        """Error at so many examples per parameter before a fraction of them is kept."""
        xp = array_namespace(examples_per_parameter, keep_fraction)
        if xp is jnp:
            wide = (xp.asarray(x, np.float64) for x in (examples_per_parameter, keep_fraction))
            return _solve_compiled(self.keep, *xp.broadcast_arrays(*wide))
        solve = partial(_solve, np, self.keep)
        return in_blocks(solve, BLOCK, examples_per_parameter, keep_fraction)
