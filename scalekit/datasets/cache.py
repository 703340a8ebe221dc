"""Where files of public data are kept, how they get there, and what to say if they do not."""

from __future__ import annotations

import os
from pathlib import Path

import pooch

from scalekit.datasets.registry import DataFile, Dataset

#: Environment variable that names the cache folder.
CACHE_VARIABLE = "SCALEKIT_DATA"


class DataUnavailableError(FileNotFoundError):
    """A file of public data is neither in the cache nor reachable."""


class ChecksumError(ValueError):
    """A file of public data is not the one that the registry names."""


def cache_directory() -> Path:
    """Return the cache folder: that of `CACHE_VARIABLE`, else the user's cache of scalekit.

    Files lie in it as ``<folder>/<file>``; the folder is named after the data set.
    """
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen).expanduser() if chosen else Path(pooch.os_cache("scalekit"))


def fetch(dataset: Dataset, file: DataFile, *, verify: bool = True) -> Path:
    """Return the path of a file in the cache, after downloading it if need be.

    Parameters
    ----------
    dataset : Dataset
        The set it belongs to.
    file : DataFile
        The file.
    verify : bool
        Whether a file found in the cache must have the registered checksum. Downloads always
        must.

    Raises
    ------
    DataUnavailableError
        If it is not in the cache and cannot be downloaded; the message says what to do.
    ChecksumError
        If its checksum differs from the registered one.
    """
    path = cache_directory() / file.path
    if path.is_file():
        if verify and pooch.file_hash(str(path), alg="sha256") != file.sha256:
            raise ChecksumError(_wrong_file(dataset, file, path))
        return path
    if file.url is None:
        raise DataUnavailableError(_not_served(dataset, file))
    try:
        pooch.retrieve(
            file.url,
            known_hash=f"sha256:{file.sha256}",
            fname=path.name,
            path=str(path.parent),
        )
    except ValueError as error:  # how pooch reports a checksum
        raise ChecksumError(
            f"{file.url} no longer serves the file that {dataset.name!r} was registered with "
            f"(SHA-256 {file.sha256}); nothing was stored"
        ) from error
    except OSError as error:  # requests' errors are OSErrors too
        raise DataUnavailableError(_not_reached(dataset, file, error)) from error
    return path


def _place(file: DataFile) -> str:
    """Say where the file is looked for, and how to look elsewhere."""
    return f"{CACHE_VARIABLE} to a folder that has {file.path} (now: {cache_directory()})"


def _not_reached(dataset: Dataset, file: DataFile, error: OSError) -> str:
    return (
        f"the data set {dataset.name!r} is not in the cache and its download failed ({error}). "
        f"Either connect to the internet once, or set the environment variable {_place(file)}. "
        f"Its home: {dataset.home}"
    )


def _not_served(dataset: Dataset, file: DataFile) -> str:
    return (
        f"the data set {dataset.name!r} is not in the cache, and no public address serves this "
        f"file, so it cannot be downloaded. Set the environment variable {_place(file)}. "
        f"The file is made from {dataset.home}: {dataset.make} A file of your own making loads "
        f"with verify=False; its columns: {dataset.columns}"
    )


def _wrong_file(dataset: Dataset, file: DataFile, path: Path) -> str:
    way_out = (
        "delete it to have it downloaded again"
        if file.url is not None
        else "pass verify=False if you made it yourself"
    )
    return (
        f"{path} is not the file that {dataset.name!r} was registered with: "
        f"its SHA-256 is not {file.sha256}; {way_out}. Its home: {dataset.home}"
    )
