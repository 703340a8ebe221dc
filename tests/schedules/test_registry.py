"""What is known about schedules: complete, and every number comes out."""

import pytest

from scalekit import schedules
from scalekit.laws.facts import STATUSES

NAMES = ["annealing-loss", "cosine", "multi-power-loss", "rex", "warmup-stable-decay"]
VARIANTS = [(name, variant) for name in NAMES for variant in schedules.facts(name).variants]


def test_names() -> None:
    assert schedules.names() == NAMES
    assert list(schedules.facts("annealing-loss").variants) == [
        "fineweb-106m", "knowledge-pile-106m", "fineweb-106m-law", "pile-of-law-106m",
        "fineweb-594m", "fineweb-1720m", "knowledge-pile-594m", "knowledge-pile-1720m",
        "fineweb-joint", "knowledge-pile-joint",
    ]  # fmt: skip
    assert schedules.facts("annealing-loss").default == "fineweb-106m"
    assert schedules.facts("multi-power-loss").default == "25M"
    assert schedules.facts("warmup-stable-decay").default == "exponential"
    assert schedules.facts("rex").default == "paper"


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_receipts_and_check_values(name: str, variant: str) -> None:
    facts, found = schedules.facts(name), schedules.describe(name, variant)
    assert facts.pitfalls
    assert found.label.strip()
    assert found.source.strip()
    assert found.status in STATUSES
    assert found.paper.link.startswith("https://")
    assert set(found.domain) == set(facts.inputs)
    # The multi-power law takes a whole schedule: its numbers are in test_multi_power.
    assert found.checks or name == "multi-power-loss"
    for check in found.checks:
        value = found.form(**check.inputs)
        assert value == pytest.approx(check.value, rel=check.rtol, abs=0.0)


def test_coefficients_typed_a_second_time() -> None:
    found = schedules.describe("multi-power-loss", "100M").coefficients
    assert list(found.values()) == [
        2.6514477, 0.60115152, 0.45295811, 437.9464276, 2.13245612, 0.59785199, 0.65523644
    ]  # fmt: skip
    assert schedules.describe("annealing-loss", "knowledge-pile-joint").coefficients == {
        "L_inf": 1.860, "A": 0.438, "alpha": 0.585, "annealing_gain": 0.333, "g": 0.012,
        "F": 2.718, "h": 0.189,
    }  # fmt: skip


def test_unknown_names() -> None:
    with pytest.raises(ValueError, match=r"schedule is 'cosin' \(did you mean 'cosine'\?\)"):
        schedules.facts("cosin")
    with pytest.raises(ValueError, match=r"variant is '25' .*allowed: 25M, 100M, 400M"):
        schedules.describe("multi-power-loss", "25")
    assert schedules.describe("rex").name == "paper"
