"""An accelerator and the price of its hour, as every app that rents one has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scalekit.hardware import Device, device
from scalekit_widgets.models.state import State

PRICE_ELSEWHERE = 2.0
"""USD per device-hour assumed where the table has no cloud price."""


def list_price(machine: Device) -> float:
    """Return the cloud price in the table, USD per device-hour; an assumed one if it has none."""
    return machine.usd_per_hour or PRICE_ELSEWHERE


class PricedDevice(State):
    """A state with the parameters `device`, a name of the table, and `price`, USD per hour."""

    device: Any
    price: Any

    @property
    def machine(self) -> Device:
        """The chosen accelerator."""
        return device(self.device)

    @property
    def list_price(self) -> float:
        """Price of the chosen accelerator in the table, USD per device-hour."""
        return list_price(self.machine)

    def set(self, values: Mapping[str, Any]) -> None:
        """See `State.set`; another accelerator brings its list price, unless a person set one."""
        if "device" in values and "price" not in values and self.price == self.list_price:
            name = self.checked("device", values["device"])
            values = {**values, "price": list_price(device(name))}
        super().set(values)

    def query(self) -> dict[str, str]:
        """See `State.query`; where the accelerator is told, its price is told as well."""
        found = super().query()
        if "device" in found:
            found["price"] = f"{self.price:.6g}"
        return found
