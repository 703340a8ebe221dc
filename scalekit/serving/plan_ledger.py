"""What a plan takes for granted: the lines of the ledger that are its own."""

from __future__ import annotations

from scalekit.serving.ledger import Assumption
from scalekit.serving.plan import Plan
from scalekit.serving.setting import node_bandwidth


def of_plan(plan: Plan) -> tuple[Assumption, ...]:
    """Return what holds on any device."""
    reached = (plan.compute_efficiency, plan.memory_efficiency, plan.link_efficiency)
    scales = "none" if plan.block_size is None else f"{plan.scale_bits:g} bits a {plan.block_size}"
    return (
        Assumption(
            "Efficiency of compute, memory and link", " ".join(f"{x:g}" for x in reached),
            ("1/1.40 in prefill and 1/1.45 in decode, measured on one H100",),
            "Published peaks are never reached.",
        ),
        Assumption("Scales of blocks of weights", scales, ("16 bits a 64",), "Under 16 bits."),
    )  # fmt: skip


def of_device(plan: Plan) -> tuple[Assumption, ...]:
    """Return what is taken of the plan's device."""
    return (
        Assumption(
            "Devices of a node",
            f"{plan.link_devices:,}, beyond it {node_bandwidth(plan.device, plan) / 1e9:g} GB/s "
            "each",
            ("one node, however many",),
            "The table's, else eight with an adapter of 400 Gb/s each; only larger groups feel it.",
        ),
        Assumption(
            "Price of a device", "unknown" if plan.hour_price is None else
            f"{plan.hour_price:.4g} USD/h", ("the price that you pay",),
            f"{plan.price_source}. Prices differ fivefold between vendors and age quickly.",
        ),
        Assumption(
            "Power of a device", "unknown" if plan.watts is None else f"{plan.watts:.4g} W",
            ("0.75 of the design power (training)", "server 1.8 times its devices"),
            "Decoding draws less than the design power; no verified number is known.",
        ),
    )  # fmt: skip
