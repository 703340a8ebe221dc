"""Accelerators as records in raw units, from the packaged table ``hardware.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from scalekit.checks import choice
from scalekit.datasets.tables import optional_float, optional_int, read_rows

#: Number formats of the table, and the column that holds their dense rate in 1e12 per second.
PRECISIONS: Mapping[str, str] = MappingProxyType(
    {
        "fp32": "fp32_tflops",
        "tf32": "tf32_tflops",
        "bf16": "bf16_tflops",
        "fp8": "fp8_tflops",
        "int8": "int8_tops",
        "fp4": "fp4_tflops",
        "int4": "int4_tops",
    }
)


@dataclass(frozen=True)
class Device:
    """One accelerator. Rates are dense, never sparse; None where nothing is published.

    Attributes
    ----------
    name, vendor, kind : str
        Name as in the table, maker, and what it is (``GPU``, ``TPU``, ``ASIC``, ...).
    fp32, tf32, bf16, fp8, int8, fp4, int4 : float or None
        Peak rate in each number format [FLOP/s or OP/s]. `bf16` is the 16-bit matrix rate:
        devices without bfloat16 have their float16 rate there, and their notes say so.
    memory_bytes : float or None
        Memory of one device [B], decimal.
    bandwidth : float or None
        Memory bandwidth [B/s].
    link_bandwidth : float or None
        Bandwidth to the neighbours, one direction [B/s].
    link : str
        What that link is.
    link_devices : int or None
        Devices that this link joins, where the table knows: a rack, a pod, a pair with a bridge.
    tdp_watts : float or None
        Thermal design power [W].
    price_usd, usd_per_hour : float or None
        Purchase price [USD] and cloud price [USD/h] of one device.
    price_note, cloud_note : str
        Where and when these prices were seen. They age quickly.
    release : str
        Release date, as far as known.
    status, unverified, source, notes : str
        How well the row is supported, which cells are not, where they are from, pitfalls.
    """

    name: str
    vendor: str
    kind: str
    fp32: float | None
    tf32: float | None
    bf16: float | None
    fp8: float | None
    int8: float | None
    fp4: float | None
    int4: float | None
    memory_bytes: float | None
    bandwidth: float | None
    link_bandwidth: float | None
    link: str
    link_devices: int | None
    tdp_watts: float | None
    price_usd: float | None
    usd_per_hour: float | None
    price_note: str
    cloud_note: str
    release: str
    status: str
    unverified: str
    source: str
    notes: str

    @property
    def peaks(self) -> dict[str, float]:
        """Peak rates that are published, by number format [FLOP/s or OP/s]."""
        rates = {precision: getattr(self, precision) for precision in PRECISIONS}
        return {precision: rate for precision, rate in rates.items() if rate is not None}

    def peak_flops(self, precision: str = "bf16") -> float:
        """Return the dense peak rate in one number format.

        Parameters
        ----------
        precision : str
            One of `PRECISIONS`.

        Returns
        -------
        float
            Rate [FLOP/s, or OP/s for integers].

        Raises
        ------
        ValueError
            For an unknown format, and for one that the device has no published rate in; the
            message lists the rates that it has.
        """
        rate = self.peaks.get(choice("precision", precision, PRECISIONS))
        if rate is None:
            known = ", ".join(f"{name} ({value:.4g}/s)" for name, value in self.peaks.items())
            raise ValueError(
                f"precision is {precision!r}, but no dense {precision} rate of {self.name!r} "
                f"is published; it has: {known or 'none'}"
            )
        return rate

    def ridge_intensity(self, precision: str = "bf16") -> float:
        """Return the arithmetic intensity above which compute, not memory, is the limit.

        Parameters
        ----------
        precision : str
            One of `PRECISIONS`.

        Returns
        -------
        float
            Peak rate over memory bandwidth [FLOP/B].

        Raises
        ------
        ValueError
            If the rate or the memory bandwidth is not published.
        """
        if self.bandwidth is None:
            raise ValueError(f"bandwidth of {self.name!r} is not published")
        return self.peak_flops(precision) / self.bandwidth


@cache
def devices() -> Mapping[str, Device]:
    """Return all devices by name, in the order of the table; read-only."""
    return MappingProxyType({row["name"]: _device(row) for row in read_rows("hardware.csv")})


def device(name: str) -> Device:
    """Return one device.

    Parameters
    ----------
    name : str
        Name as in the table, such as ``"H100 SXM5"``.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest match.

    Examples
    --------
    >>> device("H100 SXM5").peak_flops("bf16")
    989400000000000.0
    """
    return devices()[choice("device", name, devices())]


def _device(row: Mapping[str, str]) -> Device:
    return Device(
        name=row["name"],
        vendor=row["vendor"],
        kind=row["kind"],
        memory_bytes=optional_float(row["mem_gb"], 9),
        bandwidth=optional_float(row["mem_bw_gbs"], 9),
        link_bandwidth=optional_float(row["scaleup_gbs_per_dir"], 9),
        link=row["scaleup_kind"],
        link_devices=optional_int(row["scaleup_devices"]),
        tdp_watts=optional_float(row["tdp_w"]),
        price_usd=optional_float(row["price_usd"]),
        usd_per_hour=optional_float(row["cloud_usd_per_hr"]),
        price_note=row["price_note"],
        cloud_note=row["cloud_note"],
        release=row["release"],
        status=row["status"],
        unverified=row["unverified_cells"],
        source=row["source"],
        notes=row["notes"],
        **{name: optional_float(row[column], 12) for name, column in PRECISIONS.items()},
    )
