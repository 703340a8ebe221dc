"""HoloViews figures of allocations, for notebooks; imported only when one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scalekit.plotting import holoviews_module

if TYPE_CHECKING:
    import holoviews

    from scalekit.allocation.result import Allocation


def valley(allocation: Allocation) -> holoviews.Overlay:
    """Return how much worse other sizes are, with the optimum and its 95 % band.

    Parameters
    ----------
    allocation : Allocation
        A single allocation.

    Returns
    -------
    holoviews.Overlay
        Elements labelled "penalty", "optimum" and, where the law's uncertainty is known,
        "band"; a HoloViews backend must be loaded to show it.
    """
    hv = holoviews_module()
    ratio = np.geomspace(0.1, 10, 241)
    penalty = 100 * np.asarray(allocation.penalty(ratio))
    size = hv.Dimension("N", label="Parameters", unit="count")
    worse = hv.Dimension(
        "penalty", label=f"Increase of {allocation.problem.objective_name}", unit="%"
    )
    finite = np.isfinite(penalty)
    rows = np.column_stack([ratio * allocation.N, penalty])[finite]
    elements = [
        hv.Curve(rows, size, worse, label="penalty"),
        hv.Points([(allocation.N, 0.0)], [size, worse], label="optimum"),
    ]
    band = allocation.band("N")
    if band is not None:
        elements.insert(0, hv.VSpan(band.lower, band.upper, label="band"))
    law = allocation.problem.law
    return hv.Overlay(elements).relabel(f"{law.facts.title}, {law.variant}")
