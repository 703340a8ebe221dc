"""Points at which a formula is undefined though every input is in its range."""

import jax
import numpy as np
import pytest

from scalekit import laws

COUNTS = {"name_pool": 4e8, "attribute_combinations": 1e14}


def test_scores_need_a_positive_logarithm() -> None:
    law = laws.get("translation-transfer-bleu")
    with pytest.raises(ValueError, match=r"translation-transfer-bleu: A D\^alpha is 0\.1; allowed"):
        law(D=1e8, A=1e-5, alpha=0.5, beta=1.0)
    with pytest.raises(ValueError, match="allowed: above 1"):
        law(D=np.array([1e8, 1e12]), A=1e-5, alpha=0.5, beta=1.0)
    traced = jax.jit(lambda D: law(D=D, A=1e-5, alpha=0.5, beta=1.0))
    assert np.isnan(traced(1e8))
    assert float(traced(1e12)) == pytest.approx(np.log(10), rel=1e-12)


def test_no_more_persons_than_names() -> None:
    law = laws.get("biography-knowledge")
    with pytest.raises(ValueError, match="biography-knowledge: people is 2 times name_pool"):
        law(people=8e8, **COUNTS)
    assert law(people=4e8, **COUNTS) == pytest.approx(4e8 * np.log2(1e14), rel=1e-12)


def test_persons_that_fit_a_model() -> None:
    bits = laws.get("biography-knowledge")(people=1e6, **COUNTS)
    N = bits / 2
    assert laws.get("knowledge-capacity")(N=N) == pytest.approx(bits, rel=1e-14)
    # Other networks: 1.3 times less, or int4.
    for variant, ratio in (("moe-32-experts", 1 / 1.3), ("int4", 0.35), ("int8", 1.0)):
        assert laws.get("knowledge-capacity", variant)(N=N) == pytest.approx(ratio * bits)
