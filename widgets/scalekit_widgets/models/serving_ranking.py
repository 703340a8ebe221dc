"""All accelerators for one job: how many it takes, how fast they are, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scalekit.hardware import Device
from scalekit.serving import total_processing_performance
from scalekit.serving.rates import FORMAT_BITS
from scalekit_widgets.models.serving import ServingState, serving_devices
from scalekit_widgets.models.serving_compute import GROUPS, Question, explore


@dataclass(frozen=True)
class Ranked:
    """What one accelerator does with the job, at its list price.

    Attributes
    ----------
    device : Device
        The accelerator.
    group : int
        How many share a copy: the cheapest number that meets the limits, else that fits.
    fits, meets : bool
        Whether the job fits at all, and within the limits.
    step, wait : float
        Seconds per token and to the first.
    usd, joules : float or None
        USD per million output tokens and J per output token; None where price or power are not
        known.
    """

    device: Device
    group: int
    fits: bool
    meets: bool
    step: float
    wait: float
    usd: float | None
    joules: float | None

    @property
    def processing(self) -> float:
        """Total processing performance, as export control counts it."""
        peaks = self.device.peaks
        tops = [rate / 1e12 for rate in peaks.values()]
        return float(total_processing_performance(tops, [FORMAT_BITS[name] for name in peaks]))


def ranking(state: ServingState) -> list[Ranked]:
    """Return all accelerators: those that meet the limits first, then by price.

    For what was asked last, also where it does not fit on the chosen ones.
    """
    limits, tried = state.limits(), state.tried
    plan = replace(tried.plan, usd_per_device_hour=None, purchase_usd=None, usd_per_kwh=0.0)
    machines = list(serving_devices().values())
    found = explore(
        Question(tried.workload, plan, tried.conventions),
        accelerators=machines,
        tensor_parallel=GROUPS,
        batch=(tried.batch,),
    )
    fits, meets = found.fits.squeeze(), found.meets(limits.wait, limits.step).squeeze()
    step, wait, usd, joules = (
        a.squeeze()
        for a in (found.seconds_per_token, found.ttft_seconds, found.usd_per_mtok_output,
                  found.joules_per_output_token)
    )  # fmt: skip
    rows = []
    for i, machine in enumerate(machines):
        allowed = meets[i] if meets[i].any() else fits[i]
        # Without a price the time of all accelerators of a copy ranks as well.
        cost = usd[i] if np.isfinite(usd[i]).any() else step[i] * GROUPS
        k = int(np.argmin(np.where(allowed, cost, np.inf)))
        rows.append(Ranked(machine, int(GROUPS[k]), bool(fits[i, k]), bool(meets[i, k]),
                           float(step[i, k]), float(wait[i, k]), _known(usd[i, k]),
                           _known(joules[i, k])))  # fmt: skip
    return sorted(rows, key=_rank)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _rank(row: Ranked) -> tuple[bool, bool, float]:
    return not row.fits, not row.meets, np.inf if row.usd is None else row.usd
