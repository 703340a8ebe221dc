"""Bits as a resource: what they cost in training and how many pay off (arXiv 2411.04330)."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from scalekit.allocation.solver import minimise
from scalekit.checks import number
from scalekit.laws import registry
from scalekit.laws.precision import PrecisionParameters

FULL_PRECISION = 16.0
"""Bits of the arithmetic that 6 N D counts, and the most that are considered."""

FEWEST_BITS = {"biased": 3.5, "bias-free": 1.0}
"""Where the search begins: below, the law with offsets leaves (nearly) no parameter."""


def precision_flop(N: Any, D: Any, bits: Any) -> Any:
    """Return (6/16) N D bits, the training compute in FLOP of 16 bits.

    Kumar et al. (arXiv 2411.04330): cost in proportion to the bits, which weights,
    activations and KV cache share.

    Parameters
    ----------
    N : float or array
        Parameters.
    D : float or array
        Training tokens.
    bits : float or array
        Bits of weights, activations and KV cache.
    """
    pairs = number("N", N, unit="parameters") * number("D", D, unit="tokens")
    return 6.0 / FULL_PRECISION * pairs * number("bits", bits, unit="bits")


def optimal_training_bits(variant: str = "biased") -> float:
    """Return the bits at which effective parameters per bit are most: argmax N_eff/(N P).

    Weights, activations and KV cache have P bits each. Where training compute is in
    proportion to N D P and N, D and P are all free, this is the best P at every budget,
    since N P alone sets the cost and N_eff the loss (Kumar et al., arXiv 2411.04330).

    Parameters
    ----------
    variant : {"biased", "bias-free"}
        Coefficients of ``precision-effective-parameters``. With the offsets of the fit the
        search runs from 3.5 to 16 bits, without them from 1 to 16.

    Returns
    -------
    float
        Bits, not rounded.

    Raises
    ------
    ValueError
        For an unknown variant, with the nearest match.

    Examples
    --------
    >>> from scalekit import allocation
    >>> round(allocation.optimal_training_bits(), 2)
    7.0
    """
    form = registry.get("precision-effective-parameters", variant).form
    assert isinstance(form, PrecisionParameters)
    return float(_optimal_bits(form, FEWEST_BITS[variant]))


@jax.jit
def _optimal_bits(form: PrecisionParameters, fewest: Any) -> Any:
    def waste(log_bits: Any, form: Any) -> Any:
        bits = jnp.exp(log_bits)
        return log_bits - form.log_share(bits, bits, bits)

    form = jax.tree_util.tree_map(jnp.asarray, form)
    return jnp.exp(minimise(waste, jnp.log(fewest), jnp.log(FULL_PRECISION), form))
