"""Published fits of coverage as problems of a mean accuracy and an unevenness."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scalekit import laws, sampling
from scalekit.laws.law import Law

LAW = "coverage-power-law"
FAR = 100.0
"""Samples at which the problems have the coverage of the fit, beside 1."""


@dataclass(frozen=True)
class Task:
    """A model on a benchmark.

    Attributes
    ----------
    label : str
        Caption.
    accuracy, spread : float
        Of problems whose coverage at 1 and at `FAR` samples is that of the fit; to 4 digits,
        which a link carries.
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
    from scipy.optimize import brentq  # slow to import

    law = laws.get(LAW, variant)
    accuracy, far = float(law(k=1.0)), float(law(k=FAR))

    def missing(spread: float) -> float:
        return float(sampling.from_mean_and_spread(accuracy, spread).pass_at_k(FAR)) - far

    spread = brentq(missing, 1e-3, 1.0 - 1e-6)
    return Task(
        law.variant_facts.label, float(f"{accuracy:.4g}"), float(f"{spread:.4g}"), law
    )
