"""The sentences of the Sampling app, and its Python, which must give the numbers on screen."""

import contextlib
import io
import re

import pytest

from scalekit_widgets.apps import sampling_words as words
from scalekit_widgets.apps.sampling import presets
from scalekit_widgets.models.published_tasks import tasks
from scalekit_widgets.models.sampling import SamplingState


def plain(text):
    return re.sub("<[^>]*>", "", text)


def test_a_finite_best_number():
    state = SamplingState(accuracy=0.3, spread=0.5, false_positive_rate=0.1)
    text = plain(words.answer(state))
    assert text.startswith("Stop at 6 samples: the next costs more than it earns. This leaves 61 %")
    assert "No number of samples reaches the strong model's 70.0 %: the ceiling is 68.2 %" in text
    assert "5 to 8 samples stay within 1 % of the best net worth" in text
    assert "With half as many false positives the best number is 13, with twice as many 3" in text


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


def test_beyond_what_was_ever_counted():
    state = SamplingState(
        accuracy=0.01, spread=0.1, false_positive_rate=0.0, sample_price=1e-7, check_price=1e-7,
        strong_accuracy=0.999,
    )  # fmt: skip
    assert 1e4 < state.best < 1e300
    text = plain(words.answer(state))
    assert text.startswith("More than 10,000 samples pay, and that is as many as anybody counted")
    assert "is extrapolated" in text
    assert "By extrapolation alone, " in text
    assert "over 10,000" in words.numbers(state)


def test_one_sample_is_one():
    state = SamplingState(sample_price=0.05, false_positive_rate=0.2, spread=0.9)
    texts = []
    for price in (0.001, 0.01, 0.05, 0.1, 0.2):
        for fpr in (0.0, 0.1, 0.3, 0.6):
            state.set({"sample_price": price, "false_positive_rate": fpr, "samples": 1})
            texts.append(plain(words.answer(state) + words.legend(state) + words.cost(state)))
    assert any("Stop at 1 sample:" in text for text in texts)
    assert all("At 1 sample," in text for text in texts)
    assert not any(re.search(r"\b1 samples", text) for text in texts)


def test_a_verifier_that_accepts_nothing_right():
    text = words.cost(SamplingState(true_positive_rate=0.0))
    assert "no sample solves a problem" in text
    assert "unlimited" not in text


def test_a_published_task_tells_what_it_was_fitted_on():
    state = SamplingState()
    task = next(iter(tasks().values()))
    state.set({"accuracy": task.accuracy, "spread": task.spread})
    assert f"{task.label} was fitted on 1 to 10,000 samples" in words.sure(state)


def test_the_strong_model_is_reached():
    state = SamplingState(false_positive_rate=0.0, strong_accuracy=0.7, strong_price=0.5)
    text = plain(words.answer(state))
    found = re.search(r"(\d+) samples allowed reach the strong model's 70 %, for (\S+) a", text)
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
    assert f"Break-even: up to {last} samples solve" in words.cost(state)
    state.set({"strong_price": 1.0})
    assert "Any number of samples" in words.cost(state)
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
