"""Routed models against the authors' runs, and worth and cutoff against their definitions."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq, least_squares

from scalekit import datasets, laws
from scalekit.allocation import routing_cutoff

ROUTERS = {"s-base": "S-Base", "rl-r": "RL-R", "hash": "Hash"}
VARIANTS = [*ROUTERS, *(f"{name}-refit" for name in ROUTERS)]


@pytest.fixture
def runs(shared_data: Path) -> pd.DataFrame:
    curves = datasets.load("scaling_laws_for_routing").sort_values("step")
    last = curves.groupby("hyper_id").tail(1)
    return last[(last["k"] == 1) & (last["routing_frequency"] == 0.5)]


def test_refit_of_the_dense_runs(runs: pd.DataFrame) -> None:
    dense = runs[runs["router_type"] == "Dense"]
    slope, level = np.polyfit(
        np.log(dense["dense_parameter_count"]), np.log(dense["loss_validation"]), 1
    )
    found = laws.get("routed-dense-loss").coefficients
    assert len(dense) == 8
    assert found["alpha"] == pytest.approx(-slope, abs=5e-6)
    assert found["scale"] == pytest.approx(np.exp(-level / slope), rel=1e-3)
    printed = laws.get("routed-dense-loss", "published").coefficients
    assert printed["scale"] == pytest.approx(found["scale"], rel=0.05)


@pytest.mark.parametrize("router", ROUTERS)
def test_refit_of_the_routed_runs(router: str, runs: pd.DataFrame) -> None:
    some = runs[runs["router_type"].isin([ROUTERS[router], "Dense"])]
    n = np.log10(some["dense_parameter_count"].to_numpy())
    excess = some["num_experts"].to_numpy() - 1.0
    wanted = np.log10(some["loss_validation"].to_numpy())

    def residual(theta: np.ndarray) -> np.ndarray:
        a, b, c, d, log_start, log_end = theta
        offset = 1 / (np.exp(-log_start) - np.exp(-log_end))
        e = -np.log10(1 / (excess + offset) + np.exp(-log_end))
        return a * n + b * e + c * n * e + d - wanted

    start = [-0.08, -0.1, 0.01, 1.1, np.log(2.0), np.log(300.0)]
    best = least_squares(residual, start, x_scale="jac", xtol=1e-14, ftol=1e-14, gtol=1e-14)
    law = laws.get("routed-loss", f"{router}-refit")
    found = law.coefficients
    assert list(found.values()) == pytest.approx([*best.x[:4], *np.exp(best.x[4:])], rel=5e-4)
    errors = np.log10(law(N=10**n, experts=excess + 1.0)) - wanted
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(0.003, abs=3e-4)
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(np.sqrt(np.mean(best.fun**2)), rel=1e-3)


@pytest.mark.parametrize("variant", VARIANTS)
def test_worth_is_the_size_of_one_expert_with_the_same_loss(variant: str) -> None:
    law = laws.get("routed-loss", variant)
    worth = laws.get("routed-effective-parameters", variant)
    assert law.variant_facts.coefficients == worth.variant_facts.coefficients
    for N, experts in ((5e6, 128.0), (1.3e9, 8.0), (1e8, 1.0)):
        loss = law(N=N, experts=experts)
        log_N = brentq(lambda x, t=loss: law(N=np.exp(x), experts=1.0) - t, 10, 40, xtol=1e-13)
        assert worth(N=N, experts=experts) == pytest.approx(np.exp(log_N), rel=1e-9)
    assert worth(N=3e8, experts=1.0) == pytest.approx(3e8, rel=1e-12)


@pytest.mark.parametrize("variant", ROUTERS)
def test_five_million_parameters_with_128_experts(variant: str) -> None:
    found = laws.get("routed-effective-parameters", variant)(N=5e6, experts=128)
    assert found == pytest.approx(55e6, rel=0.2)


@pytest.mark.parametrize(
    ("variant", "cutoff", "digits"),
    [("s-base", 1.0e12, 0.02), ("rl-r", 3.2e10, 0.02), ("hash", 2.15e11, 0.02),
     ("s-base-refit", 6.8e11, 0.01), ("rl-r-refit", 8.8e10, 0.01), ("hash-refit", 8.1e10, 0.01)],
)  # fmt: skip
def test_cutoff(variant: str, cutoff: float, digits: float) -> None:
    found = routing_cutoff(variant)
    assert type(found) is float
    assert found == pytest.approx(cutoff, rel=digits)
    # There the number of experts makes no difference.
    law = laws.get("routed-loss", variant)
    assert law(N=found, experts=256) == pytest.approx(law(N=found, experts=2), rel=1e-12)


def test_published_cutoffs() -> None:
    assert routing_cutoff() == routing_cutoff("s-base-refit")
    assert routing_cutoff("rl-r-refit") == pytest.approx(85e9, rel=0.05)
    assert routing_cutoff("hash-refit") == pytest.approx(83e9, rel=0.05)
    assert routing_cutoff() == pytest.approx(937e9 * 0.73, rel=0.01)  # 27 % below the paper's
    with pytest.raises(ValueError, match=r"variant is 's-bas'.*did you mean 's-base'"):
        routing_cutoff("s-bas")


def test_fewer_than_one_expert_is_refused() -> None:
    with pytest.raises(ValueError, match=r"experts of routed-loss is 0\.5; allowed: a number from"):
        laws.get("routed-loss")(N=1e9, experts=0.5)
