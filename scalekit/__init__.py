"""Scaling laws and cost models that say where every number comes from.

Importing scalekit switches JAX to double precision for the whole process: the
fits behind the laws are too flat for float32, and JAX's context manager loses
float64 in worker threads and under outer transformations.
"""

import jax

jax.config.update("jax_enable_x64", True)

from scalekit import (  # noqa: E402 - after the switch above
    allocation,
    cards,
    comparisons,
    datasets,
    hardware,
    laws,
    models,
    sampling,
    schedules,
    serving,
)

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "allocation",
    "cards",
    "comparisons",
    "datasets",
    "hardware",
    "laws",
    "models",
    "sampling",
    "schedules",
    "serving",
]
