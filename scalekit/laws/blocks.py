"""NumPy in blocks: laws that need many numbers for each point keep them in the cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def in_blocks(function: Callable[..., Any], size: int, *inputs: Any) -> Any:
    """Return ``function(*inputs)``, evaluated for so many points at a time.

    Parameters
    ----------
    function : callable
        From one-dimensional arrays of one length to an array of that length.
    size : int
        Points in a block.
    *inputs : number or array
        They broadcast.

    Returns
    -------
    array
        Of the shape of the broadcast inputs.
    """
    arrays = np.broadcast_arrays(*(np.asarray(x, dtype=np.float64) for x in inputs))
    shape, count = arrays[0].shape, arrays[0].size
    flat = [array.ravel() for array in arrays]
    found = np.empty(count)
    for begin in range(0, count, size):
        part = slice(begin, begin + size)
        found[part] = function(*(array[part] for array in flat))
    return found.reshape(shape)
