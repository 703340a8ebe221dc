"""The packaged tables: facts that ride with the library, every row with its source."""

from __future__ import annotations

import csv
from decimal import Decimal

import pandas as pd

from scalekit.datasets.exact import read_exactly
from scalekit.packaged import data_directory

# Columns that look like numbers but are not: an arXiv id loses its last zero as a float.
_TEXT = {
    "hardware.csv": ("release", "unverified_cells", "notes"),
    "models.csv": ("sliding_pattern", "notes"),
    "training_tokens.csv": ("notes",),
    "cards.csv": ("arxiv", "value", "unit"),
    "prices.csv": ("from_date", "to_date", "first_seen_in_repo", "as_of"),
}


def read_rows(file: str) -> list[dict[str, str]]:
    """Return the rows of a packaged table as text, one dictionary a row.

    Parameters
    ----------
    file : str
        Name of the file in the data folder, such as ``"hardware.csv"``.

    Returns
    -------
    list of dict
        Cells without surrounding blanks; an empty string where the table has nothing.
    """
    with (data_directory() / file).open(encoding="utf-8", newline="") as stream:
        return [{key: cell.strip() for key, cell in row.items()} for row in csv.DictReader(stream)]


def read_frame(file: str) -> pd.DataFrame:
    """Return a packaged table as a data frame, with every digit of the file."""
    return read_exactly(data_directory() / file, _TEXT.get(file, ()))


def optional_float(cell: str, exponent: int = 0) -> float | None:
    """Return the cell times ``10**exponent``, correctly rounded; None for an empty cell."""
    return float(Decimal(cell).scaleb(exponent)) if cell else None


def optional_int(cell: str) -> int | None:
    """Return the cell as an integer; None for an empty cell."""
    return int(cell) if cell else None


def hardware() -> pd.DataFrame:
    """Return the table of accelerators: dense peaks, memory, bandwidth, power and prices.

    Returns
    -------
    pandas.DataFrame
        One row a device, in the units of the column names: ``*_tflops`` and ``*_tops`` in 1e12
        operations per second without sparsity, ``mem_gb`` in 1e9 B, ``mem_bw_gbs`` and
        ``scaleup_gbs_per_dir`` in 1e9 B/s, ``tdp_w`` in W, ``price_usd``, ``cloud_usd_per_hr``.
        NaN where no number is published; ``source``, ``status``, ``unverified_cells`` and
        ``notes`` say where each row is from and what to mind.

    See Also
    --------
    scalekit.hardware.device : one device in raw units.
    """
    return read_frame("hardware.csv")


def models() -> pd.DataFrame:
    """Return the table of architectures with their exact parameter counts.

    Returns
    -------
    pandas.DataFrame
        One row a model: shape, parameter counts (total, active, without embeddings) computed
        from the shape, the official counts beside them and where they differ. Counts are raw.

    See Also
    --------
    scalekit.models.model : one model as a record, with its training tokens.
    """
    return read_frame("models.csv")


def training_tokens() -> pd.DataFrame:
    """Return the published numbers of pre-training tokens.

    Returns
    -------
    pandas.DataFrame
        Columns ``model``, ``tokens`` (raw count), ``parameters`` (raw count, only for models
        that `models` does not have), ``source``, ``status`` (``paper`` when the cited text
        states it, else ``secondary``) and ``notes``.
    """
    return read_frame("training_tokens.csv")


def cards() -> pd.DataFrame:
    """Return the fact cards: single published results that have no law.

    Returns
    -------
    pandas.DataFrame
        Columns ``slug``, ``title``, ``arxiv``, ``year``, ``claim_short``, ``quantity``,
        ``value`` and ``unit`` (text, as printed), ``baseline``, ``condition``, ``source_mark``.
    """
    return read_frame("cards.csv")


def prices() -> pd.DataFrame:
    """Return the prices of hosted models, in USD per million tokens, with their dates.

    Returns
    -------
    pandas.DataFrame
        Columns ``vendor``, ``model_id``, ``name``, ``usd_per_mtok_input``,
        ``usd_per_mtok_output``, ``usd_per_mtok_cached_input``, dates, ``source``, ``status``.
    """
    return read_frame("prices.csv")
