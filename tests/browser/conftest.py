"""One server and one Chromium for all browser tests; pages that must stay free of errors."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scalekit.datasets import CACHE_VARIABLE

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "data"
BROWSERS = ("chromium", "google-chrome", "chromium-browser")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
HERE = ("localhost", "127.0.0.1", "")
DESKTOP = {"width": 1400, "height": 1000}
START_SECONDS = 120
COLUMN = ".bk-panel-models-layout-Column"


def pytest_collection_modifyitems(items):
    """Mark everything in this folder: it drives a real Chromium."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def missing(reason):
    if os.environ.get("SCALEKIT_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("no Playwright: pip install playwright")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        missing(f"no browser: none of {', '.join(BROWSERS)} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A server that runs for the tests, with what it has printed."""

    def __init__(self, arguments, address, log, **options):
        self.address, self.log = address, log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                **options,
            )  # fmt: skip

    def wait_until_it_answers(self, path=""):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._process.poll() is not None:
                pytest.fail(f"the server stopped:\n{self.said()}")
            try:
                with urllib.request.urlopen(self.address + path, timeout=10):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        pytest.fail(f"the server did not answer in {START_SECONDS} s:\n{self.said()}")

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@pytest.fixture(scope="session")
def start(tmp_path_factory):
    """Return what starts a server process; all are stopped at the end."""
    running = []

    def start(arguments, port, name, path="", **options):
        log = tmp_path_factory.mktemp(name) / "log.txt"
        process = Process(arguments, f"http://localhost:{port}/", log, **options)
        running.append(process)
        process.wait_until_it_answers(path)
        return process

    start.free_port, start.missing = free_port, missing
    yield start
    for process in running:
        process.stop()


@pytest.fixture(scope="session")
def server(start):
    """Serve the apps; the published runs are at hand where the checkout has them beside it."""
    environment = dict(os.environ)
    if CACHE_VARIABLE not in environment and BESIDE_THE_CHECKOUT.is_dir():
        environment[CACHE_VARIABLE] = str(BESIDE_THE_CHECKOUT)
    port = free_port()
    command = [sys.executable, "-m", "scalekit", "serve", "--port", str(port)]
    return start(command, port, "serve", env=environment)


# What a figure's sources hold, one dictionary a renderer; NaN comes out as null. Bokeh keeps
# figures that were taken off the page: the newest of a name is the one that is shown.
SOURCES = """(name) => {
  const plain = (v) => typeof v == 'number' ? (isFinite(v) ? v : null)
    : v != null && typeof v == 'object' && v[Symbol.iterator] ? Array.from(v, plain) : v
  for (const doc of globalThis.Bokeh?.documents ?? []) {
    const named = [...doc._all_models.values()].filter((m) => m.name === name && m.renderers)
    if (!named.length) { continue }
    return named.at(-1).renderers.map((renderer) => {
      const data = renderer.data_source.data
      const pairs = data instanceof Map ? [...data] : Object.entries(data)
      return Object.fromEntries(pairs.map(([key, column]) => [key, plain(column)]))
    })
  }
  return null
}"""
# What a canvas shows is read from a copy: reading the canvas itself slows it down.
PIXELS = """(canvas) => {
  if (!canvas.width || !canvas.height) { return null }
  const copy = new OffscreenCanvas(canvas.width, canvas.height)
  const context = copy.getContext('2d', {willReadFrequently: true})
  context.drawImage(canvas, 0, 0)
  const words = new Uint32Array(
    context.getImageData(0, 0, canvas.width, canvas.height).data.buffer)
  const found = new Set()
  for (let i = 0; i < words.length; i += 3) { found.add(words[i]) }
  const [r, g, b] = context.getImageData(3, canvas.height - 4, 1, 1).data
  return {colours: found.size, corner: `rgb(${r}, ${g}, ${b})`}
}"""


class Driver:
    """An app in a page, by what a person sees of it; by default the Training app."""

    def __init__(self, page, root=None, figure="IsoFLOP valley"):
        self.page = page
        self.root = root or page.locator("body")
        self.answer = self.root.locator("p.answer")
        self.sure = self.root.locator("p.sure")
        self.tiles = self.root.locator(".tile .value")
        self.alerts = self.root.locator(".error:visible")
        self.answer.wait_for()
        self.until(lambda: self.sources(figure), "the figures")

    def until(self, condition, what, seconds=20):
        """Wait until a condition holds."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"waited {seconds} s for {what}"
            self.page.wait_for_timeout(100)

    def sentence(self):
        return self.answer.inner_text()

    def says(self, *parts):
        """Wait until the sentence holds all parts."""
        self.until(
            lambda: all(part in self.sentence() for part in parts),
            f"{parts} in the answer; it is: {self.sentence()}",
        )

    def changes(self, before):
        """Wait until the sentence is another one, and return it."""
        self.until(lambda: self.sentence() != before, f"another answer than: {before}")
        return self.sentence()

    def sources(self, name):
        return self.page.evaluate(SOURCES, name)

    def address(self):
        return self.page.evaluate("location.href")

    def drawn(self):
        """Return how many canvases show more than a few colours."""
        return sum(found["colours"] > 3 for found in self.canvases())

    def canvases(self):
        """Return how many colours every canvas shows, and that of its lower left corner."""
        found = [canvas.evaluate(PIXELS) for canvas in self.root.locator("canvas").all()]
        return [pixels for pixels in found if pixels]

    def field(self, label):
        """Return what is typed or chosen in; its slider may have the same name."""
        named = self.root.get_by_label(label, exact=True)
        return named.and_(self.page.locator("input, select"))

    def control(self, label):
        """Return the column that holds a field, its slider and its message."""
        field = self.page.get_by_label(label, exact=True)
        return self.root.locator(COLUMN, has=field).last

    def handle(self, label):
        return self.control(label).locator(".noUi-handle")

    def tick(self, label):
        return self.root.get_by_role("checkbox", name=label, exact=True)

    def enter(self, label, text):
        self.field(label).fill(text)
        self.field(label).press("Enter")

    def button(self, name):
        return self.root.get_by_role("button", name=name, exact=True)

    def drawer(self, title):
        return self.root.locator("button.card-header").filter(has=self.page.locator(
            "h2", has_text=title))  # fmt: skip

    def show_all_controls(self):
        """Switch on what hides controls, and open the drawers they are in."""
        for title, inside in (
            ("Machines and price", self.field("Price (USD per device-hour)")),
            ("Data and serving", self.tick("Limited unique tokens")),
        ):
            if not inside.is_visible():
                self.drawer(title).click()
                inside.wait_for()
        for label in ("Limited unique tokens", "Serving shares the budget"):
            self.tick(label).check()
        self.field("Unique tokens (tokens)").wait_for()
        self.field("Tokens served (tokens)").wait_for()


class Record:
    """What a page did: its errors, and where it went."""

    def __init__(self):
        self.problems = []
        self.addresses = []

    def watch(self, page):
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("request", lambda request: self.addresses.append(request.url))
        page.on("websocket", lambda socket: self.addresses.append(socket.url))
        page.on("response", self._response)

    def _console(self, message):
        if message.type in ("error", "warning", "assert"):
            self.problems.append(f"console {message.type}: {message.text}")

    def _response(self, response):
        if response.status >= 400:
            self.problems.append(f"{response.status} {response.url}")

    def went_outside(self):
        return [
            url for url in self.addresses
            if urlsplit(url).scheme not in ("data", "blob", "about")
            and (urlsplit(url).hostname or "") not in HERE
        ]  # fmt: skip


@pytest.fixture
def visit(chromium):
    """Return what opens an address in a fresh browser; checks at the end that all went well.

    Whatever the test does: no console error or warning, no page error, no request that
    leaves the machine.
    """
    contexts, record = [], Record()

    def visit(address, **options):
        context = chromium.new_context(**{"viewport": DESKTOP, **options})
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        record.watch(page)
        page.goto(address)
        return page

    visit.record = record
    yield visit
    for context in contexts:
        context.close()
    assert record.addresses
    assert record.went_outside() == []
    assert record.problems == []


@pytest.fixture
def driver():
    """Return what works the app in a page, or in a part of one."""
    return Driver


@pytest.fixture
def opened(visit, server):
    """Return what opens an app and waits until it is there; no callback of it may fail."""
    before = len(server.said())

    def opened(path, figure, query, options):
        return Driver(visit(f"{server.address}{path}{query}", **options), figure=figure)

    yield opened
    assert failures(server.said()[before:]) == []


# What is left of a page that was closed in the middle of a message. The last one is Bokeh's:
# its ping notices first that the page is gone, and what the page had sent is read after that.
GONE = ("StreamClosed", "WebSocketClosed", "assert self._session is not None")


def failures(said):
    """Return what went wrong in a callback, which a server reports only in its log."""
    records = re.split(r"^(?=[A-Z]+:[\w.]+:|\d{4}-\d\d-\d\d )", said, flags=re.MULTILINE)
    return [
        record for record in records
        if ("Traceback (most recent call last)" in record or "ERROR" in record)
        and not any(sign in record for sign in GONE)
    ]  # fmt: skip


@pytest.fixture
def training(opened):
    """Return what opens the Training app."""
    return lambda query="", **options: opened("training", "IsoFLOP valley", query, options)


@pytest.fixture
def explorer(opened):
    """Return what opens the law explorer."""
    return lambda query="", **options: opened("laws", "Curves of the law", query, options)


@pytest.fixture
def serving(opened):
    """Return what opens the Serving app."""
    return lambda query="", **options: opened("serving", "Speed against price", query, options)


@pytest.fixture
def sampling(opened):
    """Return what opens the Sampling app."""
    figure = "Right, wrong and unanswered"
    return lambda query="", **options: opened("sampling", figure, query, options)
