"""From the files of a data set to one table, every digit kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from scalekit.datasets.exact import read_exactly

# <size>_<run>-<proportion>-<proportion>.../<step>, evaluation set, loss
_MIXING_LINE = re.compile(
    r".*/(?P<model>\d+M)_(?P<run>\w+)-(?P<proportions>[\d.-]+)/(?P<step>\d+)"
    r"\t.*valid\.(?P<set>[\w-]+)\.bin\t(?P<loss>[\d.]+)"
)
_TWO_DOMAINS = ("github", "pile_cc")
_FIVE_DOMAINS = ("academic", "prose", "dialogue", "symbolic", "internet")


def read_csv(paths: Sequence[Path]) -> pd.DataFrame:
    """Read a single CSV file, compressed or not."""
    (path,) = paths
    return read_exactly(path)


def read_schedules(paths: Sequence[Path]) -> pd.DataFrame:
    """Stack loss curves ``csv_<millions>/<schedule>.csv``, with both names as columns."""
    curves = []
    for path in paths:
        curve = read_csv([path])
        curve.insert(0, "model", f"{path.parent.name.removeprefix('csv_')}M")
        curve.insert(1, "schedule", path.stem)
        curves.append(curve)
    return pd.concat(curves, ignore_index=True)


def read_regmix(paths: Sequence[Path]) -> pd.DataFrame:
    """Join pairs ``<split>_mixture_<model>.csv``, ``<split>_pile_loss_<model>.csv`` and stack."""
    parts = []
    for mixture, losses in zip(paths[::2], paths[1::2], strict=True):
        split, _, model = mixture.stem.split("_")
        part = read_csv([mixture]).merge(read_csv([losses]), on="index", validate="1:1")
        part.insert(0, "split", split)
        part.insert(1, "model", model)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _read_mixing(paths: Sequence[Path], domains: Sequence[str]) -> pd.DataFrame:
    rows = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found = _MIXING_LINE.fullmatch(line)
            shares = found["proportions"].split("-") if found else []
            if found is None or len(shares) != len(domains):
                raise ValueError(f"{path}, line {number}: not a run on {len(domains)} domains")
            rows.append(
                {"model": found["model"], "run": found["run"]}
                | {domain: float(share) for domain, share in zip(domains, shares, strict=True)}
                | {
                    "step": int(found["step"]),
                    "validation_set": found["set"],
                    "loss": float(found["loss"]),
                }
            )
    return pd.DataFrame(rows)


def read_two_domain_mixing(paths: Sequence[Path]) -> pd.DataFrame:
    """Read runs on GitHub and Pile-CC; one row a checkpoint and validation set."""
    return _read_mixing(paths, _TWO_DOMAINS)


def read_five_domain_mixing(paths: Sequence[Path]) -> pd.DataFrame:
    """Read runs on the five coarse domains of the Pile; one row a checkpoint and set."""
    return _read_mixing(paths, _FIVE_DOMAINS)


def read_mixing_weights(paths: Sequence[Path]) -> pd.DataFrame:
    """Read the weights of the validation sets, one row a set."""
    (path,) = paths
    weights = json.loads(path.read_text(encoding="utf-8"))
    return pd.DataFrame({"validation_set": list(weights), "weight": list(weights.values())})


#: Readers by the name that the registry uses.
READERS: Mapping[str, Callable[[Sequence[Path]], pd.DataFrame]] = MappingProxyType(
    {
        "csv": read_csv,
        "schedules": read_schedules,
        "regmix": read_regmix,
        "mixing-two": read_two_domain_mixing,
        "mixing-five": read_five_domain_mixing,
        "mixing-weights": read_mixing_weights,
    }
)
