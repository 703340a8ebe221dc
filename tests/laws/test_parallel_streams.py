"""Parallel streams: the authors' 48 losses and the refit to them."""

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import least_squares

from scalekit import datasets, laws

PRINTED = {
    "stack-v2-python": ("loss_stack_v2_python", 0.6912, 1.131e7, 0.3935, 0.1894, 0.9978, 0.0062),
    "pile": ("loss_pile", 1.2888, 1.974e8, 0.3345, 0.1963, 0.9987, 0.0116),
}


@pytest.mark.parametrize("variant", PRINTED)
def test_refit_and_residuals(variant: str, shared_data: Path) -> None:
    column, E, A, k, alpha, r2, worst = PRINTED[variant]
    runs = datasets.load("ParScale")
    N, P = runs["non_embedding_params"].to_numpy(float), runs["P"].to_numpy(float)
    loss = runs[column].to_numpy()

    def residual(theta: np.ndarray) -> np.ndarray:
        E, log_A, k, alpha = theta
        fitted = E + np.exp(alpha * (log_A - np.log(N * (k * np.log(P) + 1))))
        return np.log(fitted / loss)

    best = least_squares(
        residual, [E, np.log(A), k, alpha], loss="huber", f_scale=1e-3, x_scale="jac",
        xtol=1e-15, ftol=1e-15, gtol=1e-15,
    )  # fmt: skip
    law = laws.get("parallel-scaling-loss", variant)
    found = [law.coefficients[name] for name in ("E", "A", "k", "alpha")]
    assert found == pytest.approx([best.x[0], np.exp(best.x[1]), *best.x[2:]], rel=1e-3)
    assert found == pytest.approx([E, A, k, alpha], rel=5e-4)
    errors = law(N=N, P=P) - loss
    assert np.abs(errors).max() == pytest.approx(worst, abs=6e-5)
    assert 1 - np.sum(errors**2) / np.sum((loss - loss.mean()) ** 2) == pytest.approx(r2, abs=6e-5)


@pytest.mark.parametrize("variant", PRINTED)
def test_streams_are_worth_parameters(variant: str) -> None:
    law = laws.get("parallel-scaling-loss", variant)
    worth = laws.get("parallel-scaling-effective-parameters", variant)
    for N, P in ((1.6e9, 8), (5e8, 2), (4e9, 1)):
        assert law(N=worth(N=N, P=P), P=1) == pytest.approx(law(N=N, P=P), rel=1e-14)
    assert worth(N=4e9, P=1) == 4e9
    with pytest.raises(ValueError, match=r"P of .* is 0\.5; allowed: a number from 1"):
        worth(N=4e9, P=0.5)


def test_cost_of_eight_streams_at_batch_one(shared_data: Path) -> None:
    """The abstract's 22 times less memory and 6 times less latency, added to 1.6 B."""
    costs = datasets.load("ParScale", "costs")
    one = costs[(costs["batch"] == 1) & (costs["P"] == 1)].set_index("size_B")
    eight = costs[(costs["batch"] == 1) & (costs["P"] == 8)].set_index("size_B")
    losses = datasets.load("ParScale")
    dense = losses[losses["P"] == 1].sort_values("non_embedding_params")
    target = losses[(losses["P"] == 8)].sort_values("non_embedding_params").iloc[3]
    column = "loss_stack_v2_python"
    share = (dense[column].iloc[4] - target[column]) / (
        dense[column].iloc[4] - dense[column].iloc[5]
    )
    ratios = []
    for name in ("mem_GiB_mean_over_in=out", "latency_s_mean_over_in=out"):
        bigger = one.loc[2.8, name] + share * (one.loc[4.4, name] - one.loc[2.8, name])
        ratios.append((bigger - one.loc[1.6, name]) / (eight.loc[1.6, name] - one.loc[1.6, name]))
    assert ratios[0] == pytest.approx(22, abs=1)
    assert 6.0 < ratios[1] < 7.1
