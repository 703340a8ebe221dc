"""What inference is worth in other inference: FLOP, prices, waves, stages, published points."""

import math

import numpy as np
import pytest
from scipy import optimize, stats

from scalekit import sampling

QWEN = {
    "0.6B": (0.752e9, 28, 16, 8, 128),
    "1.7B": (2.03e9, 28, 16, 8, 128),
    "4B": (4.02e9, 36, 32, 8, 128),
    "8B": (8.19e9, 36, 32, 8, 128),
    "14B": (14.77e9, 40, 40, 8, 128),
    "32B": (32.76e9, 64, 64, 8, 128),
}


def test_matched_inference_and_verification():
    found = sampling.matched_inference_multiplier(14, [0.16, 0.79, 22])
    assert found == pytest.approx([257.75, 63.37, 15.77], abs=5e-3)
    assert sampling.matched_inference_multiplier(1, 3) == 1
    assert sampling.solve_verify_cost(1, [1, 2, 32], 2).tolist() == [3, 5, 65]
    assert sampling.solve_verify_cost(256, 32, 2) == 16640


@pytest.mark.parametrize(
    ("model", "one", "eight"),
    [
        ("0.6B", 8985.6, 69990.9),
        ("1.7B", 9027.5, 70326.0),
        ("4B", 11693.8, 91115.3),
        ("8B", 11830.5, 92208.4),
        ("14B", 13353.4, 104121.6),
        ("32B", 21773.4, 169858.2),
    ],
)
def test_equivalent_flop(model, one, eight):
    found = [sampling.equivalent_flop(*QWEN[model], 256, 16384, k) / 1e12 for k in (1, 8)]
    assert found == pytest.approx([one, eight], rel=1e-4)


def test_sparse_attention_sums_what_is_attended():
    N, layers, heads, kv, width = QWEN["8B"]
    for prompt, output, attended in ((100, 4000, 1024), (2000, 500, 1024), (10, 50, 1000)):
        pairs = sum(min(prompt + t, attended) for t in range(output))
        D = 2 * kv * width * layers
        exact = 2 * N * output + 2 * (heads / kv + 562.5) * D * pairs
        found = sampling.sparse_equivalent_flop(
            *QWEN["8B"], prompt, output, min(attended, prompt + output)
        )
        # The closed form is the sum's integral.
        assert found == pytest.approx(exact, rel=2e-2 if attended > prompt + output else 1e-3)
    # The authors' code without search cost has + before the square, and 4,522,888 pairs.
    pairs = sum(min(100 + t, 1024) for t in range(4000))
    assert pairs == 3_668_650
    one = {"layers": 1, "heads": 1, "kv_heads": 1, "head_dim": 1, "k": 1, "intensity": 0}
    found = sampling.sparse_equivalent_flop(
        1e-9, prompt_tokens=100, output_tokens=4000, attended_tokens=1024, **one
    )
    assert found / 4 == pytest.approx(3_669_112, rel=1e-9)
    # The tokens of the paper's fit at their budgets: most of the budget of 1000 TeFLOP.
    spent = sampling.sparse_equivalent_flop(*QWEN["8B"], 0, 23029, 248)
    assert spent / 1e15 == pytest.approx(0.854, abs=5e-3)


def test_price_of_a_solved_problem():
    result = sampling.cost_per_solved([0.3], [1.0], [1, 4, math.inf], 0.01)
    assert result.cost_per_solved == pytest.approx(0.01 / 0.3)
    assert result.solved == pytest.approx([0.3, 0.7599, 1])
    mixed = sampling.cost_per_solved([0.6, 0.05], [0.5, 0.5], [1, 4, 64], 0.01)
    assert np.all(np.diff(mixed.cost_per_solved) > 0)
    assert sampling.cost_per_solved([0.0], [1.0], 4, 0.01).cost_per_solved == math.inf


def test_break_even_against_every_k():
    p, w = np.array([0.6, 0.2, 0.02]), np.array([0.3, 0.4, 0.3])
    found = sampling.break_even(p, w, 0.01, 0.7, 0.1, 0.9, 0.02)
    k = np.arange(0, 3000)
    outcome = sampling.resampling_outcome(p, w, k, 0.9, 0.02)
    assert found.attempts == np.argmax(outcome.correct >= 0.7)
    assert found.affordable_attempts == np.flatnonzero(0.01 * outcome.attempts <= 0.1)[-1]
    affordable = outcome.correct[int(found.affordable_attempts)]
    assert found.solved_at_equal_cost == pytest.approx(affordable)
    assert found.ceiling == pytest.approx(w @ sampling.verifier_precision(p, 0.9, 0.02))


def test_no_number_of_attempts_beats_the_ceiling():
    found = sampling.break_even([0.3], [1.0], 0.01, 0.8, 5.0, 0.9, 0.2)
    assert (found.attempts, found.cost) == (math.inf, math.inf)
    assert found.affordable_attempts == math.inf
    assert found.ceiling == pytest.approx(found.solved_at_equal_cost)
    assert found.ceiling == pytest.approx(0.6585, abs=5e-5)


def test_waves_between_serial_and_parallel():
    p, w = [0.5, 0.1], [0.5, 0.5]
    serial = sampling.attempts_in_waves(p, w, 12, 1, 0.9, 0.1)
    once = sampling.resampling_outcome(p, w, 12, 0.9, 0.1)
    assert serial.waves == pytest.approx(once.attempts)
    parallel = sampling.attempts_in_waves(p, w, 1, 12, 0.9, 0.1)
    assert (parallel.waves, parallel.attempts) == pytest.approx((1, 12))
    rng = np.random.default_rng(9)
    kind = np.array(p)[rng.integers(0, 2, 100_000)]
    right = rng.uniform(size=(12, len(kind))) < kind
    passed = rng.uniform(size=right.shape) < np.where(right, 0.9, 0.1)
    first = np.where(passed.any(0), passed.argmax(0), 11)
    seen = first // 4 + 1
    found = sampling.attempts_in_waves(p, w, 3, 4, 0.9, 0.1)
    assert abs(found.waves - seen.mean()) < 5 * seen.std() / math.sqrt(len(seen))
    assert found.attempts == pytest.approx(4 * found.waves)


def test_stages_against_an_optimiser():
    p, cost, budget = np.array([0.6, 0.1, 0.3]), np.array([1.0, 0.2, 3.0]), 20.0
    found = sampling.stage_allocation(p, cost, budget)
    assert found.costs.sum() == pytest.approx(budget)

    def loss(spent):
        return -np.log(-np.expm1(np.log1p(-p) * spent / cost)).sum()

    best = optimize.minimize(
        loss,
        np.full(3, budget / 3),
        bounds=[(1e-3, budget)] * 3,
        constraints={"type": "eq", "fun": lambda s: s.sum() - budget},
        tol=1e-12,
    )
    assert -math.log(found.success) == pytest.approx(best.fun, rel=1e-6)
    assert found.costs == pytest.approx(best.x, rel=1e-3)
    one = sampling.stage_allocation([0.3], [2.0], 8.0)
    assert (one.samples[0], one.success) == pytest.approx((4, 0.7599))
    with pytest.raises(ValueError, match=r"accuracies\[0\] is 1; allowed: above 0 and below 1"):
        sampling.stage_allocation([1.0], [2.0], 8.0)


def test_a_large_budget_gains_as_much_in_every_stage():
    # Per unit spent the logarithm of success gains decay q^k / cost, here e^-2000 or so.
    p, cost = np.array([0.9, 0.2]), np.array([1.0, 1.0])
    found = sampling.stage_allocation(p, cost, 1e4)
    decay = -np.log1p(-p)
    log_gains = np.log(decay / cost) - decay * found.samples
    assert log_gains[0] == pytest.approx(log_gains[1], rel=1e-12)


def test_line_through_the_ceilings_of_weak_models():
    points = sampling.published_points("weak-against-strong")
    found = stats.linregress([p.x for p in points], [p.y for p in points])
    assert len(points) == 17
    assert (found.slope, found.intercept) == pytest.approx((0.2183, 0.7247), abs=1e-4)
    assert found.rvalue**2 == pytest.approx(0.8918, abs=1e-4)


def test_published_points():
    points = {study: sampling.published_points(study) for study in sampling.studies()}
    assert all(len({(p.series, p.x) for p in found}) == len(found) for found in points.values())
    for study in ("codemonkeys-stages", "codemonkeys-tokens"):
        assert math.fsum(p.y for p in points[study]) == pytest.approx(2291.90, abs=1e-9)
    models = points["weak-against-strong"]
    assert len(models) == 17
    slope, offset = np.polyfit([p.x for p in models], [p.y for p in models], 1)
    assert (slope, offset) == pytest.approx((0.2183, 0.7247), abs=5e-5)
    cost = {p.series: 300 * p.x for p in points["cheap-against-dear"]}
    assert list(cost.values()) == pytest.approx([10.8, 39, 51])
    search = {(p.series, p.x): p.y for p in points["search-methods"]}
    assert (
        search["revisions: compute-optimal best-of-N weighted", 64]
        > search["revisions: parallel best-of-N weighted", 256]
    )
    fractions = [p for found in points.values() for p in found if p.unit == "fraction"]
    assert all(abs(p.y) <= 1 for p in fractions)
    with pytest.raises(ValueError, match="did you mean 'tree-search'"):
        sampling.published_points("tree-serch")
