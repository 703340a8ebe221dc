"""The replication's fit: objective, optimum and bootstrap."""

from pathlib import Path

import numpy as np
import pytest

from scalekit import datasets, laws
from scalekit.fitting import START, bootstrap, fit, huber_objective
from scalekit.fitting.replication import NAMES

Columns = tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture
def runs(shared_data: Path) -> Columns:
    frame = datasets.chinchilla_runs()
    return tuple(frame[name].to_numpy() for name in ("N", "D", "loss"))  # type: ignore[return-value]


def _toy(n: int, noise: float) -> Columns:
    rng = np.random.default_rng(5)
    N, D = np.exp(rng.uniform(np.log([[6e7], [3e8]]), np.log([[1.6e10], [3e11]]), (2, n)))
    loss = laws.get("chinchilla-loss", "besiroglu")(N=N, D=D)
    return N, D, loss * np.exp(noise * rng.standard_normal(n))


def _stored(variant: str) -> np.ndarray:
    form = laws.get("chinchilla-loss", variant).form
    return np.array([getattr(form, name) for name in NAMES])


def test_protocol_starts_at_the_unrounded_original_fit() -> None:
    assert START == (6.0073404, 6.0179186, 0.5267228, 0.33917084, 0.2849083)


@pytest.mark.parametrize("noise", [1e-4, 3e-2])
@pytest.mark.parametrize("variant", ["besiroglu", "hoffmann-precise", "hoffmann-rounded"])
def test_gradient_is_the_finite_difference(variant: str, noise: float) -> None:
    logs = tuple(np.log(x) for x in _toy(60, noise))
    theta = _stored(variant)
    value, gradient = huber_objective(theta, *logs)
    assert value > 0
    step = 1e-7
    for i in range(5):
        shift = np.eye(5)[i] * step
        up, down = (huber_objective(theta + s * shift, *logs)[0] for s in (1, -1))
        assert gradient[i] == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-8)


def test_objective_by_hand() -> None:
    # One run below the threshold (half the square), one above (linear).
    theta = np.array([0.0, 0.0, np.log(2.0), 1.0, 1.0])
    log_N, log_D = np.log([2.0, 4.0]), np.log([2.0, 4.0])
    wanted = np.log([3.0, 2.5])
    value, _ = huber_objective(theta, log_N, log_D, wanted - [5e-4, 0.1])
    assert value == pytest.approx(0.5 * 5e-4**2 + 1e-3 * (0.1 - 0.5e-3), rel=1e-9)


def test_fit_recovers_the_law_that_made_the_runs() -> None:
    truth = _stored("besiroglu")
    found = fit(*_toy(240, 0.0))
    logs = tuple(np.log(x) for x in _toy(240, 0.0))
    assert huber_objective(found, *logs)[0] < 1e-9
    assert found[3:] == pytest.approx(truth[3:], abs=2e-3)


def test_bootstrap_is_reproducible_by_seed() -> None:
    data = _toy(60, 1e-2)
    first, again, other = (bootstrap(*data, resamples=2, seed=s) for s in (1, 1, 2))
    assert first.shape == (2, 5)
    assert np.array_equal(first, again)
    assert not np.allclose(first, other, rtol=1e-6)


def test_runs_are_those_of_the_protocol(runs: Columns) -> None:
    N, D, loss = runs
    assert len(N) == len(D) == len(loss) == 240
    assert loss.max() < 3.446995
    assert N.min() == pytest.approx(57e6, rel=0.02)
    assert N.max() == pytest.approx(16.2e9, rel=0.01)


@pytest.mark.parametrize(
    ("variant", "value", "digits"),
    [
        ("besiroglu", 0.00101864471, 11),
        ("besiroglu-optimum", 0.0010182740178, 11),
        ("hoffmann-precise", 0.00123116, 8),
        ("hoffmann-rounded", 0.00412101, 8),
    ],
)
def test_recorded_objectives(runs: Columns, variant: str, value: float, digits: int) -> None:
    found, _ = huber_objective(_stored(variant), *(np.log(x) for x in runs))
    assert found == pytest.approx(value, abs=0.6 * 10**-digits)


def test_fit_reaches_the_minimum(runs: Columns) -> None:
    theta = fit(*runs)
    value, gradient = huber_objective(theta, *(np.log(x) for x in runs))
    assert value <= 1.018275e-3
    assert value >= 1.01827401e-3
    assert theta[3] == pytest.approx(0.3473105, abs=1e-4)
    assert theta[4] == pytest.approx(0.3671724, abs=1e-4)
    assert np.exp(theta[2]) == pytest.approx(1.8172181, abs=5e-4)
    assert np.abs(gradient).max() < 1e-4


def test_first_refits_are_the_recorded_ones(runs: Columns) -> None:
    found = bootstrap(*runs, resamples=2)
    found[:, :3] = np.exp(found[:, :3])
    assert found[0] == pytest.approx(
        [349.556372, 2356.24831, 1.79333003, 0.328633352, 0.371854555], rel=1e-7
    )
    assert found[1] == pytest.approx(
        [487.836322, 1509.94821, 1.80358346, 0.348964848, 0.349988572], rel=1e-7
    )


@pytest.mark.slow
def test_standard_errors(runs: Columns) -> None:
    found = bootstrap(*runs, resamples=400)
    found[:, :3] = np.exp(found[:, :3])
    A, B, E, alpha, beta = found.std(axis=0, ddof=1)
    assert pytest.approx(124.52232, rel=0.15) == A
    assert pytest.approx(1293.28410, rel=0.40) == B
    assert pytest.approx(0.02566, rel=0.15) == E
    assert alpha == pytest.approx(0.01540, rel=0.15)
    assert beta == pytest.approx(0.02060, rel=0.15)
    low, high = np.quantile(found[:, 3:], [0.025, 0.975], axis=0)
    assert low == pytest.approx([0.317, 0.331], rel=0.15)
    assert high == pytest.approx([0.373, 0.415], rel=0.15)
