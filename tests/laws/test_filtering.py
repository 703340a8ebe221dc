"""Data filtering: the product over epochs written out, crossovers, fractions of a bucket."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from scalekit import laws

UTILITY = (0.025, [-0.16, -0.125, -0.10, -0.085], [74 / 11, 94 / 11, 58 / 11, 25 / 11])
DATA = (
    0.022,
    [-0.18227272727272728, -0.14484848484848487, -0.13530303030303031, -0.09757575757575758],
    [4, 48 / 11, 32 / 11, 16 / 11],
)
VARIANTS = ["effective-utility", "effective-utility-repository", "effective-data"]


def by_hand(variant: str, n: float, K: int) -> float:
    """Return the error, epoch by epoch, as the published fits define it."""
    a, b, tau = DATA if variant == "effective-data" else UTILITY
    pool = 12.8e6 * K
    error, seen, effective = 0.0, 0.0, 0.0
    for j in range(math.ceil(n / pool)):
        end = min((j + 1) * pool, n)
        weights = [2 ** (-j / (K * tau[i])) for i in range(K)]
        if variant == "effective-data":
            more = effective + a / 1e5 * (end - seen) * sum(weights) / K
            slope = sum(w * b[i] for i, w in enumerate(weights)) / sum(weights)
        else:
            more = a / 1e5 * end
            slope = sum(w * b[i] for i, w in enumerate(weights)) / K
        if j == 0:
            error = more**slope + (0.1 if variant.endswith("repository") else 0.0)
        else:
            error *= (more / effective) ** slope
        seen, effective = end, more
    return error + (0.0 if variant.endswith("repository") else 0.1)


@pytest.mark.parametrize("variant", VARIANTS)
def test_product_over_epochs(variant: str) -> None:
    law = laws.get("data-filtering-error", variant)
    for K in (1, 2, 3, 4):
        for n in (5e6, 12.8e6, 3.3e7, 1.28e8, 6.4e8, 5e9):
            assert law(samples_seen=n, buckets=K) == pytest.approx(by_hand(variant, n, K), rel=1e-9)


@pytest.mark.parametrize(
    ("variant", "second", "third"),
    [
        ("effective-utility", 81.8e6, 990.8e6),
        ("effective-utility-repository", 100.6e6, 1096.3e6),
        ("effective-data", 67.8e6, 344.4e6),
    ],
)
def test_crossovers(variant: str, second: float, third: float) -> None:
    law = laws.get("data-filtering-error", variant)
    for K, wanted in ((1, second), (2, third)):

        def gain(n: float, K: int = K) -> float:
            return law(samples_seen=n, buckets=K) - law(samples_seen=n, buckets=K + 1)

        assert brentq(gain, wanted / 2, wanted * 2) == pytest.approx(wanted, rel=1e-3)
        best = np.argmin(law(samples_seen=1.01 * wanted, buckets=np.arange(1, 5))) + 1
        assert best == K + 1


@pytest.mark.parametrize("variant", VARIANTS)
def test_fractions_of_a_bucket_join_the_whole_ones(variant: str) -> None:
    law = laws.get("data-filtering-error", variant)
    whole = law(samples_seen=2e8, buckets=[2, 3])
    beside = law(samples_seen=2e8, buckets=[2 + 1e-9, 3 - 1e-9])
    assert beside == pytest.approx(whole, rel=1e-7)
    for K in (0.5, 4.5):
        with pytest.raises(ValueError, match="allowed: a number from 1 up to 4"):
            law(samples_seen=2e8, buckets=K)


def test_the_code_understates_the_error() -> None:
    n = np.geomspace(32e6, 2560e6, 20)[:, None]
    K = np.arange(1, 5)
    law = laws.get("data-filtering-error")
    gap = law(samples_seen=n, buckets=K) - laws.get(
        "data-filtering-error", "effective-utility-repository"
    )(samples_seen=n, buckets=K)
    assert np.all(gap[n < 12.8e6 * K] == pytest.approx(0.0, abs=1e-12))
    after = gap[n > 1.2 * 12.8e6 * K]
    assert np.all(after > 0)
    assert after.max() == pytest.approx(0.031, abs=5e-4)
