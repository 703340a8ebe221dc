"""A million allocations in one call, against a loop of SciPy over some of them."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from benchmarks.report import Row, best_time, duration, ratio
from scalekit import allocation, laws

MANY = 1_000_000
NUMERICAL = 10_000
LOOPED = 1_000
BUDGET = 1e23


def _loop_budgets(C: np.ndarray) -> None:
    form = laws.get("chinchilla-loss").form
    for budget in C.tolist():
        minimize_scalar(
            lambda x, c=budget: float(form(N=np.exp(x), D=c / (6 * np.exp(x)))),
            bounds=(np.log(1e6), np.log(budget / 6e6)),
            method="bounded",
        )


def _loop_limits(U: np.ndarray) -> None:
    form = allocation.lifetime_optimal(BUDGET, U=1e11).problem.law.form
    for unique in U.tolist():
        minimize_scalar(
            lambda x, u=unique: float(
                form.over_corpus(np.exp(x), BUDGET / (6 * np.exp(x)), u)  # type: ignore[attr-defined]
            ),
            bounds=(np.log(1e6), np.log(BUDGET / 6e6)),
            method="bounded",
        )


def _row(name: str, mine: float, of: int, other: float) -> Row:
    """Return a row in which both times are scaled to a million allocations."""
    mine, other = mine * MANY / of, other * MANY / LOOPED
    scaled = "" if of == MANY else f", scaled from {of:,}"
    return Row(
        f"a million allocations, {name}{scaled}",
        duration(mine),
        f"SciPy loop, scaled from {LOOPED:,}: {other:.0f} s ({ratio(other / mine)} longer)",
        of,
    )


def run() -> list[Row]:
    """Return the time of a million allocations in closed form, and of numerical ones."""
    C = np.geomspace(1e18, 1e26, MANY)
    U = np.geomspace(1e9, 1e13, NUMERICAL)
    return [
        _row(
            "compute_optimal over budgets",
            best_time(lambda: allocation.compute_optimal(C), repeats=5),
            MANY,
            best_time(lambda: _loop_budgets(C[:: MANY // LOOPED]), repeats=2),
        ),
        _row(
            "lifetime_optimal over unique tokens",
            best_time(lambda: allocation.lifetime_optimal(BUDGET, U=U), repeats=3),
            NUMERICAL,
            best_time(lambda: _loop_limits(U[:: NUMERICAL // LOOPED]), repeats=2),
        ),
    ]
