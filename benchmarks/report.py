"""What a benchmark returns, and how the table and its header line are written."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Row:
    """One measured quantity.

    Attributes
    ----------
    quantity : str
        What was measured.
    value : str
        The measurement with its unit.
    comparison : str
        What it is to be seen beside, usually a ratio.
    n : int
        How many measurements the value is made of.
    """

    quantity: str
    value: str
    comparison: str
    n: int


def duration(seconds: float) -> str:
    """Return a time in milliseconds, from one second on in seconds; three significant digits."""
    return f"{_three(1e3 * seconds)} ms" if seconds < 0.9995 else f"{_three(seconds)} s"


def ratio(value: float) -> str:
    """Return a ratio, two significant digits above 10."""
    return f"{value:,.0f}x" if value >= 10 else f"{value:.2g}x"


def _three(value: float) -> str:
    if value == 0:
        return "0"
    decimals = 2 - int(np.floor(np.log10(abs(value))))
    return f"{round(value, decimals):,.{max(decimals, 0)}f}"


def best_time(function: Callable[[], object], repeats: int = 7) -> float:
    """Return the shortest of some runs in seconds, after one that warms up.

    The shortest, because everything else that a machine does only ever adds time.

    Parameters
    ----------
    function : callable
        What to time.
    repeats : int
        Timed runs.
    """
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def machine() -> str:
    """Return one line about the machine and the versions that matter."""
    parts = [
        f"{os.cpu_count()} CPUs ({_processor()})",
        f"Python {platform.python_version()}",
        *(
            f"{caption} {importlib.metadata.version(name)}"
            for caption, name in (
                ("NumPy", "numpy"), ("JAX", "jax"), ("Panel", "panel"), ("Bokeh", "bokeh"),
            )
        ),
        _chromium(),
    ]  # fmt: skip
    load = os.getloadavg()[0]
    return f"Machine: {', '.join(part for part in parts if part)}; load at the start {load:.1f}."


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _chromium() -> str:
    from benchmarks.browser import chromium

    path = chromium()
    if path is None:
        return ""
    found = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return " ".join(found.stdout.split()[:2])


def table(rows: Iterable[Row]) -> str:
    """Return rows as a Markdown table."""
    head: Sequence[str] = ("quantity", "value", "comparison", "n")
    lines = [f"| {' | '.join(head)} |", "|---|---|---|--:|"]
    lines += [f"| {r.quantity} | {r.value} | {r.comparison} | {r.n:,} |" for r in rows]
    return "\n".join(lines)
