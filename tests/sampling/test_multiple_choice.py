"""Multiple choice: identities between the metrics, by hand."""

import math
import re

import pytest

from scalekit.sampling import multiple_choice_metrics


def test_metrics_by_hand() -> None:
    found = multiple_choice_metrics([0.02, 0.01, 0.005, 0.005])
    assert found.log_p_vocab == pytest.approx(math.log(0.02), rel=1e-14)
    assert found.p_vocab == 0.02
    assert found.p_choices == pytest.approx(0.5, rel=1e-14)
    assert found.accuracy == 1.0
    assert found.brier == pytest.approx(0.5**2 + 0.25**2 + 2 * 0.125**2, rel=1e-14)


def test_mass_on_a_wrong_choice_flips_accuracy_and_leaves_the_logarithm() -> None:
    before = multiple_choice_metrics([0.02, 0.01, 0.005, 0.005])
    after = multiple_choice_metrics([0.02, 0.025, 0.005, 0.005])
    assert after.log_p_vocab == before.log_p_vocab
    assert after.accuracy == 0.0
    assert after.brier > before.brier
    assert multiple_choice_metrics([0.0, 0.5]).log_p_vocab == -math.inf
    assert multiple_choice_metrics([0.1, 0.5], correct=1).accuracy == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.5],), "probabilities has the shape (1,); allowed"),
        (([0.5, 0.6],), "probabilities sum to 1.1; allowed"),
        (([0.0, 0.0],), "probabilities sum to 0; allowed"),
        (([0.5, -0.1],), "probabilities is -0.1; allowed"),
        (([0.5, 0.1], 2), "correct is 2; allowed: 0 to 1"),
        (([0.5, 0.1], 0.0), "correct is 0.0; allowed: a whole number"),
        (([0.5, 0.1], -1), "correct is -1; allowed: 0 to 1"),
    ],
)
def test_what_is_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        multiple_choice_metrics(*arguments)
