"""From the start of navigation to the sentence, and to all figures, on a warmed server."""

from __future__ import annotations

import statistics

from benchmarks.browser import page, served
from benchmarks.report import Row, duration

LOADS = 5
PATIENCE_MS = 60_000
BLANK = "about:blank"


def run() -> list[Row]:
    """Return the medians over `LOADS` loads after a first one that fills the cache."""
    found = []
    with served() as server, page() as tab:
        for _ in range(1 + LOADS):
            tab.goto(server.address, wait_until="commit")
            found.append(
                tab.evaluate("patience => skProbe.opened('p.answer', patience)", PATIENCE_MS)
            )
            tab.goto(BLANK)
    first, loads = found[0], found[1:]
    rows = []
    for key, name in (("sentence", "the sentence"), ("figures", f"{first['count']} figures")):
        median = statistics.median(load[key] for load in loads) / 1e3
        cold = f"empty browser cache: {duration(first[key] / 1e3)}"
        rows.append(Row(f"navigation to {name}", duration(median), cold, LOADS))
    return rows
