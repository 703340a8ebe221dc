"""Repeated against fresh tokens: the sheet's numbers, limits, and SciPy's solution."""

import numpy as np
import pytest
from scipy.optimize import brentq

from scalekit import laws
from scalekit.comparisons import epochs_needed, repeated_tokens

R_D = 15.387756


def test_worth_of_epochs_where_parameters_are_few():
    found = repeated_tokens(N=1e8, U=1e11, epochs=np.array([1, 4, 16, 1 + R_D, 44, 1e4]))
    assert found.effective_tokens / found.D == pytest.approx(
        [1, 0.931, 0.661, 10.73 / (1 + R_D), 0.351, (1 + R_D) / 1e4], rel=1e-3
    )
    # Without excess parameters fresh tokens are worth what the law says.
    assert found.fresh_tokens == pytest.approx(found.effective_tokens, rel=1e-12)
    assert found.worth[0] == 1.0
    assert found.worth[1] == pytest.approx((4 * 0.93142 - 1) / 3, rel=1e-4)
    # At R_D repetitions the next token is worth 1/e; half at R_D ln 2.
    assert found.marginal_worth[3] == pytest.approx(np.exp(-1), rel=1e-12)
    half = repeated_tokens(N=1e8, U=1e11, epochs=1 + R_D * np.log(2))
    assert half.marginal_worth == pytest.approx(0.5, rel=1e-7)


def test_loss_of_the_paper():
    found = repeated_tokens(N=6.34e9, U=25e9, epochs=242 / 25)
    assert found.loss == pytest.approx(2.2256440889984477, rel=1e-12)
    assert type(found.fresh_tokens) is type(found.worth) is type(found.marginal_worth) is float


def test_excess_parameters_make_fresh_tokens_worth_more():
    N, U = 20e9, 1e10
    law = laws.get("data-constrained-loss")
    for epochs in (2.0, 10.0):
        found = repeated_tokens(N, U, epochs)
        solved = brentq(
            lambda x, loss=found.loss: law(N=N, D=np.exp(x), U=np.exp(x)) - loss,
            np.log(U / 2), np.log(1e12), xtol=1e-13,
        )  # fmt: skip
        assert found.fresh_tokens == pytest.approx(np.exp(solved), rel=1e-9)
        assert found.fresh_tokens < 0.9 * found.effective_tokens
        assert law(N=N, D=found.fresh_tokens, U=found.fresh_tokens) == pytest.approx(
            found.loss, rel=1e-12
        )


@pytest.mark.parametrize("N", [1e8, 20e9])
def test_epochs_needed_undoes_it(N):
    epochs = np.array([1.5, 4.0, 12.0])
    fresh = repeated_tokens(N, 1e10, epochs).fresh_tokens
    assert epochs_needed(N, 1e10, fresh) == pytest.approx(epochs, rel=1e-6)


def test_limits_of_repetition():
    assert epochs_needed(1e8, 1e11, 5e10) == 1.0
    assert epochs_needed(1e8, 1e11, 1e11) == pytest.approx(1.0)
    # All repeats together are worth R_D times the corpus.
    assert np.isfinite(epochs_needed(1e8, 1e11, 1e11 * (1 + 0.999 * R_D)))
    assert epochs_needed(1e8, 1e11, 1e11 * (1 + 1.001 * R_D)) == np.inf


def test_shapes_and_table():
    found = repeated_tokens(N=np.array([[1e8], [1e10]]), U=1e10, epochs=[1, 2, 8])
    assert found.fresh_tokens.shape == found.loss.shape == found.worth.shape == (2, 3)
    rows = found.table()
    assert rows["N"].tolist() == [1e8] * 3 + [1e10] * 3
    assert rows["epochs"].tolist() == [1, 2, 8] * 2
    assert rows["loss"].tolist() == found.loss.ravel().tolist()
    assert len(repeated_tokens([1e8, 1e9], 1e10, 4).table()) == 2
    with pytest.raises(ValueError, match=r"N has shape \(2, 1\); allowed: a single number"):
        found.plot()
    table = repeated_tokens(1e9, 1e10, [1, 2, 8]).table()
    assert table["D"].tolist() == [1e10, 2e10, 8e10]
    assert table["loss"].is_monotonic_decreasing
    other = repeated_tokens(1e7, 1e10, 8, variant="figure-1")
    assert other.fresh_tokens > repeated_tokens(1e7, 1e10, 8).fresh_tokens
    assert "2305.16264" in other.source


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"epochs": 0.5}, "epochs is 0.5"),
        ({"U": 0}, "U is 0"),
        ({"N": -1}, "N is -1"),
        ({"variant": "c5"}, "did you mean 'c4'"),
    ],
)
def test_refusals(change, message):
    with pytest.raises(ValueError, match=message):
        repeated_tokens(**{"N": 1e9, "U": 1e10, "epochs": 2, **change})
    with pytest.raises(ValueError, match="fresh_tokens is 0"):
        epochs_needed(1e9, 1e10, 0)
