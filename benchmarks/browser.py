"""The served app in a process of its own, and a Chromium to look at it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
WINDOW = {"width": 1440, "height": 1000}
PATIENCE_S = 120.0


def chromium() -> str | None:
    """Return the Chromium of this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


class Server:
    """The Training app served by another process.

    Attributes
    ----------
    address : str
        Where the app is.
    """

    def __init__(self, port: int, log: Path) -> None:
        self.address = f"http://localhost:{port}/training"
        self._log = log

    def moves(self) -> list[dict[str, float]]:
        """Return the times that the server noted, one mapping per move, in seconds."""
        if not self._log.exists():
            return []
        return [json.loads(line) for line in self._log.read_text(encoding="utf-8").splitlines()]


@contextmanager
def served() -> Iterator[Server]:
    """Serve the Training app while the block runs, after one visit that warms it up."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    paths = [str(ROOT), str(ROOT / "widgets"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "moves.jsonl"
        command = [sys.executable, "-m", "benchmarks.serving", str(port), str(log)]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            server = Server(port, log)
            _wait(process, server.address)
            yield server
        finally:
            process.terminate()
            process.communicate()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        if process.poll() is not None:
            message = process.stderr.read().decode(errors="replace") if process.stderr else ""
            raise RuntimeError(f"the app could not be served:\n{message[-2000:]}")
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
                answer.read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"the app did not answer within {PATIENCE_S:.0f} s")


@contextmanager
def page() -> Iterator[Any]:
    """Open a page of Playwright that carries the probe; no page is loaded yet."""
    path = chromium()
    if path is None:
        raise RuntimeError("it needs Chromium; on Debian and Ubuntu: apt-get install chromium")
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            found = browser.new_page(viewport=WINDOW)
            found.add_init_script(path=Path(__file__).with_name("probe.js"))
            yield found
        except Error as problem:
            raise RuntimeError(problem.message.splitlines()[0]) from problem
        finally:
            browser.close()
