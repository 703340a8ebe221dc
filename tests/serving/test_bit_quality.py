"""What the bit-width laws say: each for itself, and where they are silent."""

from dataclasses import replace

import numpy as np
import pytest

from scalekit import laws
from scalekit.models import model
from scalekit.serving import quality
from scalekit.serving.bit_quality import LAWS, added_loss


def test_each_law_answers():
    # As after two thirds of its training, where the law of such checkpoints was fitted.
    m = replace(model("Pythia-12b"), training_tokens=200 * 10**9)
    answers = quality(m, 4)
    assert [(a.law, a.variant) for a in answers] == list(LAWS)
    for answer in answers:
        law = laws.get(answer.law, answer.variant)
        expected = law(N=m.total_parameters, D=m.training_tokens, weight_bits=4)
        assert answer.added_loss == pytest.approx(expected, rel=1e-12)
    # They disagree by more than a tenth.
    losses = [a.added_loss for a in answers]
    assert max(losses) > 1.1 * min(losses)
    # Ouyang's law was fitted on these models, Kumar's on far smaller ones.
    size = {"N": m.total_parameters, "D": m.training_tokens}
    assert laws.get(*LAWS[2]).in_domain(**size, weight_bits=4)
    assert not laws.get(*LAWS[0]).in_domain(**size, weight_bits=4)
    assert [a.in_domain for a in answers] == [False, False, True]
    assert [bool(a.reason) for a in answers] == [True, True, False]


def test_where_nothing_is_said():
    full = quality(model("Llama-3.1-8B"), 16)
    assert [a.added_loss for a in full] == [0.0] * 3
    silent = quality(model("Mixtral-8x7B"), 4, 8)
    assert [a.added_loss for a in silent] == [None] * 3
    for answer in silent:
        assert "training tokens of Mixtral-8x7B are not published" in answer.reason
        assert "no law says what a quantised cache loses" in answer.reason
    found = added_loss(model("Mixtral-8x7B"), [4, 16], *LAWS[0])
    assert np.isnan(found[0])
    assert found[1] == 0.0


def test_fewer_bits_never_lose_less():
    bits = np.linspace(2, 16, 57)
    for law, variant in LAWS:
        found = added_loss(model("Llama-3.1-8B"), bits, law, variant)
        assert (np.diff(found) < 0).all()
