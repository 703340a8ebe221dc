"""What the Serving app says: losses of fewer bits, assumptions, full peaks, other conventions."""

from dataclasses import replace

import pytest

from scalekit import serving
from scalekit_widgets.apps import serving_tables as tables
from scalekit_widgets.apps import serving_words as words
from scalekit_widgets.apps.serving_rail import PRESETS
from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.models.serving_quality import BITS
from scalekit_widgets.notation import short_time, usd


@pytest.fixture
def state():
    return ServingState()


def test_the_sentence_asks_laws_for_finished_models(state):
    asked = {d.label for d in state.damages if d.afterwards}
    assert asked == {"Kumar, quantised afterwards", "Kumar without its offset",
                     "Ouyang, quantised afterwards"}  # fmt: skip
    low, high, known = words.added(state, 4, 8)
    assert not known, "Kumar et al. and Ouyang et al. quantised smaller models"
    rises = [d.rise[BITS.index(4)] - d.rise[BITS.index(8)] for d in state.damages if d.afterwards]
    assert (low, high) == (min(rises), max(rises))
    text = words.answer(state)
    assert "nats/token (laws of quantising a finished model differ, extrapolated)." in text


def test_a_useless_model_has_no_number():
    """Guessing is about 12 nats a token: what laws add beyond 2 is not to be read as a loss."""
    state = ServingState(model="Qwen3-30B-A3B", devices=1, batch=1, weight_bits=4)
    assert max(words.added(state, 2, 4)[:2]) > 4
    assert "raise the loss by 2 nats/token or more, far beyond what any law" in words.answer(state)


def test_assumed_training_tokens_are_told():
    assert "training tokens" not in words.answer(ServingState())
    text = words.answer(ServingState(model="gpt-oss-120b", device="B200 SXM (HGX)", devices=1))
    assert "No training tokens of gpt-oss-120b are known: for the loss" in text


def test_uneven_groups_are_told(state):
    state.set({"devices": 3})
    assert "64 attention heads do not split evenly over 3 accelerators" in words.answer(state)
    state.set({"devices": 4})
    assert "attention heads" not in words.answer(state)


@pytest.mark.parametrize("kind", [
    {"convention": "mlsysim", "batch": 1}, {"devices": 8, "batch": 1024, "prompt_tokens": 256},
    {"paid": "bought"}, {},
])  # fmt: skip
def test_full_peaks_are_those_of_the_core(kind):
    state = ServingState(**kind)
    ideal = words.at_full_peaks(state)
    plan = replace(state.plan(), compute_efficiency=1.0, memory_efficiency=1.0, link_efficiency=1.0)
    expected = serving.evaluate(state.workload(), plan, serving.preset(state.convention))
    assert ideal.seconds_per_token == expected.seconds_per_token
    text = words.numbers(state)
    assert f"{short_time(expected.seconds_per_token)} at the full peaks" in text
    assert f"{usd(expected.usd_per_mtok_output)} at the full peaks" in text


def test_what_no_convention_can_meet_is_a_row_without_times(state):
    """Ten requests a second are possible as counted here, and not as another tool counts."""
    state.set(PRESETS["Ten requests a second within 50 ms a token"])
    assert not state.refusal
    text = tables.tools(state)
    assert "cannot meet the demand" in text
    assert short_time(state.answer.found.seconds_per_token) in text
