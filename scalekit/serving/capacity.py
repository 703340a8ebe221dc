"""What fits into the memory of the devices: the largest batch, the longest context, the way out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from scalekit.laws.form import array_namespace
from scalekit.serving.engine import Memory, memory
from scalekit.serving.ledger import Conventions
from scalekit.serving.plan import MOST_TOKENS, Plan, Workload
from scalekit.serving.setting import draft_shape, setting
from scalekit.serving.shape import shape

FEWER_BITS = ((8.0, 16.0), (8.0, 8.0), (4.0, 16.0), (4.0, 8.0), (4.0, 4.0))
"""Bits of weights and cache that a remedy tries, in turn."""

WORTH_SAYING = 0.1
"""Share of the context asked for below which a shorter one is no answer."""


def placed(workload: Workload, plan: Plan, batch: float, conventions: Conventions) -> Memory:
    """Return what a plan takes on each device at a batch, a drafting model included."""
    s = setting(workload, plan, batch)
    return Memory(*map(float, memory(shape(plan.model), s, conventions, draft_shape(plan))))


def largest_batch(found: Memory, batch: Any) -> Any:
    """Return the sequences whose cache fits, not below 0.

    Parameters
    ----------
    found : Memory
        At some batch.
    batch : float or array
        That batch.
    """
    xp = array_namespace(found.free, batch)
    # A millionth of a sequence against the rounding of a batch that fills memory exactly.
    most = xp.floor((found.free + found.kv_cache) / (found.kv_cache / batch) + 1e-6)
    return xp.maximum(most, 0.0)


def longest_context(plan: Plan, batch: float, conventions: Conventions) -> int | float:
    """Return the tokens of prompt and answer together that fit; 0 for none.

    Infinite where all layers have a window that fits. Looked for rather than solved for: layers
    with a window, and models that draft, stop growing at different lengths.

    Parameters
    ----------
    plan : Plan
        Model, devices and bits.
    batch : float
        Sequences of a group.
    conventions : Conventions
        How memory is counted.
    """
    numbers, draft = shape(plan.model), draft_shape(plan)
    s = setting(Workload(1, 1), plan, batch)
    longest = 1.0
    # Each round looks at a thousand lengths between the last that fits and the next.
    for step in (MOST_TOKENS / 1e3, MOST_TOKENS / 1e6, MOST_TOKENS / 1e9):
        tokens = longest + step * np.arange(1.0, 1001.0)
        free = memory(numbers, s._replace(prompt_tokens=tokens - 1.0), conventions, draft).free
        longest += step * np.count_nonzero(free >= 0)
    if longest > MOST_TOKENS:
        return math.inf
    return int(longest) if longest >= 2 else 0


def remedy(workload: Workload, plan: Plan, batch: float, conventions: Conventions) -> str:
    """Return a sentence that says what does not fit and what would.

    Parameters
    ----------
    workload, plan : Workload, Plan
        What was asked.
    batch : float
        Sequences of a group.
    conventions : Conventions
        How memory is counted.
    """
    found = placed(workload, plan, batch, conventions)
    options: list[str] = []

    def fits(**changes: Any) -> bool:
        return placed(workload, replace(plan, **changes), batch, conventions).free >= 0

    for weight_bits, kv_bits in FEWER_BITS:
        bits = {
            "weight_bits": min(weight_bits, plan.weight_bits),
            "kv_bits": min(kv_bits, plan.kv_bits),
        }
        if fits(**bits):
            options.append(
                f"weights of {bits['weight_bits']:g} and a cache of {bits['kv_bits']:g} bits"
            )
            break
    assert plan.tensor_parallel is not None
    group = 2 * plan.tensor_parallel
    while plan.device.link_bandwidth and group <= shape(plan.model).heads:
        if fits(devices=group, tensor_parallel=group):
            options.append(f"{group} devices that share the model")
            break
        group *= 2
    if 1 <= (most := float(largest_batch(found, batch))) < batch:
        options.append(f"a batch of {most:g}")
    longest = longest_context(plan, batch, conventions)
    asked = workload.prompt_tokens + workload.output_tokens
    if WORTH_SAYING * asked <= longest < asked:
        options.append(f"{longest:,.0f} tokens of prompt and answer")
    needed = found.weights + found.kv_cache + found.working
    return (
        f"{plan.model.name} takes {needed / 1e9:.1f} GB on each device "
        f"(weights {found.weights / 1e9:.1f}, cache {found.kv_cache / 1e9:.1f}, working memory "
        f"{found.working / 1e9:.1f}); {plan.device.name} has {found.usable / 1e9:.1f} GB to use; "
        f"what would fit: {'; or '.join(options) or 'nothing that was tried'}"
    )
