"""Learning rates of published schedules, step by step."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from scalekit.checks import choice, number
from scalekit.laws.form import plain
from scalekit.schedules.registry import describe, facts

RATE = "learning rate"


def cosine(step: Any, total: Any, peak: Any, end: Any = 0.0, warmup: Any = 0) -> Any:
    """Return the learning rate of a half cosine after a linear warm-up.

    Parameters
    ----------
    step : float or array
        Step, from 0 to `total`.
    total : float or array
        Steps of the whole training.
    peak, end : float or array
        Highest learning rate, and the one at `total`, from 0 up to the highest.
    warmup : float or array
        Steps of the warm-up, from rate 0 at step 0 to the peak at step `warmup` - 1.

    Returns
    -------
    float or array
        Learning rate.

    Raises
    ------
    ValueError
        For a step after `total`, a warm-up longer than `total`, or an end above the peak.

    Examples
    --------
    >>> from scalekit import schedules
    >>> schedules.cosine(500, 1000, peak=3e-4, end=0.0)
    0.00015
    """
    inputs = _times(step, total, warmup) | _heights(peak, end, lower_open=False)
    return plain(describe("cosine").form(**inputs))


def warmup_stable_decay(
    step: Any,
    total: Any,
    decay_start: Any,
    peak: Any,
    end: Any,
    decay: str = "exponential",
    warmup: Any = 0,
) -> Any:
    """Return the learning rate of a warm-up, a plateau at the peak and a decay (WSD).

    Parameters
    ----------
    step : float or array
        Step, from 0 to `total`.
    total : float or array
        Steps of the whole training.
    decay_start : float or array
        Step at which the decay begins, from `warmup` to `total`; at `total` the rate
        stays at the peak throughout.
    peak, end : float or array
        Highest learning rate, and the one at `total`, up to the highest. The exponential
        and the inverse decay need an end above 0.
    decay : {"exponential", "linear", "inverse", "sqrt"}
        ``peak^(1-t) end^t``, linear in t, linear in 1/rate (WSD-S), or linear in the root of
        t, where t goes from 0 to 1 during the decay.
    warmup : float or array
        Steps of the warm-up, from rate 0 at step 0 to the peak at step `warmup` - 1.

    Returns
    -------
    float or array
        Learning rate.

    Raises
    ------
    ValueError
        For an unknown decay, an end of 0 where it cannot be, or steps out of order.
    """
    choice("decay", decay, facts("warmup-stable-decay").variants)
    times = _times(step, total, warmup)
    begin = number("decay_start", decay_start, lower_open=False, unit="steps")
    _ordered("warmup", times["warmup"], "decay_start", begin)
    _ordered("decay_start", begin, "total", times["total"])
    heights = _heights(peak, end, lower_open=decay in ("exponential", "inverse"))
    form = describe("warmup-stable-decay", decay).form
    return plain(form(decay_start=begin, **times, **heights))


def rex(progress: Any, variant: str = "paper") -> Any:
    """Return the multiple of the peak learning rate of the REX schedule.

    Parameters
    ----------
    progress : float or array
        Share of training done, 0 to 1.
    variant : {"paper", "reference-code"}
        The two formulas in circulation under this name: they differ by up to a factor 5
        towards the end.

    Returns
    -------
    float or array
        Learning rate over its peak: 1 at the beginning, 0 at the end.

    Raises
    ------
    ValueError
        For a progress outside 0 to 1 or an unknown variant.
    """
    form = describe("rex", variant).form
    return plain(form(number("progress", progress, 0.0, 1.0, lower_open=False)))


def _times(step: Any, total: Any, warmup: Any) -> dict[str, Any]:
    found = {
        "step": number("step", step, lower_open=False, unit="steps"),
        "total": number("total", total, unit="steps"),
        "warmup": number("warmup", warmup, lower_open=False, unit="steps"),
    }
    _ordered("step", found["step"], "total", found["total"])
    _ordered("warmup", found["warmup"], "total", found["total"])
    return found


def _heights(peak: Any, end: Any, lower_open: bool) -> dict[str, Any]:
    peak = number("peak", peak, unit=RATE)
    end = number("end", end, lower_open=lower_open, unit=RATE)
    _ordered("end", end, "peak", peak)
    return {"peak": peak, "end": end}


def _ordered(name: str, value: Any, limit_name: str, limit: Any) -> None:
    """Refuse a value above a limit that is an input too; tracers have no value."""
    if isinstance(value, jax.Array) or isinstance(limit, jax.Array):
        return
    values, limits = np.broadcast_arrays(value, limit)
    over = values > limits
    if np.any(over):
        i = int(np.argmax(over))
        raise ValueError(
            f"{name} is {values.flat[i]:g}; allowed: up to {limit_name} = {limits.flat[i]:g}"
        )
