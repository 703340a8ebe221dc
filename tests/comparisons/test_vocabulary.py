"""How the best vocabulary grows: the authors' own table, and exponents."""

import numpy as np
import pytest

from scalekit import laws
from scalekit.comparisons import best_vocabulary

BEST_BUDGET = np.exp(2 * 2.4846510161625193)


def test_table_of_the_authors():
    found = best_vocabulary(np.array([2.87e9, 7e9, 70e9, 300e9]))
    assert found.entries["isoflop"] == pytest.approx([37942, 62280, 211860, 355894], abs=1)
    assert found.entries["derivative"] == pytest.approx([40993, 67450, 230861, 389324], abs=1)
    assert found.entries["parametric"] == pytest.approx([35271, 59547, 217961, 383659], abs=1)


def test_growth_of_every_approach():
    N = np.array([1e8, 1e9, 1e10])
    found = best_vocabulary(N)
    assert found.growth["isoflop"] == pytest.approx([2 * 0.4163622634135234] * 3, rel=1e-9)
    assert found.growth["derivative"] == pytest.approx([0.8353974035228025] * 3, rel=1e-9)
    law = laws.get("vocabulary-parameters", "parametric")
    slope = law.elasticities(N=N[1])["N"]
    assert found.growth["parametric"][1] == pytest.approx(slope, rel=1e-8)
    for name, parameters in found.parameters.items():
        assert np.all(found.growth[name] < 1)  # more slowly than the rest
        assert np.all(np.diff(found.share[name]) < 0)
        assert found.share[name] == pytest.approx(parameters / (parameters + N), rel=1e-14)


def test_budget_below_and_above_the_best_one():
    C = np.array([0.2, 0.5, 1, 2, 4]) * 302e6**2 * BEST_BUDGET
    found = best_vocabulary(302e6, C)
    # The sweep that the authors' script prints: 10 K when data are short, 24 K in excess.
    expected = [10187, 13055, 15758, 19032, 23002]
    assert found.entries["parametric"] == pytest.approx(expected, abs=1)
    assert found.growth["isoflop"] == pytest.approx([0] * 5, abs=1e-9)  # only the budget counts
    table = found.table()
    assert table["C"].tolist() == C.tolist() * 3
    assert table["entries"][:5].tolist() == found.entries["isoflop"].tolist()
    free = best_vocabulary(302e6)
    assert found.entries["isoflop"][2] == pytest.approx(free.entries["isoflop"], rel=1e-12)
    assert np.ndim(free.growth["parametric"]) == np.ndim(free.share["isoflop"]) == 0


def test_table_and_domain():
    found = best_vocabulary([1e8, 7e10])
    table = found.table()
    assert len(table) == 6
    assert table["approach"].unique().tolist() == list(found.entries)
    assert found.in_domain.tolist() == [True, False]
    assert "2407.13623" in found.source
    assert len(best_vocabulary(1e9).table()) == 3
    one = best_vocabulary(1e9, 1e20)
    assert type(one.N) is type(one.share["isoflop"]) is float


def test_refusals():
    with pytest.raises(ValueError, match="N is 0"):
        best_vocabulary(0)
    with pytest.raises(ValueError, match="C is -1"):
        best_vocabulary(1e9, -1)
