"""The jitted solver against SciPy's on the same questions: time and agreement."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from benchmarks.report import Row, best_time, duration, ratio
from scalekit import allocation, laws

QUESTIONS = 500


def questions() -> tuple[np.ndarray, np.ndarray]:
    """Return compute budgets (FLOP) and unique tokens that keep one valley in the objective."""
    rng = np.random.default_rng(0)
    C = np.exp(rng.uniform(np.log(1e20), np.log(1e25), QUESTIONS))
    fresh = allocation.compute_optimal(C, "chinchilla-loss").D
    return C, fresh * np.exp(rng.uniform(np.log(0.05), np.log(2.0), QUESTIONS))


def with_scipy(C: np.ndarray, U: np.ndarray) -> np.ndarray:
    """Return the best parameters under a limit on unique tokens, one question at a time."""
    form = laws.get("data-constrained-loss").form
    found = []
    for budget, unique in zip(C.tolist(), U.tolist(), strict=True):

        def loss(log_N: float, budget: float = budget, unique: float = unique) -> float:
            N = np.exp(log_N)
            return float(form(N=N, D=budget / (6 * N), U=unique))

        answer = minimize_scalar(
            loss, bounds=(np.log(1e6), np.log(budget / 6e6)), method="bounded",
            options={"xatol": 1e-10},
        )  # fmt: skip
        found.append(np.exp(answer.x))
    return np.array(found)


def run() -> list[Row]:
    """Return how much faster the solver is and how far both answers are apart."""
    C, U = questions()
    mine = best_time(lambda: allocation.data_constrained(C, U))
    other = best_time(lambda: with_scipy(C, U), repeats=2)
    N = allocation.data_constrained(C, U).N
    by_scipy = with_scipy(C, U)
    apart = np.abs(np.log(N / by_scipy))
    law = laws.get("data-constrained-loss")
    worse = law(N=N, D=C / 6 / N, U=U) / law(N=by_scipy, D=C / 6 / by_scipy, U=U) - 1
    return [
        Row(
            f"data_constrained, {QUESTIONS} questions in one call",
            duration(mine),
            f"SciPy one by one: {duration(other)} ({ratio(other / mine)} faster)",
            QUESTIONS,
        ),
        Row(
            "parameters of both solvers apart, median and largest",
            f"{np.median(apart):.1e}, {np.max(apart):.1e}",
            f"loss above SciPy's at most {max(float(np.max(worse)), 0.0):.1e}, relative",
            QUESTIONS,
        ),
    ]
