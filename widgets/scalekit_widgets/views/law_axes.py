"""Axes of figures that are made for whatever law there is: name, unit, kind and ticks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from scalekit.laws.facts import Quantity
from scalekit_widgets.models.point import LOG_SPAN, ends, is_log, unit_beside
from scalekit_widgets.notation import LONGEST_UNIT
from scalekit_widgets.views.figure import COUNTS, POWERS, decades, fixed, ticks

SMALL = "return String(Number(tick.toPrecision(4))).replace('-', '−')"
"""Plain numbers, with a true minus."""
REACH = 2
"""Decades beyond an axis that have ticks, for whoever zooms out."""
LAST_PART = re.compile("(.+) (?:at|by|for|from|in|of|on|over|that|to|without) ")
LONGEST_TITLE = 46
"""Letters of a title that fits on a phone."""
WIDE = 1e3
"""Ratio of an axis' ends from which only whole decades have ticks."""
LONG = 30
"""Ratio from which a decade has two ticks: three would touch on a narrow figure."""


def title(name: str, quantity: Quantity) -> str:
    """Return the name of an axis with its unit; in short where it would not fit.

    Parameters
    ----------
    name : str
        Name of an input; empty for the output.
    quantity : Quantity
        What is along the axis.
    """
    unit, meanings = unit_beside(name, quantity), list(_shorter(quantity.meaning))
    if name:
        start = f"{name} ({unit})" if unit and unit != quantity.meaning else name
        found = [f"{start}: {meaning}" for meaning in meanings[:2]] + [start, name]
    elif len(unit) > LONGEST_UNIT:
        found = [f"{_capital(meanings[0])} ({unit})", _capital(unit)]
    else:
        found = [
            _capital(m if not unit or unit in m.split() else f"{m} ({unit})") for m in meanings
        ]
    return next((text for text in found if len(text) <= LONGEST_TITLE), found[-1])


def _shorter(meaning: str) -> Iterator[str]:
    """Return a meaning in words, then without what stands behind a comma, a preposition."""
    yield meaning
    meaning = re.split(r"[,;:(]", meaning)[0].strip()
    yield meaning
    while found := LAST_PART.match(meaning):
        meaning = found[1]
        yield meaning


def of_input(name: str, quantity: Quantity) -> tuple[tuple[str, float, float], str]:
    """Return title and range of the axis over an input, and its kind."""
    low, high = ends(quantity)
    return (title(name, quantity), low, high), "log" if is_log(quantity) else "linear"


def kind_of(values: np.ndarray) -> str:
    """Return the kind of axis that suits values."""
    finite = values[np.isfinite(values)]
    wide = finite.size and finite.min() > 0 and finite.max() / finite.min() >= LOG_SPAN
    return "log" if wide else "linear"


def set_ticks(axis: Any, kind: str, low: float, high: float, unit: str) -> None:
    """Give an axis readable ticks: 10 B, or 10²¹ where letters end."""
    if kind == "linear":
        axis.formatter = ticks(COUNTS if max(abs(low), abs(high)) >= 1e4 else SMALL)
        return
    small = low < 1e-3
    code = POWERS if unit == "FLOP" or high > 1e16 or small else COUNTS
    if high / low >= WIDE:
        decades(axis, code, 7)
    else:  # Bokeh's own ticks would be evenly spaced here, with none in the lower half
        mantissas = (1, 3) if high / low >= LONG else (1, 2, 5)
        first, last = math.floor(math.log10(low)) - REACH, math.ceil(math.log10(high)) + REACH
        fixed(axis, [m * 10.0**k for k in range(first, last) for m in mantissas], code)


def around(values: np.ndarray, kind: str, margin: float = 0.06) -> tuple[float, float]:
    """Return a range that shows values with some room."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return (1.0, 10.0) if kind == "log" else (0.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    if kind == "log":
        room = (high / low) ** margin if high > low else 2.0
        return low / room, high * room
    room = margin * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
