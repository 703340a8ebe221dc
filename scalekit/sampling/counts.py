"""Checks of counts: how many attempts there were, and how many of them succeeded."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.checks import number
from scalekit.laws.form import array_namespace


def whole(name: str, value: Any, lower: float = 0.0) -> Any:
    """Return `value` in float64 if it is a whole number from `lower`, or an array of such.

    JAX arrays pass through unchecked, as in `number`.

    Raises
    ------
    ValueError
        If a value is not; in an array the message names its row.
    """
    array = number(name, value, -np.inf)
    if array_namespace(array) is np:
        good = (array >= lower) & (np.floor(array) == array)
        refuse_first_bad(name, array, good, f"whole numbers from {lower:g}")
    return array


def refuse_first_bad(name: str, value: Any, good: Any, allowed: str) -> None:
    """Raise for the first value that is not good, naming the row it stands in."""
    good = np.asarray(good)
    if good.all():
        return
    values = np.broadcast_to(value, good.shape)
    where = np.unravel_index(int(np.argmin(good)), good.shape)
    row = f"[{', '.join(str(int(i)) for i in where)}]" if where else ""
    raise ValueError(f"{name}{row} is {float(values[where]):.12g}; allowed: {allowed}")


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
