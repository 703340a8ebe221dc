"""Cost and traffic of attention: worked orders of growth, and counts by the matrix products."""

import numpy as np
import pytest

from scalekit import serving

KINDS = ("flash", "optimal", "fast-multiplication")


@pytest.mark.parametrize(
    ("head_dim", "cache", "kind", "expected"),
    [
        (128, 8192, "optimal", 2.37e7),
        (128, 8192, "flash", 3.36e7),
        (128, 8192, "fast-multiplication", 1.678e7),
        (128, 98304, "flash", 2.80e6),
        (128, 98304, "optimal", 2.80e6),
        (64, 98304, "flash", 6.99e5),
        (64, 98304, "optimal", 6.99e5),
    ],
)
def test_accesses(head_dim, cache, kind, expected):
    found = serving.attention_hbm_accesses(4096, head_dim, cache, kind)
    assert found == pytest.approx(expected, rel=2e-3)


def test_saving_over_writing_the_scores():
    # By 24 and 6 but for the reading of the inputs: four times less where d doubles.
    for d, factor in [(64, 24), (128, 6)]:
        standard = serving.attention_hbm_accesses(4096, d, 98304, "standard")
        assert standard == 4096 * d + 4096**2
        flash = serving.attention_hbm_accesses(4096, d, 98304)
        assert standard / flash == pytest.approx(factor * (1 + d / 4096), rel=1e-12)


def test_all_meet_where_the_cache_holds_a_block():
    assert {serving.attention_hbm_accesses(4096, 64, 64**2, kind) for kind in KINDS} == {4096**2}
    # A huge cache still reads the inputs; a small one keeps the order of the bounds.
    assert {serving.attention_hbm_accesses(4096, 64, 1e12, kind) for kind in KINDS} == {4096 * 64}
    cache = np.geomspace(10, 1e8, 50)
    flash, best, bound = (serving.attention_hbm_accesses(4096, 64, cache, k) for k in KINDS)
    assert np.all(bound <= best)
    assert np.all(best <= flash)


def products(N: int, d: int, f: int | None) -> tuple[int, int, int]:
    """FLOP of the prompt and of one more token, and the state, by shapes of the products."""

    def flop(rows, inner, columns):
        return 2 * rows * inner * columns

    if f is None:
        return flop(N, d, N) + flop(N, N, d), flop(1, d, N) + flop(1, N, d), 2 * N * d
    return flop(f, N, d) + flop(N, f, d), flop(f, 1, d) + flop(1, f, d), f * d


@pytest.mark.parametrize(
    ("inputs", "features"),
    [
        ((1000, 64), None),
        ((1000, 64, "linear"), 64),
        ((1000, 64, "linear", 128), 128),
    ],
)
def test_cost(inputs, features):
    found = serving.attention_cost(*inputs)
    expected = products(1000, 64, features)
    assert (found.prefill_flop, found.decode_flop, found.state_elements) == expected


def test_linear_breaks_even_at_as_many_tokens_as_features():
    linear = serving.attention_cost([127, 128, 129], 64, "linear", feature_dim=128)
    softmax = serving.attention_cost([127, 128, 129], 64)
    for field in ("prefill_flop", "decode_flop"):
        gap = np.sign(getattr(softmax, field) - getattr(linear, field))
        assert gap.tolist() == [-1, 0, 1]
    assert linear.state_elements.shape == (3,)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("attention_cost", (10, 64, "linera"), r"kind is 'linera' \(did you mean 'linear'\?\)"),
        ("attention_cost", (0, 64), "sequence_length is 0"),
        ("attention_cost", (10, 64, "linear", 0), "feature_dim is 0"),
        ("attention_hbm_accesses", (10, 64, 1e5, "fast"), "kind is 'fast'"),
        ("attention_hbm_accesses", (10, 64, 0), "cache_elements is 0"),
    ],
)
def test_bad_input_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(serving, function)(*arguments)
