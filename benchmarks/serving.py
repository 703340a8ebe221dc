"""The app as ``scalekit serve`` serves it, with the times of the server written down.

``python -m benchmarks.serving PORT FILE``: every move of a slider becomes a line of JSON in
FILE, with the seconds of `time.perf_counter` at which it reached each station.
"""

from __future__ import annotations

import functools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bokeh.server.views.ws import WSHandler
from tornado.websocket import WebSocketHandler

from scalekit_widgets import site
from scalekit_widgets.models import training_compute
from scalekit_widgets.models.state import State

PAUSE_S = 0.05
"""Frames that come or leave later than this after the one before belong to something else."""


class Clock:
    """Notes the stations of one move, and appends them to a file when the next begins."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._move: dict[str, float] = {}
        self._heard = 0.0

    def note(self, name: str) -> None:
        """Note the time at which the move reaches `name`."""
        self._move[name] = time.perf_counter()

    def received(self) -> None:
        """Note that a frame has come in; the first one after a silence begins a move."""
        if "written" in self._move:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(self._move) + "\n")
            self._move = {}
        before, self._heard = self._heard, time.perf_counter()
        if "changed" not in self._move and self._heard - before > PAUSE_S:
            self.note("received")

    def wrote(self) -> None:
        """Note that a frame of the answer has left."""
        last = self._move.get("written", self._move.get("done"))
        if last is not None and time.perf_counter() - last < PAUSE_S:
            self.note("written")

    def around(self, owner: Any, name: str, before: str, after: str) -> None:
        """Note the times before and after every call of a function."""
        plain: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(plain)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self.note(before)
            try:
                return plain(*args, **kwargs)
            finally:
                self.note(after)

        setattr(owner, name, timed)


def instrument(clock: Clock) -> None:
    """Let `clock` note every station of a move, from the first frame in to the last out."""
    on_message, write = WSHandler.on_message, WebSocketHandler.write_message

    async def hear(self: WSHandler, fragment: str | bytes) -> None:
        clock.received()
        await on_message(self, fragment)

    def tell(self: WebSocketHandler, *args: Any, **kwargs: Any) -> Any:
        result = write(self, *args, **kwargs)
        clock.wrote()
        return result

    WSHandler.on_message = hear
    WebSocketHandler.write_message = tell
    clock.around(training_compute, "answer", "computing", "computed")
    clock.around(State, "_changed", "changed", "done")


if __name__ == "__main__":
    instrument(Clock(Path(sys.argv[2])))
    site.serve(["training"], int(sys.argv[1]), "localhost", 1, [])
