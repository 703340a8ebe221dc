"""Where the packaged facts (``data/`` of the source tree) are found."""

from __future__ import annotations

from pathlib import Path


def data_directory() -> Path:
    """Return the folder of packaged facts, in a wheel or in a source checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "data", package.parent / "data"):
        if (folder / "laws").is_dir():
            return folder
    raise FileNotFoundError(f"scalekit's data folder is missing beside {package}; reinstall it")
