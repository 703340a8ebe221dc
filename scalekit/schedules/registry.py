"""What is known about schedules and the laws of loss along them, read from ``data/schedules``.

The files are law files: the same layout, the same strictness, the same records.
"""

from __future__ import annotations

from functools import cache

import scalekit.schedules.multi_power_form
import scalekit.schedules.rate_forms  # noqa: F401 - both make their forms known
from scalekit.checks import choice
from scalekit.laws.facts import LawFacts, VariantFacts
from scalekit.laws.schema import read_folder


@cache
def _packaged() -> dict[str, LawFacts]:
    return read_folder("schedules")


def names() -> list[str]:
    """Return the names of all schedules and of the laws of loss along a schedule."""
    return list(_packaged())


def facts(name: str) -> LawFacts:
    """Return everything known about a schedule or a law of loss along one.

    Parameters
    ----------
    name : str
        One of `names`, such as ``"annealing-loss"``.

    Returns
    -------
    LawFacts
        Title, formula, pitfalls, and all variants with coefficients, source, status and
        domain: the record that laws have.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest match.
    """
    return _packaged()[choice("schedule", name, _packaged())]


def describe(name: str, variant: str | None = None) -> VariantFacts:
    """Return what is known about one variant: coefficients, source, status, domain, note.

    Parameters
    ----------
    name : str
        One of `names`.
    variant : str, optional
        Which one; the default if left out.

    Raises
    ------
    ValueError
        For an unknown name or variant, with the nearest match.

    Examples
    --------
    >>> from scalekit import schedules
    >>> schedules.describe("multi-power-loss", "100M").status
    'paper'
    """
    found = facts(name)
    chosen = found.default if variant is None else choice("variant", variant, found.variants)
    return found.variants[chosen]
