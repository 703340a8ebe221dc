"""The multi-power law (2503.12811), in time proportional to the steps.

Every change of the learning rate relaxes as a power of the rates summed since, so that the
plain sum over all changes at all steps is quadratic. A power is a sum of exponentials,
x^-beta = 1/Gamma(beta) integral of exp(beta y - x e^y) over y, and an exponential of a sum is
a running product: each of NODES exponentials then needs one update per step. The trapezoidal
rule converges exponentially here; with these nodes it is good to about 1e-12.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from scalekit.laws.annealing import progress
from scalekit.laws.form import Form
from scalekit.schedules.sequences import as_given

NODES = 256
TAIL = 32.0
"""Terms of the integral below exp(-TAIL) are left out."""


class MultiPower(Form):
    """L_inf + A S1^-alpha + B sum over k of (eta_k - eta_(k-1)) G(eta_k^-gamma S_k).

    G(x) = 1 - (C x + 1)^-beta; S_k sums the rates from step k to the present one, S1 from the
    beginning (Luo et al., 2503.12811).
    """

    kind = "multi-power"

    L_inf: Any
    log_A: Any
    alpha: Any
    log_B: Any
    log_C: Any
    beta: Any
    gamma: Any

    def __call__(self, learning_rates: Any) -> Any:
        """Loss after each of the steps; all rates above 0, the first may be 0."""
        form = jax.tree_util.tree_map(jnp.asarray, self)
        return as_given(_losses(form, jnp.asarray(learning_rates)), self, learning_rates)


@jax.jit
def _losses(form: MultiPower, rates: Any) -> Any:
    changes = jnp.diff(rates, prepend=rates[:1])
    after = jnp.where(jnp.arange(rates.size) > 0, rates, jnp.max(rates))
    # (C eta^-gamma S + 1)^-beta = width^beta (S + width)^-beta
    width = jnp.exp(form.gamma * jnp.log(after) - form.log_C)
    weights = changes * jnp.exp(form.beta * jnp.log(width))
    remaining = _relaxed(rates, weights, width, form.beta)
    annealed = jnp.exp(form.log_B) * (rates - rates[0] - remaining)
    return form.L_inf + progress(form.log_A, form.alpha, jnp.cumsum(rates)) + annealed


def _relaxed(rates: Any, weights: Any, width: Any, beta: Any) -> Any:
    """Return the sum over k up to each step of weights_k (S_k + width_k)^-beta."""
    fixed_rates, fixed_width, fixed_beta = jax.lax.stop_gradient((rates, width, beta))
    shortest = jnp.min(fixed_width)
    longest = jnp.sum(fixed_rates) + jnp.max(fixed_width)
    y = jnp.linspace(-jnp.log(longest) - TAIL / fixed_beta, jnp.log(TAIL / shortest), NODES)
    s = jnp.exp(y)
    share = (y[1] - y[0]) * jnp.exp(beta * y - jax.scipy.special.gammaln(beta))

    def advance(states: Any, step: tuple[Any, Any, Any]) -> tuple[Any, Any]:
        rate, weight, w = step
        states = jnp.exp(-rate * s) * (states + weight * jnp.exp(-w * s))
        return states, share @ states

    _, sums = jax.lax.scan(advance, jnp.zeros(NODES), (rates, weights, width))
    return sums
