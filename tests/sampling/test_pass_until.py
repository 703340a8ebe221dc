"""Sampling until enough passes: the estimate is biased, its correction is not."""

import re

import numpy as np
import pytest

from scalekit.sampling import pass_until


def test_estimates() -> None:
    assert pass_until(2, 40) == 0.05
    assert pass_until(3, 41, unbiased=True) == pytest.approx(0.05)
    assert pass_until([0, 2], 10).tolist() == [0.0, 0.2]


def test_bias_by_simulation() -> None:
    p, passes = 0.1, 3
    n = np.random.default_rng(0).negative_binomial(passes, p, 100_000) + passes
    biased, unbiased = pass_until(passes, n), pass_until(passes, n, unbiased=True)
    assert unbiased.mean() == pytest.approx(p, abs=4 * unbiased.std() / 100_000**0.5)
    assert biased.mean() > 1.3 * p


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((5, 4), "c is 5; allowed: at most n"),
        ((1, 4, True), "c is 1; allowed: whole numbers from 2"),
        ((1.5, 4), "c is 1.5; allowed: whole numbers from 0"),
        ((0, 0), "n is 0; allowed: whole numbers from 1"),
    ],
)
def test_what_is_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        pass_until(*arguments)
