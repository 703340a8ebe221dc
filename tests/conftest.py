"""Fixtures that several test files share."""

import os
from pathlib import Path

import pytest

from scalekit.datasets import CACHE_VARIABLE

# A checkout may have the public data beside it, in the layout of the cache.
BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def shared_data(monkeypatch):
    """Point the cache at a folder of public data; without one, skip here and fail in CI."""
    chosen = os.environ.get(CACHE_VARIABLE)
    folders = [Path(chosen).expanduser()] if chosen else []
    for folder in (*folders, BESIDE_THE_CHECKOUT):
        if folder.is_dir():
            monkeypatch.setenv(CACHE_VARIABLE, str(folder))
            return folder
    reason = f"no public run data: set {CACHE_VARIABLE} to a folder that has <name>/<file>"
    if os.environ.get("SCALEKIT_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


OWN_LAW = """\
slug = "my-law"
title = "My law"
answers = "loss of my models"
field = "mine"
formula = "E + A/N^a + B/D^b"
default = "first"

[form]
kind = "sum-of-powers"

[papers.note]
title = "A note"
authors = "Me"
year = 2026

[inputs.N]
symbol = "N"
unit = "parameters"
meaning = "parameters"

[inputs.D]
symbol = "D"
unit = "tokens"
meaning = "tokens"

[output]
symbol = "L"
unit = "nats/token"
meaning = "loss"

[variants.first]
label = "First fit"
status = "computed"
paper = "note"
source = "my runs"
coefficients = { A = 400.0, B = 2000.0, E = 1.8, alpha = 0.35, beta = 0.36 }
"""


@pytest.fixture(scope="session")
def own_law():
    """Return the text of a law file such as a user would write."""
    return OWN_LAW
