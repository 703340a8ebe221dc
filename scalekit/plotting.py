"""Curves as HoloViews elements, for notebooks; HoloViews is imported only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import holoviews


@dataclass(frozen=True)
class Axis:
    """Name of an axis in code, its caption and its unit."""

    name: str
    label: str
    unit: str


@dataclass(frozen=True)
class Series:
    """One curve; ``inside`` says where its law was fitted (everywhere, if left out)."""

    x: Any
    y: Any
    inside: Any = True


def holoviews_module() -> ModuleType:
    """Return HoloViews.

    Raises
    ------
    ImportError
        If it is not installed; the message says how to.
    """
    try:
        import holoviews as hv
    except ImportError:
        raise ImportError('plot() needs HoloViews: pip install "scalekit[apps]"') from None
    return hv


def curves(series: Mapping[str, Series], x: Axis, y: Axis) -> holoviews.Overlay:
    """Return curves to restyle and overlay; a HoloViews backend must be loaded to show them.

    Parameters
    ----------
    series : mapping
        The curves by caption.
    x, y : Axis
        Axes.

    Returns
    -------
    holoviews.Overlay
        A ``Curve`` of the group "Curve" each; what lies outside of a fitted range is one of the
        group "Extrapolated" under the same label, so that it can be dashed.
    """
    hv = holoviews_module()
    dimensions = [hv.Dimension(axis.name, label=axis.label, unit=axis.unit) for axis in (x, y)]
    elements = []
    for label, line in series.items():
        rows = np.column_stack([line.x, line.y])
        inside = np.broadcast_to(line.inside, len(rows))
        # The extrapolated piece begins at the last fitted point, so that the line is whole.
        outside = ~inside
        joined = outside.copy()
        joined[1:] |= outside[:-1]
        joined[:-1] |= outside[1:]
        for group, shown in (("Extrapolated", joined), ("Curve", inside)):
            if not shown.any():
                continue
            # A gap is a row of NaN, so that pieces apart are not joined.
            part = np.where(shown[:, None], rows, np.nan)
            elements.append(hv.Curve(part, dimensions[0], dimensions[1], group=group, label=label))
    return hv.Overlay(elements)
