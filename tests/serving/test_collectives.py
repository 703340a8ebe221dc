"""Collectives: published points, limits, and where one way beats another."""

import numpy as np
import pytest

from scalekit import serving


@pytest.mark.parametrize(
    ("ranks", "nodes", "microseconds", "last_digit"),
    [(8, 1, 15.4549, 1e-4), (16, 2, 25.619, 1e-3)],
)
def test_all_reduce(ranks, nodes, microseconds, last_digit):
    found = serving.all_reduce_time(ranks, nodes, 32768)
    assert found * 1e6 == pytest.approx(microseconds, abs=last_digit / 2)


def test_all_reduce_of_one_is_nothing_and_of_much_is_bandwidth():
    assert serving.all_reduce_time(1, 1, 1e9) == 0
    assert serving.all_reduce_time([0.5, 1, 1.01], 1, 1e9).tolist()[:2] == [0, 0]
    # Inside a node a ring moves (R - 1)/R of the data once.
    assert serving.all_reduce_time(8, 1, 1e15) == pytest.approx(7 / 8 * 1e15 / 2.25e11, rel=1e-6)
    # Between nodes of one device only the slow links count.
    assert serving.all_reduce_time(8, 8, 1e15) == pytest.approx(7 / 8 * 1e15 / 2.5e10, rel=1e-6)
    # Small messages wait only: the quickest protocol needs 6.8 us and 0.6 us for each hop.
    assert serving.all_reduce_time(8, 1, 0) == pytest.approx(2 * 7 * 0.6e-6 + 6.8e-6, rel=1e-12)


def test_collective():
    # Eight hops of a microsecond half way round, or the data.
    assert serving.collective_time(1e3, 9e10, 8) == 4e-6
    assert serving.collective_time(9e7, 9e10, 8) == pytest.approx(1e-3, rel=1e-12)
    assert serving.collective_time(0, 9e10, 8, hop_latency=0) == 0


def test_two_dimensions_win_above_72_devices():
    # The book prints 81, which is not 128 (3/4)^2.
    one = serving.weight_stationary_comm_time(64, 8192, [71, 72, 73], 9e10)
    two = serving.weight_stationary_comm_time(64, 8192, [71, 72, 73], 9e10, dimensions=2)
    assert one[1] == pytest.approx(two[1], rel=1e-14)
    assert np.sign(one - two)[[0, 2]].tolist() == [-1, 1]
    assert one[0] == pytest.approx(4 * 64 * 8192 / (3 * 9e10), rel=1e-14)
    assert two[0] == pytest.approx(np.sqrt(128 / 71) * 64 * 8192 / 9e10, rel=1e-14)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("all_reduce_time", (8, 0.5, 1), "nodes is 0.5; allowed: a number from 1"),
        ("all_reduce_time", (0, 1, 1), "ranks is 0"),
        ("all_reduce_time", (8, 1, -1), "bytes is -1"),
        ("collective_time", (1, 0, 8), "link_bandwidth is 0"),
        ("weight_stationary_comm_time", (1, 64, 8, 1e9, 3), "dimensions is 3; allowed: 1, 2"),
    ],
)
def test_bad_input_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(serving, function)(*arguments)
