"""Everything the Serving app shows, from the estimates of `scalekit.serving`: fixed shapes, NumPy.

A slider move calls `answer`. It asks the core once for each figure, over an axis of batches, of
groups of accelerators or of bits, all of which broadcast.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from scalekit.serving import Conventions, Plan, Serving, Workload
from scalekit.serving.engine import Estimate, Setting, estimate, memory
from scalekit.serving.ledger import GIGABYTES
from scalekit.serving.setting import setting
from scalekit.serving.shape import Shape, shape
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
    """Speed and price of every batch on every group of accelerators.

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
    """Prices on the chosen accelerators over `BATCHES`, and at the chosen batch.

    Attributes
    ----------
    prices : dict of array, shape (len(BATCHES),)
        USD per million output and input tokens; NaN where it does not fit.
    now : dict of float
        The same at the chosen batch.
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
    return Answer(
        question,
        found,
        _cloud(question, limits),
        _over_batch(question, found),
        _over_bits(question, found),
        _roof(question, found),
    )


def fitting(numbers: Shape, s: Setting, c: Conventions) -> Estimate:
    """Return estimates over axes, NaN in time and price where memory is short."""
    found = estimate(numbers, s, c)
    fits = memory(numbers, s, c).free >= 0

    def kept(values: Any) -> Any:
        return np.where(fits, values, np.nan)

    return found._replace(
        seconds_per_token=kept(found.seconds_per_token),
        ttft_seconds=kept(found.ttft_seconds),
        usd_per_mtok_output=kept(found.usd_per_mtok_output),
        usd_per_mtok_input=kept(found.usd_per_mtok_input),
    )


def over_groups(question: Question, batch: Any, groups: np.ndarray) -> Estimate:
    """Return estimates over a column of groups of accelerators, each with one copy.

    NaN where memory is short, and where so many cannot share a copy.
    """
    workload, plan, c = question
    numbers = shape(plan.model)
    alone = replace(plan, devices=1, tensor_parallel=1)  # without a published link no more can
    size = groups.astype(float)[:, None]
    most = numbers.heads if plan.device.link_bandwidth else 1.0
    s = setting(workload, alone, batch)._replace(tensor_parallel=size, devices=size)
    found = fitting(numbers, s, c)
    return found._replace(
        seconds_per_token=np.where(size <= most, found.seconds_per_token, np.nan),
        usd_per_mtok_output=np.where(size <= most, found.usd_per_mtok_output, np.nan),
    )


def _cloud(question: Question, limits: Limits) -> Cloud:
    chosen = question.plan.tensor_parallel
    extra = 2 * GROUPS[-1] if chosen in GROUPS else chosen  # the shape stays
    groups = np.sort(np.append(GROUPS, extra))
    found = over_groups(question, BATCHES[None, :], groups)
    speed, price = 1.0 / found.seconds_per_token, found.usd_per_mtok_output
    wait = np.broadcast_to(found.ttft_seconds, speed.shape)
    with np.errstate(invalid="ignore"):
        meets = (found.seconds_per_token <= limits.step) & (wait <= limits.wait)
    points = np.where(meets, speed, np.nan), np.where(meets, price, np.nan)
    return Cloud(groups, BATCHES, speed, price, wait, meets, front(*points))


def front(speed: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Return the flat places that nothing beats in speed and price, by rising speed."""
    order = np.lexsort((price.ravel(), -speed.ravel()))
    order = order[np.isfinite(price.ravel()[order])]
    cheapest = np.minimum.accumulate(price.ravel()[order])
    first = np.concatenate([[True], cheapest[1:] < cheapest[:-1]])[: order.size]
    return order[first][::-1]


def _over_batch(question: Question, found: Serving) -> OverBatch:
    workload, plan, c = question
    over = fitting(shape(plan.model), setting(workload, plan, BATCHES), c)
    return OverBatch(
        {"output": over.usd_per_mtok_output, "input": over.usd_per_mtok_input},
        {"output": found.usd_per_mtok_output or 0.0, "input": found.usd_per_mtok_input or 0.0},
    )


def _over_bits(question: Question, found: Serving) -> OverBits:
    workload, plan, c = question
    widths = [setting(workload, replace(plan, weight_bits=float(b)), found.batch) for b in BITS]
    s = widths[0]._replace(
        weight_bits=np.array([w.weight_bits for w in widths]),
        matmul_rate=np.array([w.matmul_rate for w in widths]),
    )
    over = fitting(shape(plan.model), s, c)
    return OverBits(over.usd_per_mtok_output, over.seconds_per_token)


def _roof(question: Question, found: Serving) -> Roof:
    workload, plan, c = question
    s = setting(workload, plan, float(found.batch))
    bandwidth = s.bandwidth * GIGABYTES[c.bandwidth_unit]
    phases = []
    for name, phase, bound in (
        ("prefill", found.prefill, found.prefill_bound),
        ("decode", found.decode, found.decode_bound),
    ):
        flop = phase.compute * s.matmul_rate * s.compute_efficiency
        moved = phase.memory * bandwidth * s.memory_efficiency
        phases.append(OnRoof(name, flop / moved, flop / phase.seconds, phase.seconds, bound))
    return Roof(
        s.matmul_rate,
        bandwidth,
        s.matmul_rate * s.compute_efficiency,
        bandwidth * s.memory_efficiency,
        tuple(phases),
    )
