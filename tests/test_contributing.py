"""The example law that CONTRIBUTING.md gives is one that loads."""

import re
import textwrap
from pathlib import Path

import pytest

from scalekit import laws
from scalekit.laws.facts import STATUSES
from scalekit_widgets.models.training import TrainingState

GUIDE = Path(__file__).resolve().parents[1] / "CONTRIBUTING.md"


@pytest.fixture
def example():
    block = re.search(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    return textwrap.dedent("   " + block.group(1).lstrip()).encode()


def test_the_example_is_a_law(example):
    law = laws.parse(example, "example-loss.toml")
    assert all(q.counts for q in law.inputs.values() if q.unit == "parameters")
    [check] = law.variant_facts.checks
    assert law(**check.inputs) == pytest.approx(check.value, rel=check.rtol)


def test_the_app_takes_the_example(example):
    state = TrainingState()
    state.load_law(example, "example-loss.toml")
    assert state.main.label == "Example law (yours)"
    assert state.main.law.failing_checks() == []


def test_the_guide_names_every_status():
    text = GUIDE.read_text(encoding="utf-8")
    assert [status for status in STATUSES if f"`{status}`" not in text] == []
