"""Bit widths in equal memory: the laws disagree as their papers say."""

import numpy as np
import pytest

from scalekit.comparisons import equal_memory


def row(found, variant, bits):
    (chosen,) = [f for f in found.formats if f.variant == variant and f.bits == bits]
    return chosen


def test_every_width_fills_the_memory():
    found = equal_memory(4e8, 2e10)
    assert {f.bits for f in found.formats} == {4, 8, 16}
    assert len(found.formats) == 12
    for f in found.formats:
        assert f.N * f.bits / 8 == pytest.approx(4e8, rel=1e-14)
        assert "arXiv" in f.source


def test_the_laws_disagree():
    found = equal_memory(4e8, 2e10)
    assert found.best == {
        "trained (Kumar, biased)": 8,
        "trained (Kumar, bias-free)": 4,
        "trained (QuEST)": 4,
        "quantised afterwards (Kumar)": 4,
    }
    # After many more tokens quantising to 4 bits does more harm than it saves.
    late = equal_memory(2e7, 4e11)
    assert late.best["quantised afterwards (Kumar)"] == 8
    assert late.best["trained (QuEST)"] == 4


def test_quest_of_the_sheet():
    found = equal_memory(1e8, 1e10, (1, 2, 3, 4, 8, 16))
    per_bit = [row(found, f"w{b}a{b}", b).worth / b for b in (1, 2, 3, 4, 8, 16)]
    expected = [0.0205, 0.0759, 0.1444, 0.1730, 0.1270, 0.0625]
    assert per_bit == pytest.approx(expected, abs=5e-5)
    # The measured run of 30 M parameters: predicted 3.27215.
    small = equal_memory(30482560 / 2, 2999975936)
    assert row(small, "w4a4", 4).loss == pytest.approx(3.27215, abs=5e-6)


def test_kumar_as_written():
    bits, D = 8, 1.5e10
    f = row(equal_memory(2e8, D), "biased", bits)
    share = 1.0
    for width, gamma, n in ((8, 2.6745, 0.3037), (8, 2.2102, 1.4072), (16, 0.9578, 2.4185)):
        share *= 1 - np.exp(-width / gamma + n)
    assert f.worth == pytest.approx(share, rel=1e-12)
    loss = 4299.0 / (2e8 * share) ** 0.4965 + 18060.0 / D**0.4965 + 2.7648
    assert f.loss == pytest.approx(loss, rel=1e-12)


def test_too_few_bits_leave_nothing():
    found = equal_memory(4e8, 2e10, (2, 16))
    assert row(found, "biased", 2).worth == 0
    assert row(found, "biased", 2).loss == np.inf
    assert found.best["trained (Kumar, biased)"] == 16
    nothing = equal_memory(4e8, 2e10, np.array([1, 2]))
    assert "trained (Kumar, biased)" not in nothing.best
    assert type(nothing.best["trained (QuEST)"]) is int
    assert "trained (Kumar, biased)" not in {element.label for element in nothing.plot()}


def test_damage_of_quantising_afterwards():
    # 30 M parameters, 26e9 tokens, 4 bits: .108 nats.
    found = equal_memory(30e6 * 4 / 8, 26e9, (4,))
    whole = equal_memory(30e6 * 16 / 8, 26e9, (16,))
    damage = row(found, "kumar", 4).loss - row(whole, "kumar", 16).loss
    assert damage == pytest.approx(0.108, abs=5e-4)
    assert row(whole, "kumar", 16).loss == row(whole, "biased", 16).loss
    assert row(whole, "kumar", 16).in_domain
    assert not row(whole, "kumar", 16).trained


@pytest.mark.parametrize("bits", [(), (5,), (4, "8")])
def test_refusals(bits):
    with pytest.raises(ValueError, match=r"allowed: some of 1, 2, 3, 4, 8, 16"):
        equal_memory(4e8, 2e10, bits)
    with pytest.raises(ValueError, match="memory_bytes is -1"):
        equal_memory(-1, 2e10)
