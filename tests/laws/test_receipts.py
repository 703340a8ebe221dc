"""Receipts of every law, and numbers that papers print beside their coefficients."""

import numpy as np
import pytest

from scalekit import laws
from scalekit.laws.facts import STATUSES


@pytest.mark.parametrize("slug", laws.names())
def test_receipts_are_complete(slug: str) -> None:
    facts = laws.facts(slug)
    assert facts.pitfalls
    assert all(isinstance(pitfall, str) and pitfall.strip() for pitfall in facts.pitfalls)
    assert facts.year == facts.variants[facts.default].paper.year
    for variant in facts.variants.values():
        assert variant.source.strip()
        assert variant.label.strip()
        assert variant.status in STATUSES
        assert variant.paper.link.startswith("https://")
        assert str(variant.paper.year) in variant.paper.short
        assert set(variant.domain) == set(facts.inputs)
        for name, found in variant.domain.items():
            lowest, highest = facts.inputs[name].slider
            assert lowest < highest
            assert found.lower < found.upper


def test_uncertainty_of_the_replication() -> None:
    law = laws.get("chinchilla-loss", "besiroglu")
    errors = {"A": 124.52232, "B": 1293.28410, "E": 0.02566, "alpha": 0.01540, "beta": 0.02060}
    assert dict(law.variant_facts.standard_errors) == errors
    known = law.uncertainty
    assert known is not None
    spread = dict(zip(known.names, np.sqrt(np.diag(known.covariance)), strict=True))
    assert spread["alpha"] == pytest.approx(0.015401, rel=1e-4)
    assert spread["beta"] == pytest.approx(0.020603, rel=1e-4)
    # A standard error of E is one of ln E times E, E being narrow; A is wider, hence 2 %.
    assert spread["log_E"] * law.coefficients["E"] == pytest.approx(0.025660, rel=3e-3)
    assert spread["log_A"] * law.coefficients["A"] == pytest.approx(124.522, rel=0.02)


def test_printed_amplitudes_of_the_replication_and_of_the_original() -> None:
    found = laws.get("chinchilla-loss", "besiroglu").coefficients
    assert found["A"] == pytest.approx(482.00572, abs=5e-5)
    assert found["B"] == pytest.approx(2085.43420, abs=5e-5)
    assert found["E"] == pytest.approx(1.81686, abs=5e-6)
    found = laws.get("chinchilla-loss", "hoffmann-precise").coefficients
    assert found["A"] == pytest.approx(406.401, abs=5e-4)
    assert found["B"] == pytest.approx(410.723, abs=5e-4)
    assert found["E"] == pytest.approx(1.693374, abs=5e-7)


def test_c4_coefficients_as_plain_numbers() -> None:
    found = laws.get("data-constrained-loss", "c4").coefficients
    assert found["A"] == pytest.approx(520.825, abs=5e-4)
    assert found["B"] == pytest.approx(1487.716, abs=5e-4)
    assert found["E"] == pytest.approx(1.869144, abs=5e-7)
