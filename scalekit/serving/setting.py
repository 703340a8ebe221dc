"""From a workload and a plan to the numbers that the engine takes."""

from __future__ import annotations

import math
from typing import Any

from scalekit.hardware import Device
from scalekit.serving.engine import Setting
from scalekit.serving.plan import Plan, Workload
from scalekit.serving.rates import compute_format, compute_rate
from scalekit.serving.shape import Shape, shape
from scalekit.serving.speculation import speculative_tokens
from scalekit.serving.work import stored_bits


def setting(workload: Workload, plan: Plan, batch: Any) -> Setting:
    """Return the numbers of one estimate, or of several over an array of batches.

    NaN stands for what is not published of a device, and makes NaN of all that depends on it.

    Parameters
    ----------
    workload, plan : Workload, Plan
        What is asked and what answers it.
    batch : float or array
        Sequences of a group of devices.
    """
    device, guess = plan.device, plan.speculation
    return Setting(
        prompt_tokens=float(workload.prompt_tokens),
        output_tokens=float(workload.output_tokens),
        batch=batch,
        devices=float(plan.devices),
        tensor_parallel=float(plan.tensor_parallel or 1),
        weight_bits=stored_bits(plan.weight_bits, plan.block_size, plan.scale_bits),
        kv_bits=stored_bits(plan.kv_bits, plan.kv_block_size, plan.scale_bits),
        activation_bits=plan.activation_bits,
        matmul_rate=compute_rate(device, plan.weight_bits, plan.activation_bits),
        attention_rate=compute_rate(device, plan.kv_bits, plan.activation_bits),
        bandwidth=or_nan(device.bandwidth),
        link_bandwidth=link(device),
        node_size=float(plan.link_devices),
        node_bandwidth=node_bandwidth(device, plan),
        memory_bytes=or_nan(device.memory_bytes),
        compute_efficiency=plan.compute_efficiency,
        memory_efficiency=plan.memory_efficiency,
        link_efficiency=plan.link_efficiency,
        chunk_tokens=float(plan.chunk_tokens or math.inf),
        decode_batch=float(plan.decode_batch),
        verified_tokens=1.0 + guess.draft_tokens if guess else 1.0,
        tokens_per_step=speculative_tokens(guess.acceptance, guess.draft_tokens) if guess else 1.0,
        usd_per_device_hour=or_nan(plan.hour_price),
        watts=or_nan(plan.watts),
    )


def draft_shape(plan: Plan) -> Shape | None:
    """Return the numbers of the model that drafts, if there is one."""
    return None if plan.speculation is None else shape(plan.speculation.draft)


def link(device: Device) -> float:
    """Return the link's bandwidth [B/s]; 1 where none is known, which groups of one never use."""
    return 1.0 if device.link_bandwidth is None else device.link_bandwidth


def node_bandwidth(device: Device, plan: Plan) -> float:
    """Return the bandwidth to other nodes [B/s]: no more than inside a node."""
    return min(plan.node_bandwidth, link(device))


def or_nan(value: float | None) -> float:
    """Return a number, or NaN where there is none."""
    return math.nan if value is None else value


def published(plan: Plan) -> None:
    """Check that all numbers of the device that a plan needs are known.

    Raises
    ------
    ValueError
        Naming those that are not published.
    """
    device = plan.device
    missing = [name for name in ("memory_bytes", "bandwidth") if getattr(device, name) is None]
    if plan.tensor_parallel != 1 and device.link_bandwidth is None:
        missing.append("link_bandwidth (of which groups of one device need none)")
    if missing:
        raise ValueError(f"{', '.join(missing)} of {device.name!r} is not published")
    compute_format(device, plan.weight_bits, plan.activation_bits)
    compute_format(device, plan.kv_bits, plan.activation_bits)
