"""Architectures at equal compute: the papers' own numbers, and each law solved another way."""

import numpy as np
import pytest
from scipy.optimize import minimize

from scalekit.comparisons import equal_compute


def design(name, *args, **kwargs):
    found = {row.name: row for row in equal_compute(*args, **kwargs).designs}
    return found[name]


def test_fine_grained_numbers_of_the_paper():
    # "A mixture at 1e20 FLOP equals a dense model of 20 times the compute."
    assert design("mixture (fine-grained)", 1e20).gain == pytest.approx(20, rel=0.08)
    # Table 2: best size and tokens at 1.93e20 FLOP, granularity 16.
    found = design("mixture (fine-grained)", 1.93e20, G=8)
    assert [found.N_active, found.D] == pytest.approx([1e9, 28.94e9], rel=0.05)


def test_fine_grained_solved_as_it_is_written():
    C, G = 3e21, 32.0

    def flop(N, D):
        blocks = (N / (12 * 64**2)) ** (1 / 3)
        width = 64 * blocks
        return (12 * width**2 * 6 + width * 64 * G * 14) * D * blocks

    def mixture(x):
        active = np.exp(x[0])
        N, D = active * (8 * 64 + 4) / 12, C / flop(active, 1.0)
        return 0.47 + (2.1 / G**0.58 + 18.1) / N**0.115 + 30.8 / D**0.147

    def dense(x):
        return 0.47 + 16.3 / np.exp(x[0]) ** 0.126 + 26.7 / np.exp(x[1]) ** 0.127

    found = design("mixture (fine-grained)", C, G=G / 2)
    best = minimize(mixture, [np.log(1e9)], method="Nelder-Mead", options={"xatol": 1e-8})
    assert found.N_active == pytest.approx(np.exp(best.x[0]), rel=1e-4)
    assert flop(found.N_active, found.D) == pytest.approx(C, rel=1e-12)
    # The dense model of `gain` times the compute, and no smaller one, is as good.
    budget = found.gain * C
    equal = minimize(
        lambda x: dense([x[0], np.log(budget / 6) - x[0]]), [23.0], method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-14},
    )  # fmt: skip
    assert equal.fun == pytest.approx(best.fun, rel=1e-9)
    dense_N = np.exp(equal.x[0])
    assert found.memory == pytest.approx(found.N_active * 43 / dense_N, rel=1e-3)
    assert found.serving_gain == pytest.approx(6 * dense_N / flop(found.N_active, 1.0), rel=1e-3)


def test_sparsity_solved_as_it_is_written():
    C, active = 2e20, 0.1

    def loss(log_N, budget, share):
        N = np.exp(log_N)
        D = budget / (6 * N * share)
        parts = 16612.50 / N**0.5962 + 5455.67 / D**0.3954 + 0.4598 / share**-0.1666
        return parts + 17.26 / (share**0.1603 * N**0.1595) + 0.94

    def best(budget, share):
        options = {"xatol": 1e-9, "fatol": 1e-14}
        return minimize(
            lambda x: loss(x[0], budget, share), [22.0], method="Nelder-Mead", options=options
        )

    found = design("mixture (sparsity)", C, activation_ratio=active)
    mixture = best(C, active)
    assert found.N_active == pytest.approx(active * np.exp(mixture.x[0]), rel=1e-4)
    assert 6 * found.N_active * found.D == pytest.approx(C, rel=1e-12)
    dense = best(found.gain * C, 1.0)
    assert dense.fun == pytest.approx(mixture.fun, rel=1e-8)
    assert found.memory == pytest.approx(np.exp(mixture.x[0] - dense.x[0]), rel=1e-3)
    assert found.serving_gain == pytest.approx(1 / (active * found.memory), rel=1e-3)


def test_numbers_of_the_other_papers():
    # "Exceeding 7 times at 1e22 FLOP" with 3.1 % of the experts and G = 12.
    leverage = design("mixture (leverage)", 1e22, activation_ratio=0.031, G=12)
    assert 7.0 < leverage.gain < 7.5
    # "5 M with 128 experts is like a dense model of 55 M", at 130e9 tokens.
    routed = design("mixture (routed)", 6 * 130e9 * 5e6, activation_ratio=1 / 128)
    assert routed.N_active == pytest.approx(5e6, rel=1e-12)
    assert routed.gain * 5e6 == pytest.approx(55e6, rel=0.2)
    # Eight streams are worth 1 + .3935 ln 8 = 1.818 times the parameters.
    streams = design("parallel streams", 6 * 42e9 * 8 * 1.6e9, streams=8)
    assert streams.N_active == pytest.approx(1.6e9, rel=1e-12)
    assert 1 / streams.memory == pytest.approx(1.818, abs=5e-4)
    assert streams.gain == pytest.approx(1.818 / 8, abs=1e-4)
    assert streams.serving_gain == streams.gain
    assert streams.in_domain


def test_limits():
    assert design("parallel streams", 1e21, streams=1).gain == 1.0
    # At the end of its range a mixture has a loss that no dense model has.
    endless = design("mixture (sparsity)", 1e26, activation_ratio=0.02)
    assert endless.gain == endless.serving_gain == np.inf
    assert endless.memory == 0.0


def test_what_the_law_does_not_tell_is_none():
    found = design("mixture (leverage)", 1e20)
    assert found.serving_gain is None
    assert found.memory is None
    assert found.N_active is None
    assert found.in_domain
    assert not design("mixture (leverage)", 1e23).in_domain


def test_table_has_sources_and_the_most_saving_first():
    found = equal_compute(1e20)
    table = found.table()
    assert len(table) == len(found.designs) == 5
    assert table["gain"].is_monotonic_decreasing
    assert set(table["equal"]) == {"budget", "tokens"}
    assert all("arXiv" in source for source in table["source"])
    assert len(found.assumptions) == 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"C": 0}, "C is 0"),
        (
            {"activation_ratio": 0.6},
            r"activation_ratio is 0.6; allowed: a number above 0 up to 0.5",
        ),
        ({"G": 0.5}, "G is 0.5"),
        ({"streams": 0.9}, "streams is 0.9"),
    ],
)
def test_refusals(change, message):
    with pytest.raises(ValueError, match=message):
        equal_compute(**{"C": 1e20, **change})
