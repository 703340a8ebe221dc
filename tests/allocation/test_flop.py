"""FLOP, steps, hours and money against published and worked numbers."""

from typing import Any

import numpy as np
import pytest

from scalekit import allocation

# Table A4 of Hoffmann et al.: layers, width, feed-forward, heads, head width, parameters
# (as in Table A9), printed ratio of the exact count to 6ND, the ratio to three digits, and
# the one with embedding and logits.
SHAPES = [
    (10, 640, 2560, 10, 64, 73e6, 1.03, 1.037, 1.60),
    (20, 1024, 4096, 16, 64, 305e6, 1.10, 1.103, 1.32),
    (24, 1280, 5120, 10, 128, 552e6, 1.08, 1.084, 1.23),
    (26, 1792, 7168, 14, 128, 1.143e9, 1.04, 1.045, 1.15),
    (28, 2048, 8192, 16, 128, 1.593e9, 1.03, 1.033, 1.12),
    (40, 3584, 14336, 28, 128, 6.796e9, 0.99, 0.994, 1.03),
]


@pytest.mark.parametrize(
    ("layers", "d_model", "d_ff", "heads", "head_dim", "N", "printed", "computed", "whole"), SHAPES
)
def test_exact_training_flop(
    layers: int,
    d_model: int,
    d_ff: int,
    heads: int,
    head_dim: int,
    N: float,
    printed: float,
    computed: float,
    whole: float,
) -> None:
    shape = (layers, d_model, d_ff, heads, head_dim)
    simple = allocation.training_flop(N, 2048)
    ratio = allocation.transformer_training_flop(*shape) / simple
    assert ratio == pytest.approx(printed, abs=0.01)
    assert ratio == pytest.approx(computed, abs=6e-4)
    ratio = allocation.transformer_training_flop(*shape, include_embeddings=True) / simple
    assert ratio == pytest.approx(whole, abs=6e-3)


def test_exact_training_flop_by_hand() -> None:
    # One layer, one head of width 1, one token: 6 + 2 + 3 + 2 + 2 of attention, 4 of the
    # feed-forward pair, and 2 + 2 for a vocabulary of one.
    assert allocation.transformer_training_flop(1, 1, 1, 1, 1, 1, 1) == 3 * 19
    assert allocation.transformer_training_flop(1, 1, 1, 1, 1, 1, 1, True) == 3 * 23
    many = allocation.transformer_training_flop(np.array([1, 2]), 640, 2560, 10, 64)
    assert many[1] == 2 * many[0]


def test_training_and_inference_flop() -> None:
    assert allocation.training_flop(70e9, 1.4e12) == pytest.approx(5.88e23, rel=1e-15)
    assert allocation.inference_flop(30e9, 6e11) == pytest.approx(3.6e22, rel=1e-15)
    assert allocation.inference_flop(30e9, 0) == 0
    # The README of Sardana et al.: 30 B at its Chinchilla optimum, then 1e9 requests of 600.
    # Table 4 of arXiv 2502.06703, training and answers; R1 is charged with all its parameters.
    for N, D, answers, expected in (
        (3e9, 9e12, 3.07e17, 1.62e23),
        (405e9, 15e12, 4.25e17, 3.65e25),
        (7e9, 18e12, 8.15e17, 7.56e23),
        (671e9, 14.8e12, 4.03e18, 5.96e25),
    ):
        assert allocation.lifetime_flop(N, D, answers / (2 * N)) == pytest.approx(
            expected, rel=2e-3
        )
    # A trillion parameters, 20T tokens: the 120 million exaflop of arXiv 2312.12705.
    assert allocation.training_flop(1e12, 20e12) == pytest.approx(120e6 * 1e18, rel=1e-12)
    total = allocation.lifetime_flop(30e9, 1.556e12, 600e9)
    assert allocation.training_flop(30e9, 1.556e12) == pytest.approx(2.801e23, rel=2e-4)
    assert total == pytest.approx(3.161e23, rel=2e-4)
    grid = allocation.lifetime_flop(np.array([[1e9], [2e9]]), [1e10, 2e10], 0.0)
    assert grid.tolist() == [[6e19, 1.2e20], [1.2e20, 2.4e20]]


def test_petaflop_days() -> None:
    assert allocation.PF_DAY == 8.64e19 == 1e15 * 86400
    assert allocation.pf_days(8.64e20) == pytest.approx(10, rel=1e-15)


def test_training_hours() -> None:
    # A petaFLOP/s-day takes a day on one device of 1 PFLOP/s, or 7.5 h on 8 at 40 %.
    assert allocation.training_hours(8.64e19, 1, 1e15, 1.0) == pytest.approx(24, rel=1e-15)
    assert allocation.training_hours(8.64e19, 8, 1e15, 0.4) == pytest.approx(7.5, rel=1e-15)
    hours = allocation.training_hours(5.76e23, [1024, 2048], 989e12, 0.4)
    assert hours[0] == pytest.approx(5.76e23 / (1024 * 989e12 * 0.4 * 3600), rel=1e-15)
    assert hours[0] == 2 * hours[1]


def test_money_and_back() -> None:
    C = allocation.compute_from_device_hours(1000, 989e12, 0.4)
    assert pytest.approx(1000 * 3600 * 989e12 * 0.4, rel=1e-15) == C
    assert allocation.training_hours(C, 1, 989e12, 0.4) == pytest.approx(1000, rel=1e-14)
    C = allocation.compute_from_usd(2500, 2.5, 989e12, 0.4)
    assert allocation.training_usd(C, 2.5, 989e12, 0.4) == pytest.approx(2500, rel=1e-14)


@pytest.mark.parametrize(
    ("hours", "rate", "batch", "steps"),
    [(6, 55416, 128, 18265), (96, 11143, 160, 47010)],
)
def test_languini_steps(hours: float, rate: float, batch: int, steps: int) -> None:
    found = allocation.training_steps(hours, rate, batch, 512)
    assert found == hours * 3600 * rate / (batch * 512)
    assert round(found) == steps


def test_crossover() -> None:
    C = allocation.crossover_compute(10.0, 0.05, 100.0, 0.10)
    assert pytest.approx(1e20, rel=1e-12) == C
    assert pytest.approx(100.0 * C**-0.10, rel=1e-12) == 10.0 * C**-0.05
    assert allocation.crossover_compute(100.0, 0.10, 10.0, 0.05) == pytest.approx(C, rel=1e-12)
    # Languini: the shallower law is better below the crossover, the steeper one above.
    assert 10.0 * (C / 100) ** -0.05 < 100.0 * (C / 100) ** -0.10
    assert 10.0 * (C * 100) ** -0.05 > 100.0 * (C * 100) ** -0.10
    many = allocation.crossover_compute([10.0, 1.0], 0.05, 100.0, 0.10)
    assert many[1] == pytest.approx(1e40, rel=1e-12)
    assert allocation.crossover_compute(1.0, 0.1, 1.0, 0.2) == 1.0


def test_parallel_laws_never_cross() -> None:
    with pytest.raises(ValueError, match=r"a_1 and a_2 are both 0\.1; allowed"):
        allocation.crossover_compute(1.0, 0.1, 2.0, 0.1)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("training_flop", (-1e9, 1e10), "N is -1e"),
        ("training_flop", (1e9, 0), "D is 0; allowed: a number above 0"),
        ("inference_flop", (1e9, -1), "D_inference is -1; allowed: a number from 0"),
        ("lifetime_flop", (1e9, 1e10, float("nan")), "D_inference is nan"),
        ("training_hours", (1e21, 8, 1e15, 1.2), "mfu is 1.2; allowed: a number above 0 up to 1"),
        ("training_hours", (1e21, 0, 1e15, 0.4), "devices is 0"),
        ("training_hours", (1e21, 8, True, 0.4), "peak_flops is True"),
        ("pf_days", ("much",), "C is 'much'"),
        ("compute_from_usd", (100, 0, 1e15, 0.4), "usd_per_device_hour is 0"),
        ("training_steps", (6, 55416, 0, 512), "batch is 0"),
        ("crossover_compute", (-1.0, 0.1, 2.0, 0.2), "A_1 is -1"),
        ("crossover_compute", (1.0, float("inf"), 2.0, 0.2), "a_1 is inf"),
        ("transformer_training_flop", (0, 640, 2560, 10, 64), "layers is 0"),
    ],
)
def test_bad_input_is_named(function: str, arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(allocation, function)(*arguments)
