"""The multi-power law against its double sum, its authors' metrics, and derivatives."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalekit import datasets, schedules

UNSEEN = (
    "constant_72000", "cosine_72000", "wsd_20000_24000", "wsdld_20000_24000", "wsdcon_3",
    "wsdcon_18",
)  # fmt: skip


def by_loop(rates: np.ndarray, variant: str) -> np.ndarray:
    """Return the loss after each step as the equation says it."""
    c = schedules.describe("multi-power-loss", variant).coefficients
    losses = []
    for t in range(len(rates)):
        annealed = 0.0
        for k in range(1, t + 1):
            x = rates[k] ** -c["gamma"] * rates[k : t + 1].sum()
            annealed += (rates[k] - rates[k - 1]) * (1 - (c["C"] * x + 1) ** -c["beta"])
        losses.append(c["L_inf"] + c["A"] * rates[: t + 1].sum() ** -c["alpha"] + c["B"] * annealed)
    return np.array(losses)


@pytest.mark.parametrize("variant", ["25M", "100M", "400M"])
@pytest.mark.parametrize("shape", ["cosine", "wsd-exponential", "constant"])
def test_fast_sum_is_the_double_sum(shape: str, variant: str) -> None:
    rates = schedules.learning_rates(shape, 200, 3e-4, 3e-5, 20)
    rates[0] = 1e-6
    loss = schedules.multi_power_loss(rates, variant)
    assert type(loss) is np.ndarray
    assert loss == pytest.approx(by_loop(rates, variant), rel=1e-12)


def test_fast_sum_over_extreme_rates() -> None:
    rates = np.geomspace(1e-2, 1e-9, 120)
    assert schedules.multi_power_loss(rates) == pytest.approx(by_loop(rates, "25M"), rel=1e-11)


def test_long_schedule_at_single_steps() -> None:
    steps = 100_000
    rates = schedules.cosine(np.arange(steps), steps, 3e-4, 3e-5, 2160)
    loss = schedules.multi_power_loss(rates, "400M")
    c = schedules.describe("multi-power-loss", "400M").coefficients
    before = np.concatenate([[0.0], np.cumsum(rates)])
    assert loss[0] == np.inf  # the rate is 0 at the first step of the warm-up
    for t in (1, 2160, 50_000, steps - 1):
        k = np.arange(1, t + 1)
        x = rates[k] ** -c["gamma"] * (before[t + 1] - before[k])
        annealed = np.sum((rates[k] - rates[k - 1]) * (1 - (c["C"] * x + 1) ** -c["beta"]))
        wanted = c["L_inf"] + c["A"] * before[t + 1] ** -c["alpha"] + c["B"] * annealed
        assert loss[t] == pytest.approx(wanted, rel=1e-11)


@pytest.mark.parametrize(
    ("model", "printed"),
    [
        ("25M", (0.00376, 0.00465, 0.00110, 0.00409, 0.9988)),
        ("100M", (0.00435, 0.00592, 0.00142, 0.00583, 0.9983)),
        ("400M", (0.00484, 0.00730, 0.00168, 0.00995, 0.9978)),
    ],
)
def test_metrics_of_the_authors(
    shared_data: Path, run_rates, model: str, printed: tuple[float, ...]
) -> None:
    """Every digit that the repository prints, as means over the six unseen curves."""
    curves = datasets.load("MultiPowerLaw")
    rows = []
    for schedule in UNSEEN:
        curve = curves[(curves["model"] == model) & (curves["schedule"] == schedule)]
        steps, measured = curve["step"].to_numpy(int), curve["loss"].to_numpy()
        rates = run_rates(schedule)
        assert rates[steps] == pytest.approx(curve["lr"].to_numpy(), rel=1e-12)
        error = schedules.multi_power_loss(rates, model)[steps] - measured
        relative = np.abs(error) / measured
        explained = 1 - np.sum(error**2) / np.sum((measured - measured.mean()) ** 2)
        spread = np.sqrt(np.mean(error**2))
        rows.append((np.abs(error).mean(), spread, relative.mean(), relative.max(), explained))
    *errors, explained = np.mean(rows, axis=0)
    assert errors == pytest.approx(printed[:4], abs=5.1e-6)
    assert explained == pytest.approx(printed[4], abs=5.1e-5)


def test_derivative_with_respect_to_rates() -> None:
    rates = schedules.cosine(np.arange(80), 80, 3e-4, 3e-5)
    slope = jax.jit(jax.grad(lambda r: schedules.multi_power_loss(r)[-1]))(jnp.asarray(rates))
    for i in (0, 40, 78):
        step = 1e-9 * (np.arange(80) == i)
        up, down = (schedules.multi_power_loss(rates + sign * step)[-1] for sign in (1, -1))
        assert float(slope[i]) == pytest.approx((up - down) / 2e-9, rel=1e-4)


def test_rates_of_zero() -> None:
    with pytest.raises(ValueError, match="learning_rates is 0 at step 2; allowed: a number above"):
        schedules.multi_power_loss([0.0, 1e-4, 0.0])
    with pytest.raises(ValueError, match=r"variant is '25' .*; allowed: 25M, 100M, 400M"):
        schedules.multi_power_loss([1e-4], "25")
    assert schedules.multi_power_loss([1e-4]).shape == (1,)
