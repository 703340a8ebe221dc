"""From the press of a key on the budget slider to pixels, every figure on the screen.

The app runs in a process of its own and has been visited once. In Chromium (1440 x 1000) the
budget slider gets the focus and ArrowRight is pressed 60 times, the next one after the page
has come to rest. A move begins when the key event reaches the window (capture phase,
`performance.now`). It ends at the first animation frame at which the sentence has changed
and no figure has a paint outstanding: `probe.js` wraps the two methods of Bokeh's plot view
through which every paint goes, the one that asks for it and the one that does it. Figures out
of sight get their data with every move, but are painted only when they come into sight; how
many were painted stands in the row of the paints. Pixels are
on the screen at the end of the frame before, so this errs by up to a frame to the slow side.

Where the time goes: the browser notes when the first frame of the web socket leaves, how
long it handles those that come back, and how long it paints; the server (`serving.py`) notes
when the message arrives, when the state changes, how long it computes, and when the last
frame leaves. Only differences within one process are used. What remains between sending and
receiving is transport in both directions, with the queues before it.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.browser import page, served
from benchmarks.report import Row, duration

MOVES, WARM_UP = 60, 5
REST_MS, HURRY_MS = 700.0, 0.0
"""Pause between moves: long enough for everything that lags behind, and none at all."""
PATIENCE_MS = 10_000

Move = dict[str, Any]


def series(tab: Any, place: Any, pause_ms: float) -> list[Move]:
    """Press the key `WARM_UP` and then `MOVES` times; return the latter as the probe saw them.

    Parameters
    ----------
    tab : playwright page
        The page, its slider focused.
    place : playwright handle
        The element that holds the sentence.
    pause_ms : float
        Rest between the end of a move and the next key.
    """
    found = []
    for _ in range(WARM_UP + MOVES):
        tab.evaluate(
            "([place, patience]) => { skProbe.begin(); "
            "window.skMove = skProbe.finished(place, patience) }",
            [place, PATIENCE_MS],
        )
        tab.keyboard.press("ArrowRight")
        found.append(tab.evaluate("() => window.skMove"))
        tab.wait_for_timeout(pause_ms)
    return found[WARM_UP:]


def run() -> list[Row]:
    """Return p50 and p95 of both series, and the medians of what the first is made of."""
    with served() as server, page() as tab:
        tab.goto(server.address)
        tab.evaluate("patience => skProbe.opened('p.answer', patience)", PATIENCE_MS * 6)
        tab.wait_for_timeout(3 * REST_MS)
        figures = tab.evaluate("() => skProbe.attach()")
        place = tab.evaluate_handle("() => skProbe.find('p.answer').parentNode")
        tab.locator(".noUi-handle").first.focus()
        moves = series(tab, place, REST_MS)
        tab.keyboard.press("ArrowRight")  # makes the server write the last move down
        tab.wait_for_timeout(REST_MS)
        times = [time for time in server.moves() if "received" in time][-MOVES:]
        hurried = series(tab, place, HURRY_MS)
    if len(times) < MOVES:
        raise RuntimeError(f"the server noted {len(times)} of {MOVES} moves")
    return [
        _total(f"slider to painted, those on screen of {len(figures)} figures", moves),
        _total("the same, next key as soon as it is painted", hurried),
        *_parts(moves, times),
    ]


def _total(name: str, moves: list[Move]) -> Row:
    spans = [(move["shown"] - move["key"]) / 1e3 for move in moves]
    p50, p95 = (float(v) for v in np.quantile(spans, [0.5, 0.95]))
    value = f"p50 {duration(p50)}, p95 {duration(p95)}"
    return Row(name, value, f"fastest {duration(min(spans))}", len(spans))


def _parts(moves: list[Move], times: list[dict[str, float]]) -> list[Row]:
    """Return what a move consists of, as medians over all moves."""

    def browser(part: Callable[[Move], float]) -> float:
        return statistics.median(part(move) for move in moves) / 1e3

    def server(start: str, end: str) -> float:
        return statistics.median(time[end] - time[start] for time in times)

    whole = browser(lambda m: m["shown"] - m["key"])
    handling = browser(lambda m: m["handling"])
    compute = server("computing", "computed")
    away = browser(lambda m: m["last"] - m["sent"])
    paints = statistics.median(move["paints"] for move in moves)
    frames = statistics.median(move["frames"] for move in moves)
    parts = [
        ("browser: key to message", browser(lambda m: m["sent"] - m["key"])),
        ("transport, both ways", away - server("received", "written") - handling),
        ("server: receiving, event wait", server("received", "changed")),
        ("server: computing the answer", compute),
        ("server: figures and texts", server("changed", "done") - compute),
        ("server: serialising, sending", server("done", "written")),
        (f"browser: applying {frames:.0f} frames", handling),
        ("browser: wait for a frame", browser(lambda m: max(m["paintFirst"] - m["last"], 0.0))),
        (f"browser: {paints:.0f} paints", browser(lambda m: m["painting"])),
        ("browser: to the next frame", browser(lambda m: m["shown"] - m["paintLast"])),
    ]
    return [
        Row(f"– {name}", duration(value), f"{100 * value / whole:.0f} % of the p50", len(moves))
        for name, value in parts
    ]
