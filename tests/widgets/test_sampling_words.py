"""The sentences of the Sampling app, and its Python, which must give the numbers on screen."""

import contextlib
import io
import math
import re

import numpy as np
import pytest

from scalekit import sampling
from scalekit_widgets.apps import sampling_words as words
from scalekit_widgets.apps.sampling import presets
from scalekit_widgets.models.published_tasks import tasks
from scalekit_widgets.models.sampling import SamplingState
from scalekit_widgets.models.sampling_compute import score_gap
from scalekit_widgets.notation import percent, whole


def plain(text):
    return re.sub("<[^>]*>", "", text)


def test_a_finite_best_number():
    state = SamplingState(accuracy=0.3, spread=0.5, false_positive_rate=0.1)
    text = plain(words.answer(state))
    assert text.startswith("Stop at 6 samples: the next costs more than it earns. They leave 61 %")
    assert "No number of samples reaches the strong model's 70 %: the ceiling is 68.2 %" in text
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


HARDLY_EVER = {"true_positive_rate": 1e-6, "false_positive_rate": 1e-6, "sample_price": 1e-7,
               "check_price": 1e-7, "wrong_price": 1e-6}  # fmt: skip
"""A verifier that accepts next to nothing, at prices of next to nothing."""


def test_endless():
    state = SamplingState(**HARDLY_EVER)
    text = plain(words.answer(state))
    assert text.startswith("More samples always pay, though less and less: ")
    assert "endless" in words.numbers(state)


def test_where_more_make_no_difference():
    """The number from which on nothing changes: also that of the code, and not a cut of nodes."""
    for values in (
        {"spread": 0.0},
        {"accuracy": 0.5, "spread": 0.05, "wrong_price": 2.0, "sample_price": 0.009},
        {"accuracy": 0.6, "spread": 0.2, "true_positive_rate": 1.0, "wrong_price": 1.0234,
         "false_positive_rate": 0.002, "sample_price": 9e-5, "check_price": 1e-5},
    ):  # fmt: skip
        state = SamplingState(**values)
        text = plain(words.answer(state))
        found = re.match(r"From (\d+) samples on, more make no difference\. They leave ", text)
        assert found is not None
        assert int(found[1]) == state.best < 400
        assert f"{found[1]} or more" in plain(words.numbers(state))
        last = sampling.resampling_utility(*state.problems, [state.best, math.inf], *state.rates,
                                           state.wrong_cost, state.attempt_cost)  # fmt: skip
        assert state.best_worth == pytest.approx(last[0], rel=2e-6)
        assert last[0] == pytest.approx(last[1], rel=2e-6)
        namespace = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(words.code(state), namespace)
        assert namespace["k"] == state.best


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


FAR = {"false_positive_rate": 0.0, "sample_price": 1e-6, "check_price": 1e-7, "worth": 100.0}


def test_a_best_number_beyond_what_was_measured():
    task = tasks()["llama-3-8b-instruct-codecontests"]
    state = SamplingState(accuracy=task.accuracy, spread=task.spread, **FAR)
    text = plain(words.answer(state))
    assert text.startswith("More than 10,000 samples would pay, but no more were measured. ")
    assert f"Extrapolated, the best number would be {whole(state.best)}." in text
    assert "measured with up to 10,000 samples: ceiling, and all beyond, are extrapolated" in text
    at = sampling.resampling_outcome(*state.problems, 1e4, *state.rates)
    assert f"10,000 samples leave {percent(at.correct)} right" in text
    tiles = plain(words.numbers(state))
    assert "over 10,000" in tiles
    assert "if extrapolated" in tiles
    namespace = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(words.code(state), namespace)
    assert namespace["k"] == 1e4
    assert namespace["best"].correct == pytest.approx(state.at_best.correct, abs=1e-7)
    state.set({"accuracy": 0.021})  # one's own setting: nothing was measured
    assert words.answer(state).count("measured") == 1
    assert "but nobody has measured so many" in words.answer(state)
    state.set({"spread": 0.0})  # a limit, no number of samples
    assert plain(words.answer(state)).startswith("From 686 samples on, more make no difference. "
                                                 "They leave over 99.99 % right")  # fmt: skip
    state.set(HARDLY_EVER)
    assert plain(words.answer(state)).startswith("More samples always pay")


def test_one_sample_is_one():
    """No "1 samples", nor a verb that does not fit, however the sliders stand."""
    task = tasks()["deepseek-coder-v2-instruct-swe-bench-lite"]
    for values in (
        {"spread": 1.0, "samples": 1.0}, {"spread": 1.0, "strong_price": 0.012},
        {"strong_accuracy": 0.2}, {"spread": 0.0, "accuracy": 0.99},
        {"accuracy": task.accuracy, "spread": task.spread, "wrong_price": 2.0},
        {"wrong_price": 1e-6, "sample_price": 1e-7}, {"strong_price": 0.05},
    ):  # fmt: skip
        state = SamplingState(**values)
        for write in (words.answer, words.legend, words.cost, words.strategies, words.net_worth):
            text = plain(write(state))
            assert not re.search(r"\b1 (samples|come |leave |reach |stay )", text), text
    state = SamplingState(spread=1.0)
    assert "Stop at 1 sample: the next costs more than it earns. It leaves 28 %" in plain(
        words.answer(state)
    )


def test_the_vote_says_what_it_is_up_against():
    state = SamplingState()
    worst = state.strategy_best()["vote"][1]
    for write in (words.strategies, words.winners):
        assert "The vote is the worst case: all wrong samples" in write(state)
    assert "all agree" in words.ledger(state)
    state.set({"votes": "scatter"})
    assert state.strategy_best()["vote"][1] > worst
    assert "The vote is the best case: no two wrong samples" in words.strategies(state)
    assert "no two agree" in words.ledger(state)


def test_best_score_is_the_integral_at_every_number():
    state = SamplingState()
    k, worth = state.strategy_best()["score"]
    p, weights = sampling.from_mean_and_spread(0.3, 0.5).nodes()
    every = np.arange(1, 33)
    share = sampling.best_of_k_score(p, every[:, None], score_gap(0.8)) @ weights
    exact = share - (1 - share) - 0.011 * every
    assert k == every[exact.argmax()] == 16
    assert worth == pytest.approx(exact.max(), abs=3e-4)
    assert "best score of all: $0.0845 at 16 samples" in words.strategies(state)


def test_nothing_is_ever_solved():
    text = words.cost(SamplingState(true_positive_rate=0.0, false_positive_rate=0.0))
    assert "nothing is solved at any price" in text
    assert "unlimited" not in text


def test_nearly_all_is_not_all():
    state = SamplingState(false_positive_rate=0.0, wrong_price=1e-6, sample_price=1e-5,
                          check_price=1e-6, spread=0.3)  # fmt: skip
    assert 0.9995 < state.at_best.correct < 1
    assert "100 % right" not in plain(words.verdict(state))


def test_what_is_told_of_the_ends():
    """Nothing that follows from equal texts of unequal numbers, or from what does not exist."""
    text = plain(words.answer(SamplingState(strong_accuracy=0.68219)))
    assert "strong model's 68.22 %: the ceiling is 68.21 %" in text
    assert "99.99 %" in plain(words.answer(SamplingState(strong_accuracy=0.9999)))
    state = SamplingState(accuracy=0.9, true_positive_rate=1.0, false_positive_rate=1.0)
    assert plain(words.answer(state)).startswith("From 1 sample on, more make no difference.")
    state = SamplingState(wrong_price=0.0, sample_price=100.0)
    assert "for samples cost more than right answers earn" in words.answer(state)
    state = SamplingState(strong_checked=True, true_positive_rate=0.0)
    assert "(unchecked: the verifier accepts nothing right)" in words.answer(state)
    assert "not verified, as nothing right would pass" in words.ledger(state)


def test_the_even_price_is_that_of_the_field():
    """Whatever is told can be typed: the check comes on top."""
    state = SamplingState(strong_checked=True, strong_price=1e-7, check_price=1.0)
    told = float(re.search(r"at \$([\d.]+) an answer it would be even", words.cost(state))[1])
    state.set({"strong_price": told})
    assert state.strong.cost_per_solved == pytest.approx(float(state.cost_per_solved[0]), rel=5e-3)
