"""Loss curves of several schedules over the same number of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import choice, number
from scalekit.schedules.annealing import annealing_loss
from scalekit.schedules.multi_power import multi_power_loss
from scalekit.schedules.rates import cosine, rex, warmup_stable_decay
from scalekit.schedules.registry import facts

SHAPES = (
    "constant",
    "cosine",
    "wsd-exponential",
    "wsd-linear",
    "wsd-inverse",
    "wsd-sqrt",
    "rex",
    "rex-reference-code",
)
"""Schedules that `learning_rates` and `compare` know by name."""

LAWS = ("annealing-loss", "multi-power-loss")


@dataclass(frozen=True)
class ScheduleComparison:
    """Several schedules over the same steps.

    Attributes
    ----------
    shapes : tuple of str
        Names of the schedules.
    learning_rates : dict of array
        Learning rate of every step, by name.
    losses : dict of array
        Loss in nats/token after every step, by name.
    """

    shapes: tuple[str, ...]
    learning_rates: dict[str, np.ndarray]
    losses: dict[str, np.ndarray]

    @property
    def final(self) -> dict[str, float]:
        """Loss after the last step, by name, the lowest first."""
        last = {name: float(self.losses[name][-1]) for name in self.shapes}
        return dict(sorted(last.items(), key=lambda item: item[1]))

    @property
    def best(self) -> str:
        """Name of the schedule with the lowest loss at the end."""
        return next(iter(self.final))


def learning_rates(
    shape: str,
    steps: int,
    peak: float,
    end: float = 0.0,
    warmup: int = 0,
    decay_fraction: float = 0.2,
) -> np.ndarray:
    """Return the learning rate of every step of a schedule.

    Parameters
    ----------
    shape : str
        One of `SHAPES`. ``constant`` stays at the peak.
    steps : int
        Number of steps; `end` would be reached at the step after the last.
    peak, end : float
        Highest learning rate, and the one that the schedule goes down to.
    warmup : int
        Steps of the linear warm-up, part of `steps`.
    decay_fraction : float
        Share of the steps, above 0 up to 1, in which a warm-up-stable-decay schedule
        decays, at most what the warm-up leaves.

    Returns
    -------
    array
        One learning rate per step.

    Raises
    ------
    ValueError
        For an unknown shape or numbers that are not allowed.
    """
    choice("shape", shape, SHAPES)
    count = number("steps", steps, 1.0, lower_open=False, unit="steps")
    if count != round(count):
        raise ValueError(f"steps is {count:g}; allowed: a whole number from 1")
    share = number("decay_fraction", decay_fraction, 0.0, 1.0)
    step = np.arange(int(count), dtype=np.float64)
    if shape == "cosine":
        return cosine(step, count, peak, end, warmup)
    if shape == "constant":
        return warmup_stable_decay(step, count, count, peak, peak, "linear", warmup)
    if shape.startswith("wsd-"):
        begin = max(count * (1.0 - share), warmup)
        kind = shape.removeprefix("wsd-")
        return warmup_stable_decay(step, count, begin, peak, end, kind, warmup)
    # The warm-up and the checks are those of a linear decay; REX replaces its fall.
    linear = warmup_stable_decay(step, count, warmup, peak, end, "linear", warmup)
    left = np.clip((step - warmup) / max(count - warmup, 1.0), 0.0, 1.0)
    fall = rex(left, "paper" if shape == "rex" else "reference-code")
    return np.where(step < warmup, linear, end + (peak - end) * fall)


def compare(
    shapes: Sequence[str],
    steps: int,
    peak: float,
    end: float = 0.0,
    warmup: int = 0,
    decay_fraction: float = 0.2,
    law: str = "annealing-loss",
    variant: str | None = None,
    N: float | None = None,
) -> ScheduleComparison:
    """Return the learning rates and loss curves of several schedules at the same step count.

    Parameters
    ----------
    shapes : sequence of str
        Which of `SHAPES`.
    steps, peak, end, warmup, decay_fraction
        As for `learning_rates`.
    law : {"annealing-loss", "multi-power-loss"}
        Law of the loss. The annealing law leaves the warm-up out of the annealing area.
    variant : str, optional
        Coefficients of the law; its default if left out.
    N : float, optional
        Non-embedding parameters, for the joint variants of the annealing law.

    Returns
    -------
    ScheduleComparison
        Learning rates and losses by name, and the best schedule.

    Raises
    ------
    ValueError
        For an unknown or repeated shape, an unknown law or variant, or numbers that are
        not allowed.

    Examples
    --------
    >>> from scalekit import schedules
    >>> schedules.compare(["cosine", "wsd-linear"], 20_000, peak=2e-4).best
    'wsd-linear'
    """
    choice("law", law, LAWS)
    chosen = facts(law).default if variant is None else variant
    asked = (shapes,) if isinstance(shapes, str) else tuple(shapes)
    repeated = sorted({name for name in asked if asked.count(name) > 1})
    if repeated or not asked:
        raise ValueError(f"shapes is {asked!r}; allowed: different names of {', '.join(SHAPES)}")
    if law == "multi-power-loss" and N is not None:
        raise ValueError(f"N is {N!r}; allowed: None, the size is part of the variant")
    rates: dict[str, np.ndarray] = {}
    losses: dict[str, Any] = {}
    for shape in asked:
        rates[shape] = learning_rates(shape, steps, peak, end, warmup, decay_fraction)
        if law == "annealing-loss":
            losses[shape] = annealing_loss(rates[shape], start=warmup + 1, variant=chosen, N=N)
        else:
            losses[shape] = multi_power_loss(rates[shape], chosen)
    return ScheduleComparison(asked, rates, losses)
