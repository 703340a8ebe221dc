"""What is asked (`Workload`) and what answers it (`Plan`), checked."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from scalekit.checks import count, record, single
from scalekit.hardware import Device
from scalekit.models import Model
from scalekit.serving.energy import chip_hour_capital, chip_hour_energy

MOST_TOKENS = 1e9
"""Tokens of a prompt or an answer beyond which a context is absurd."""

MOST_REQUESTS = 1e9
"""Requests per second beyond which nobody has the devices."""

MOST_BATCH = 1e9
"""Sequences of a batch beyond which it is absurd."""

NODE_SIZE = 8
"""Devices of a node where the table does not say: those of a server with eight boards."""

NODE_BANDWIDTH = 5e10
"""Of one device to other nodes [B/s, one direction]: an adapter of 400 Gb/s for each, as Erdil
(arXiv 2506.04645) takes an H100 to have."""


@dataclass(frozen=True)
class Workload:
    """Requests of one kind.

    Attributes
    ----------
    prompt_tokens, output_tokens : int
        Of each request.
    batch : int or None
        Sequences that one group of devices works on at once; 1 if neither this nor the demand is
        given.
    requests_per_second : float or None
        Demand on all devices together, in place of a batch: the smallest batch that meets it is
        used.
    """

    prompt_tokens: int = 2048
    output_tokens: int = 128
    batch: int | None = None
    requests_per_second: float | None = None

    def __post_init__(self) -> None:
        """Check every field."""
        for name in ("prompt_tokens", "output_tokens"):
            object.__setattr__(self, name, count(name, getattr(self, name), 1, MOST_TOKENS))
        if self.batch is not None and self.requests_per_second is not None:
            raise ValueError(
                f"batch is {self.batch!r} and requests_per_second is "
                f"{self.requests_per_second!r}; allowed: one of the two"
            )
        if self.requests_per_second is not None:
            single("requests_per_second", self.requests_per_second, upper=MOST_REQUESTS, unit="1/s")
        else:
            batch = 1 if self.batch is None else count("batch", self.batch, 1, MOST_BATCH)
            object.__setattr__(self, "batch", batch)


@dataclass(frozen=True, repr=False)
class Speculation:
    """A small model drafts tokens, the large one verifies them all in one step.

    Attributes
    ----------
    draft : Model
        The small model, on the same devices, in the same bits. It reads the prompts too, which
        counts in throughput and price, and not in the time to first token.
    acceptance : float
        Chance that a drafted token is accepted, each independently.
    draft_tokens : int
        Tokens drafted for each step.
    """

    draft: Model
    acceptance: float = 0.8
    draft_tokens: int = 4

    def __post_init__(self) -> None:
        """Check every field."""
        record("draft", self.draft, Model)
        single("acceptance", self.acceptance, 0, 1, lower_open=False)
        count("draft_tokens", self.draft_tokens, 0, 1024)

    def __repr__(self) -> str:
        """Return the fields that differ from the defaults, the model by name."""
        return _in_short(self)


@dataclass(frozen=True, repr=False)
class Plan:
    """A model on devices.

    Attributes
    ----------
    model, device : Model, Device
        Records of the tables, or one read from a config.json.
    devices, tensor_parallel : int
        All devices, and how many share one copy of the model; the rest are further copies.
    weight_bits, kv_bits, activation_bits : float
        Bits of an element.
    block_size, kv_block_size : int or None
        Elements that share a scale of `scale_bits`, in weights and cache under 16 bits.
    scale_bits : float
        Bits of a scale.
    compute_efficiency, memory_efficiency, link_efficiency : float
        Fractions of the published peaks that are reached. One measured point (H100,
        TensorRT-LLM) lies at 1/1.40 for prefill and 1/1.45 for decode.
    node_size : int or None
        Devices that the fast link joins; a larger group reduces inside each node and then between
        nodes. None takes what the table knows of the device, else `NODE_SIZE`.
    node_bandwidth : float
        Of one device to other nodes, one direction [B/s].
    chunk_tokens : int or None
        Tokens of one pass of a prompt; None for all in one.
    decode_batch : int
        Sequences that are decoded in the same passes and touch experts too.
    speculation : Speculation or None
        Speculative decoding.
    usd_per_device_hour : float or None
        None takes the price of the device, with its vendor and date, if there is one.
    purchase_usd : float or None
        Price of one device that is bought, in place of an hour's: its hour then costs what it
        and its server lose in value (`chip_hour_capital`).
    usd_per_kwh : float
        Electricity, on top of the price and in every hour, busy or idle; 0 where the price
        includes it, as cloud prices do.
    power_share, server_factor, pue : float
        Draw of a device as a share of its thermal design power; power of the server over that
        of its devices; that of the building over that of its servers. No verified number of the
        draw in decoding is known: the defaults are the device alone at its design power.
    carbon_intensity : float or None
        gCO2 of a kWh; None for no answer.
    """

    model: Model
    device: Device
    devices: int = 1
    tensor_parallel: int | None = None
    weight_bits: float = 16.0
    kv_bits: float = 16.0
    activation_bits: float = 16.0
    block_size: int | None = None
    kv_block_size: int | None = None
    scale_bits: float = 16.0
    compute_efficiency: float = 1.0
    memory_efficiency: float = 1.0
    link_efficiency: float = 1.0
    node_size: int | None = None
    node_bandwidth: float = NODE_BANDWIDTH
    chunk_tokens: int | None = None
    decode_batch: int = 0
    speculation: Speculation | None = None
    usd_per_device_hour: float | None = None
    purchase_usd: float | None = None
    usd_per_kwh: float = 0.0
    power_share: float = 1.0
    server_factor: float = 1.0
    pue: float = 1.0
    carbon_intensity: float | None = None

    def __post_init__(self) -> None:
        """Check every field."""
        record("model", self.model, Model)
        record("device", self.device, Device)
        if self.speculation is not None:
            record("speculation", self.speculation, Speculation)
        count("devices", self.devices, 1, 1e6)
        parallel = self.devices if self.tensor_parallel is None else self.tensor_parallel
        object.__setattr__(self, "tensor_parallel", count("tensor_parallel", parallel, 1))
        if self.devices % parallel:
            raise ValueError(
                f"tensor_parallel is {parallel}; allowed: a divisor of devices, {self.devices}"
            )
        for name in ("weight_bits", "kv_bits", "activation_bits", "scale_bits"):
            single(name, getattr(self, name), 0, 32, unit="bits")
        for name in ("block_size", "kv_block_size", "chunk_tokens", "node_size"):
            if getattr(self, name) is not None:
                count(name, getattr(self, name), 1, MOST_TOKENS)
        for name in ("compute_efficiency", "memory_efficiency", "link_efficiency"):
            single(name, getattr(self, name), 0, 1)
        single("node_bandwidth", self.node_bandwidth, unit="B/s")
        count("decode_batch", self.decode_batch, 0, MOST_BATCH)
        if self.usd_per_device_hour is not None:
            single("usd_per_device_hour", self.usd_per_device_hour, lower_open=False, unit="USD/h")
        if self.purchase_usd is not None:
            single("purchase_usd", self.purchase_usd, unit="USD")
            if self.usd_per_device_hour is not None:
                raise ValueError(
                    f"usd_per_device_hour is {self.usd_per_device_hour!r} and purchase_usd is "
                    f"{self.purchase_usd!r}; allowed: one of the two"
                )
        single("usd_per_kwh", self.usd_per_kwh, lower_open=False, unit="USD/kWh")
        single("power_share", self.power_share, 0, 1)
        single("server_factor", self.server_factor, 1, lower_open=False)
        single("pue", self.pue, 1, lower_open=False)
        if self.carbon_intensity is not None:
            single("carbon_intensity", self.carbon_intensity, lower_open=False, unit="gCO2/kWh")

    def __repr__(self) -> str:
        """Return the fields that differ from the defaults, model and device by name."""
        return _in_short(self)

    @property
    def link_devices(self) -> int:
        """Devices that the fast link joins."""
        return self.node_size or self.device.link_devices or NODE_SIZE

    @property
    def watts(self) -> float | None:
        """Draw of one device, its share of server and building included [W]."""
        if self.device.tdp_watts is None:
            return None
        return 1000.0 * chip_hour_energy(
            self.device.tdp_watts, self.server_factor, self.power_share, self.pue
        )

    @property
    def hour_price(self) -> float | None:
        """USD of one device and hour, electricity included; None where nothing is known."""
        if self.purchase_usd is not None:
            price: float | None = float(chip_hour_capital(self.purchase_usd))
        elif self.usd_per_device_hour is not None:
            price = self.usd_per_device_hour
        else:
            price = self.device.usd_per_hour
        if price is None or not self.usd_per_kwh:
            return price
        return None if self.watts is None else price + self.watts / 1000.0 * self.usd_per_kwh

    @property
    def price_source(self) -> str:
        """Where the price is from, with vendor and date where it is the table's."""
        if self.purchase_usd is not None:
            loses = chip_hour_capital(self.purchase_usd)
            source = (
                f"bought for {self.purchase_usd:,.0f} USD, loses {loses:.2f} an hour "
                "with its server"
            )
        elif self.usd_per_device_hour is not None:
            source = "given"
        else:
            source = self.device.cloud_note or "no price known"
        if self.usd_per_kwh:
            return f"{source}; electricity at {self.usd_per_kwh:g} USD/kWh"
        return source if self.purchase_usd is None else f"{source}; no electricity"


def _in_short(asked: Any) -> str:
    """Return a record as its class is called, records of tables by name, defaults left out."""
    told = [
        f"{field.name}={getattr(value, 'name', value)!r}"
        for field in fields(asked)
        if (value := getattr(asked, field.name)) != field.default
    ]
    return f"{type(asked).__name__}({', '.join(told)})"
