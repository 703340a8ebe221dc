"""Recorded answers of ten tools to one question."""

import numpy as np
import pandas as pd
import pytest

from scalekit import disagreement, laws
from scalekit.allocation import compute_optimal

GOPHER = 5.76e23

# name: tokens per parameter at C = 1e21, 5.76e23 and 1e25
RECORDED = {
    "besiroglu": (21.535, 18.338, 17.062),
    "besiroglu-optimum": (21.385, 17.921, 16.554),
    "hoffmann-rounded": (50.084, 92.647, 122.122),
    "hoffmann-precise": (33.911, 58.932, 75.531),
    "vpnls": (18.272, 10.368, 8.038),
    "chinchilla-0.2.0-default": (12.709, 5.724, 4.000),
    "de-vries": (32.0127, 55.1664, 70.4385),
    "mlsysim-0.3.0": (20.0, 20.0, 20.0),
}
# name: A, B, E, alpha, beta as the tools print them
PRINTED = {
    "chinchilla-0.2.0-default": (202.601, 2653.20, 1.730996, 0.294551, 0.379096),
    "chinchilla-0.2.0-huber-243": (780.489, 1862.30, 1.842130, 0.376036, 0.360068),
    "chinchilla-0.2.0-huber-3125": (497.409, 2122.70, 1.820298, 0.349742, 0.366678),
    "vpnls": (567.80547, 7581.8523, 1.8828136, 0.35761509, 0.42762062),
}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return disagreement.answers(GOPHER)


def test_ten_tools_disagree_by_a_factor_of_sixteen(table: pd.DataFrame) -> None:
    assert set(table.index) == {*RECORDED, *PRINTED}
    assert len(table) == 10
    ratios = table["tokens_per_parameter"]
    assert ratios.is_monotonic_increasing
    assert ratios.iloc[0] == pytest.approx(5.7, abs=0.05)
    assert ratios.iloc[-1] == pytest.approx(92.6, abs=0.05)
    assert ratios.index[0] == "chinchilla-0.2.0-default"
    assert ratios.index[-1] == "hoffmann-rounded"


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_ratios(name: str) -> None:
    for C, ratio in zip((1e21, GOPHER, 1e25), RECORDED[name], strict=True):
        found = disagreement.answers(C).loc[name, "tokens_per_parameter"]
        assert found == pytest.approx(ratio, rel=2e-4)


@pytest.mark.parametrize("name", PRINTED)
def test_ratio_follows_from_the_printed_coefficients(name: str) -> None:
    A, B, E, alpha, beta = PRINTED[name]
    tool = next(t for t in disagreement.tools() if t.name == name)
    assert tool.form is not None
    assert list(tool.form.printed().values()) == pytest.approx([A, B, E, alpha, beta], rel=1e-14)
    total = alpha + beta
    G = (alpha * A / (beta * B)) ** (1 / total)
    ratio = G**-2 * (GOPHER / 6) ** ((alpha - beta) / total)
    assert tool.tokens_per_parameter(GOPHER) == pytest.approx(ratio, rel=1e-10)


@pytest.mark.parametrize(
    ("name", "N", "D", "loss"),
    [
        ("vpnls", 9.6226e10, 9.9765e11, 2.00594),
        ("chinchilla-0.2.0-default", 1.2951e11, 7.4125e11, 1.92294),
    ],
)
def test_recorded_optima(name: str, N: float, D: float, loss: float) -> None:
    tool = next(t for t in disagreement.tools() if t.name == name)
    assert tool.form is not None
    found = tool.form.optimum(GOPHER)
    assert found == pytest.approx((N, D), rel=2e-4)
    assert tool.form(*found) == pytest.approx(loss, rel=1e-5)


def test_band_of_the_replication_covers_six_of_ten(table: pd.DataFrame) -> None:
    band = compute_optimal(GOPHER).band("tokens_per_parameter")
    assert band is not None
    inside = table["tokens_per_parameter"].between(band.lower, band.upper)
    assert set(table.index[inside]) == {
        "besiroglu",
        "besiroglu-optimum",
        "chinchilla-0.2.0-huber-3125",
        "chinchilla-0.2.0-huber-243",
        "mlsysim-0.3.0",
        "vpnls",
    }


def test_every_answer_has_a_cause_and_a_source(table: pd.DataFrame) -> None:
    for column in ("label", "cause", "reason", "source"):
        assert table[column].str.strip().str.len().gt(3).all()
    assert table["label"].is_unique
    for tool in disagreement.tools():
        assert (tool.form is None) is (tool.name == "mlsysim-0.3.0")


def test_tools_take_arrays_and_refuse_nonsense() -> None:
    for tool in disagreement.tools():
        ratios = tool.tokens_per_parameter([1e21, 1e25])
        assert ratios.shape == (2,)
        assert ratios[0] == pytest.approx(tool.tokens_per_parameter(1e21), rel=1e-14)
        assert type(tool.tokens_per_parameter(1e21)) is float
        with pytest.raises(ValueError, match="C is -1; allowed"):
            tool.tokens_per_parameter(-1.0)


def test_laws_of_the_registry_stand_beside_the_tools(table: pd.DataFrame) -> None:
    everything = disagreement.answers(GOPHER, with_laws=True)
    others = everything.drop(index=table.index)["tokens_per_parameter"]
    assert set(others.index) == {
        *(f"compute-optimal-parameters/chinchilla-approach-{i}" for i in (1, 2, 3)),
        "compute-optimal-parameters/kaplan",
        *(f"data-constrained-loss/{v}" for v in ("c4", "figure-1")),
        *(f"minicpm-loss/{v}" for v in laws.facts("minicpm-loss").variants),
        *(f"overtraining-loss/{v}" for v in ("redpajama", "c4", "refinedweb")),
    }
    # The sheets' own numbers: 19.613 at every C, and 3.4, 7.4 and 5.9.
    assert others["data-constrained-loss/c4"] == pytest.approx(19.613, rel=1e-4)
    assert others["overtraining-loss/c4"] == pytest.approx(3.4, abs=0.05)
    assert others["overtraining-loss/redpajama"] == pytest.approx(7.4, abs=0.05)
    assert others["overtraining-loss/refinedweb"] == pytest.approx(5.9, abs=0.06)
    N = laws.get("compute-optimal-parameters", "chinchilla-approach-2")(C=GOPHER)
    ratio = others["compute-optimal-parameters/chinchilla-approach-2"]
    assert ratio == pytest.approx(GOPHER / 6 / N**2, rel=1e-12)


def test_answers_at_many_budgets_at_once() -> None:
    C = np.geomspace(1e19, 1e26, 5)
    for tool in (*disagreement.tools(), *disagreement.laws()):
        found = tool.tokens_per_parameter(C)
        assert found.shape == C.shape
        assert found[2] == pytest.approx(tool.tokens_per_parameter(float(C[2])), rel=1e-12)
