"""The sentences of the Sampling app, and its Python, which must give the numbers on screen."""

import contextlib
import io
import re

import pytest

from scalekit import sampling
from scalekit_widgets.apps import sampling_words as words
from scalekit_widgets.apps.sampling import presets
from scalekit_widgets.models.sampling import SamplingState


def plain(text):
    return re.sub("<[^>]*>", "", text)


def test_a_finite_best_number():
    state = SamplingState(accuracy=0.3, spread=0.5, false_positive_rate=0.1)
    text = plain(words.answer(state))
    assert text.startswith("Stop at 6 samples: the next costs more than it earns. They leave 61 %")
    assert "No number of samples reaches the strong model's 70.0 %: the ceiling is 68.2 %" in text
    assert "5 to 8 samples stay within 1 % of the best net worth" in text
    assert (
        "With half as many false positives 13 samples would be best; with twice as many, "
        "3 samples would be best." in text
    )


def test_not_even_one():
    state = SamplingState(wrong_price=100.0)
    text = plain(words.answer(state))
    assert text.startswith("Not even one sample pays: it would leave −$")
    assert "its one answer is worth more" not in text
    assert words.numbers(state).count("none") == 2


def test_endless():
    state = SamplingState(spread=0.0)
    text = plain(words.answer(state))
    assert text.startswith("More samples always pay, though less and less: ")
    assert "endless" in words.numbers(state)


def test_the_strong_model_is_reached():
    state = SamplingState(false_positive_rate=0.0, strong_accuracy=0.7, strong_price=0.5)
    text = plain(words.answer(state))
    found = re.search(r"Up to (\d+) samples reach the strong model's 70 %, for (\S+) a", text)
    assert found is not None
    k = int(found[1])
    assert state.break_even().attempts == k
    for allowed, reaches in ((k - 1, False), (k, True)):
        state.set({"samples": float(allowed)})
        assert (state.chosen.correct >= 0.7) == reaches
    assert "instead of $0.50" in text
    assert "samples are worth more" in text


def test_break_even_in_words():
    state = SamplingState(strong_price=0.05, strong_accuracy=0.9)
    last = state.cheaper_up_to
    assert f"Break-even: up to {last} samples a solved problem costs less" in words.cost(state)
    per_solved = [sampling.cost_per_solved(*state.problems, k, 0.011, 0.95, 0.1).cost_per_solved
                  for k in (last, last + 1)]  # fmt: skip
    assert per_solved[0] < 0.05 / 0.9 <= per_solved[1]
    state.set({"strong_price": 1.0})
    assert "At any number of samples up to 10,000" in words.cost(state)
    state.set({"strong_price": 1e-4})
    assert "Already one sample costs more" in words.cost(state)
    assert "not even one sample can be had" in words.cost(state)


@pytest.mark.parametrize("name", presets())
def test_python_gives_the_numbers_on_screen(name):
    state = SamplingState(**presets()[name])
    namespace, output = {}, io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(words.code(state), namespace)
    advice = namespace["advice"]
    assert (advice.k, advice.lower, advice.upper) == (
        state.advice.k, state.advice.lower, state.advice.upper
    )  # fmt: skip
    assert namespace["best"].correct == pytest.approx(state.at_best.correct, abs=1e-7)
    assert namespace["ceiling"] == pytest.approx(state.ceiling.correct, abs=1e-7)
    assert advice.reason in output.getvalue()
