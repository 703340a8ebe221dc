"""The registry of public run data, read from ``data/datasets.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from scalekit.checks import choice
from scalekit.packaged import data_directory


@dataclass(frozen=True)
class DataFile:
    """One file of a data set.

    Attributes
    ----------
    path : str
        Where it lies in the cache: ``<folder>/<file>``.
    sha256 : str
        Its checksum, hexadecimal.
    url : str or None
        Address that serves the same bytes; None if no public address does.
    """

    path: str
    sha256: str
    url: str | None


@dataclass(frozen=True)
class Table:
    """One table of a data set.

    Attributes
    ----------
    name : str
        Name within the data set.
    rows : int
        Number of rows.
    reader : str
        Which reader turns its files into a table.
    files : tuple of DataFile
        The files it is read from.
    """

    name: str
    rows: int
    reader: str
    files: tuple[DataFile, ...]


@dataclass(frozen=True)
class Dataset:
    """What is known about a data set without loading it.

    Attributes
    ----------
    name, title, paper, licence : str
        Name for `load`, what it is, the paper behind it, and the rights of the public files.
    home : str
        Address where the data, or the numbers they were made from, are published.
    columns : str
        What the columns are, with units.
    public : bool
        Whether the files can be downloaded as they are.
    make : str
        How the files come about where no address serves them.
    packaged : str
        Name of the packaged table, for a set that ships with the library.
    tables : tuple of Table
        Its tables; the first is what `load` returns unless asked for another.
    """

    name: str
    title: str
    paper: str
    licence: str
    home: str
    columns: str
    public: bool
    make: str
    packaged: str
    tables: tuple[Table, ...]

    def table(self, name: str | None = None) -> Table:
        """Return one table, the first one for None.

        Raises
        ------
        ValueError
            For an unknown name, with the nearest match.
        """
        tables = {table.name: table for table in self.tables}
        return self.tables[0] if name is None else tables[choice("table", name, tables)]


@cache
def datasets() -> Mapping[str, Dataset]:
    """Return the registry by name, in alphabetical order; read-only."""
    with (data_directory() / "datasets.toml").open("rb") as stream:
        found = [_dataset(entry) for entry in tomllib.load(stream)["dataset"]]
    found.sort(key=lambda dataset: dataset.name.lower())
    return MappingProxyType({dataset.name: dataset for dataset in found})


def _dataset(entry: Mapping[str, Any]) -> Dataset:
    folder = entry.get("folder", entry["name"])
    base_url = entry.get("base_url", "")
    return Dataset(
        name=entry["name"],
        title=entry["title"],
        paper=entry["paper"],
        licence=entry["licence"],
        home=entry["home"],
        columns=entry["columns"],
        public=entry.get("public", False),
        make=entry.get("make", ""),
        packaged=entry.get("packaged", ""),
        tables=tuple(_table(table, folder, base_url) for table in entry.get("table", ())),
    )


def _table(entry: Mapping[str, Any], folder: str, base_url: str) -> Table:
    files = (
        DataFile(
            path=f"{folder}/{file['file']}",
            sha256=file["sha256"],
            url=base_url + file["path"] if "path" in file else None,
        )
        for file in entry["files"]
    )
    return Table(entry["name"], entry["rows"], entry.get("reader", "csv"), tuple(files))
