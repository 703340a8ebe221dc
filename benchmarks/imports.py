"""How long the imports take that every session pays, beside those of what they stand on."""

from __future__ import annotations

import statistics
import subprocess
import sys

from benchmarks.browser import ROOT
from benchmarks.report import Row, duration, ratio

REPEATS = 5
PAIRS = (("scalekit", "jax"), ("scalekit_widgets", "panel"))
_CODE = "import sys, time; sys.path[:0] = {paths!r}; t = time.perf_counter(); import {name}; "
_CODE += "print(time.perf_counter() - t)"


def import_time(name: str) -> float:
    """Return the seconds that importing `name` takes in a new interpreter."""
    code = _CODE.format(paths=[str(ROOT), str(ROOT / "widgets")], name=name)
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return float(found.stdout)


def run() -> list[Row]:
    """Return the median import times, each beside what it mostly consists of."""
    rows = []
    for name, base in PAIRS:
        times: dict[str, list[float]] = {name: [], base: []}
        for _ in range(REPEATS):  # in turn, so that both see the same machine
            for each in times:
                times[each].append(import_time(each))
        mine, other = statistics.median(times[name]), statistics.median(times[base])
        rows.append(
            Row(
                f"import {name}",
                duration(mine),
                f"import {base} alone: {duration(other)} ({ratio(mine / other)})",
                REPEATS,
            )
        )
    return rows
