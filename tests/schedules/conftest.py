"""Schedules of the public loss curves."""

from collections.abc import Callable

import numpy as np
import pytest

from scalekit import schedules

WARMUP, PEAK, END = 2160, 3e-4, 3e-5


def _run_rates(name: str) -> np.ndarray:
    """Return the learning rate of every step of a run, from its name."""
    shape, *numbers = name.split("_")
    total = 16_000 if shape == "wsdcon" else int(numbers[-1])
    step = np.arange(total)
    if shape == "cosine":
        return schedules.cosine(step, total, PEAK, END, WARMUP)
    decay = {"wsd": "exponential", "wsdld": "linear"}.get(shape)
    if decay:
        return schedules.warmup_stable_decay(step, total, 20_000, PEAK, END, decay, WARMUP)
    rates = schedules.warmup_stable_decay(step, total, total, PEAK, PEAK, "linear", WARMUP)
    if shape == "wsdcon":
        rates[8000:] = float(numbers[0]) * 1e-5
    return rates


@pytest.fixture
def run_rates() -> Callable[[str], np.ndarray]:
    """Return the function that turns the name of a public run into its learning rates."""
    return _run_rates
