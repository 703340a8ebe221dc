"""Parameters that shrink while training (Jin et al., arXiv 2501.12486)."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.checks import choice, number
from scalekit.laws.form import array_namespace

SCHEDULES = {"linear": 0.5, "cubic": 0.75}
"""Mean progress of the pruning while it lasts: of u, and of 1 - (1 - u)^3."""


def average_parameters(
    N: Any, sparsity: Any, start: Any = 0.25, end: Any = 0.75, schedule: str = "linear"
) -> Any:
    """Return the mean number of parameters over a training that prunes on its way.

    The paper puts this mean in the place of N in the Chinchilla form; its coefficients are
    not public, so those of another fit, such as ``chinchilla-loss``, are borrowed. 6 times
    mean times tokens is the training compute.

    Parameters
    ----------
    N : float or array
        Parameters before pruning; the paper counts only prunable ones, those of linear
        layers.
    sparsity : float or array
        Share of them that is gone in the end, 0 to 1.
    start, end : float or array
        When pruning begins and ends, as fractions of the training tokens. The paper's best
        schedule, 25 % to 75 %, is in compute: with fewer parameters to train towards the
        end, the same points lie later in tokens.
    schedule : {"linear", "cubic"}
        How the pruned share grows between them: as u, or as 1 - (1 - u)^3.

    Raises
    ------
    ValueError
        If a fraction is outside 0 to 1, or `end` lies before `start`.
    """
    mean = SCHEDULES[choice("schedule", schedule, SCHEDULES)]
    N = number("N", N, unit="parameters")
    sparsity = number("sparsity", sparsity, 0.0, 1.0, lower_open=False)
    start = number("start", start, 0.0, 1.0, lower_open=False)
    end = number("end", end, 0.0, 1.0, lower_open=False)
    if array_namespace(start, end) is np and np.any(np.asarray(start) > end):
        raise ValueError(f"start is {start} and end is {end}; allowed: start up to end")
    return N * (1.0 - sparsity * ((1.0 - end) + mean * (end - start)))
