"""What the tests of installation share: the checkout, a registry, programs that serve."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest


def run(*command, **options):
    """Run a command to its end and return what it printed; a failure shows all of it."""
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


@contextlib.contextmanager
def served(*command, log, **options):
    """Run a server while the block lasts; its output goes to the file `log`."""
    with (
        log.open("w") as output,
        subprocess.Popen(
            [str(word) for word in command], stdout=output, stderr=subprocess.STDOUT, **options
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def fetch(url, process, log, patience=120.0):
    """Return the page at `url` and where it really is, as soon as the server is up."""
    end = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.read().decode(), answer.url
        except urllib.error.HTTPError as problem:
            problem.close()
            raise AssertionError(f"{url}: {problem.code}\n{log.read_text()}") from None
        except urllib.error.URLError:
            stopped = process.poll() is not None
            if stopped or time.monotonic() > end:
                state = "it stopped" if stopped else "it is silent"
                raise AssertionError(f"{url}: {state}\n{log.read_text()}") from None
            time.sleep(0.2)


@pytest.fixture(scope="session")
def checkout():
    """The root of the source tree."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def tools():
    """The functions above: a test module cannot import its conftest."""
    return SimpleNamespace(run=run, served=served, fetch=fetch)


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def registry(tmp_path_factory):
    """Skip where no package registry is reached; fail there if nothing may be skipped."""
    folder = tmp_path_factory.mktemp("registry")
    command = [sys.executable, "-m", "pip", "download", "--no-cache-dir", "--no-deps"]
    command += ["--retries", "1", "--dest", str(folder), "hatchling"]
    probe = subprocess.run(command, capture_output=True, text=True, check=False)
    if probe.returncode == 0:
        return
    if os.environ.get("SCALEKIT_REQUIRE_ALL") == "1":
        pytest.fail(f"no package registry is reached:\n{probe.stderr}")
    pytest.skip("no package registry is reached, and an empty environment needs one")


@pytest.fixture(scope="session")
def clean_environ():
    """The environment variables, without those that lead Python to other packages."""
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in hidden}
