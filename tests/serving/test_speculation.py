"""Tokens of speculative decoding: the sum itself, and what becomes of it at the ends."""

import jax
import numpy as np
import pytest

from scalekit.serving import speculative_tokens


@pytest.mark.parametrize("acceptance", [0, 1e-12, 0.3, 0.8, 1 - 1e-4, 1 - 1e-7, 1 - 1e-12, 1])
@pytest.mark.parametrize("draft", [0, 1, 5, 200])
def test_the_sum(acceptance, draft):
    expected = np.sum(np.longdouble(acceptance) ** np.arange(draft + 1))
    assert speculative_tokens(acceptance, draft) == pytest.approx(float(expected), rel=1e-12)


def test_against_simulation():
    rng = np.random.default_rng(0)
    accepted = rng.random((200_000, 4)) < 0.8
    tokens = 1 + np.cumprod(accepted, axis=1).sum(axis=1)
    error = tokens.std() / np.sqrt(len(tokens))
    assert speculative_tokens(0.8, 4) == pytest.approx(tokens.mean(), abs=4 * error)


@pytest.mark.parametrize(("acceptance", "slope"), [(0.0, 1.0), (0.5, 3.25), (1.0, 10.0)])
def test_slope(acceptance, slope):
    # 1 + 2 a + 3 a^2 + 4 a^3 for four drafts.
    assert jax.grad(speculative_tokens)(acceptance, 4.0) == pytest.approx(slope, rel=1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"), [((1.1, 4), "acceptance is 1.1"), ((0.5, -1), "draft_tokens is -1")]
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        speculative_tokens(*arguments)
