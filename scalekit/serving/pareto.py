"""The points that no other point beats in everything."""

from __future__ import annotations

from typing import Any

import numpy as np


def non_dominated(costs: Any) -> np.ndarray:
    """Return which points are not dominated; smaller is better in every column.

    A point is dominated by one that is nowhere worse and somewhere better. Of equal points all
    stay or none. Points with NaN or infinity do not take part.

    Parameters
    ----------
    costs : array of shape (points, objectives)
        At least one objective.

    Returns
    -------
    array of bool of shape (points,)
        True on the front.

    Raises
    ------
    ValueError
        If the array has another shape, or something in it is no number.

    Examples
    --------
    >>> non_dominated([[1, 4], [2, 2], [3, 3]]).tolist()
    [True, True, False]
    """
    try:
        costs = np.asarray(costs).astype(np.float64, casting="same_kind")
    except (TypeError, ValueError):
        raise ValueError(f"costs is {costs!r}; allowed: an array of numbers") from None
    if costs.ndim != 2 or costs.shape[1] == 0:
        raise ValueError(f"costs has shape {costs.shape}; allowed: (points, objectives)")
    found = np.zeros(len(costs), bool)
    finite = np.flatnonzero(np.isfinite(costs).all(axis=1))
    if not finite.size:
        return found
    # Rows in lexicographic order, equal ones as one: a row can only be beaten by an earlier one.
    order = finite[np.lexsort(costs[finite].T[::-1])]
    rows = costs[order]
    new = np.ones(len(rows), bool)
    new[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    distinct = rows[new]
    best = _pair(distinct) if costs.shape[1] <= 2 else _many(distinct)
    found[order] = best[np.cumsum(new) - 1]
    return found


def _pair(rows: np.ndarray) -> np.ndarray:
    """Return the front of distinct sorted rows of one or two columns."""
    last = rows[:, -1]
    before = np.concatenate([[np.inf], np.minimum.accumulate(last)[:-1]])
    return last < before


def _many(rows: np.ndarray) -> np.ndarray:
    """Return the front of distinct rows: each point on it drops all that it dominates."""
    # Points that are good in everything first: they drop the most.
    ranks = sum(np.unique(column, return_inverse=True)[1] for column in rows.T)
    alive = np.argsort(ranks, kind="stable")
    here = 0
    while here < len(alive):
        point = rows[alive[here]]
        kept = (rows[alive] < point).any(axis=1)
        kept[here] = True
        alive = alive[kept]
        here = int(kept[: here + 1].sum())
    best = np.zeros(len(rows), bool)
    best[alive] = True
    return best
