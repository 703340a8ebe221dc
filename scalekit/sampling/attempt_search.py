"""The search behind `optimal_attempts`, over all cells of a map at once.

With types t of weight w, accuracy p and rejection b, attempt k adds sum w v b^(k-1) to the utility,
v = p TPR - C (1 - p) FPR - cost. Utility is largest where this marginal utility turns from
positive to not positive, or at either end. Everything is divided by the largest b^(k-1), so
that the sign is right however small the sum gets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalekit.sampling.verifier import acceptance, expected_attempts

Array = NDArray[np.float64]

DENSE = 64
"""Every k up to here is looked at; beyond, eight in each doubling, before the search begins."""

DOUBLINGS = 14

GRID: Array = 1.0 + np.concatenate(
    [np.arange(DENSE), *(2.0**j * np.arange(DENSE, 2 * DENSE, 8) for j in range(DOUBLINGS))]
)

LARGEST = 2.0**53
"""Beyond, float64 does not tell one k from the next."""

NOTHING = -600.0
"""Logarithm that stands for that of 0."""

NEGLIGIBLE = 1e-260
"""What is 0 beside terms near 1; numbers too small for all their digits would slow all down."""

AT_ONCE = 4_000_000
"""Elements that are computed in one piece, to bound the memory."""

CACHED = 100_000
"""Powers of several settings that are computed together, so that they stay in the cache."""

ROWS = 1000
"""Cells whose powers are computed together, so that they stay in the cache."""

SIXTH = 10.2
"""Bound of the sixth derivative of exp(-exp(x)), which is at most 10.16."""

SECANTS = 6
"""Steps by interpolation before the search halves."""


@dataclass(frozen=True)
class Marginal:
    """Marginal utility of attempt k, up to a positive factor, for cells with settings of rates.

    Attributes
    ----------
    log_ratio : array of shape (settings, types)
        Logarithm of the rejection over the largest one.
    terms : array of shape (types, 3)
        Weights of the types times what a correct, a wrong answer and an attempt count.
    setting : integer array of shape (cells,)
        Which setting of rates a cell has.
    values : array of shape (cells, 3)
        What a correct, a wrong answer and an attempt are worth in a cell.
    """

    log_ratio: Array
    terms: Array
    setting: NDArray[np.intp]
    values: Array

    def pick(self, cells: NDArray[np.intp]) -> Marginal:
        """Return the same for some of the cells."""
        return Marginal(self.log_ratio, self.terms, self.setting[cells], self.values[cells])

    def sums(self) -> Array:
        """Return the three sums at all k of the grid, shape (settings, k, 3)."""
        types = len(self.terms)
        found = np.empty((len(self.log_ratio), GRID.size, 3))
        step = max(1, CACHED // (GRID.size * types))
        space = np.empty((step, GRID.size, types))
        for first in range(0, len(found), step):
            ratio = self.log_ratio[first : first + step]
            rows = space[: len(ratio)]
            rows[:, 0] = 1.0
            for j in range(DENSE.bit_length() - 1):
                half, twice = rows[:, : 2**j], rows[:, 2**j : 2 ** (j + 1)]
                np.multiply(half, _powers(ratio, 2.0**j)[:, None], out=twice)
                twice[twice < NEGLIGIBLE] = 0.0
            before = rows[:, DENSE // 2 : DENSE : 4]
            for j in range(DENSE, GRID.size, 8):
                before = np.square(before, out=rows[:, j : j + 8])
                before[before < NEGLIGIBLE] = 0.0
            np.matmul(rows, self.terms, out=found[first : first + step])
        return found

    def after(self, k: Array) -> tuple[Array, Array]:
        """Return the marginal utilities of attempts k and k + 1, one k a cell."""
        found = np.empty((2, k.size))
        ratios = np.exp(self.log_ratio)
        for first in range(0, k.size, ROWS):
            part = slice(first, first + ROWS)
            setting, values = self.setting[part], self.values[part]
            powers = _powers(self.log_ratio[setting], (k[part] - 1)[:, None])
            found[0, part] = np.einsum("ij,ij->i", powers @ self.terms, values)
            powers *= ratios[setting]
            found[1, part] = np.einsum("ij,ij->i", powers @ self.terms, values)
        return found[0], found[1]


def most_useful(
    p: Array, w: Array, tpr: Array, fpr: Array, wrong_cost: Array, attempt_cost: Array
) -> Array:
    """Return the best number of attempts in every cell.

    Parameters
    ----------
    p, w : array of shape (types,)
        Accuracies and weights.
    tpr, fpr : array of shape (..., 1) or (..., types)
        Rates, the same for all types or one each.
    wrong_cost, attempt_cost : array
        Prices.

    Returns
    -------
    array
        Of the shape to which the leading axes of the rates and the prices broadcast.
    """
    uniform = tpr.shape[-1] == 1 and fpr.shape[-1] == 1
    rates = np.broadcast_shapes(tpr.shape[:-1], fpr.shape[:-1])
    shape = np.broadcast_shapes(rates, wrong_cost.shape, attempt_cost.shape)
    settings = math.prod(rates)
    index = np.broadcast_to(np.arange(settings).reshape(rates), shape).ravel()
    costs = [np.broadcast_to(c, shape).ravel() for c in (wrong_cost, attempt_cost)]
    width = 1 if uniform else p.size
    tpr, fpr = (np.broadcast_to(r, (*rates, width)).reshape(settings, width) for r in (tpr, fpr))

    used = w > 0
    p, w = p[used], w[used] / w[used].sum()
    if not uniform:
        tpr, fpr = tpr[:, used], fpr[:, used]
    piece = max(1, AT_ONCE // (GRID.size * p.size)) if uniform else 1
    best: Array = np.empty(index.size)
    for first in range(0, settings, piece):
        part = slice(first, first + piece)
        cells = np.flatnonzero((index >= first) & (index < first + piece))
        if cells.size:
            solve = _same_rates if uniform else _own_rates
            best[cells] = solve(
                p, w, tpr[part], fpr[part], index[cells] - first, *(c[cells] for c in costs)
            )
    return best.reshape(shape)


def _same_rates(
    p: Array,
    w: Array,
    tpr: Array,
    fpr: Array,
    setting: NDArray[np.intp],
    wrong_cost: Array,
    attempt_cost: Array,
) -> Array:
    """Solve cells whose rates are the same for all types: one change of sign at most."""
    p, place = np.unique(p, return_inverse=True)
    w = np.bincount(place, w).astype(np.float64)
    accepted, rejected = acceptance(p, tpr, fpr)
    tpr, fpr = tpr[setting, 0], fpr[setting, 0]

    def value(accuracy: float) -> Array:
        return accuracy * tpr - wrong_cost * (1 - accuracy) * fpr - attempt_cost

    first, hardest, easiest = value(float(w @ p)), value(p[0]), value(p[-1])
    # Of the types worth something the one that is rejected most decides about endless attempts.
    last = np.where(hardest != 0, rejected[setting, 0], rejected[setting, min(1, p.size - 1)])
    endless = np.where(last > 0, math.inf, 1.0)

    better, worse = tpr > fpr, tpr < fpr
    best = np.where(~better & ~worse & (first > 0), endless, 0.0)
    best = np.where(better & (hardest >= 0) & (easiest > 0), endless, best)

    values = np.stack([tpr, -wrong_cost * fpr, -attempt_cost], axis=1)
    terms = w[:, None] * np.stack([p, 1 - p, np.ones_like(p)], axis=1)
    if worse.any():
        # Wrong answers come first here, so that only the limit can be the best.
        limit = _limit(accepted, terms, setting, values)
        best[worse & (limit > 0)] = math.inf
    searched = better & (hardest < 0) & (first > 0)
    cells = np.flatnonzero(searched)
    if cells.size:
        marginal = Marginal(_log_ratio(accepted, rejected), terms, setting, values).pick(cells)
        best[cells] = _turn(marginal)
    return best


def _own_rates(
    p: Array,
    w: Array,
    tpr: Array,
    fpr: Array,
    setting: NDArray[np.intp],
    wrong_cost: Array,
    attempt_cost: Array,
) -> Array:
    """Solve the cells of one setting in which each type has its rates: several turns."""
    accepted, rejected = acceptance(p, tpr, fpr)
    terms = w[:, None] * np.stack([p * tpr[0], (1 - p) * fpr[0], np.ones_like(p)], axis=1)
    values = np.stack([np.ones_like(wrong_cost), -wrong_cost, -attempt_cost], axis=1)
    worth = values @ terms.T
    order = np.argsort(-rejected[0], kind="stable")
    ordered = worth[:, order]
    lead = np.argmax(ordered != 0, axis=1)
    rising = np.take_along_axis(ordered, lead[:, None], axis=1)[:, 0] > 0
    rising &= rejected[0, order][lead] > 0

    marginal = Marginal(_log_ratio(accepted, rejected), terms, setting, values)
    table = values @ marginal.sums()[0].T
    # Attempt 0 stands before the grid and the sign at infinity after it.
    positive = np.column_stack([np.ones(len(values), bool), table > 0, rising])
    cells, turns = np.nonzero(positive[:, :-1] & ~positive[:, 1:])
    cells, turns = cells[turns > 0], turns[turns > 0] - 1
    k = GRID[turns]
    wide = np.flatnonzero(turns >= DENSE - 1)
    if wide.size:
        ends = np.minimum(turns[wide, None] + [0, 1], GRID.size - 1)
        seen = np.take_along_axis(table[cells[wide]], ends, axis=1)
        k[wide] = _between(marginal.pick(cells[wide]), GRID[ends], seen)
    tries = expected_attempts(accepted, rejected, k[:, None])
    utility = np.einsum("ij,ij->i", tries @ terms, values[cells])

    best, top = np.zeros(len(values)), np.zeros(len(values))
    for cell, attempts, gained in zip(cells, k, utility, strict=True):
        if gained > top[cell]:
            best[cell], top[cell] = attempts, gained
    limit = _limit(accepted, terms, setting, values)
    # A sum that has stopped changing is no maximum below the limit.
    best[rising & (limit > 0) & (limit >= top * (1 - 1e-14))] = math.inf
    return best


def _log_ratio(accepted: Array, rejected: Array) -> Array:
    """Return log(rejected) less the largest of the setting, exact where acceptance is tiny."""
    often = accepted > 0.5
    logs = np.log1p(-np.where(often, 0.5, accepted))
    some = rejected > 0
    logs = np.where(often, np.where(some, np.log(np.where(some, rejected, 1.0)), NOTHING), logs)
    top = logs.max(axis=1, keepdims=True)
    return np.asarray(logs - np.where(top == NOTHING, 0.0, top))


def _powers(log_ratio: Array, exponents: Array | float) -> Array:
    """Return the ratios to the powers, 0 for what is negligible."""
    powers = log_ratio * exponents
    np.maximum(powers, NOTHING, out=powers)
    np.exp(powers, out=powers)
    powers[powers < NEGLIGIBLE] = 0.0
    return powers


def _limit(accepted: Array, terms: Array, setting: NDArray[np.intp], values: Array) -> Array:
    """Return the utility of endless attempts."""
    reached = np.greater(accepted, 0)
    sums = (reached / np.where(reached, accepted, 1.0)) @ terms
    limit: Array = np.einsum("ij,ij->i", sums[setting], values)
    # Problems on which nothing is ever accepted cost attempts without end.
    stuck = (accepted.min(axis=1) == 0)[setting] & (values[:, 2] < 0)
    return np.where(stuck, -math.inf, limit)


def _turn(marginal: Marginal) -> Array:
    """Return the last k whose marginal utility is positive, of cells that have exactly one turn."""
    sums = marginal.sums()
    lower = np.zeros(marginal.setting.size, np.intp)
    upper = np.full(marginal.setting.size, GRID.size)
    # Only the signs at some places of the grid are needed.
    for _ in range(GRID.size.bit_length()):
        middle = (lower + upper) // 2
        here = np.einsum("ij,ij->i", sums[marginal.setting, middle], marginal.values) > 0
        lower = np.where(here, middle, lower)
        upper = np.where(here, upper, np.maximum(middle, lower + 1))
    k = GRID[lower]
    wide = np.flatnonzero(lower >= DENSE - 1)
    if wide.size:
        k[wide], sure = _interpolated(marginal.pick(wide), lower[wide], sums)
        wide = wide[~sure]
    if wide.size:
        cells = marginal.pick(wide)
        ends = np.minimum(lower[wide, None] + [0, 1], GRID.size - 1)
        seen = np.einsum("ijk,ik->ij", sums[cells.setting[:, None], ends], cells.values)
        k[wide] = _between(cells, GRID[ends], seen)
    return k


def _interpolated(
    marginal: Marginal, place: NDArray[np.intp], sums: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the turns after places of the grid, and for which that is certain.

    From the polynomial in log(k - 1) through six places around. No sixth derivative of
    e^(-y), y = e^x, is above `SIXTH`, so that the error of the polynomial is bounded; the answer is
    certain where its values at k and at k + 1 are beyond that bound on either side of 0.
    """
    first = np.minimum(place - 2, GRID.size - 6)
    points = first + np.arange(6)[:, None]
    x = np.log(GRID[points] - 1)
    y = np.einsum("jik,ik->ji", sums[marginal.setting, points], marginal.values)
    gaps = (x[:, None] - x + np.eye(6)[..., None]).prod(axis=1)
    y /= gaps
    largest = np.abs(marginal.values) @ marginal.terms.sum(axis=0)

    def polynomial(k: Array) -> tuple[Array, Array]:
        far = np.log(k - 1) - x
        product = far.prod(axis=0)
        inside = np.where(far == 0, 1.0, far)
        basis = np.where(far == 0, gaps, product / inside)
        return (y * basis).sum(axis=0), np.abs(product) / 720 * SIXTH * largest

    low, high = GRID[place], GRID[np.minimum(place + 1, GRID.size - 1)]
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        positive = polynomial(middle)[0] > 0
        low, high = np.where(positive, middle, low), np.where(positive, high, middle)
    (now, error), (then, error_then) = polynomial(low), polynomial(low + 1)
    rounding = 1e-13 * largest
    sure = (now > error + rounding) & (then < -error_then - rounding)
    return low, sure & (place <= GRID.size - 4)


def _between(marginal: Marginal, ends: Array, seen: Array) -> Array:
    """Return the last k with a positive marginal utility in a bracket of one turn.

    Parameters
    ----------
    marginal : Marginal
        Of the cells.
    ends, seen : array of shape (cells, 2)
        Ends of the bracket, and the marginal utilities there: positive at the first; where they
        are at the second too, the bracket is widened.
    """
    (lower, upper), (at_lower, at_upper) = ends.T.copy(), seen.T.copy()
    while (beyond := np.flatnonzero((at_upper > 0) & (upper < LARGEST))).size:
        lower[beyond], at_lower[beyond] = upper[beyond], at_upper[beyond]
        upper[beyond] *= 2
        at_upper[beyond] = marginal.pick(beyond).after(upper[beyond])[0]
    lower = np.where(at_upper > 0, upper, lower)
    step = 0
    while (open_ := np.flatnonzero(upper - lower > 1)).size:
        low, high = lower[open_], upper[open_]
        a, b = at_lower[open_], at_upper[open_]
        secant = low * (high / low) ** (a / (a - b))
        guess = secant if step < SECANTS else (low + high) / 2
        k = np.clip(np.floor(guess), low, high - 1)
        now, then = marginal.pick(open_).after(k)
        up, down = then > 0, now <= 0
        lower[open_] = np.where(up, k + 1, np.where(down, low, k))
        at_lower[open_] = np.where(up, then, np.where(down, a, now))
        upper[open_] = np.where(down, k, np.where(up, high, k + 1))
        at_upper[open_] = np.where(down, now, np.where(up, b, then))
        step += 1
    return lower
