"""The runs that the replication of Chinchilla's third approach is fitted to."""

from __future__ import annotations

import pandas as pd

from scalekit.datasets.loading import load

# The replication keeps what lies strictly below the fifth largest loss.
_OUTLIERS = 5


def chinchilla_runs(drop_outliers: bool = True) -> pd.DataFrame:
    """Return Chinchilla's runs as parameters, tokens, compute and loss.

    The digitised file gives parameters and compute; tokens follow from C = 6 N D.

    Parameters
    ----------
    drop_outliers : bool
        Whether to drop the five runs of largest loss, as the replication does (240 of 245 rows
        remain). With them the fit moves to another place altogether.

    Returns
    -------
    pandas.DataFrame
        Columns ``N`` (parameters), ``D`` (tokens), ``C`` (FLOP) and ``loss`` (nats/token), in
        the order of the file.

    Raises
    ------
    DataUnavailableError
        If the file is neither in the cache nor reachable.

    Notes
    -----
    Source: arXiv 2404.10102, ``data_analysis.ipynb`` of epoch-research/analyzing-chinchilla.
    The digitised parameter axis is slightly off (its tick at 40e9 reads 39.6e9).
    """
    table = load("analyzing-chinchilla")
    runs = pd.DataFrame(
        {
            "N": table["Model Size"],
            "D": table["Training FLOP"] / (6 * table["Model Size"]),
            "C": table["Training FLOP"],
            "loss": table["loss"],
        }
    )
    if drop_outliers:
        runs = runs[runs["loss"] < runs["loss"].nlargest(_OUTLIERS).min()]
    return runs.reset_index(drop=True)
