"""The Serving app's state: what the core says, what is refused, and both ends of every slider."""

import json

import numpy as np
import param
import pytest

from scalekit import serving
from scalekit.hardware import device
from scalekit.models import model
from scalekit_widgets.apps import serving_tables as tables
from scalekit_widgets.apps import serving_words as words
from scalekit_widgets.apps.serving_rail import EXAMPLE, PRESETS
from scalekit_widgets.models.serving import ServingState, serving_devices, serving_models
from scalekit_widgets.models.serving_compute import BATCHES, copy_rate
from scalekit_widgets.models.serving_quality import BITS
from scalekit_widgets.models.serving_ranking import ranking

NUMBERS = {
    name: ServingState.param[name].bounds
    for name in ServingState.shared
    if isinstance(ServingState.param[name], param.Number)
}
KINDS = {
    "batch": {},
    "demand": {"load": "demand", "copies": 100.0},
    "limits": {"limit_wait": True, "limit_step": True},
    "experts": {"model": "DeepSeek-V3", "device": "B200 SXM (HGX)", "devices": 8.0},
    "alone": {"model": "Qwen3-0.6B", "device": "Apple M2 Ultra (192GB)", "devices": 1.0}
    if "Apple M2 Ultra (192GB)" in serving_devices()
    else {"model": "Qwen3-0.6B", "device": "Trainium2", "devices": 1.0},
}


@pytest.fixture
def state():
    return ServingState()


def check_sound(state):
    """Whatever is set: an answer in finite numbers, or a sentence that says why not."""
    found = state.answer.found
    for value in (found.seconds_per_token, found.ttft_seconds, found.usd_per_mtok_output):
        assert np.isfinite(value)
        assert value > 0
    assert found.fits
    texts = [words.answer(state), words.numbers(state), words.legend(state), words.fits(state),
             words.laws(state), tables.ledger(state), tables.energy(state), tables.code(state),
             tables.accelerators(state, ranking(state))]  # fmt: skip
    for text in texts:
        assert ">nan" not in text
        assert "nan " not in text
    if state.refusal:
        assert state.refusal.split(";")[0] in words.answer(state).replace("&#x27;", "'") or (
            words.refused(state).startswith("No answer: ")
        )
        assert words.refused_where(state) in ("devices", "prompt_tokens", "demand")
    else:
        assert words.refused_where(state) == ""


def test_the_answer_is_that_of_the_core(state):
    state.set({"batch": 7, "kv_bits": 8, "prompt_tokens": 1000})
    plan = serving.Plan(
        model("Llama-3.1-70B"), device("H100 SXM5"), devices=4, weight_bits=8, kv_bits=8,
        compute_efficiency=0.71, memory_efficiency=0.69, link_efficiency=0.65,
        usd_per_device_hour=2.99,
    )  # fmt: skip
    found = serving.evaluate(serving.Workload(1000, 512, batch=7), plan)
    assert state.answer.found.seconds_per_token == pytest.approx(found.seconds_per_token)
    assert state.answer.found.usd_per_mtok_output == pytest.approx(found.usd_per_mtok_output)


def test_the_published_point_on_one_h100():
    preset = PRESETS["As AIConfigurator SOL counts: 8 B on one H100"]
    found = ServingState(**preset).answer.found
    assert found.ttft_seconds == pytest.approx(33.301e-3, rel=1e-3)
    assert found.seconds_per_token == pytest.approx(4.565e-3, rel=2e-3)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_an_answer(name):
    state = ServingState(**PRESETS[name])
    assert not state.refusal
    check_sound(state)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NUMBERS)
def test_both_ends_of_every_slider(kind, name):
    state = ServingState(**KINDS[kind])
    for end in NUMBERS[name]:
        state.set({name: end})
        check_sound(state)


def test_cloud_and_curves_hold_the_answer(state):
    for values in ({"batch": 64}, {"devices": 8}, {"devices": 5, "batch": 1}):
        state.set(values)
        answer = state.answer
        row = list(answer.cloud.devices).index(round(state.devices))
        column = int(np.argmin(abs(BATCHES - answer.found.batch)))
        assert answer.cloud.price.shape == (len(answer.cloud.devices), len(BATCHES))
        if BATCHES[column] == answer.found.batch:
            found = answer.cloud.price[row, column], answer.over_batch.prices["output"][column]
            assert found == pytest.approx([answer.found.usd_per_mtok_output] * 2)
        at = BITS.index(int(state.weight_bits))
        assert answer.over_bits.price[at] == pytest.approx(answer.found.usd_per_mtok_output)


def test_the_front_is_what_nothing_beats(state):
    state.set({"limit_step": True, "longest_step": 0.02})
    cloud = state.answer.cloud
    speed, price = cloud.speed.ravel(), cloud.price.ravel()
    for i in np.flatnonzero(cloud.meets.ravel()):
        better = cloud.meets.ravel() & (speed >= speed[i]) & (price <= price[i])
        better &= (speed > speed[i]) | (price < price[i])
        assert better.any() == (i not in cloud.front)
    assert (np.diff(speed[cloud.front]) > 0).all()
    assert (1 / speed[cloud.front] <= 0.02).all()


def test_a_limit_that_the_answer_misses_is_told(state):
    assert "misses" not in words.answer(state)
    state.set({"limit_step": True, "longest_step": 0.005})
    assert "It misses the limit: a token within 5.00 ms" in words.answer(state)
    state.set({"limit_step": False, "limit_wait": True, "longest_wait": 0.01})
    assert "first token within 10.0 ms" in words.answer(state)
    assert "Nothing in the figure meets the limits" in words.answer(state)


def test_what_does_not_fit_is_told_and_the_last_answer_kept(state):
    before = state.answer
    state.set({"devices": 1})
    assert state.answer is before
    assert not state.tried.fits
    text = words.answer(state)
    assert "what would fit: weights of 4" in text
    assert "keep the last answer: Llama-3.1-70B in 8 bits on 4 H100 SXM5" in text
    assert words.refused_where(state) == "devices"
    assert words.numbers(state) == ""
    assert "does not fit" in words.fits(state)
    state.set({"weight_bits": 4})
    assert not state.refusal
    assert state.answer.found.plan.devices == 1


def test_a_context_beyond_the_models_is_told(state):
    state.set({"model": "Llama-2-7B", "prompt_tokens": 1e6})
    assert "1,000,512 tokens together" in words.answer(state)
    assert "4,096" in words.answer(state)
    assert words.refused_where(state) == "prompt_tokens"


def test_a_demand_that_nothing_meets_is_told(state):
    state.set({"load": "demand", "demand": 1000})
    assert "The demand is 1000" in words.answer(state)
    assert words.refused_where(state) == "demand"
    state.set({"demand": 0.5})
    assert state.answer.found.requests_per_second >= 0.5


def test_idle_time_is_paid_for_and_told(state):
    state.set({"load": "demand", "demand": 0.01})
    found = state.answer.found
    bill = 4 * 2.99 / 3600 / 0.01
    paid = 2048 * found.usd_per_mtok_input + 511 * found.usd_per_mtok_output
    assert 1e-6 * paid == pytest.approx(bill, rel=1e-9)
    text = words.answer(state)
    assert f"idle time included ({100 * found.utilization:.1f} % busy)" in text
    assert "if always busy" in words.numbers(state)
    # Who pays for the hours of the same accelerators pays no less for fewer bits.
    assert "4-bit weights would leave the bill as it is" in text
    assert "all else is always busy" in words.legend(state)


def test_more_copies_than_a_demand_needs_are_told(state):
    state.set({"load": "demand", "demand": 10.0, "copies": 6.0})
    one = copy_rate(state.asked, state.answer.found, state.limits())
    needed = int(np.ceil(10 / one))
    assert 1 < needed < 6
    assert f"{needed} of the 6 copies would do" in words.answer(state)
    state.set({"copies": float(needed)})
    assert state.refusal == ""
    assert "would do" not in words.answer(state)
    state.set({"copies": float(needed - 1)})
    assert state.refusal


def test_the_rate_of_a_copy_is_that_of_its_best_batch(state):
    """Between the batches of the figures, too: 15 long contexts fit, and 16 do not."""
    state.set({"devices": 2.0, "prompt_tokens": 12_000.0, "output_tokens": 2_000.0, "batch": 15.0})
    found = state.answer.found
    assert found.largest_batch == 15
    one = copy_rate(state.asked, found, state.limits())
    assert one == pytest.approx(found.requests_per_second, rel=1e-12)
    state.set({"limit_step": True, "longest_step": found.seconds_per_token * 0.999})
    slower = copy_rate(state.asked, found, state.limits())
    state.set({"batch": 14.0})
    assert slower == pytest.approx(state.answer.found.requests_per_second, rel=1e-12)
    assert copy_rate(state.asked, found, state.limits()._replace(step=1e-6)) == 0.0


@pytest.mark.parametrize("typed", ["1.5", "2.4"])
def test_counts_are_whole(state, typed):
    state.set({"devices": typed})
    assert state.devices == 2.0
    assert state.asked.plan.devices == 2


def test_bought_accelerators_pay_for_their_electricity(state):
    state.set({"paid": "bought"})
    plan = state.asked.plan
    assert (plan.purchase_usd, plan.usd_per_kwh) == (31_250, 0.0771)
    state.set({"device": "MI300X"})
    assert state.purchase == device("MI300X").price_usd
    assert state.query()["purchase"] == "25734"
    state.set({"purchase": 20e3, "device": "H200 SXM"})
    assert state.purchase == 20e3


def test_accelerators_are_ranked_for_what_does_not_fit(state):
    state.set({"model": "Llama-3.1-405B", "devices": 1.0})
    assert state.refusal
    assert state.tried_now
    ranked = {r.device.name: r for r in ranking(state)}
    assert ranked["H100 SXM5"].group >= 8
    assert "Memory and accelerators are those of this question" in words.answer(state)
    state.set({"prompt_tokens": 1e6})
    assert not state.tried_now
    assert state.tried is state.answer.found, "nothing of the question in between is shown"
    assert "The figures keep the last answer" in words.answer(state)


def test_a_state_can_start_without_an_answer():
    state = ServingState(model="Llama-3.1-405B", devices=1)
    assert state.refusal
    check_sound(state)


@pytest.mark.parametrize("devices", [0, -1, "none", 1e9])
def test_devices_that_make_no_sense_are_refused(state, devices):
    with pytest.raises(ValueError, match="devices"):
        state.set({"devices": devices})
    assert state.devices == 4


@pytest.mark.parametrize("tokens", [0, 1e12, "a lot"])
def test_an_absurd_context_is_refused(state, tokens):
    with pytest.raises(ValueError, match="prompt_tokens"):
        state.set({"prompt_tokens": tokens})


def test_another_accelerator_brings_its_price_unless_a_person_set_one(state):
    state.set({"device": "A100 SXM 80GB"})
    assert state.price == device("A100 SXM 80GB").usd_per_hour
    state.set({"price": 1.0})
    state.set({"device": "H100 SXM5"})
    assert state.price == 1.0
    assert "Your price" in words.other_price(state)


def test_a_link_brings_everything_back(state):
    state.set({"device": "B200 SXM (HGX)", "devices": 2, "weight_bits": 4, "limit_step": True,
               "convention": "GenZ", "prompt_tokens": 30_000})  # fmt: skip
    other = ServingState()
    assert other.load_query(state.query()) == []
    assert other.scenario() == state.scenario()
    assert other.load_query({"model": "own", "devices": "0", "x": "1"})
    assert other.scenario() == state.scenario()


def test_an_architecture_of_ones_own_answers(state):
    with pytest.raises(ValueError, match=r"config\.json"):
        state.set({"model": "own"})
    state.load_config(EXAMPLE.encode(), "config.json")
    assert state.model == "own"
    assert state.own.total_parameters == 8_030_261_248
    published = ServingState(model="Llama-3.1-8B").answer.found
    assert state.answer.found.seconds_per_token == pytest.approx(published.seconds_per_token)
    assert "does not carry" in state.missing_from_link()
    assert "8.03 B parameters" in tables.own_note(state)
    check_sound(state)


BROKEN = {
    "no JSON": (b"= = =", "no JSON"),
    "nothing": (b"", "no JSON"),
    "no text": (b"\xff\xfe\x00", "no JSON"),
    "a list": (b"[]", "JSON object"),
    "unknown": (b'{"model_type": "lama"}', "model_type"),
    "a field missing": (b'{"model_type": "llama"}', "config.json: "),
    "absurd": (EXAMPLE.replace("4096", "-4096").encode(), "hidden_size"),
    "10 MB": (b" " * 10_000_000, "10.0 MB"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_config_changes_nothing(state, case):
    content, says = BROKEN[case]
    before, answer = state.scenario(), state.answer
    with pytest.raises(ValueError, match=r"^config\.json") as caught:
        state.load_config(content, "config.json")
    assert says in str(caught.value)
    assert state.scenario() == before
    assert state.answer is answer
    assert state.own is None


def test_a_model_of_ones_own_that_does_not_fit_is_told(state):
    huge = json.loads(EXAMPLE) | {"num_hidden_layers": 500, "hidden_size": 16384}
    huge |= {"intermediate_size": 65536, "num_attention_heads": 128}
    state.load_config(json.dumps(huge).encode(), "config.json")
    assert "what would fit" in state.refusal
    check_sound(state)


def test_ranking_puts_first_what_meets_the_limits_cheaply(state):
    state.set({"limit_step": True, "longest_step": 0.02})
    rows = ranking(state)
    assert {r.device.name for r in rows} == set(serving_devices())
    kinds = [(not r.fits, not r.meets) for r in rows]
    assert kinds == sorted(kinds)
    priced = [r.usd for r in rows if r.fits and r.meets and r.usd is not None]
    assert priced == sorted(priced)
    assert all(r.step <= 0.02 for r in rows if r.fits and r.meets)
    a100 = next(r for r in rows if r.device.name == "A100 SXM 80GB")
    assert a100.processing == pytest.approx(4992)


def test_ranked_numbers_are_those_of_the_app(state):
    row = next(r for r in ranking(state) if r.device.name == state.device)
    state.set({"devices": row.group})
    assert state.answer.found.usd_per_mtok_output == pytest.approx(row.usd)
    assert state.answer.found.joules_per_output_token == pytest.approx(row.joules)


def test_laws_of_quantisation_disagree_and_agree_on_sixteen_bits():
    for name in ("Llama-3.1-8B", "Mixtral-8x7B"):
        found = ServingState(model=name).damages
        assert {float(d.rise[0]) for d in found} == {0.0}
        rises = [float(d.rise[BITS.index(4)]) for d in found]
        assert max(rises) > 5 * min(rises)
        for d in found:
            known = d.rise[np.isfinite(d.rise)]
            assert (np.diff(known) >= 0).all(), d.label


def test_every_model_of_the_table_can_be_asked(state):
    for name in serving_models():
        state.set({"model": name, "device": "GB300 (per GPU, NVL72)", "devices": 8,
                   "prompt_tokens": 500, "output_tokens": 500})  # fmt: skip
        assert not state.refusal or "devices" in words.refused_where(state), name


@pytest.mark.parametrize("change", [
    {}, {"weight_bits": 4, "device": "RTX 4090", "model": "Llama-3.1-8B", "devices": 1, "batch": 3},
    {"load": "demand", "demand": 0.7}, {"convention": "mlsysim", "price": 1.234567},
])  # fmt: skip
def test_the_snippet_gives_the_numbers_on_screen(change):
    state = ServingState(**change)
    names = {}
    exec(tables.code(state), names)
    found, shown = names["found"], state.answer.found
    assert found.seconds_per_token == pytest.approx(shown.seconds_per_token, rel=1e-9)
    assert found.usd_per_mtok_output == pytest.approx(shown.usd_per_mtok_output, rel=1e-9)
    assert found.batch == shown.batch


def test_the_snippet_of_a_model_of_ones_own(state, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.json").write_text(EXAMPLE)
    state.load_config(EXAMPLE.encode(), "config.json")
    names = {}
    exec(tables.code(state), names)
    assert names["found"].seconds_per_token == pytest.approx(state.answer.found.seconds_per_token)
