"""Published points on samples, search, verifiers and what they cost, for curves to be laid on.

The records of the packaged table ``sampling_points.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from scalekit.checks import choice, number
from scalekit.datasets.tables import read_rows
from scalekit.laws.facts import STATUSES


@dataclass(frozen=True)
class PublishedPoint:
    """One published point.

    Attributes
    ----------
    study, arxiv : str
        Name of the set of points here, and identifier of the paper.
    series : str
        Model or method.
    x_name, y_name, unit : str
        What the two numbers are, and the unit of y.
    x, y : float
        The point; shares are fractions, never percent.
    source, status : str
        Where it stands, and one of the statuses of laws.
    note : str
        Benchmark and what to beware of.
    """

    study: str
    arxiv: str
    series: str
    x_name: str
    x: float
    y_name: str
    y: float
    unit: str
    source: str
    status: str
    note: str


def studies() -> tuple[str, ...]:
    """Return the names of the sets of points, in the order of the table."""
    return tuple(dict.fromkeys(point.study for point in _points()))


def published_points(study: str) -> tuple[PublishedPoint, ...]:
    """Return the points of one set, in the order of the table.

    Parameters
    ----------
    study : str
        One of `studies`.

    Raises
    ------
    ValueError
        For an unknown set, with the nearest match; or if a row of the table is wrong.

    Examples
    --------
    >>> round(sum(point.y for point in published_points("codemonkeys-stages")), 2)
    2291.9
    """
    choice("study", study, studies())
    return tuple(point for point in _points() if point.study == study)


@cache
def _points() -> tuple[PublishedPoint, ...]:
    found = []
    for i, row in enumerate(read_rows("sampling_points.csv"), start=2):
        try:
            found.append(_point(row))
        except ValueError as problem:
            raise ValueError(f"sampling_points.csv: line {i}: {problem}") from None
    return tuple(found)


def _point(row: Mapping[str, str]) -> PublishedPoint:
    for column, cell in row.items():
        if not cell:
            raise ValueError(f"{column} must not be empty")
    texts = {name: cell for name, cell in row.items() if name not in ("x", "y", "status")}
    x, y = (number(name, float(row[name]), -float("inf")) for name in ("x", "y"))
    return PublishedPoint(**texts, x=x, y=y, status=choice("status", row["status"], STATUSES))
