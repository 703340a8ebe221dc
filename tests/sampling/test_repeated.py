"""FLOP and price of repeated sampling: the published table, and the sum token by token."""

import numpy as np
import pytest

from scalekit.sampling import repeated_sampling_cost, repeated_sampling_flop


@pytest.mark.parametrize(
    ("price", "k", "usd"), [(0.0072, 5, 10.80), (0.13, 1, 39.0), (0.17, 1, 51.0), (0.008, 5, 12.0)]
)
def test_table_1(price: float, k: int, usd: float) -> None:
    assert repeated_sampling_cost(price, k, 300) == pytest.approx(usd, rel=1e-12)


def test_flop_is_the_sum_over_tokens() -> None:
    N, layers, d, prompt, output, k = 8.03e9, 32, 4096, 37, 21, 5

    def token(context: float) -> float:
        return 2 * (N + 2 * layers * d * context)

    assert token(0) == pytest.approx(1.606e10)
    wanted = sum(token(t) for t in range(1, prompt + 1))
    wanted += k * sum(token(t + prompt) for t in range(1, output + 1))
    found = repeated_sampling_flop(N, layers, d, prompt, output, k)
    assert found == pytest.approx(wanted, rel=1e-14)


def test_the_prompt_is_paid_once() -> None:
    few, more, most = repeated_sampling_flop(1e9, 24, 2048, 1000, 100, np.array([0, 1, 2]))
    assert most - more == pytest.approx(more - few, rel=1e-12)
    assert few > 2e12
    with pytest.raises(ValueError, match="layers is -1; allowed"):
        repeated_sampling_flop(1e9, -1, 2048, 1000, 100, 1)
