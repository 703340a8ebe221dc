"""What calling a law costs over writing its formula down in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.report import Row, best_time, duration, ratio
from scalekit import laws

POINTS = 1_000_000


def _chinchilla(k: dict[str, float], x: dict[str, np.ndarray]) -> np.ndarray:
    return k["E"] + k["A"] / x["N"] ** k["alpha"] + k["B"] / x["D"] ** k["beta"]


def _minicpm(k: dict[str, float], x: dict[str, np.ndarray]) -> np.ndarray:
    N, D = x["N"] / 1e9, x["D"] / 1e9
    return k["E"] + k["A"] / N ** k["alpha"] + k["B"] / D ** k["beta"]


def _kaplan(k: dict[str, float], x: dict[str, np.ndarray]) -> np.ndarray:
    size = (k["N_c"] / x["N"]) ** (k["alpha_N"] / k["alpha_D"])
    return (size + k["D_c"] / x["D"]) ** k["alpha_D"]


def _overtraining(k: dict[str, float], x: dict[str, np.ndarray]) -> np.ndarray:
    M, eta = x["M"], k["eta"]
    return k["E"] + (k["a"] * M**eta + k["b"] * M**-eta) * x["C"] ** -eta


def _repetition(k: dict[str, float], x: dict[str, np.ndarray]) -> np.ndarray:
    N, D, alpha, beta = x["N"], x["D"], k["alpha"], k["beta"]
    U = np.minimum(x["U"], D)
    G = (alpha * k["A"] / (beta * k["B"])) ** (1 / (alpha + beta))
    N_unique = np.minimum(N, (U * G) ** (beta / alpha) * G)
    tokens = U + U * k["R_D"] * (1 - np.exp(-(D / U - 1) / k["R_D"]))
    size = N_unique + N_unique * k["R_N"] * (1 - np.exp(-(N / N_unique - 1) / k["R_N"]))
    return k["E"] + k["A"] / size**alpha + k["B"] / tokens**beta


BARE: dict[str, Callable[[dict[str, float], dict[str, np.ndarray]], np.ndarray]] = {
    "chinchilla-loss": _chinchilla,
    "minicpm-loss": _minicpm,
    "kaplan-loss": _kaplan,
    "overtraining-loss": _overtraining,
    "data-constrained-loss": _repetition,
}
"""The loss laws of several variables as their papers print them."""


def run() -> list[Row]:
    """Return the time of each law on a million points, beside the bare expression."""
    rows = []
    rng = np.random.default_rng(0)
    for slug, bare in BARE.items():
        law = laws.get(slug)
        inputs: dict[str, Any] = {}
        for name, quantity in law.inputs.items():
            low, high = np.log(quantity.slider)
            inputs[name] = np.exp(rng.uniform(low, high, POINTS))
        coefficients = {name: float(value) for name, value in law.coefficients.items()}
        apart = np.max(np.abs(bare(coefficients, inputs) / law(**inputs) - 1))
        if not apart < 1e-9:
            raise RuntimeError(f"{slug} differs from its bare expression by {apart:.1e}")
        mine = best_time(lambda law=law, inputs=inputs: law(**inputs))
        other = best_time(lambda f=bare, k=coefficients, x=inputs: f(k, x))
        rows.append(
            Row(
                f"{slug}, a million points",
                duration(mine),
                f"bare NumPy: {duration(other)} ({ratio(mine / other)})",
                POINTS,
            )
        )
    return rows
