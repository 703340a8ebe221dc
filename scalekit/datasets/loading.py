"""Loading public data by name."""

from __future__ import annotations

import pandas as pd

from scalekit.checks import choice
from scalekit.datasets.cache import fetch
from scalekit.datasets.readers import READERS
from scalekit.datasets.registry import Dataset, datasets
from scalekit.datasets.tables import read_frame


def names() -> tuple[str, ...]:
    """Return the names that `load` knows."""
    return tuple(datasets())


def describe(name: str) -> Dataset:
    """Return what is known about a data set: paper, rights, home, columns and tables.

    Parameters
    ----------
    name : str
        One of `names`.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest match.
    """
    return datasets()[choice("data set", name, datasets())]


def load(name: str, table: str | None = None, *, verify: bool = True) -> pd.DataFrame:
    """Load a public data set from the cache, downloading it the first time.

    The cache is the folder named by the environment variable ``SCALEKIT_DATA``, else the user's
    cache folder. Every file is checked against its registered checksum.

    Parameters
    ----------
    name : str
        One of `names`, such as ``"analyzing-chinchilla"``.
    table : str, optional
        Which table of a set that has several (see ``describe(name).tables``); the first one by
        default.
    verify : bool
        Whether files found in the cache must have the registered checksum. Switch it off for a
        file of your own making.

    Returns
    -------
    pandas.DataFrame
        The columns of the files, in their units: ``describe(name).columns`` explains them.

    Raises
    ------
    ValueError
        For an unknown name or table, with the nearest match.
    DataUnavailableError
        If a file is neither in the cache nor reachable. It is a FileNotFoundError.
    ChecksumError
        If a file is not the registered one. It is a ValueError.

    Examples
    --------
    >>> load("datacomp-scales")["scale"].tolist()
    ['small', 'medium', 'large', 'xlarge']
    """
    dataset = describe(name)
    if dataset.packaged:
        if table is not None:
            raise ValueError(f"table is {table!r}; allowed: None, {name!r} has a single table")
        return read_frame(dataset.packaged)
    chosen = dataset.table(table)
    return READERS[chosen.reader]([fetch(dataset, file, verify=verify) for file in chosen.files])
