"""All combinations of models, devices, groups, batches, bits and contexts in one call."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from scalekit.checks import choice, count, number, record, single
from scalekit.hardware import Device
from scalekit.models import Model
from scalekit.serving import engine
from scalekit.serving.bit_quality import LAWS, added_loss
from scalekit.serving.engine import LIMITS, Phase, Setting
from scalekit.serving.ledger import FIXED, Assumption, Conventions
from scalekit.serving.pareto import non_dominated
from scalekit.serving.plan import MOST_BATCH, MOST_TOKENS, Plan, Workload
from scalekit.serving.plan_ledger import of_plan
from scalekit.serving.rates import compute_rate
from scalekit.serving.setting import draft_shape, link, node_bandwidth, or_nan, setting
from scalekit.serving.shape import stacked
from scalekit.serving.work import stored_bits

#: What can be traded, and the array that holds it; a minus sign: more is better.
OBJECTIVES: Mapping[str, str] = MappingProxyType(
    {
        "speed": "-tokens_per_second_user",
        "throughput": "-tokens_per_second_device",
        "capacity": "-requests_per_second",
        "first token": "ttft_seconds",
        "latency": "seconds_per_token",
        "price": "usd_per_mtok_output",
        "energy": "joules_per_output_token",
        "quality": "added_loss",
    }
)


@dataclass(frozen=True)
class Space:
    """The axes of a search. One that is left out keeps the value of the plan or workload.

    Attributes
    ----------
    models, accelerators : sequence of Model, of Device
        Records.
    devices, tensor_parallel : sequence of int
        All devices, and those of a group. Pairs in which the one does not divide the other are
        not valid.
    batch, prompt_tokens : sequence of int
        Sequences of a group, and tokens of a prompt.
    weight_bits, kv_bits : sequence of float
        Bits of an element.
    """

    models: Sequence[Model] = ()
    accelerators: Sequence[Device] = ()
    devices: Sequence[int] = ()
    tensor_parallel: Sequence[int] = ()
    batch: Sequence[int] = ()
    weight_bits: Sequence[float] = ()
    kv_bits: Sequence[float] = ()
    prompt_tokens: Sequence[int] = ()


AXES = tuple(field.name for field in fields(Space))


@dataclass(frozen=True, repr=False)
class Search:
    """What every combination does. All arrays have one axis for each of `AXES`.

    Attributes
    ----------
    workload, plan, conventions : Workload, Plan, Conventions
        What the axes leave as it is.
    axes : mapping of str to tuple
        Values along each axis.
    fits : array of bool
        Whether the combination exists (groups divide the devices, all numbers are published, the
        model knows the context) and the memory suffices.
    free_bytes : array
        Memory left on each device [B], negative where it does not fit.
    ttft_seconds, seconds_per_token, tokens_per_second_user, tokens_per_second_device : array
        As in `Serving`.
    requests_per_second, usd_per_mtok_input, usd_per_mtok_output : array
        As in `Serving` of a batch: devices always have work. NaN where no price is known.
    joules_per_output_token : array
        As in `Serving`; NaN where the power is not published.
    decode : Phase
        As in `Serving`; each time broadcasts to all axes.
    added_loss : mapping of str to array
        Loss that quantised weights add, by the variant of each law; NaN where it says nothing.
    """

    workload: Workload
    plan: Plan
    conventions: Conventions
    axes: Mapping[str, tuple[Any, ...]]
    fits: np.ndarray
    free_bytes: np.ndarray
    ttft_seconds: np.ndarray
    seconds_per_token: np.ndarray
    tokens_per_second_user: np.ndarray
    tokens_per_second_device: np.ndarray
    requests_per_second: np.ndarray
    usd_per_mtok_input: np.ndarray
    usd_per_mtok_output: np.ndarray
    joules_per_output_token: np.ndarray
    decode: Phase
    added_loss: Mapping[str, np.ndarray]

    def __repr__(self) -> str:
        """Return how many combinations there are along which axes."""
        axes = ", ".join(f"{len(v):,} {name}" for name, v in self.axes.items() if len(v) > 1)
        fit = int(np.count_nonzero(self.fits))
        return f"<Search: {self.fits.size:,} combinations ({axes or 'one'}), {fit:,} fit>"

    @property
    def ledger(self) -> tuple[Assumption, ...]:
        """What was assumed of all combinations."""
        return (*self.conventions.ledger(), *FIXED, *of_plan(self.plan))

    @property
    def decode_bound(self) -> np.ndarray:
        """What limits a decode step of each: ``"compute"``, ``"memory"`` or ``"link"``."""
        times = np.stack(np.broadcast_arrays(*(getattr(self.decode, name) for name in LIMITS)))
        return np.broadcast_to(np.array(LIMITS)[times.argmax(axis=0)], self.fits.shape)

    def meets(
        self, ttft_seconds: float = math.inf, seconds_per_token: float = math.inf
    ) -> np.ndarray:
        """Return which combinations fit and are no slower than the limits.

        Parameters
        ----------
        ttft_seconds, seconds_per_token : float
            Longest time to first token and per output token [s].
        """
        first = number("ttft_seconds", ttft_seconds, infinite=True, unit="s")
        each = number("seconds_per_token", seconds_per_token, infinite=True, unit="s")
        return self.fits & (self.ttft_seconds <= first) & (self.seconds_per_token <= each)

    def costs(self, objective: str, law: str = "kumar") -> np.ndarray:
        """Return an array in which less is better.

        Parameters
        ----------
        objective : str
            One of `OBJECTIVES`.
        law : str
            Variant of the law that quality is judged by; the laws disagree.
        """
        name = OBJECTIVES[choice("objective", objective, OBJECTIVES)]
        if name == "added_loss":
            return self.added_loss[choice("law", law, self.added_loss)]
        return -getattr(self, name[1:]) if name.startswith("-") else getattr(self, name)

    def front(
        self, *objectives: str, among: np.ndarray | None = None, law: str = "kumar"
    ) -> np.ndarray:
        """Return the flat indices of the combinations that none beats in all objectives.

        Parameters
        ----------
        *objectives : str
            Two or more of `OBJECTIVES`.
        among : array of bool, optional
            Which combinations take part, as from `meets`; those that fit if left out.
        law : str
            As in `costs`.

        Returns
        -------
        array of int
            Sorted by the first objective, best first.
        """
        if len(objectives) < 2:
            raise ValueError(f"objectives is {objectives!r}; allowed: two or more")
        chosen = np.flatnonzero(self.fits if among is None else among)
        costs = np.stack([self.costs(name, law).ravel()[chosen] for name in objectives], axis=1)
        best = non_dominated(costs)
        return chosen[best][np.lexsort(costs[best].T[::-1])]

    def at(self, index: int) -> tuple[Workload, Plan]:
        """Return the workload and plan of a combination, to evaluate it alone.

        Parameters
        ----------
        index : int
            Flat index, as from `front`.

        Raises
        ------
        ValueError
            If no such plan can be: a group that does not divide the devices.
        """
        where = np.unravel_index(index, self.fits.shape)
        value = {
            name: values[i] for (name, values), i in zip(self.axes.items(), where, strict=True)
        }
        workload = replace(
            self.workload, prompt_tokens=value.pop("prompt_tokens"), batch=value.pop("batch"),
            requests_per_second=None,
        )  # fmt: skip
        model, device = value.pop("models"), value.pop("accelerators")
        return workload, replace(self.plan, model=model, device=device, **value)

    def table(self, indices: Any, law: str = "kumar") -> pd.DataFrame:
        """Return combinations as rows, models and devices by name.

        Parameters
        ----------
        indices : sequence of int
            Flat indices, as from `front`.
        law : str
            As in `costs`.
        """
        indices = np.asarray(indices, dtype=np.int64)
        where = np.unravel_index(indices, self.fits.shape)
        columns: dict[str, Any] = {}
        for (name, values), i in zip(self.axes.items(), where, strict=True):
            columns[name] = [getattr(values[k], "name", values[k]) for k in i]
        for name in (
            "fits",
            "decode_bound",
            *(objective.lstrip("-") for objective in OBJECTIVES.values()),
        ):
            loss = name == "added_loss"
            columns[name] = (self.costs("quality", law) if loss else getattr(self, name))[where]
        return pd.DataFrame(columns, index=indices)


def search(
    workload: Workload,
    plan: Plan,
    space: Space,
    conventions: Conventions | None = None,
) -> Search:
    """Evaluate every combination of the axes with the arithmetic of `evaluate`.

    Parameters
    ----------
    workload, plan : Workload, Plan
        Everything that the axes do not say. Of a demand nothing is asked: every batch of the
        axis is always busy.
    space : Space
        The axes.
    conventions : Conventions, optional
        How to count.

    Returns
    -------
    Search
        Arrays over all combinations.

    Raises
    ------
    ValueError
        If a value of an axis is out of its range, or the workload has a demand and no batch.

    Examples
    --------
    >>> from scalekit.hardware import device
    >>> from scalekit.models import model
    >>> plan = Plan(model("Llama-3.1-8B"), device("H100 SXM5"))
    >>> found = search(Workload(), plan, Space(batch=[1, 8, 64], weight_bits=[4, 8, 16]))
    >>> found.fits.size, found.front("speed", "price").size
    (9, 3)
    """
    record("workload", workload, Workload)
    record("plan", plan, Plan)
    record("space", space, Space)
    c = Conventions() if conventions is None else record("conventions", conventions, Conventions)
    axes = _axes(workload, plan, space)
    models, accelerators = axes["models"], axes["accelerators"]

    def along(name: str, values: Any) -> np.ndarray:
        shape = [1] * len(AXES)
        shape[AXES.index(name)] = -1
        return np.asarray(values, dtype=np.float64).reshape(shape)

    def pairs(name: str, bits: tuple[float, ...]) -> np.ndarray:
        rates = [[compute_rate(d, b, plan.activation_bits) for b in bits] for d in accelerators]
        shape = [1] * len(AXES)
        shape[AXES.index("accelerators")], shape[AXES.index(name)] = len(rates), len(bits)
        return np.array(rates).reshape(shape)

    own = [replace(plan, device=d, devices=1, tensor_parallel=1) for d in accelerators]
    n, total = along("tensor_parallel", axes["tensor_parallel"]), along("devices", axes["devices"])
    prompt = along("prompt_tokens", axes["prompt_tokens"])
    numbers, draft = stacked(models, len(AXES)), draft_shape(plan)
    weight_bits, kv_bits = (along(k, axes[k]) for k in ("weight_bits", "kv_bits"))
    s: Setting = setting(workload, plan, 1.0)._replace(
        prompt_tokens=prompt,
        batch=along("batch", axes["batch"]),
        devices=total,
        tensor_parallel=n,
        weight_bits=stored_bits(weight_bits, plan.block_size, plan.scale_bits),
        kv_bits=stored_bits(kv_bits, plan.kv_block_size, plan.scale_bits),
        matmul_rate=pairs("weight_bits", axes["weight_bits"]),
        attention_rate=pairs("kv_bits", axes["kv_bits"]),
        bandwidth=along("accelerators", [or_nan(d.bandwidth) for d in accelerators]),
        link_bandwidth=along("accelerators", [link(d) for d in accelerators]),
        node_size=along("accelerators", [p.link_devices for p in own]),
        node_bandwidth=along("accelerators", [node_bandwidth(d, plan) for d in accelerators]),
        memory_bytes=along("accelerators", [or_nan(d.memory_bytes) for d in accelerators]),
        usd_per_device_hour=along("accelerators", [or_nan(p.hour_price) for p in own]),
        watts=along("accelerators", [or_nan(p.watts) for p in own]),
    )
    linked = along("accelerators", [d.link_bandwidth is not None for d in accelerators]) > 0
    most = along("models", [math.inf if m.context is None else m.context for m in models])
    valid = (total % n == 0) & (n <= numbers.heads) & (linked | (n == 1))
    valid = valid & (prompt + workload.output_tokens <= most)
    free = engine.memory(numbers, s, c, draft).free
    found = engine.estimate(numbers, s, c, draft)
    shape = tuple(len(values) for values in axes.values())
    fits = valid & (free >= 0) & np.isfinite(found.cycle_seconds)
    return Search(
        workload=workload,
        plan=plan,
        conventions=c,
        axes=axes,
        fits=np.broadcast_to(fits, shape),
        free_bytes=np.broadcast_to(free, shape),
        decode=found.decode,
        tokens_per_second_user=np.broadcast_to(1.0 / found.seconds_per_token, shape),
        added_loss=MappingProxyType(_losses(models, axes["weight_bits"], shape)),
        **{
            name: np.broadcast_to(getattr(found, name), shape)
            for name in (
                "ttft_seconds", "seconds_per_token", "tokens_per_second_device",
                "requests_per_second", "usd_per_mtok_input", "usd_per_mtok_output",
                "joules_per_output_token",
            )
        },
    )  # fmt: skip


def _axes(workload: Workload, plan: Plan, space: Space) -> Mapping[str, tuple[Any, ...]]:
    if not space.batch and workload.batch is None:
        raise ValueError("batch is None; allowed: a batch in the workload, or an axis of batches")
    own = {
        "models": plan.model, "accelerators": plan.device, "devices": plan.devices,
        "tensor_parallel": plan.tensor_parallel, "batch": workload.batch,
        "weight_bits": plan.weight_bits, "kv_bits": plan.kv_bits,
        "prompt_tokens": workload.prompt_tokens,
    }  # fmt: skip
    axes = {}
    for name in AXES:
        given = getattr(space, name)
        if isinstance(given, str) or not hasattr(given, "__len__"):
            raise ValueError(f"{name} is {given!r}; allowed: a list of values")
        axes[name] = tuple(given) if len(given) else (own[name],)
    for name, kind in (("models", Model), ("accelerators", Device)):
        for value in axes[name]:
            record(name, value, kind)
    for name in ("devices", "tensor_parallel", "batch", "prompt_tokens"):
        most = {"prompt_tokens": MOST_TOKENS, "batch": MOST_BATCH}.get(name, 1e6)
        axes[name] = tuple(count(name, value, 1, most) for value in axes[name])
    for name in ("weight_bits", "kv_bits"):
        axes[name] = tuple(single(name, v, 0, 32, unit="bits") for v in axes[name])
    return MappingProxyType(axes)


def _losses(
    models: Sequence[Model], bits: tuple[float, ...], shape: tuple[int, ...]
) -> dict[str, np.ndarray]:
    own = [1] * len(AXES)
    own[AXES.index("models")], own[AXES.index("weight_bits")] = len(models), len(bits)
    return {
        variant: np.broadcast_to(
            np.array([added_loss(m, bits, law, variant) for m in models]).reshape(own), shape
        )
        for law, variant in LAWS
    }
