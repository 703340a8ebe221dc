"""What an hour of a chip costs and draws (Cottier et al., arXiv 2405.21015)."""

from __future__ import annotations

import math
from typing import Any

from scalekit.checks import flag, number

HOURS_PER_YEAR = 8766.0

# Interconnect is this share of what a cluster costs.
_INTERCONNECT = 0.19


def chip_hour_capital(
    chip_price: Any,
    server_factor: Any = 1.64,
    interconnect: bool = False,
    depreciation: Any = 0.14,
) -> Any:
    """Return the value that a chip with its server loses in an hour [USD].

    The price falls by a constant number of orders of magnitude a year, as prices for a given
    performance do; this is the loss at purchase.

    Parameters
    ----------
    chip_price : float or array
        Price of the chip [USD].
    server_factor : float or array
        Price with server over price: 1.64, for an A100 1.66, for a V100 1.69.
    interconnect : bool
        Whether to add the network of a cluster, 19 % of the whole.
    depreciation : float or array
        Orders of magnitude a year.

    Raises
    ------
    ValueError
        If an input is not above 0, `server_factor` is below 1, or `interconnect` no truth value.

    Examples
    --------
    >>> round(chip_hour_capital(34641), 2)  # H100, 2023
    2.09
    """
    price = number("chip_price", chip_price, unit="USD")
    price = price * number("server_factor", server_factor, 1, lower_open=False)
    if flag("interconnect", interconnect):
        price = price / (1.0 - _INTERCONNECT)
    return price * number("depreciation", depreciation) * math.log(10.0) / HOURS_PER_YEAR


def chip_hour_energy(
    tdp_watts: Any, server_factor: Any, utilization: Any = 0.75, pue: Any = 1.1
) -> Any:
    """Return the electricity of a chip for an hour, with server and cooling [kWh].

    The default is the draw of training. Decoding, which waits for memory, draws less; we know
    no verified number for it.

    Parameters
    ----------
    tdp_watts : float or array
        Thermal design power of the chip [W].
    server_factor : float or array
        Power with server over power: H100 1.821, A100 2.031, other GPU 1.8, TPU 1.56.
    utilization : float or array
        Average draw as a fraction of the design power: GPU 0.75, TPU 0.43.
    pue : float or array
        Power of the data centre over that of its servers: 1.1 for the largest, else 1.25.

    Raises
    ------
    ValueError
        If an input is not above 0, `utilization` is above 1, or a factor is below 1.
    """
    draw = number("tdp_watts", tdp_watts, unit="W") * number("utilization", utilization, 0, 1)
    draw = draw * number("server_factor", server_factor, 1, lower_open=False)
    return draw * number("pue", pue, 1, lower_open=False) / 1e3


def energy_per_flop(kwh_per_hour: Any, peak_flops: Any, mfu: Any) -> Any:
    """Return the energy of one FLOP that does useful work [J].

    Parameters
    ----------
    kwh_per_hour : float or array
        Draw, as of `chip_hour_energy` [kWh/h].
    peak_flops : float or array
        Dense peak of the chip [FLOP/s].
    mfu : float or array
        Fraction of the peak that is reached, above 0 up to 1.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    watts = 1e3 * number("kwh_per_hour", kwh_per_hour, unit="kWh/h")
    return watts / (number("peak_flops", peak_flops, unit="FLOP/s") * number("mfu", mfu, 0, 1))
