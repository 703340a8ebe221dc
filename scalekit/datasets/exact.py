"""Reading CSV files without losing the last digits of their numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

# From pandas 3.1 on, exact parsing is the default and asking for it is deprecated.
_RELEASE = tuple(int(part) for part in pd.__version__.split(".")[:2])
_EXACTLY: dict[str, Any] = {} if _RELEASE >= (3, 1) else {"float_precision": "round_trip"}


def read_exactly(path: Path, text: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return a CSV file, compressed or not, as a data frame with correctly rounded numbers.

    Parameters
    ----------
    path : Path
        The file.
    text : tuple of str
        Columns to keep as text although they may look like numbers.
    """
    return pd.read_csv(path, dtype=dict.fromkeys(text, str), **_EXACTLY)
