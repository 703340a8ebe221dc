"""State of the Serving app: a model, its bits, the machines, the work, and what is too slow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import param

from scalekit.hardware import Device, device, devices
from scalekit.models import Model, model, models
from scalekit.serving import Plan, Serving, Workload, evaluate, preset, presets, read_config
from scalekit_widgets.models import serving_compute as maths
from scalekit_widgets.models.priced_device import PricedDevice
from scalekit_widgets.models.serving_quality import BITS, Damage, damages, training_tokens
from scalekit_widgets.models.whole import Whole
from scalekit_widgets.notation import count

LOADS = {"batch": "Users at once", "demand": "Requests per second"}
PAID = {"rent": "Rented by the hour", "bought": "Bought"}
BOUGHT = 30e3
"""USD for one accelerator assumed where the table has no price of a bought one."""
OWN_KEY = "own"
"""What links and code call a model that was read from a file."""
NO_OWN = f"{{}} is {OWN_KEY!r}; allowed only after a config.json was read, which no link carries"
MOST_BYTES = 1_000_000
"""Bytes beyond which a file is no config.json."""
REACHED = {"compute": 1 / 1.40, "memory": 1 / 1.45}
"""Parts of the peaks that the one measured point of the sources reached."""
LINK_REACHED = 0.65


@cache
def serving_devices() -> dict[str, Device]:
    """Return the accelerators whose 16-bit rate, bandwidth and memory are published."""
    return {n: d for n, d in devices().items() if d.bf16 and d.bandwidth and d.memory_bytes}


@cache
def serving_models() -> dict[str, Model]:
    """Return the models whose architecture is in the table."""
    return {name: m for name, m in models().items() if m.layers}


def _number(default: float, lower: float, upper: float, label: str, unit: str) -> param.Number:
    return param.Number(default, bounds=(lower, upper), label=label, doc=unit)


def _count(default: float, lower: float, upper: float, label: str, unit: str) -> Whole:
    return Whole(default, bounds=(lower, upper), label=label, doc=unit)


def _choice(default: str, allowed: list[str], label: str) -> param.Selector:
    return param.Selector(default=default, objects=allowed, label=label)


class ServingState(PricedDevice):
    """What the Serving app knows; set it from code as from its controls.

    Numbers are raw (tokens, seconds, USD, fractions); the ``doc`` of a parameter is its unit.
    """

    model = _choice("Llama-3.1-70B", [*serving_models(), OWN_KEY], "Model")
    device = _choice("H100 SXM5", list(serving_devices()), "Accelerator")
    devices = _count(4, 1, 256, "Accelerators that share one copy", "devices")
    copies = _count(1, 1, 10_000, "Copies of the model", "copies")
    weight_bits = _choice("8", [str(b) for b in BITS], "Bits of a weight")
    kv_bits = _choice("16", ["16", "8", "4"], "Bits of the cache")
    activation_bits = _choice("16", ["16", "8"], "Bits of activations")
    prompt_tokens = _count(2048, 1, 1e7, "Prompt", "tokens")
    output_tokens = _count(512, 1, 1e6, "Answer", "tokens")
    load = _choice("batch", list(LOADS), "Load in")
    batch = _count(32, 1, 4096, "Users at once", "sequences")
    demand = _number(1.0, 1e-3, 1e5, "Demand", "requests per second")
    limit_wait = param.Boolean(False, label="Limit the time to the first token")
    longest_wait = _number(2.0, 0.01, 600, "Longest wait for the first token", "s")
    limit_step = param.Boolean(False, label="Limit the time per token")
    longest_step = _number(0.05, 0.001, 10, "Longest time per token", "s")
    compute_efficiency = _number(
        round(REACHED["compute"], 2), 0.05, 1, "Reached of the arithmetic", "fraction"
    )
    memory_efficiency = _number(
        round(REACHED["memory"], 2), 0.05, 1, "Reached of the memory bandwidth", "fraction"
    )
    link_efficiency = _number(LINK_REACHED, 0.05, 1, "Reached of the link", "fraction")
    convention = _choice("scalekit", list(presets()), "Count as")
    paid = _choice("rent", list(PAID), "Accelerators are")
    price = _number(2.99, 0.01, 1000, "Price", "USD per device-hour")
    purchase = _number(31_250, 100, 1e7, "Price of one, bought", "USD")
    usd_per_kwh = _number(0.0771, 0.001, 2, "Electricity", "USD/kWh")
    power_share = _number(0.75, 0.05, 1, "Draw of the design power", "fraction")
    server_factor = _number(1.8, 1, 3, "Power of the server over its accelerators", "ratio")
    pue = _number(1.25, 1, 3, "Power usage effectiveness", "ratio")
    carbon = _number(370, 1, 1500, "Carbon", "gCO2/kWh")
    own = param.Parameter(None, doc="a model read from a config.json, once there is one")

    shared = (
        "model", "device", "devices", "copies", "weight_bits", "kv_bits", "activation_bits",
        "prompt_tokens", "output_tokens", "load", "batch", "demand", "limit_wait",
        "longest_wait", "limit_step", "longest_step", "compute_efficiency",
        "memory_efficiency", "link_efficiency", "convention", "paid", "price", "purchase",
        "usd_per_kwh", "power_share", "server_factor", "pue", "carbon",
    )  # fmt: skip

    def __init__(self, **params: Any) -> None:
        self.refusal = ""
        super().__init__(**params)

    # What the numbers mean -----------------------------------------------------------

    @property
    def architecture(self) -> Model:
        """The chosen model."""
        if self.model == OWN_KEY:
            if self.own is None:
                raise ValueError(NO_OWN.format("model"))
            return self.own
        return model(self.model)

    def plan(self) -> Plan:
        """Return what is asked for as a plan of the core."""
        group, bought = round(self.devices), self.paid == "bought"
        return Plan(
            self.architecture,
            self.machine,
            devices=group * round(self.copies),
            tensor_parallel=group,
            weight_bits=float(self.weight_bits),
            kv_bits=float(self.kv_bits),
            activation_bits=float(self.activation_bits),
            compute_efficiency=self.compute_efficiency,
            memory_efficiency=self.memory_efficiency,
            link_efficiency=self.link_efficiency,
            usd_per_device_hour=None if bought else self.price,  # electricity included
            purchase_usd=self.purchase if bought else None,
            usd_per_kwh=self.usd_per_kwh if bought else 0.0,
            power_share=self.power_share,
            server_factor=self.server_factor,
            pue=self.pue,
            carbon_intensity=self.carbon,
        )

    def workload(self) -> Workload:
        """Return what is asked for as a workload of the core."""
        load = (
            {"batch": round(self.batch)}
            if self.load == "batch"
            else {"requests_per_second": self.demand}
        )
        return Workload(round(self.prompt_tokens), round(self.output_tokens), **load)

    def limits(self) -> maths.Limits:
        """Return what is too slow; infinite where there is no limit."""
        return maths.Limits(
            self.longest_wait if self.limit_wait else float("inf"),
            self.longest_step if self.limit_step else float("inf"),
        )

    def set(self, values: Mapping[str, Any]) -> None:
        """See `State.set`; another accelerator brings the price that one pays to buy it, too."""
        known = self.machine.price_usd
        if "device" in values and "purchase" not in values and self.purchase in (known, BOUGHT):
            name = self.checked("device", values["device"])
            values = {**values, "purchase": device(name).price_usd or BOUGHT}
        super().set(values)

    def query(self) -> dict[str, str]:
        """See `State.query`; a bought accelerator's price is told as well."""
        found = super().query()
        if "device" in found and self.paid == "bought":
            found["purchase"] = f"{self.purchase:.6g}"
        return found

    def checked(self, name: str, value: Any, called: str = "") -> Any:
        """See `State.checked`; a model of one's own can be chosen only once it is read."""
        found = super().checked(name, value, called)
        if name == "model" and found == OWN_KEY and self.own is None:
            raise ValueError(NO_OWN.format(called or name))
        return found

    def missing_from_link(self) -> str:
        """See `State.missing_from_link`: a model of one's own stays with whoever has its file."""
        if self.model != OWN_KEY:
            return ""
        return (
            f"The link does not carry {self.own.name}: whoever opens it has to choose "
            "its config.json as well."
        )

    # What follows ---------------------------------------------------------------------

    def compute(self) -> None:
        """Answer the question; where it has no answer, say why and keep the last one."""
        tried = None
        try:
            question = self.asking()
            tried = evaluate(*question)
            self.refusal = tried.remedy
        except ValueError as error:
            self.refusal = str(error)
        if tried is not None and not self.refusal:
            self.answer = maths.answer(question, tried, self.limits())
        elif not hasattr(self, "answer"):
            self.answer = type(self)().answer
        # Never of a question in between: what is shown is of this one, or of the last answer.
        self.tried: Serving = tried or self.answer.found

    def asking(self) -> maths.Question:
        """Return what is asked."""
        return maths.Question(self.workload(), self.plan(), preset(self.convention))

    def load_config(self, content: bytes, name: str) -> None:
        """Take a person's own architecture, as Hugging Face writes it, and let it answer.

        Raises
        ------
        ValueError
            If the file is no config.json or of no known architecture; the state stays as it was.
        """
        if len(content) > MOST_BYTES:
            raise ValueError(
                f"{name} has {len(content) / 1e6:.1f} MB; allowed: up to {MOST_BYTES / 1e6:g} MB, "
                "and a config.json has a few kB"
            )
        try:
            found = read_config(content)
            # A file without a name of its own: two of one family must not look alike.
            named = found.name != found.family
            self.own = found if named else replace(
                found, name=f"{found.family} {count(found.parameters())}")  # fmt: skip
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
        with self.together():
            self.model = OWN_KEY

    # What a person reads ----------------------------------------------------------------

    @property
    def asked(self) -> maths.Question:
        """The question that the figures answer: the present one, or the last that had an answer."""
        return self.answer.question

    @property
    def tried_now(self) -> bool:
        """Whether `tried` is of what is asked now, and not of an earlier question."""
        return not self.refusal or self.refusal == self.tried.remedy

    @property
    def damages(self) -> tuple[Damage, ...]:
        """What each law says that fewer bits do to the model that is answered for."""
        found = self.asked.plan.model
        return damages(found, training_tokens(found))
