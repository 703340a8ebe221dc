"""Several schedules over the same steps."""

import numpy as np
import pytest

from scalekit import schedules


@pytest.mark.parametrize("shape", schedules.SHAPES)
def test_rates_of_a_shape(shape: str) -> None:
    rates = schedules.learning_rates(shape, 1000, 3e-4, 3e-5, warmup=100)
    assert rates.shape == (1000,)
    assert rates[:100] == pytest.approx(np.linspace(0, 3e-4, 100), rel=1e-13)
    assert rates[100] == pytest.approx(3e-4, rel=1e-14)
    assert np.all(np.diff(rates[100:]) <= 0)
    if shape.startswith("wsd"):
        assert np.all(rates[100:801] == rates[100])
        assert rates[801] < rates[800]
    if shape != "constant":
        assert 3e-5 < rates[-1] < 3.5e-5


def test_rates_are_those_of_the_functions() -> None:
    step = np.arange(1000)
    assert np.array_equal(
        schedules.learning_rates("cosine", 1000, 1.0), schedules.cosine(step, 1000, 1.0)
    )
    assert np.array_equal(
        schedules.learning_rates("wsd-sqrt", 1000, 1.0, decay_fraction=0.5),
        schedules.warmup_stable_decay(step, 1000, 500, 1.0, 0.0, "sqrt"),
    )
    assert schedules.learning_rates("rex", 1000, 2.0) == pytest.approx(
        2 * schedules.rex(step / 1000), rel=1e-14
    )
    assert schedules.learning_rates("rex-reference-code", 4, 1.0, warmup=4)[-1] == 1.0


def test_two_schedules_at_the_same_step_count() -> None:
    found = schedules.compare(["cosine", "wsd-linear"], 20_000, 2e-4)
    assert found.shapes == ("cosine", "wsd-linear")
    assert found.losses["cosine"].shape == found.losses["wsd-linear"].shape == (20_000,)
    # The published coefficients: 3.3451 for cosine to 0; WSD is lower at the same length.
    assert found.final["cosine"] == pytest.approx(3.3451, abs=5.1e-5)
    assert found.final["wsd-linear"] == pytest.approx(3.2711, abs=2e-4)
    assert found.best == "wsd-linear"
    assert list(found.final) == ["wsd-linear", "cosine"]


def test_laws_and_variants() -> None:
    shapes = ("wsd-exponential", "constant")
    found = schedules.compare(shapes, 3000, 3e-4, 3e-5, 500, law="multi-power-loss", variant="400M")
    for shape in shapes:
        again = schedules.multi_power_loss(found.learning_rates[shape], "400M")
        assert np.array_equal(found.losses[shape], again)
    found = schedules.compare(shapes, 3000, 3e-4, 3e-5, 500, variant="fineweb-joint", N=1e9)
    again = schedules.annealing_loss(
        found.learning_rates["constant"], start=501, variant="fineweb-joint", N=1e9
    )
    assert np.array_equal(found.losses["constant"], again)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"shapes": ["cosin"]}, r"shape is 'cosin' \(did you mean 'cosine'\?\)"),
        ({"shapes": []}, r"shapes is \(\); allowed: different names of constant, cosine"),
        ({"shapes": ["cosine", "cosine"]}, "allowed: different names"),
        ({"steps": 0}, "steps is 0; allowed: a number from 1"),
        ({"steps": 10.5}, "steps is 10.5; allowed: a whole number"),
        ({"warmup": 11}, "warmup is 11; allowed: up to total = 10"),
        ({"decay_fraction": 0}, "decay_fraction is 0"),
        ({"law": "annealing"}, r"law is 'annealing' \(did you mean 'annealing-loss'\?\)"),
        ({"law": "multi-power-loss", "N": 1e9}, "allowed: None, the size is part of the variant"),
        ({"variant": "25M"}, "variant is '25M'"),
        ({"shapes": ["wsd-exponential"], "end": 0.0}, "end is 0; allowed: a number above 0"),
    ],
)
def test_bad_input_is_named(arguments: dict[str, object], message: str) -> None:
    usual = {"shapes": ["cosine"], "steps": 10, "peak": 1e-3, "end": 1e-4}
    with pytest.raises(ValueError, match=message):
        schedules.compare(**{**usual, **arguments})
