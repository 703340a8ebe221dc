"""Runs a solver of scalars over arrays of questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np

from scalekit.laws.form import Form


def solve_each(
    solve_many: Callable[[Form, Mapping[str, Any]], Mapping[str, Any]],
    form: Form,
    inputs: Mapping[str, Any],
) -> dict[str, Any]:
    """Broadcast the inputs, solve every one, and give the results their shape.

    Parameters
    ----------
    solve_many : callable
        Solver mapped over the leading axis of its inputs.
    form : Form
        Coefficients, the same for all.
    inputs : mapping
        Numbers or arrays that broadcast.

    Returns
    -------
    dict
        Floats if all inputs are scalars, else float64 arrays of the broadcast shape.
    """
    arrays = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in inputs.values()))
    flat = {k: jnp.asarray(a.ravel()) for k, a in zip(inputs, arrays, strict=True)}
    shape = arrays[0].shape
    return {
        k: float(v[0]) if shape == () else np.asarray(v).reshape(shape)
        for k, v in solve_many(form, flat).items()
    }
