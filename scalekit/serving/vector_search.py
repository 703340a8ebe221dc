"""Cost of searching a database of vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.checks import number
from scalekit.laws.form import array_namespace


def vector_search_cost(
    dimension: Any,
    database: Any,
    clusters: Any = None,
    probes: Any = None,
    coarse_dimension: Any = None,
) -> Any:
    """Return the multiply-adds of one query: of all vectors, or of the clusters that are probed.

    Exact search is dimension x database. An inverted file compares the query with every centre
    and then with the vectors of `probes` clusters of equal size. Our formula; it gives two
    numbers of the notebooks of AdANNS (arXiv 2305.19435) to the last digit.

    Parameters
    ----------
    dimension : float or array
        Dimensions that are compared.
    database : float or array
        Vectors.
    clusters : float or array, optional
        Clusters of the inverted file; without it the search is exact.
    probes : float or array, optional
        Clusters that are searched; needed with `clusters`.
    coarse_dimension : float or array, optional
        Dimensions of the centres; `dimension` if not given.

    Raises
    ------
    ValueError
        If an input is not above 0, `probes` is missing or above `clusters`, or `probes` or
        `coarse_dimension` is given without `clusters`.
    """
    d, size = number("dimension", dimension), number("database", database, unit="vectors")
    if clusters is None:
        for name, value in (("probes", probes), ("coarse_dimension", coarse_dimension)):
            if value is not None:
                raise ValueError(f"{name} is {value!r} without clusters; allowed: None")
        return d * size
    k, searched = number("clusters", clusters), number("probes", probes)
    if array_namespace(k, searched) is np and np.any(searched > k):
        raise ValueError(f"probes is {searched}; allowed: up to the number of clusters, {k}")
    coarse = d if coarse_dimension is None else number("coarse_dimension", coarse_dimension)
    return coarse * k + searched * d * size / k
