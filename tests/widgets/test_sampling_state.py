"""The Sampling app's state: what follows from its numbers, both ends of every slider, counts."""

import math
import re

import numpy as np
import param
import pytest

from scalekit import sampling
from scalekit_widgets.apps import sampling_words as words
from scalekit_widgets.apps.sampling_counts import counted, remarks
from scalekit_widgets.models import sampling_compute as maths
from scalekit_widgets.models.published_tasks import tasks
from scalekit_widgets.models.sampling import SamplingState

NUMBERS = {
    name: SamplingState.param[name].bounds
    for name in SamplingState.shared
    if isinstance(SamplingState.param[name], param.Number)
}
KINDS = [
    {},
    {"spread": 0.0},
    {"spread": 1.0},
    {"true_positive_rate": 0.0, "false_positive_rate": 0.0},
    {"true_positive_rate": 1.0, "false_positive_rate": 0.0, "sample_price": 1e-7},
    {"false_positive_rate": 1.0, "wrong_price": 100.0, "tail": "t3"},
]
TEXTS = (words.answer, words.numbers, words.legend, words.ledger, words.cost, words.strategies,
         words.net_worth, words.winners, counted, words.code)  # fmt: skip


@pytest.fixture
def state():
    return SamplingState()


def check_sound(state):
    """Whatever is set: shares that sum to 1, and texts without a number that is none."""
    for found in (state.chosen, state.ceiling, state.at_best):
        assert found.correct + found.wrong + found.abstain == pytest.approx(1.0, abs=1e-7)
    for ends in state.ends().values():
        assert np.all(ends.right >= -1e-9)
        assert np.all(ends.right + ends.wrong <= 1 + 1e-7)
    assert np.all(np.diff(state.verified.right) >= -1e-9)
    assert np.all(state.verified.right <= state.ceiling.correct + 1e-7)
    assert np.isfinite(state.net_worth).all()
    assert state.best_map().shape == (200, 200)
    assert not np.isnan(state.best_map()).any()
    assert np.isin(state.winners(), range(-1, len(maths.STRATEGIES))).all()
    for write in TEXTS:
        text = write(state).lower()
        assert not re.search(r"\bnan\b", text), text
        assert ">inf" not in text.replace('"inf"', ""), text
        assert " inf" not in text, text


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: "-".join(map(str, k.values())) or "start")
@pytest.mark.parametrize("name", NUMBERS)
def test_both_ends_of_every_slider(name, kind):
    state = SamplingState(**kind)
    for end in NUMBERS[name]:
        state.set({name: end})
        check_sound(state)


def test_what_the_sheet_says(state):
    """p = .3, accepted .9 and .2 with at most 4 samples: a check value of the core."""
    state.set({"accuracy": 0.3, "spread": 0.0, "true_positive_rate": 0.9,
               "false_positive_rate": 0.2, "samples": 4.0})  # fmt: skip
    now = state.chosen
    assert [now.correct, now.wrong, now.abstain, now.attempts] == pytest.approx(
        [0.57873933, 0.30008706, 0.12117361, 2.143479], rel=1e-6
    )
    assert state.spent(now) == pytest.approx(0.011 * 2.143479, rel=1e-6)
    expected = 0.57873933 - 0.30008706 - 0.011 * 2.143479
    assert state.worth_of(now) == pytest.approx(expected, rel=1e-5)


def test_nodes_give_the_same_means():
    """Against all nodes of the core, also where most problems are hardly ever solved."""
    for accuracy, spread in ((0.3, 0.5), (2e-4, 0.1), (0.9, 0.9), (0.02, 0.67)):
        of = maths.problems(accuracy, spread)
        whole = sampling.from_mean_and_spread(accuracy, spread).nodes()
        exact = sampling.resampling_outcome(*whole, maths.SAMPLES, 0.9, 0.1)
        np.testing.assert_allclose(maths.verified(of, 0.9, 0.1).right, exact.correct, atol=1e-8)
        rates, costs = maths.RATES[::40, None], maths.COSTS[None, ::10]
        full = sampling.optimal_attempts(*whole, 0.9, rates, costs, 0.01)
        thin = maths.best_map(of, 0.9, 0.01)[::40, ::10]
        few = np.isfinite(full) & (full < 1000)
        assert np.all(np.abs(thin - full)[few] <= 1 + 0.01 * full[few])
        np.testing.assert_array_equal(np.isinf(thin), np.isinf(full))


@pytest.mark.parametrize(("accuracy", "spread"), [(0.5, 0.5), (0.3, 0.5), (0.6, 0.0), (0.6, 1.0)])
def test_votes_are_those_of_the_distribution(accuracy, spread):
    """At one half a vote gains nothing, however many samples there are."""
    found = maths.voted(accuracy, spread, "agree").right
    assert found[0] == pytest.approx(accuracy)
    if accuracy == 0.5:
        assert found == pytest.approx(0.5)
    if spread == 1.0:
        assert found == pytest.approx(accuracy)
    if spread == 0.0:
        assert found == pytest.approx(sampling.majority_vote(accuracy, maths.SAMPLES))
    scattered = maths.voted(accuracy, spread, "scatter").right
    assert np.all(scattered >= found - 1e-12)


def test_the_gap_of_scores_ranks_as_told():
    gap, rng = maths.score_gap(0.8), np.random.default_rng(2)
    right, wrong = rng.normal(gap, 1.0, 200_000), rng.normal(0.0, 1.0, 200_000)
    assert np.mean(right > wrong) == pytest.approx(0.8, abs=4e-3)
    assert maths.score_gap(0.5) == 0.0


def test_best_strategies_against_brute_force(state):
    ends, wrong, cost = state.ends(), maths.WRONG_COSTS[20], maths.SAMPLE_COSTS[30]
    ratio = 0.1
    tops = [float(ends[name].worth(wrong, cost, ratio * cost).max())
            for name in maths.STRATEGIES[:3]]  # fmt: skip
    tops.append(0.7 - wrong * 0.3 - 0.1)
    best = int(np.argmax(tops)) if max(tops) > 0 else maths.NOTHING
    assert maths.winners(ends, ratio, state.strong, 1.0)[20, 30] == best


def test_only_ratios_of_prices_matter(state):
    best, names = state.best, ("worth", "wrong_price", "sample_price", "check_price")
    worth = state.worth_of(state.chosen)
    state.set({name: 7.0 * getattr(state, name) for name in names})
    assert state.best == best
    assert state.worth_of(state.chosen) == pytest.approx(7 * worth)


def test_prices_do_not_compute_the_shares_anew(state):
    before = state.verified, state.ends()["vote"], state.best_map()
    state.set({"wrong_price": 2.0, "samples": 5.0})
    assert state.verified is before[0]
    assert state.ends()["vote"] is before[1]
    assert state.best_map() is before[2]
    state.set({"sample_price": 0.02})
    assert state.best_map() is not before[2]


@pytest.mark.parametrize("name", tasks())
def test_published_tasks(name):
    """The problems have the accuracy of the fit, and its coverage to 5 points where it was made."""
    task = tasks()[name]
    assert task.accuracy == pytest.approx(float(task.law(k=1.0)), rel=1e-3)
    k = np.geomspace(1, task.law.domain["k"].upper, 30)
    found = sampling.from_mean_and_spread(task.accuracy, task.spread).pass_at_k(k)
    np.testing.assert_allclose(found, task.law(k=k), atol=0.05)
    state = SamplingState(accuracy=task.accuracy, spread=task.spread)
    other = SamplingState()
    assert other.load_query(state.query()) == []
    assert other.task is task


def counts_file(**columns):
    names = list(columns)
    rows = zip(*columns.values(), strict=True)
    text = [",".join(names), *(",".join(str(int(v)) for v in row) for row in rows)]
    return "\n".join(text).encode()


def drawn(problems=400, attempts=50, tpr=0.9, fpr=0.08, seed=5):
    rng = np.random.default_rng(seed)
    p = rng.beta(0.6, 1.4, problems)
    right = rng.binomial(attempts, p)
    both = rng.binomial(right, tpr)
    wrong = rng.binomial(attempts - right, fpr)
    return {"attempts": np.full(problems, attempts), "successes": right,
            "accepted": both + wrong, "accepted_correct": both}  # fmt: skip


def test_counts_set_the_sliders(state):
    calls = []
    state.subscribe(lambda: calls.append(state.accuracy))
    found = state.load_counts(counts_file(**drawn()), "mine.csv")
    assert state.counted is found
    assert state.accuracy == pytest.approx(0.3, abs=0.03)
    assert state.spread == pytest.approx(1 / math.sqrt(3), abs=0.04)
    assert state.true_positive_rate == pytest.approx(0.9, abs=0.02)
    assert state.false_positive_rate == pytest.approx(0.08, abs=0.01)
    assert state.samples == state.best
    best, low, high = state.counted_best()
    assert low <= best <= high
    assert abs(best - state.best) <= 1  # the sliders stand at four digits
    text = counted(state)
    assert "400 problems, 20,000 samples" in text
    assert "mine.csv" in text
    assert "fitted to 400 problems of mine.csv" in words.ledger(state)
    state.set({"spread": 0.1})
    assert state.counted_best()[0] == best
    state.set({"wrong_price": 100.0})
    assert state.counted_best()[0] == 0
    assert "mine.csv" not in words.ledger(state)
    assert "these counts are not in use" in counted(state)
    assert set(calls) == {state.accuracy}  # never a state half set


def test_counts_without_a_verifier(state):
    columns = drawn()
    del columns["accepted"], columns["accepted_correct"]
    state.set({"false_positive_rate": 0.23})
    found = state.load_counts(counts_file(**columns), "mine.csv")
    assert found.rates is None
    assert state.false_positive_rate == 0.23
    assert "The rates of the verifier stay as they were: accepted was not counted" in counted(state)


def test_what_an_upload_does_to_the_sliders_is_said(state):
    columns = drawn()
    state.load_counts(counts_file(**columns), "first.csv")
    assert remarks(state) == [f"Samples allowed is now {state.best:.0f}, the best number."]
    state.set({"samples": 40.0})
    assert remarks(state) == []
    del columns["accepted"], columns["accepted_correct"]
    state.load_counts(counts_file(**columns), "second.csv")
    assert "The rates of the verifier stay those of first.csv: accepted was not" in counted(state)
    state.load_counts(counts_file(**columns), "again.csv")
    assert "stay those of first.csv" in counted(state), "however many files came between"
    # Without a false positive, samples that cost nothing to speak of always pay.
    state.set({"false_positive_rate": 0.0, "sample_price": 1e-6, "check_price": 1e-7})
    state.load_counts(counts_file(**columns), "third.csv")
    assert state.beyond
    assert state.samples == state.advised == 50.0
    assert "Samples allowed is now 50, the most attempts at a problem: more" in counted(state)
    assert "stay as they were" in counted(state)
    state.set({"wrong_price": 1e6, "false_positive_rate": 0.5})
    state.load_counts(counts_file(**columns), "fourth.csv")
    assert state.samples == 50.0
    assert "stays at 50: not even one sample pays" in counted(state)


def test_the_best_number_over_all_intervals(state):
    """Wider than over those of the verifier alone, and what a bootstrap of the problems finds."""
    columns = drawn(problems=100)
    found = state.load_counts(counts_file(**columns), "mine.csv")
    best, low, high = state.counted_best()
    rng, resampled = np.random.default_rng(1), []
    for _ in range(30):
        rows = rng.integers(100, size=100)
        other = SamplingState()
        other.load_counts(counts_file(**{k: v[rows] for k, v in columns.items()}), "drawn.csv")
        resampled.append(other.counted_best()[0])
    assert low <= np.quantile(resampled, 0.1) <= best <= np.quantile(resampled, 0.9) <= high
    assert f"{found.spread.lower:.2f} to {found.spread.upper:.2f}" in counted(state)
    assert f"{low:.0f} to {high:.0f} within these ranges" in counted(state)


def test_a_link_does_not_carry_counts(state):
    assert state.missing_from_link() == ""
    state.load_counts(counts_file(**drawn()), "mine.csv")
    assert "not mine.csv: whoever opens it" in state.missing_from_link()
    state.set({"spread": 0.9})
    assert state.missing_from_link() == ""


def test_a_verifier_may_check_the_strong_model_too(state):
    """Right ones are lost as well, wrong ones cost nothing, and the check is paid."""
    plain_worth = 0.7 - 0.3 - 0.1
    assert state.strong_worth == pytest.approx(plain_worth)
    state.set({"strong_checked": True})
    assert state.strong_worth == pytest.approx(0.7 * 0.95 - 0.3 * 0.1 - 0.101)
    assert state.strong.cost_per_solved == pytest.approx(0.101 / 0.665)
    assert "the strong model's 66.5 % (checked)" in words.answer(state)
    assert "verified as the samples are" in words.ledger(state)
    state.set({"true_positive_rate": 1.0, "false_positive_rate": 0.0, "wrong_price": 1e6})
    assert state.strong_worth == pytest.approx(0.7 - 0.101)
    state.set({"true_positive_rate": 0.0})  # a verifier that accepts nothing is not asked
    assert not state.strong.checked
    assert state.strong.right == pytest.approx(0.7)


@pytest.mark.parametrize("name", ["wrong_price", "check_price"])
def test_what_costs_nothing_can_be_said(name):
    state = SamplingState(**{name: 0.0})
    check_sound(state)
    assert math.isfinite(state.best)
    with pytest.raises(ValueError, match="allowed: 0 to"):
        state.set({name: -1.0})


def test_measured_samples(state):
    assert state.measured == 1e4
    assert not state.were_measured
    task = tasks()["deepseek-coder-v2-instruct-swe-bench-lite"]
    state.set({"accuracy": task.accuracy, "spread": task.spread})
    assert state.measured == 250
    state.load_counts(counts_file(**drawn(attempts=40)), "mine.csv")
    assert state.measured == 40
    state.set({"spread": 0.123})
    assert state.measured == 1e4


def test_counts_that_only_say_accepted(state):
    columns = drawn()
    del columns["accepted_correct"]
    state.load_counts(counts_file(**columns), "mine.csv")
    assert state.true_positive_rate == pytest.approx(0.9, abs=0.05)
    assert state.false_positive_rate == pytest.approx(0.08, abs=0.03)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"attempts,right\n1,1\n", "no column 'successes'"),
        (b"attempts,successes\n3,4\n", "successes is 4"),
        (b"attempts,successes\n3,0\n", "at least one success and one failure"),
        (b"attempts,successes\n1,0\n1,1\n", "attempts is 1 for every problem"),
        (b"word " * 2_000_000, "has 10.0 MB"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_bad_counts_change_nothing(state, content, message):
    good = state.load_counts(counts_file(**drawn()), "good.csv")
    before = state.scenario()
    with pytest.raises(ValueError, match=f"mine.csv.*{message}"):
        state.load_counts(content, "mine.csv")
    assert state.scenario() == before
    assert state.counted is good


def test_link_round_trip(state):
    state.set({"accuracy": 0.12345, "samples": 40.0, "tail": "t3", "strong_price": 0.25})
    other = SamplingState()
    assert other.load_query(state.query()) == []
    assert other.scenario() == state.scenario()
    messages = other.load_query({"accuracy": "2", "tail": "heavy", "x": "1"})
    assert len(messages) == 3
    assert "allowed: 1e-05 to 0.99999" in messages[0]
