"""Data: the packaged tables of facts, and public run data fetched on demand."""

from scalekit.datasets.cache import (
    CACHE_VARIABLE,
    ChecksumError,
    DataUnavailableError,
    cache_directory,
)
from scalekit.datasets.chinchilla import chinchilla_runs
from scalekit.datasets.loading import describe, load, names
from scalekit.datasets.tables import cards, hardware, models, prices, training_tokens

__all__ = [
    "CACHE_VARIABLE",
    "ChecksumError",
    "DataUnavailableError",
    "cache_directory",
    "cards",
    "chinchilla_runs",
    "describe",
    "hardware",
    "load",
    "models",
    "names",
    "prices",
    "training_tokens",
]
