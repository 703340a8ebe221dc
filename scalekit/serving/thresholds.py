"""Thresholds that rules draw across compute and chips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from scalekit.checks import number
from scalekit.datasets.tables import read_rows
from scalekit.laws.form import array_namespace, plain


@dataclass(frozen=True)
class Threshold:
    """One line of a rule.

    Attributes
    ----------
    name : str
        The rule.
    quantity : str
        What it measures, such as ``training compute``.
    value : float
        Where the line is.
    unit : str
        Unit of the value.
    status : str
        ``paper`` where the cited text states it, ``secondary`` for a quotation of the rule,
        ``unverified`` where no source was seen.
    source, notes : str
        Where the number is from, and what else the rule says.
    """

    name: str
    quantity: str
    value: float
    unit: str
    status: str
    source: str
    notes: str


@cache
def thresholds() -> Mapping[str, Threshold]:
    """Return all thresholds by name, in the order of the table; read-only."""
    return MappingProxyType({row["name"]: _threshold(row) for row in read_rows("thresholds.csv")})


def total_processing_performance(tops: Any, bits: Any) -> Any:
    """Return the greatest dense rate times bit length over the number formats of a chip.

    As export control counts, with a multiply-add as two operations; we have not seen the rule
    itself, so the definition is unverified.

    Parameters
    ----------
    tops : sequence
        Dense peak in each format [1e12 operations/s].
    bits : sequence
        Bits of each format.

    Raises
    ------
    ValueError
        If the lists are empty or not of one length, or a value is not above 0.

    Examples
    --------
    >>> total_processing_performance([312, 624], [16, 8])  # A100
    4992.0
    """
    rates, lengths = number("tops", tops, unit="TOP/s"), number("bits", bits, unit="bits")
    if np.ndim(rates) != 1 or np.shape(rates) != np.shape(lengths) or len(rates) == 0:
        raise ValueError(f"tops is {tops!r} and bits is {bits!r}; allowed: two lists of one length")
    return plain(array_namespace(rates, lengths).max(rates * lengths))


def _threshold(row: Mapping[str, str]) -> Threshold:
    return Threshold(
        name=row["name"],
        quantity=row["quantity"],
        value=float(row["value"]),
        unit=row["unit"],
        status=row["status"],
        source=row["source"],
        notes=row["notes"],
    )
