"""Visual tokens: the authors' 28 scores, and the best number of tokens by search."""

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import least_squares

from scalekit import allocation, datasets, laws


@pytest.fixture
def scores(shared_data: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = datasets.load("llava-token-compression")
    table = table[table["task_group"] == "average"]
    return tuple(  # type: ignore[return-value]
        table[name].to_numpy(float) for name in ("llm_parameters", "visual_tokens", "error")
    )


@pytest.mark.parametrize(
    ("variant", "squares"), [("published-exponents", 4.386e-4), ("least-squares", 3.79e-4)]
)
def test_deviation_from_the_scores(variant: str, squares: float, scores: tuple) -> None:
    N, T, error = scores
    off = laws.get("visual-token-error", variant)(N=N, T=T) - error
    assert len(off) == 28
    assert np.abs(off).max() < 0.012
    assert np.sum(off**2) == pytest.approx(squares, rel=0.02)


def test_least_squares_again(scores: tuple) -> None:
    N, T, error = scores

    def residual(theta: np.ndarray) -> np.ndarray:
        A, alpha, beta, D = theta
        return A * (N / 1e9) ** -alpha * T**-beta + D - error

    bounds = ([0, 0, 0, 0], [2, 1, 1, 1])
    best = least_squares(residual, [0.5, 0.1, 0.02, 0.05], bounds=bounds, xtol=1e-14)
    found = laws.get("visual-token-error", "least-squares").coefficients
    names = ("A", "alpha", "beta", "D")
    assert [found[name] for name in names] == pytest.approx(best.x, abs=1e-3)


@pytest.mark.parametrize(("Q", "wanted"), [(0, 1.0), (1, 1.0), (50, 12.1), (500, 121.0)])
def test_optimal_visual_tokens(Q: float, wanted: float) -> None:
    best = allocation.optimal_visual_tokens(Q)
    assert type(best) is float
    assert best == pytest.approx(wanted, rel=2e-3)
    law = laws.get("visual-token-error")
    T = np.geomspace(1, 4096, 20001)
    budget = allocation.visual_token_flop(7e9, 1, Q)
    N = 7e9 * budget / allocation.visual_token_flop(7e9, T, Q)
    assert T[np.argmin(law(N=N, T=T))] == pytest.approx(best, rel=1e-3)


def test_arguments() -> None:
    assert allocation.visual_token_flop(7e9, 576, 50) == 2 * 7e9 * 626
    assert allocation.optimal_visual_tokens([0.0, 50.0]) == pytest.approx([1.0, 12.0968], rel=1e-4)
    with pytest.raises(ValueError, match=r"alpha is 0\.01; allowed: a number above 0\.015"):
        allocation.optimal_visual_tokens(50, alpha=0.01)
    with pytest.raises(ValueError, match="Q is -1"):
        allocation.optimal_visual_tokens(-1)
