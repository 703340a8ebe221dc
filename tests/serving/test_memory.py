"""Bytes of weights and cache against worked numbers."""

import pytest

from scalekit import serving


@pytest.mark.parametrize(
    ("layers", "kv_heads", "head_dim", "tokens", "element", "expected"),
    [
        (40, 40, 128, 8192, 2, 6.71e9),  # scaling book: Llama 2 13B
        (80, 8, 128, 1, 1, 163_840),  # Llama 3 70B, 8 bits
        (80, 8, 128, 1, 2, 327_680),
        (64, 64, 128, 1, 2, 2_097_152),  # a 52B model with as many key as query heads
        (32, 8, 128, 131_072, 2, 17.18e9),  # Llama 3 8B
        (32, 8, 128, 1, 2, 131_072),  # Mixtral 8x7B
        (32, 32, 128, 2048, 2, 2**30),  # where a known calculator prints half of it
        (32, 8, 128, 8192, 2, 2**30),  # and here twice
    ],
)
def test_cache(layers, kv_heads, head_dim, tokens, element, expected):
    found = serving.kv_cache_bytes(layers, kv_heads, head_dim, tokens, element)
    assert found == pytest.approx(expected, rel=5e-4)
    if isinstance(expected, int):
        assert found == expected


def test_weights():
    assert serving.weight_bytes(70e9, 16) == 140e9
    assert serving.weight_bytes(12 * 64 * 8192**2, 16) == pytest.approx(103.08e9, rel=1e-4)
    # The weights of ResNet-50 in bits, google/aqt resnet_cost_test.py.
    for bits, total in [(16, 408_046_592), (8, 204_023_296), (4, 102_011_648)]:
        assert 8 * serving.weight_bytes(25_502_912, bits) == total
    # A scale of 16 bits for 64 weights is a quarter of a bit each.
    assert serving.weight_bytes(8e9, 4, 64) == 8e9 * 4.25 / 8
    assert serving.weight_bytes(8e9, 4, 64, 0) == serving.weight_bytes(8e9, 4)
