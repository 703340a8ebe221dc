"""A table of counts, a row for every problem: attempts, successes, what the verifier accepted."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scalekit.checks import nearest, record, refuse_first_bad, whole
from scalekit.sampling.counts import attempt_counts

NEEDED = ("attempts", "successes")
OPTIONAL = ("accepted", "accepted_correct")
DELIMITERS = ",;\t"
MOST_BYTES = 5_000_000
"""Largest table that is read: some 200,000 problems."""


@dataclass(frozen=True)
class ProblemCounts:
    """What was counted, one entry a problem.

    Attributes
    ----------
    attempts : array, shape (problems,)
        Samples drawn.
    successes : array, shape (problems,)
        Samples that are right.
    accepted : array, shape (problems,), or None
        Samples that the verifier accepted, right or wrong.
    accepted_correct : array, shape (problems,), or None
        Samples that are right and that the verifier accepted; only with ``accepted``.

    Raises
    ------
    ValueError
        If an entry is no whole number, or counts contradict each other.
    """

    attempts: np.ndarray
    successes: np.ndarray
    accepted: np.ndarray | None = None
    accepted_correct: np.ndarray | None = None

    def __post_init__(self) -> None:
        c, n = attempt_counts(self.successes, self.attempts)
        counts = {"attempts": n, "successes": c}
        for column in OPTIONAL:
            given = getattr(self, column)
            if given is not None:
                counts[column] = np.asarray(whole(column, given))
                if counts[column].shape != c.shape:
                    raise ValueError(
                        f"{column} has the shape {counts[column].shape}; allowed: the shape "
                        f"{c.shape} of successes"
                    )
        if "accepted_correct" in counts and "accepted" not in counts:
            raise ValueError("accepted is None; allowed: counts, where accepted_correct is given")
        for column, values, good, allowed in _rules(counts):
            refuse_first_bad(column, values, good, allowed)
        for column, values in counts.items():
            object.__setattr__(self, column, values)

    @property
    def problems(self) -> int:
        """Number of problems."""
        return int(self.attempts.size)

    @property
    def success_rate(self) -> float:
        """Share of all samples that are right."""
        return float(self.successes.sum() / self.attempts.sum())


def read_counts(path: str | Path) -> ProblemCounts:
    """Read a CSV file of counts.

    Columns ``attempts`` and ``successes`` are needed. ``accepted`` counts the samples that a
    verifier accepted, ``accepted_correct`` those of them that are right; any other column is
    left alone. Columns stand in any order, between commas, semicolons or tabs.

    Parameters
    ----------
    path : str or Path
        A file in UTF-8.

    Raises
    ------
    ValueError
        If the file is not such a table; the message names file, line, value and what is allowed.
    """
    path = Path(path)
    return parse_counts(path.read_bytes(), path.name)


def parse_counts(content: bytes, name: str) -> ProblemCounts:
    """Return the counts in the content of a file, as `read_counts` does.

    Parameters
    ----------
    content : bytes
        What the file holds.
    name : str
        What errors call it.

    Raises
    ------
    ValueError
        If the content is not such a table; the message names line, value and what is allowed.
    """
    record("content", content, bytes)
    if len(content) > MOST_BYTES:
        raise ValueError(
            f"{name} has {len(content) / 1e6:.1f} MB; allowed: up to {MOST_BYTES / 1e6:g} MB"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{name} is not UTF-8 text (byte {error.start}); allowed: a CSV file in UTF-8"
        ) from None
    above = text[: len(text) - len(text.lstrip())].count("\n")
    text = text.lstrip()
    head, _, _ = text.partition("\n")
    if not head:
        raise ValueError(f"{name} is empty; allowed: {_wanted()}")
    delimiter = max(DELIMITERS, key=head.count)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        found = [(column or "").strip().lower() for column in reader.fieldnames or ()]
        reader.fieldnames = found
        columns = _columns(name, found)
        lines, rows = [], []
        for row in reader:
            lines.append(reader.line_num + above)
            rows.append(row)
    except csv.Error as error:
        raise ValueError(f"{name} is no table: {error}; allowed: {_wanted()}") from None
    if not rows:
        raise ValueError(f"{name} has no problem; allowed: a row for each problem, at least one")
    counts = {column: _whole(name, column, lines, rows) for column in columns}
    _check(name, counts, lines)
    return ProblemCounts(**counts)


def _wanted() -> str:
    return f"a CSV file with the columns {', '.join(NEEDED)} and, if known, {', '.join(OPTIONAL)}"


def _columns(name: str, found: Sequence[str]) -> list[str]:
    """Return the columns to read, in the order of `ProblemCounts`."""
    for column in (*NEEDED, *OPTIONAL):
        if found.count(column) > 1:
            raise ValueError(f"{name} has {found.count(column)} columns {column!r}; allowed: one")
    for column in NEEDED:
        if column not in found:
            like = nearest(column, [other for other in found if other], 0.6)
            hint = f" (is it {like!r}?)" if like else ""
            raise ValueError(f"{name} has no column {column!r}{hint}; allowed: {_wanted()}")
    if "accepted_correct" in found and "accepted" not in found:
        raise ValueError(
            f"{name} has a column 'accepted_correct' but none 'accepted'; allowed: both, "
            "'accepted' alone, or neither"
        )
    return [column for column in (*NEEDED, *OPTIONAL) if column in found]


def _whole(
    name: str, column: str, lines: Sequence[int], rows: Sequence[Mapping[str, str | None]]
) -> np.ndarray:
    values = np.empty(len(rows))
    for at, row in enumerate(rows):
        text = (row[column] or "").strip()
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (value.is_integer() and value >= 0):
            shown = repr(text[:30]) if text else "empty"
            raise ValueError(
                f"{name}, line {lines[at]}: {column} is {shown}; allowed: whole numbers from 0"
            )
        values[at] = value
    return values


def _check(name: str, counts: Mapping[str, np.ndarray], lines: Sequence[int]) -> None:
    """Raise for the first row whose counts contradict each other, naming its line."""
    for column, values, good, allowed in _rules(counts):
        if not good.all():
            row = int(np.argmin(good))
            raise ValueError(
                f"{name}, line {lines[row]}: {column} is {values[row]:g}; allowed: {allowed}"
            )


def _rules(
    counts: Mapping[str, np.ndarray],
) -> Iterator[tuple[str, np.ndarray, np.ndarray, str]]:
    """Yield column, its counts, which rows obey, and what is allowed."""
    n, c = counts["attempts"], counts["successes"]
    yield "attempts", n, n >= 1, "at least 1"
    yield "successes", c, c <= n, "up to the attempts of the row"
    if "accepted" not in counts:
        return
    accepted = counts["accepted"]
    yield "accepted", accepted, accepted <= n, "up to the attempts of the row"
    if "accepted_correct" in counts:
        both = counts["accepted_correct"]
        allowed = "up to the successes and up to the accepted of the row"
        yield "accepted_correct", both, both <= np.minimum(c, accepted), allowed
        allowed = "so many that the accepted others are no more than the wrong samples of the row"
        yield "accepted_correct", both, accepted - both <= n - c, allowed
