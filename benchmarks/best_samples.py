"""A map of the best number of samples, against a loop over its cells."""

from __future__ import annotations

import numpy as np

from benchmarks.report import Row, best_time, duration, ratio
from scalekit import sampling

SIDE, LOOPED = 200, 20
TPR, ATTEMPT_COST = 0.95, 0.011


def _map(side: int) -> tuple[np.ndarray, np.ndarray]:
    return np.geomspace(1e-3, 1.0, side), np.geomspace(1e-2, 1e2, side)


def _loop(p: np.ndarray, weights: np.ndarray) -> None:
    rates, costs = _map(LOOPED)
    for rate in rates.tolist():
        for cost in costs.tolist():
            sampling.optimal_attempts(p, weights, TPR, rate, cost, ATTEMPT_COST)


def run() -> list[Row]:
    """Return the time of the map with all nodes of a difficulty, and as the app draws it."""
    from scalekit_widgets.models import sampling_compute as maths

    cells, few = SIDE**2, LOOPED**2
    rates, costs = _map(SIDE)
    p, weights = sampling.from_mean_and_spread(0.3, 0.5).nodes()
    of = maths.problems(0.3, 0.5)
    full = best_time(
        lambda: sampling.optimal_attempts(p, weights, TPR, rates[:, None], costs, ATTEMPT_COST)
    )
    loop = best_time(lambda: _loop(p, weights), repeats=2) * cells / few
    drawn = best_time(lambda: maths.best_map(of, TPR, ATTEMPT_COST))
    told = f"loop over cells, scaled from {few}: {loop:.0f} s"
    return [
        Row(f"best number of samples, map of {SIDE} x {SIDE}, {p.size} difficulties",
            duration(full), f"{told} ({ratio(loop / full)} longer)", cells),
        Row(f"the same as the app draws it, {of.thinned().p.size} difficulties",
            duration(drawn), f"{told} ({ratio(loop / drawn)} longer)", cells),
    ]  # fmt: skip
