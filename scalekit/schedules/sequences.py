"""Learning rates as the laws of loss take them: one per step."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from scalekit.checks import number


def one_per_step(learning_rates: Any) -> Any:
    """Return a sequence of learning rates as a float64 array of one dimension.

    Raises
    ------
    ValueError
        If it is no sequence, is empty, or has a rate below 0.
    """
    rates = number("learning_rates", learning_rates, lower_open=False, unit="learning rate")
    if np.ndim(rates) != 1 or np.size(rates) == 0:
        raise ValueError(
            f"learning_rates has the shape {np.shape(rates)}; "
            "allowed: one learning rate per step, (steps,)"
        )
    return rates


def is_traced(*values: Any) -> bool:
    """Say whether any value is a JAX array, so that the answer must be one too."""
    return any(isinstance(leaf, jax.Array) for leaf in jax.tree_util.tree_leaves(values))


def as_given(result: jax.Array, *values: Any) -> Any:
    """Return a result of JAX as a NumPy array unless JAX arrays went in."""
    return result if is_traced(*values) else np.array(result)
