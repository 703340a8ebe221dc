"""The worth of attempts and the best number of them, against brute force and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalekit import sampling

TOY = ([0.87, 0.13], [0.58, 0.42])
LLAMA = ([0.87382, 0.13824], [0.56, 0.44])
SOUND = 0.751601


def brute_force(p, w, tpr, fpr, cost, price, most):
    """Return utilities of 0 to `most` attempts, summed attempt by attempt."""
    p, w = np.asarray(p), np.asarray(w)
    accepted = p * tpr + (1 - p) * fpr
    gain = w * (p * tpr - cost * (1 - p) * fpr - price)
    steps = np.power.outer(1 - accepted, np.arange(most)).T @ gain
    return np.concatenate([[0.0], np.cumsum(steps)])


def assert_best(utility, k):
    """Compare with brute force: the first that nothing exceeds, or rising to the end."""
    if math.isinf(k):
        assert utility[-1] == pytest.approx(utility.max(), abs=1e-13)
    else:
        assert k == np.argmax(utility)


@pytest.mark.parametrize(
    ("cost", "best", "most", "ceiling"),
    [(0.7, 3, 0.5246, 0.5176), (1.0, 2, 0.4724, 0.4325), (2.0, 1, 0.3388, 0.1487)],
)
def test_the_toy_of_the_notebook(cost, best, most, ceiling):
    k = sampling.optimal_attempts(*TOY, 1.0, 0.25, cost)
    assert k == best
    assert sampling.resampling_utility(*TOY, k, 1.0, 0.25, cost) == pytest.approx(most, abs=5e-5)
    endless = sampling.resampling_utility(*TOY, math.inf, 1.0, 0.25, cost)
    assert endless == pytest.approx(ceiling, abs=5e-5)


def test_the_fit_to_llama():
    best = sampling.optimal_attempts(*LLAMA, 1.0, 1 - SOUND, [0.6, 0.645, 0.7, 1.0, 2.0, 4.0])
    assert best.tolist() == [math.inf, math.inf, 3, 2, 1, 1]


@pytest.mark.parametrize(("cost", "right", "published"), [(1, 0.427, 0.399), (2, 0.140, -0.066)])
def test_published_rewards_are_not_these(cost, right, published):
    found = sampling.resampling_utility(*LLAMA, 15, 1.0, 1 - SOUND, cost)
    # The share of easy problems is read off a plot.
    assert found == pytest.approx(right, abs=0.012)
    assert abs(found - published) > 0.02


@pytest.mark.parametrize(
    ("arguments", "best"),
    [
        (([0.3], [1.0], 0.9, 0.2, 1.0), math.inf),
        (([0.3], [1.0], 0.9, 0.2, 2.0), 0),
        (([0.3], [1.0], 1.0, 0.0, 1.0, 0.2), math.inf),
        (([0.3], [1.0], 1.0, 0.0, 1.0, 0.4), 0),
        (([1.0], [1.0]), 1),
        (([0.0, 1.0], [0.5, 0.5]), 1),
        (([0.0, 0.5], [0.5, 0.5]), math.inf),
        (([0.0], [1.0]), 0),
        (([0.5], [1.0], 0.0, 0.0), 0),
        (([0.4, 0.6], [0.5, 0.5], 1.0, 1.0, 0.5), 1),
        (([0.4, 0.6], [0.5, 0.5], 0.3, 0.3, 0.5), math.inf),
        (([0.4, 0.6], [0.5, 0.5], 0.3, 0.3, 1.0), 0),
        (([0.1, 0.9], [0.5, 0.5], 0.2, 0.4, 0.1), math.inf),
        (([0.1, 0.9], [0.5, 0.5], 0.2, 0.4, 1.0), 0),
        (([0.2, 0.2, 0.7], [0.3, 0.3, 0.4], 1.0, 0.5, 0.25), math.inf),
    ],
)
def test_limits_are_decided_by_rule(arguments, best):
    assert sampling.optimal_attempts(*arguments) == best
    p, w, *rates = arguments
    own = [lambda p, rate=rate: np.full(len(p), rate) for rate in (*rates, 1.0, 0.0)[:2]]
    if len(rates) < 2:
        own = [np.ones_like, np.zeros_like]
    assert sampling.optimal_attempts(p, w, *own, *rates[2:]) == best


def test_endless_attempts_are_not_a_sum_that_stopped_changing():
    # At a cost of .6 sums stop changing in float64 near 80 attempts, yet each one still earns.
    assert sampling.optimal_attempts(*LLAMA, 1.0, 1 - SOUND, 0.6) == math.inf
    # A little above the threshold the last attempt that earns is far out.
    threshold = 0.13824 / (0.86176 * (1 - SOUND))
    for gap in (1e-6, 1e-9):
        k = sampling.optimal_attempts(*LLAMA, 1.0, 1 - SOUND, threshold * (1 + gap))
        easy, hard = (p + (1 - p) * (1 - SOUND) for p in LLAMA[0])
        gains = [
            w * (p - threshold * (1 + gap) * (1 - p) * (1 - SOUND))
            for p, w in zip(*LLAMA, strict=True)
        ]
        exact = 1 + math.log(gains[0] / -gains[1]) / (math.log1p(-hard) - math.log1p(-easy))
        assert k == math.floor(exact)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_best_k_against_brute_force(seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 6)
    p, w = rng.beta(0.5, 1.5, n), rng.dirichlet(np.ones(n))
    tpr, fpr = rng.uniform(0.3, 1), rng.uniform(0.02, 1) ** 2
    cost, price = rng.exponential(1), rng.choice([0.0, 0.01, 0.1])
    most = 3000
    utility = brute_force(p, w, tpr, fpr, cost, price, most)
    k = sampling.optimal_attempts(p, w, tpr, fpr, cost, price)
    top = utility.max()
    if k > most:
        endless = sampling.resampling_utility(p, w, math.inf, tpr, fpr, cost, price)
        assert endless >= top - 1e-12
    else:
        assert utility[int(k)] >= top - 1e-13
        found = sampling.resampling_utility(p, w, k, tpr, fpr, cost, price)
        assert found == pytest.approx(utility[int(k)], abs=1e-12)
        clear = np.flatnonzero(utility > top - 1e-12)
        assert clear[0] <= k <= clear[-1]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_best_k_with_rates_of_their_own_against_brute_force(seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(2, 8)
    p, w = rng.beta(0.5, 1.5, n), rng.dirichlet(np.ones(n))
    tpr, fpr = rng.uniform(0.05, 1, n), rng.uniform(0.01, 1, n) ** 2
    cost, price = rng.exponential(1), rng.choice([0.0, 0.01])
    utility = brute_force(p, w, tpr, fpr, cost, price, 5000)
    k = sampling.optimal_attempts(p, w, lambda _: tpr, lambda _: fpr, cost, price)
    k = min(k, 5000)
    assert utility[int(k)] >= utility.max() - 1e-12


def test_the_map_cell_by_cell():
    p, w = np.linspace(0.005, 0.9, 12), np.full(12, 1 / 12)
    fpr, cost = np.geomspace(1e-4, 1, 12), np.geomspace(0.02, 50, 11)
    best = sampling.optimal_attempts(p, w, 0.9, fpr[:, None], cost, 0.001)
    assert best.shape == (12, 11)
    for i, rate in enumerate(fpr):
        for j, price in enumerate(cost):
            assert best[i, j] == sampling.optimal_attempts(p, w, 0.9, rate, price, 0.001)
            utility = brute_force(p, w, 0.9, rate, price, 0.001, 5000)
            assert_best(utility, best[i, j])
    assert best[np.isfinite(best)].max() > 100
    # Dearer wrong answers end attempts sooner. More false positives need not: they may end the
    # attempts at a problem before those cost much.
    assert np.all(best[:, 1:] <= best[:, :-1])
    assert np.any(best[1:] > best[:-1])


def test_a_map_of_far_optima():
    """Certain interpolation and search against each attempt's worth before and after."""
    p, w = sampling.Beta(0.3, 4).nodes()
    fpr, cost = np.geomspace(1e-4, 0.5, 9)[:, None], np.geomspace(0.05, 5, 8)
    best = sampling.optimal_attempts(p, w, 0.9, fpr, cost, 1e-6)
    assert best.max() > 1e4
    accepted = 0.9 * p + fpr[..., None] * (1 - p)
    gain = w * (0.9 * p - cost[:, None] * fpr[..., None] * (1 - p) - 1e-6)

    def worth(k):
        return (gain * np.exp((k[..., None] - 1) * np.log1p(-accepted))).sum(-1)

    some = best > 0
    assert np.all(worth(np.maximum(best, 1))[some] > 0)
    assert np.all(worth(best + 1) <= 0)


def test_a_map_whose_verifier_depends_on_difficulty():
    p, w = np.linspace(0.005, 0.9, 12), np.full(12, 1 / 12)
    level, cost = np.geomspace(1e-3, 0.5, 6), np.geomspace(0.05, 20, 5)

    def rates(level):
        return lambda p: np.expand_dims(level, -1) * (1.5 - p)

    best = sampling.optimal_attempts(p, w, 0.9, rates(level[:, None]), cost, 0.001)
    for i, rate in enumerate(level):
        for j, price in enumerate(cost):
            assert best[i, j] == sampling.optimal_attempts(p, w, 0.9, rates(rate), price, 0.001)
            utility = brute_force(p, w, 0.9, rate * (1.5 - p), price, 0.001, 5000)
            assert_best(utility, best[i, j])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_properties_of_the_utility(seed):
    rng = np.random.default_rng(seed)
    p, w = rng.uniform(0, 1, 4), rng.dirichlet(np.ones(4))
    k, tpr = rng.integers(1, 50), rng.uniform(0, 1)
    fpr = np.sort(rng.uniform(0, 1, 8))
    # More false positives never help, at a price that makes a wrong answer no gift.
    for cost in (0.0, 1.0):
        best = [
            max(0.0, sampling.resampling_utility(p, w, np.arange(1, 80), tpr, f, cost).max())
            for f in fpr
        ]
        assert np.all(np.diff(best) <= 1e-12)
    # Linear in both prices.
    prices = np.array([0.0, 1.0, 2.0])
    for name in ("false_positive_cost", "attempt_cost"):
        line = sampling.resampling_utility(p, w, k, tpr, fpr[3], **{name: prices})
        assert np.diff(line, 2) == pytest.approx(0, abs=1e-12)
    # A perfect verifier's ceiling is coverage; one attempt taken as it comes is the accuracy.
    assert sampling.resampling_utility(p, w, k) == pytest.approx(w @ (1 - (1 - p) ** k))
    assert sampling.resampling_utility(p, w, math.inf) == pytest.approx(1)
    assert sampling.resampling_utility(p, w, 1, 1.0, 1.0, 0.0) == pytest.approx(w @ p)


def test_outcome_against_simulation():
    rng = np.random.default_rng(1)
    draws, k = 200_000, 5
    p = np.asarray(TOY[0])[(rng.uniform(size=draws) < TOY[1][1]).astype(int)]
    right = rng.uniform(size=(k, draws)) < p
    accepted = rng.uniform(size=(k, draws)) < np.where(right, 0.8, 0.3)
    first = np.where(accepted.any(0), accepted.argmax(0), k - 1)
    returned = right[first, np.arange(draws)]
    found = sampling.resampling_outcome(*TOY, k, 0.8, 0.3)
    for value, seen in (
        (found.correct, accepted.any(0) & returned),
        (found.wrong, accepted.any(0) & ~returned),
        (found.abstain, ~accepted.any(0)),
        (found.attempts, first + 1),
    ):
        assert abs(value - seen.mean()) < 5 * seen.std() / math.sqrt(draws)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.5, 0.5], [0.5]), "one length"),
        (([], []), "one length"),
        (([0.5, 0.2], [0.5, 0.4]), "weights sum to 0.9"),
        (([1.5], [1.0]), "accuracies is 1.5"),
        (([0.5], [1.0], 1.0, 1.2), "false_positive_rate is 1.2"),
        (([0.5], [1.0], 1.0, lambda p: 0.1), "last axis of 1"),
        (([0.5], [1.0], 1.0, 0.1, -1), "false_positive_cost is -1"),
        (([0.5], [1.0], 1.0, 0.1, 1, math.inf), "attempt_cost is inf"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        sampling.optimal_attempts(*arguments)
