"""Everything the Serving app shows, from the estimates of `scalekit.serving`: fixed shapes, NumPy.

A slider move calls `answer`, which searches once for each figure along its axes.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from scalekit.serving import (
    Conventions,
    Plan,
    Search,
    Serving,
    Space,
    Workload,
    non_dominated,
    search,
)
from scalekit.serving.ledger import GIGABYTES
from scalekit.serving.setting import setting
from scalekit_widgets.models.serving_quality import BITS

BATCHES = np.unique(np.round(np.geomspace(1, 4096, 49)))
"""Users at once of the figures."""

GROUPS = np.array([1, 2, 4, 8, 16, 32, 64, 128])
"""Accelerators that share a copy, in the cloud; the chosen number joins them."""


class Limits(NamedTuple):
    """What is too slow.

    Attributes
    ----------
    wait, step : float
        Longest time to the first token, and for every further one [s]; infinite for no limit.
    """

    wait: float
    step: float


class Question(NamedTuple):
    """What a person asks, in the records of the core."""

    workload: Workload
    plan: Plan
    conventions: Conventions


class Cloud(NamedTuple):
    """Speed and price of every batch on every group of accelerators, always busy.

    Attributes
    ----------
    devices : array, shape (R,)
        Accelerators that share a copy.
    batches : array, shape (C,)
        Users at once.
    speed, price, ttft : array, shape (R, C)
        Tokens/s of one user, USD per million output tokens, and seconds to the first token; NaN
        where it does not fit.
    meets : array of bool, shape (R, C)
        Where no limit is missed.
    front : array of int
        Flat places of those that nothing beats in speed and price, by rising speed.
    """

    devices: np.ndarray
    batches: np.ndarray
    speed: np.ndarray
    price: np.ndarray
    ttft: np.ndarray
    meets: np.ndarray
    front: np.ndarray


class OverBatch(NamedTuple):
    """Prices on the chosen accelerators over `BATCHES`, always busy, and what is answered.

    Attributes
    ----------
    prices : dict of array, shape (len(BATCHES),)
        USD per million output and input tokens; NaN where it does not fit.
    now : dict of float
        The same as answered: at the chosen batch, idle time under a demand included.
    """

    prices: dict[str, np.ndarray]
    now: dict[str, float]


class OverBits(NamedTuple):
    """What the bits of a weight do, everything else as asked; arrays over `BITS`.

    Attributes
    ----------
    price, step : array, shape (len(BITS),)
        USD per million output tokens and seconds per token; NaN where a width does not fit.
    """

    price: np.ndarray
    step: np.ndarray


class OnRoof(NamedTuple):
    """A phase on the roofline of one accelerator.

    Attributes
    ----------
    name : str
        ``prefill`` or ``decode``.
    intensity, rate, seconds : float
        FLOP for a byte moved, FLOP/s that come out, and how long a pass takes.
    bound : str
        What limits it.
    """

    name: str
    intensity: float
    rate: float
    seconds: float
    bound: str


class Roof(NamedTuple):
    """The roofline of one accelerator, in the number format of the products with weights.

    Attributes
    ----------
    peak, bandwidth : float
        As published [FLOP/s, B/s].
    reached_peak, reached_bandwidth : float
        What is reached of them.
    phases : tuple of OnRoof
        Prefill and decode.
    """

    peak: float
    bandwidth: float
    reached_peak: float
    reached_bandwidth: float
    phases: tuple[OnRoof, ...]

    @property
    def ridge(self) -> float:
        """FLOP for a byte from which on arithmetic is the limit."""
        return self.peak / self.bandwidth


class Answer(NamedTuple):
    """What follows from a question.

    Attributes
    ----------
    question : Question
        What was asked.
    found : Serving
        What the core says of it.
    cloud, over_batch, over_bits, roof : Cloud, OverBatch, OverBits, Roof
        What surrounds it.
    """

    question: Question
    found: Serving
    cloud: Cloud
    over_batch: OverBatch
    over_bits: OverBits
    roof: Roof


def answer(question: Question, found: Serving, limits: Limits) -> Answer:
    """Return what surrounds an evaluation that fits."""
    return Answer(question, found, *_around(question, limits, found), _roof(question, found))


def explore(question: Question, **axes: Any) -> Search:
    """Search along axes around a question, with every group of the axis one copy of many.

    Prices of a token do not depend on how many copies there are, so that the devices may be a
    number that all groups divide.
    """
    workload, plan, conventions = question
    groups = axes.setdefault("tensor_parallel", (plan.tensor_parallel,))
    all_devices = math.lcm(*map(int, groups))
    # On one device of a copy each the plan is possible where no link is published.
    plan = replace(plan, devices=all_devices, tensor_parallel=1)
    workload = replace(workload, batch=1, requests_per_second=None)
    space = Space(**{name: tuple(values) for name, values in axes.items()})
    return search(workload, plan, space, conventions)


def _around(question: Question, limits: Limits, here: Serving) -> tuple[Cloud, OverBatch, OverBits]:
    """Search all batches, and the chosen one, on all groups and in all bits at once."""
    chosen = int(question.plan.tensor_parallel or 1)
    extra = 2 * GROUPS[-1] if chosen in GROUPS else chosen  # the shape stays
    groups = np.sort(np.append(GROUPS, extra))
    found = explore(
        question, tensor_parallel=groups, batch=np.append(BATCHES, here.batch), weight_bits=BITS
    )
    row, bits = int(np.searchsorted(groups, chosen)), BITS.index(int(question.plan.weight_bits))

    def where_it_fits(values: np.ndarray) -> np.ndarray:
        return np.where(found.fits, values, np.nan).squeeze()

    output, input_ = map(where_it_fits, (found.usd_per_mtok_output, found.usd_per_mtok_input))
    step, wait = map(where_it_fits, (found.seconds_per_token, found.ttft_seconds))
    meets = found.meets(limits.wait, limits.step).squeeze()[:, :-1, bits]
    speed, price = 1.0 / step[:, :-1, bits], output[:, :-1, bits]
    front = _front(speed, price, meets)
    cloud = Cloud(groups, BATCHES, speed, price, wait[:, :-1, bits], meets, front)
    now = {"output": here.usd_per_mtok_output or 0.0, "input": here.usd_per_mtok_input or 0.0}
    over_batch = OverBatch({"output": price[row], "input": input_[row, :-1, bits]}, now)
    return cloud, over_batch, OverBits(output[row, -1], step[row, -1])


def copy_rate(question: Question, found: Serving, limits: Limits) -> float:
    """Return the most requests per second of one copy within the limits, over every batch.

    0 if no batch meets the limits.
    """
    batches = np.arange(1, min(found.largest_batch, int(BATCHES[-1])) + 1)
    over = explore(question, batch=batches)
    meets = over.meets(limits.wait, limits.step)
    return float(np.max(over.requests_per_second, where=meets, initial=0.0))


def _front(speed: np.ndarray, price: np.ndarray, meets: np.ndarray) -> np.ndarray:
    """Return the flat places, among those that meet the limits, that nothing beats."""
    among = np.flatnonzero(meets)
    best = among[non_dominated(np.stack([-speed.ravel()[among], price.ravel()[among]], axis=1))]
    return best[np.argsort(speed.ravel()[best])]


def _roof(question: Question, found: Serving) -> Roof:
    workload, plan, c = question
    s = setting(workload, plan, float(found.batch))
    bandwidth = s.bandwidth * GIGABYTES[c.bandwidth_unit]
    phases = tuple(
        OnRoof(name, phase.intensity, phase.flop / phase.seconds, phase.seconds, bound)
        for name, phase, bound in (
            ("prefill", found.prefill, found.prefill_bound),
            ("decode", found.decode, found.decode_bound),
        )
    )
    return Roof(
        s.matmul_rate,
        bandwidth,
        s.matmul_rate * s.compute_efficiency,
        bandwidth * s.memory_efficiency,
        phases,
    )
