"""Multiply-adds of a search: two numbers that the notebooks of AdANNS print."""

import pytest

from scalekit.serving import vector_search_cost


def test_published_numbers():
    assert vector_search_cost(512, 4_202_000) == 2_151_424_000
    assert vector_search_cost(2048, 4_202_000, 2048, 8) == 37_810_304
    # Other shapes with the same cost.
    assert vector_search_cost(512, 4_202_000, 8192, 128) == 37_810_304
    assert vector_search_cost(1024, 4_202_000, 4096, 32) == 37_810_304


def test_coarse_dimension():
    assert vector_search_cost(100, 1000, 10, 2, coarse_dimension=20) == 20 * 10 + 2 * 100 * 100
    # Probing all clusters is exact search on top of finding them.
    assert vector_search_cost(100, 1000, 10, 10) == 100 * 10 + vector_search_cost(100, 1000)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 10), "dimension is 0"),
        ((8, 10, 4), "probes is None"),
        ((8, 10, 4, 5), "probes is 5.0; allowed: up to the number of clusters, 4.0"),
        ((8, 10, None, 5), "probes is 5 without clusters"),
        ((8, 10, None, None, 4), "coarse_dimension is 4 without clusters"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        vector_search_cost(*arguments)
