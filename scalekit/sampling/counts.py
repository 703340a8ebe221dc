"""Checks of counts: how many attempts there were, and how many of them succeeded."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.checks import refuse_first_bad, whole


def attempt_counts(successes: Any, attempts: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return successes and attempts of every problem as arrays of one length.

    Parameters
    ----------
    successes : array_like, shape (problems,)
        Attempts that succeeded.
    attempts : int or array_like, shape (problems,)
        Attempts in all; one number if it is the same for all problems.

    Raises
    ------
    ValueError
        If there is no problem, the lengths differ, a count is no whole number, there was no
        attempt, or more successes than attempts; the message names row, value and what is
        allowed.
    """
    c = np.asarray(whole("successes", successes))
    n = np.asarray(whole("attempts", attempts, 1.0))
    if c.ndim != 1 or c.size == 0:
        raise ValueError(
            f"successes has the shape {c.shape}; allowed: one row for each problem, at least one"
        )
    if n.ndim and n.shape != c.shape:
        raise ValueError(
            f"attempts has the shape {n.shape}; allowed: one number, or the shape {c.shape} "
            "of successes"
        )
    n = np.broadcast_to(n, c.shape)
    refuse_first_bad("successes", c, c <= n, "at most the attempts of the row")
    return c, n
