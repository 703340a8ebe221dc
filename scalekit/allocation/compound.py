"""Depth, width and resolution of a larger convolutional network (Dollar et al., 2103.06877)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import number
from scalekit.laws.form import array_namespace


@dataclass(frozen=True)
class CompoundScaling:
    """What a network is multiplied by.

    Attributes
    ----------
    depth, width, resolution : float or array
        Factors of layers, channels and side of the image; depth width^2 resolution^2 is the
        ratio of the FLOP.
    activations : float or array
        depth width resolution^2; that running time follows these rather than the FLOP is the
        authors' claim, which was not checked.
    parameters : float or array
        depth width^2.
    """

    depth: Any
    width: Any
    resolution: Any
    activations: Any
    parameters: Any


def compound_scaling(
    flop_ratio: Any, depth: Any = 0.1, width: Any = 0.8, resolution: Any = 0.1
) -> CompoundScaling:
    """Return how to scale a convolutional network to `flop_ratio` times the FLOP.

    With weights e that sum to 1, depth grows as s^e_d, width as s^(e_w/2) and resolution as
    s^(e_r/2); activations then grow as s^(1 - e_w/2). The default is fast compound scaling,
    which is mostly wider. Source: facebookresearch/pycls, pycls/models/scaler.py. Nothing is
    rounded here, while real networks have widths in multiples of 8 and resolutions in
    multiples of 4, and so miss the FLOP by a few percent.

    Parameters
    ----------
    flop_ratio : float or array
        FLOP of the new network over those of the old one; below 1 it shrinks.
    depth, width, resolution : float or array
        Weights from 0, not all 0; only their ratios count.

    Raises
    ------
    ValueError
        If an argument is out of its range, or all weights are 0.
    """
    ratio = number("flop_ratio", flop_ratio)
    weights = [
        number(name, value, lower_open=False)
        for name, value in (("depth", depth), ("width", width), ("resolution", resolution))
    ]
    total = sum(weights)
    if array_namespace(total) is np and np.any(np.asarray(total) == 0):
        raise ValueError("depth, width and resolution are all 0; allowed: weights not all 0")
    xp = array_namespace(ratio, total)
    d, w, r = (xp.exp(xp.log(ratio) * weight / total) for weight in weights)
    w, r = xp.sqrt(w), xp.sqrt(r)
    return CompoundScaling(
        depth=d, width=w, resolution=r, activations=d * w * r**2, parameters=d * w**2
    )
