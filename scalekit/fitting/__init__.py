"""Fits of laws to runs, and how sure their coefficients are."""

from scalekit.fitting.replication import (
    START,
    bootstrap,
    fit,
    huber_objective,
)

__all__ = ["START", "bootstrap", "fit", "huber_objective"]
