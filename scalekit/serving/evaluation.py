"""One evaluation: what a plan does with a workload, what binds, and what was assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import number, record
from scalekit.serving import engine
from scalekit.serving.bit_quality import QualityAnswer, quality
from scalekit.serving.capacity import largest_batch, longest_context, remedy
from scalekit.serving.engine import LIMITS, Estimate, Memory, Phase, Setting
from scalekit.serving.ledger import FIXED, Assumption, Conventions
from scalekit.serving.plan import Plan, Workload
from scalekit.serving.plan_ledger import of_device, of_plan
from scalekit.serving.setting import draft_shape, published, setting
from scalekit.serving.shape import Shape, shape

MOST_SEQUENCES = 65_536
"""Sequences of a group that a demand may ask for."""


@dataclass(frozen=True, repr=False)
class Serving:
    """What a plan does with a workload.

    Attributes
    ----------
    workload, plan, conventions : Workload, Plan, Conventions
        What was asked and how it was counted.
    batch : int
        Sequences that one group of devices works on at once.
    memory : Memory
        Bytes on each device: weights, cache at its fullest, working memory, usable, free.
    fits : bool
        Whether they fit.
    remedy : str
        Where they do not, what would; empty where they do.
    largest_batch : int
        Sequences of this length whose cache fits.
    longest_context : int or float
        Tokens of prompt and answer that fit at this batch, infinite where windows keep it small.
    ttft_seconds : float
        Time to first token: the pass over the prompts of the batch (see `Conventions`).
    seconds_per_token : float
        Time per output token: a decode step at the mean context, over the tokens it yields.
    prefill, decode : Phase
        Both phases with their compute, memory and link times.
    tokens_per_second_user, tokens_per_second_device : float
        Of one answer while it is written; of one device that always has work, prefill included.
    requests_per_second : float
        Requests that all devices finish if they always have work.
    utilization : float
        Share of that which is asked for: 1 where the workload has a batch and no demand.
    usd_per_hour : float or None
        Of all devices, busy or idle [USD]; None where no price is known.
    usd_per_mtok_input, usd_per_mtok_output, usd_per_request : float or None
        Prices [USD], what is idle under a demand included: requests pay for the whole hour. None
        where no price is known.
    joules_per_input_token, joules_per_output_token : float or None
        Energy of the work itself [J]; None where the power is not published.
    gco2_per_mtok_output : float or None
        Carbon of a million output tokens [g]; None without an intensity.
    quality : tuple of QualityAnswer
        What each bit-width law says of the weights.
    ledger : tuple of Assumption
        What was assumed.
    """

    workload: Workload
    plan: Plan
    conventions: Conventions
    batch: int
    memory: Memory
    fits: bool
    remedy: str
    largest_batch: int
    longest_context: int | float
    ttft_seconds: float
    seconds_per_token: float
    prefill: Phase
    decode: Phase
    tokens_per_second_user: float
    tokens_per_second_device: float
    requests_per_second: float
    utilization: float
    usd_per_hour: float | None
    usd_per_mtok_input: float | None
    usd_per_mtok_output: float | None
    usd_per_request: float | None
    joules_per_input_token: float | None
    joules_per_output_token: float | None
    gco2_per_mtok_output: float | None
    quality: tuple[QualityAnswer, ...]
    ledger: tuple[Assumption, ...]

    def __repr__(self) -> str:
        """Return the answer on a few lines; all else is in the attributes."""
        plan, money = self.plan, self.usd_per_mtok_output
        dear = "price unknown" if money is None else f"{money:.4g} USD per million output tokens"
        kept = "" if self.fits else f"\n  does not fit: {self.remedy}"
        demand = self.workload.requests_per_second
        load = "" if demand is None else f"{demand:.4g} of "
        return (
            f"<Serving: {plan.model.name} in {plan.weight_bits:g} bits on {plan.devices:,} "
            f"{plan.device.name}, a batch of {self.batch:,}{kept}\n"
            f"  first token {1e3 * self.ttft_seconds:.4g} ms ({self.prefill_bound}), "
            f"then {1e3 * self.seconds_per_token:.4g} ms a token ({self.decode_bound})\n"
            f"  {load}{self.requests_per_second:.4g} requests/s, {dear}\n"
            f"  up to {self.largest_batch:,} sequences fit, or {self.longest_context:,} tokens>"
        )

    @property
    def prefill_bound(self) -> str:
        """What limits the prefill: ``"compute"``, ``"memory"`` or ``"link"``."""
        return bound(self.prefill)

    @property
    def decode_bound(self) -> str:
        """What limits a decode step: ``"compute"``, ``"memory"`` or ``"link"``."""
        return bound(self.decode)


def bound(phase: Phase) -> str:
    """Return the largest of the three times of a phase."""
    return max(LIMITS, key=lambda name: getattr(phase, name))


def evaluate(workload: Workload, plan: Plan, conventions: Conventions | None = None) -> Serving:
    """Return what a plan does with a workload, by a roofline of each phase.

    Parameters
    ----------
    workload : Workload
        Requests.
    plan : Plan
        Model, devices, bits, efficiencies and prices.
    conventions : Conventions, optional
        How to count; see `preset` for those of other tools.

    Returns
    -------
    Serving
        Also of a plan that does not fit: its times are those of a device with more memory, and
        its `remedy` says what would fit.

    Raises
    ------
    ValueError
        If the context is longer than the model's, if a number of the device is not published,
        or if no batch that fits meets the demand.

    Examples
    --------
    >>> from scalekit.hardware import device
    >>> from scalekit.models import model
    >>> found = evaluate(Workload(2048, 128), Plan(model("Llama-3.1-8B"), device("H100 SXM5")))
    >>> round(1e3 * found.ttft_seconds, 2), round(1e3 * found.seconds_per_token, 3)
    (33.29, 4.563)
    >>> found.prefill_bound, found.decode_bound
    ('compute', 'memory')
    """
    record("workload", workload, Workload)
    record("plan", plan, Plan)
    c = Conventions() if conventions is None else record("conventions", conventions, Conventions)
    numbers = shape(plan.model)
    published(plan)
    _check(workload, plan, numbers)
    batch = workload.batch or _batch_for(workload, plan, c)
    s = setting(workload, plan, float(batch))
    draft = draft_shape(plan)
    kept = Memory(*map(float, engine.memory(numbers, s, c, draft)))
    found = engine.estimate(numbers, s, c, draft)
    demand = workload.requests_per_second
    busy = 1.0 if demand is None else min(demand / float(found.requests_per_second), 1.0)
    hour = plan.hour_price
    fits = bool(kept.free >= 0)
    return Serving(
        workload=workload,
        plan=plan,
        conventions=c,
        batch=batch,
        memory=kept,
        fits=fits,
        remedy="" if fits else remedy(workload, plan, float(batch), c),
        largest_batch=int(largest_batch(kept, float(batch))),
        longest_context=longest_context(plan, float(batch), c),
        utilization=busy,
        usd_per_hour=None if hour is None else plan.devices * hour,
        tokens_per_second_user=1.0 / float(found.seconds_per_token),
        gco2_per_mtok_output=_carbon(found, plan),
        quality=quality(plan.model, plan.weight_bits, plan.kv_bits),
        ledger=(*c.ledger(), *FIXED, *of_plan(plan), *of_device(plan)),
        **_known(found, busy),
    )


def _known(found: Estimate, busy: float) -> dict[str, Any]:
    """Return the fields that both results have, None for what is not known."""
    shares = {
        "usd_per_mtok_input": busy, "usd_per_mtok_output": busy, "usd_per_request": busy,
        "joules_per_input_token": 1.0, "joules_per_output_token": 1.0,
    }  # fmt: skip
    known = {
        name: None if np.isnan(value := getattr(found, name)) else float(value / share)
        for name, share in shares.items()
    }
    return known | {
        "ttft_seconds": float(found.ttft_seconds),
        "seconds_per_token": float(found.seconds_per_token),
        "prefill": Phase(*map(float, found.prefill)),
        "decode": Phase(*map(float, found.decode)),
        "tokens_per_second_device": float(found.tokens_per_second_device),
        "requests_per_second": float(found.requests_per_second),
    }


def _carbon(found: Estimate, plan: Plan) -> float | None:
    if plan.carbon_intensity is None or np.isnan(found.joules_per_output_token):
        return None
    return float(1e6 * found.joules_per_output_token / 3.6e6 * plan.carbon_intensity)


def _check(workload: Workload, plan: Plan, numbers: Shape) -> None:
    context = workload.prompt_tokens + workload.output_tokens
    most = plan.model.context
    if most is not None and context > most:
        raise ValueError(
            f"prompt_tokens and output_tokens are {context:,} tokens together; allowed: up to "
            f"{most:,}, the context of {plan.model.name!r}"
        )
    if plan.tensor_parallel and plan.tensor_parallel > numbers.heads:
        raise ValueError(
            f"tensor_parallel is {plan.tensor_parallel}; allowed: up to {numbers.heads:g}, "
            f"the heads of {plan.model.name!r}"
        )


def _batch_for(workload: Workload, plan: Plan, c: Conventions) -> int:
    """Return the smallest batch that fits and meets the demand."""
    demand = number("requests_per_second", workload.requests_per_second)
    numbers, draft = shape(plan.model), draft_shape(plan)
    most = int(largest_batch(engine.memory(numbers, setting(workload, plan, 1.0), c, draft), 1.0))
    if most == 0:
        return 1  # not even that fits, which the result says
    batches = np.arange(1.0, min(most, MOST_SEQUENCES) + 1)
    s: Setting = setting(workload, plan, batches)
    rates = engine.estimate(numbers, s, c, draft).requests_per_second
    enough = rates >= demand
    if not enough.any():
        copies = plan.devices // (plan.tensor_parallel or 1)
        needed = np.ceil(demand / rates.max() * copies * (1 - 1e-12))
        needed *= plan.tensor_parallel or 1
        raise ValueError(
            f"requests_per_second is {demand:g}; allowed: up to {rates.max():.4g} with "
            f"{plan.devices} {plan.device.name} at a batch of {batches[rates.argmax()]:g}; "
            f"{needed:,.0f} devices in groups of {plan.tensor_parallel} would meet it"
        )
    return int(batches[enough.argmax()])
