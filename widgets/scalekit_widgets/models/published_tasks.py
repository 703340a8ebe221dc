"""Published fits of coverage as problems of a mean accuracy and an unevenness."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from scalekit import laws, sampling
from scalekit.laws.law import Law

LAW = "coverage-power-law"
POINTS = 12
"""Numbers of samples, evenly spaced in logarithm, at which coverage is matched."""


@dataclass(frozen=True)
class Task:
    """A model on a benchmark.

    Attributes
    ----------
    label : str
        Caption.
    accuracy, spread : float
        Of problems with the coverage of the fit at one sample, and nearest to it over all the
        samples it was made for; to 4 digits, which a link carries.
    law : Law
        The fit itself.
    """

    label: str
    accuracy: float
    spread: float
    law: Law


@cache
def tasks() -> dict[str, Task]:
    """Return all models and benchmarks that coverage was fitted for, by their variant."""
    return {name: _task(name) for name in laws.facts(LAW).variants}


def _task(variant: str) -> Task:
    from scipy.optimize import minimize_scalar  # slow to import

    law = laws.get(LAW, variant)
    k = np.geomspace(1.0, law.domain["k"].upper, POINTS)
    wanted = np.asarray(law(k=k))
    accuracy = float(wanted[0])

    def miss(spread: float) -> float:
        found = sampling.from_mean_and_spread(accuracy, spread).pass_at_k(k)
        return float(np.sum((np.asarray(found) - wanted) ** 2))

    spread = float(minimize_scalar(miss, bounds=(1e-3, 0.999), method="bounded").x)
    return Task(law.variant_facts.label, float(f"{accuracy:.4g}"), float(f"{spread:.4g}"), law)
