"""Learning rates against stored ones, limits and definitions."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalekit import schedules

DECAYS = ("exponential", "linear", "inverse", "sqrt")


def test_cosine_by_hand() -> None:
    step = np.arange(1001)
    rates = schedules.cosine(step, 1000, 2e-4, 1e-5, 100)
    assert rates[:100] == pytest.approx(np.linspace(0, 2e-4, 100), rel=1e-14)
    t = (step[100:] - 100) / 900
    wanted = 1e-5 + 0.5 * (2e-4 - 1e-5) * (1 + np.cos(np.pi * t))
    assert rates[100:] == pytest.approx(wanted, rel=1e-14)
    assert type(schedules.cosine(5, 10, 1.0)) is float
    assert schedules.cosine(0, 10, 1.0, warmup=1) == 0.0
    assert schedules.cosine(10, 10, 1.0, warmup=10) == 1.0


@pytest.mark.parametrize("decay", DECAYS)
def test_plateau_and_decay(decay: str) -> None:
    step = np.arange(1001)
    rates = schedules.warmup_stable_decay(step, 1000, 800, 3e-4, 3e-5, decay, 50)
    assert rates[:50] == pytest.approx(np.linspace(0, 3e-4, 50), rel=1e-14)
    assert rates[50:801] == pytest.approx(np.full(751, 3e-4), rel=1e-14)
    assert np.all(np.diff(rates[800:]) < 0)
    assert rates[-1] == pytest.approx(3e-5, rel=1e-13)
    t = 0.3
    wanted = {
        "exponential": 3e-4 * 0.1**t,
        "linear": 3e-4 * (1 - t) + 3e-5 * t,
        "inverse": 3e-4 / (t * 9 + 1),
        "sqrt": 3e-5 + 2.7e-4 * (1 - t**0.5),
    }
    assert rates[860] == pytest.approx(wanted[decay], rel=1e-13)
    late = schedules.warmup_stable_decay(step, 1000, 1000, 3e-4, 3e-5, decay)
    assert late == pytest.approx(np.full(1001, 3e-4), rel=1e-14)


def test_default_decay_is_exponential() -> None:
    found = schedules.warmup_stable_decay(900, 1000, 800, 1.0, 0.01)
    assert found == pytest.approx(0.1, rel=1e-14)


def test_inverse_decay_falls_at_once() -> None:
    """Half the logarithmic fall in the first quarter, as WSD-S is told to."""
    t = schedules.warmup_stable_decay(np.array([0.25, 1]), 1, 0, 1.0, 0.1, "inverse")
    assert np.log(t[0]) / np.log(t[1]) == pytest.approx(0.5, abs=0.02)


def test_rex_variants() -> None:
    p = np.linspace(0, 1, 11)
    paper, code = schedules.rex(p), schedules.rex(p, "reference-code")
    assert paper == pytest.approx((1 - p) / (0.5 + 0.5 * (1 - p)), rel=1e-14)
    assert code == pytest.approx((1 - p) / (1 - 0.9 + 0.9 * (1 - p)), rel=1e-14)
    assert paper[0] == code[0] == 1
    assert paper[-1] == code[-1] == 0
    assert schedules.rex(0.999999, "reference-code") / schedules.rex(0.999999) == pytest.approx(
        5, rel=1e-4
    )


def test_rates_broadcast_and_are_traced() -> None:
    grid = schedules.cosine(np.arange(4)[:, None], 4, np.array([1.0, 2.0, 3.0]))
    assert grid.shape == (4, 3)
    assert grid[:, 2] == pytest.approx(3 * grid[:, 0], rel=1e-15)
    slope = jax.grad(lambda end: schedules.warmup_stable_decay(9.0, 10, 8, 1.0, end))(0.25)
    assert float(slope) == pytest.approx(0.5 * 0.25**-0.5, rel=1e-12)
    for decay in DECAYS:
        rates = schedules.warmup_stable_decay(jnp.arange(11), 10, 5, 1.0, 0.1, decay, 2)
        assert isinstance(rates, jax.Array)
        again = schedules.warmup_stable_decay(np.arange(11), 10, 5, 1.0, 0.1, decay, 2)
        assert np.allclose(rates, again, rtol=1e-14)
        slope = jax.grad(lambda d, decay=decay: schedules.warmup_stable_decay(
            d, 10, 5, 1.0, 0.1, decay))(jnp.asarray(5.0))  # fmt: skip
        assert np.isfinite(slope)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: schedules.cosine(11, 10, 1.0), "step is 11; allowed: up to total = 10"),
        (lambda: schedules.cosine(-1, 10, 1.0), r"step is -1; allowed: a number from 0 \[steps\]"),
        (lambda: schedules.cosine(1, 10, 0.0), "peak is 0; allowed: a number above 0"),
        (lambda: schedules.cosine(1, 10, 1.0, 2.0), "end is 2; allowed: up to peak = 1"),
        (lambda: schedules.cosine(1, 10, 1.0, warmup=20), "warmup is 20; allowed: up to total"),
        (lambda: schedules.warmup_stable_decay(1, 10, 12, 1.0, 0.1), "decay_start is 12; allowed"),
        (
            lambda: schedules.warmup_stable_decay(1, 10, 3, 1.0, 0.1, warmup=5),
            "warmup is 5; allowed: up to decay_start = 3",
        ),
        (
            lambda: schedules.warmup_stable_decay(1, 10, 8, 1.0, 0.0),
            r"end is 0; allowed: a number above 0 \[learning rate\]",
        ),
        (
            lambda: schedules.warmup_stable_decay(1, 10, 8, 1.0, 0.1, "exponentia"),
            r"decay is 'exponentia' \(did you mean 'exponential'\?\); allowed: exponential, li",
        ),
        (lambda: schedules.rex(1.5), "progress is 1.5; allowed: a number from 0 up to 1"),
        (lambda: schedules.rex(0.5, "code"), "variant is 'code'"),
    ],
)
def test_bad_input_is_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
    # An end of 0 is allowed where the rate gets there.
    assert schedules.warmup_stable_decay(10, 10, 8, 1.0, 0.0, "linear") == 0
    assert schedules.warmup_stable_decay(10, 10, 8, 1.0, 0.0, "sqrt") == 0
