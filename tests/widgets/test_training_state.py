"""The Training app's state: what a budget is, what is refused, and both ends of every slider."""

import numpy as np
import param
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalekit.allocation import compute_from_device_hours, compute_from_usd
from scalekit.hardware import device
from scalekit_widgets.apps import training_words as words
from scalekit_widgets.models.choices import loss_choices, rule_choices
from scalekit_widgets.models.training import TrainingState, training_devices
from scalekit_widgets.parts.number import NumberControl

NUMBERS = {
    name: TrainingState.param[name].bounds
    for name in TrainingState.shared
    if type(TrainingState.param[name]) is param.Number
}
KINDS = [
    {"budget": "flop"},
    {"budget": "hours"},
    {"budget": "usd"},
    {"budget": "flop", "limit_tokens": True, "serve": True},
    {"budget": "usd", "limit_tokens": True, "serve": True, "law": "muennighoff"},
]


def check_sound(state):
    """Whatever is set: an answer in finite numbers, or a sentence that says why not."""
    best = state.answer
    for array in (best.N, best.D, best.loss, best.epochs, best.flat):
        assert np.all(np.isfinite(array))
        assert np.all(array > 0)
    assert np.all(np.isfinite(best.band))
    assert np.all(np.isfinite(best.reference))
    assert np.all(np.isfinite(best.elasticities))
    assert np.all(best.flat[:, 0] <= best.N * (1 + 1e-9))
    assert np.all(best.flat[:, 1] >= best.N * (1 - 1e-9))
    for number in (state.hours, state.training_usd, state.serving_usd, state.training_flop):
        assert np.isfinite(number)
        assert number >= 0
    for text in (words.answer(state), words.numbers(state), words.legend(state),
                 words.ledger(state), words.sure(state)):  # fmt: skip
        assert "nan" not in text.lower().replace("nanos", "")
        assert "inf" not in text.lower().replace("inference", "").replace("infer", "")


def test_compute_is_the_budget_itself(state):
    state.set({"compute_budget": 3e22})
    assert state.C == 3e22


@pytest.mark.parametrize("name", ["H100 SXM5", "A100 SXM 80GB", "MI300X"])
def test_compute_from_device_hours_and_money(state, name):
    if name not in training_devices():
        name = next(iter(training_devices()))
    peak = device(name).peak_flops("bf16")
    state.set({"device": name, "mfu": 0.35, "price": 1.7})
    state.set({"budget": "hours", "device_hours": 5e4})
    assert pytest.approx(compute_from_device_hours(5e4, peak, 0.35)) == state.C
    state.set({"budget": "usd", "usd": 2e5})
    assert pytest.approx(compute_from_usd(2e5, 1.7, peak, 0.35)) == state.C
    assert state.training_usd == pytest.approx(2e5)


def test_wall_clock_and_price_of_the_training(state):
    state.set({"budget": "hours", "device_hours": 1344.0, "devices": 8, "price": 2.5})
    assert state.hours == pytest.approx(1344 / 8)
    assert state.training_usd == pytest.approx(1344 * 2.5)
    assert state.serving_usd == 0.0


def test_serving_costs_what_its_utilisation_says(state):
    state.set({"serve": True, "served_tokens": 2e12, "mfu": 0.4, "serving_mfu": 0.1})
    assert state.served == pytest.approx(8e12)
    best = state.answer
    whole = 6 * best.N[0] * best.D[0] + 2 * best.N[0] * 8e12
    assert pytest.approx(whole, rel=1e-9) == state.C
    assert state.training_usd + state.serving_usd == pytest.approx(
        state.C / state.flop_per_device_hour * state.price
    )


def test_limits_are_off_until_they_are_on(state):
    before = state.answer.N[0]
    state.set({"unique_tokens": 1e9, "served_tokens": 1e13, "serving_mfu": 0.1})
    assert state.answer.N[0] == before
    state.set({"limit_tokens": True})
    assert state.answer.epochs[0] > 1
    assert state.answer.N[0] != before


def test_a_demand_beyond_the_budget_keeps_the_last_answer_and_says_so(state):
    calls = []
    state.subscribe(lambda: calls.append(state.infeasible))
    before, C = state.answer, state.asked.C
    state.set({"serve": True, "served_tokens": 1e17, "compute_budget": 1e22})
    assert "Serving alone would use up this budget" in state.infeasible
    assert state.answer is before
    assert state.asked.C == C
    assert calls == [state.infeasible]
    assert state.infeasible in words.answer(state)
    assert words.numbers(state) == ""
    state.set({"served_tokens": 1e12})
    assert state.infeasible == ""
    assert state.asked.C == 1e22


def test_a_state_can_start_infeasible():
    state = TrainingState(serve=True, served_tokens=1e17, compute_budget=1e17)
    assert state.infeasible
    check_sound(state)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: "-".join(map(str, k.values())))
@pytest.mark.parametrize("name", NUMBERS)
def test_both_ends_of_every_slider(name, kind):
    state = TrainingState(**kind)
    for end in NUMBERS[name]:
        state.set({name: end})
        check_sound(state)


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("kind", KINDS, ids=lambda k: "-".join(map(str, k.values())))
def test_all_sliders_at_the_same_end(kind, end):
    state = TrainingState(**kind, **{name: bounds[end] for name, bounds in NUMBERS.items()})
    check_sound(state)


@given(
    st.fixed_dictionaries(
        {
            name: st.sampled_from(bounds)
            | st.floats(*np.log10(bounds)).map(lambda x, b=bounds: float(np.clip(10.0**x, *b)))
            for name, bounds in NUMBERS.items()
        }
    ),
    st.sampled_from(KINDS),
    st.sampled_from([c.key for c in loss_choices()]),
    st.sampled_from(list(training_devices())),
)
@settings(max_examples=60, deadline=None)
def test_any_setting_is_sound(numbers, kind, law, machine):
    check_sound(TrainingState(**{**kind, **numbers, "law": law, "device": machine}))


def test_the_answering_law_is_not_compared_with_itself(state):
    state.set({"compare": ["besiroglu", "kaplan", "de-vries"]})
    assert [c.key for c in state.compared] == ["kaplan", "de-vries"]
    assert [c.key for c in state.losses()] == ["besiroglu", "de-vries"]


def test_every_law_has_its_own_colour_and_label():
    everyone = [*loss_choices(), *rule_choices()]
    for of in ("key", "colour", "label", "short"):
        assert len({getattr(c, of) for c in everyone}) == len(everyone)
    assert {c.unit for c in loss_choices()} == {"nats/token", "nats/byte"}


def test_a_law_of_ones_own_answers(state, own_law):
    state.load_law(own_law.encode(), "mine.toml")
    assert state.law == "own"
    assert state.main.label == "My law (yours)"
    assert state.uncertain is None
    law = state.main.law
    assert state.answer.loss[state.slot] == pytest.approx(
        law(N=state.answer.N[state.slot], D=state.answer.D[state.slot])
    )
    assert "no uncertainty is published" in words.sure(state)
    # Another file replaces it.
    before = state.answer.N[state.slot]
    state.load_law(own_law.replace("A = 400.0", "A = 600.0").encode(), "mine.toml")
    assert state.answer.N[state.slot] > 1.2 * before


BROKEN = {
    "no TOML": ("= = =", ["mine.toml"]),
    "key missing": ("coefficients = {", ["mine.toml", "coefficients"]),
    "other form": ('kind = "sum-of-powers"', ["mine.toml"]),
    "no text": (None, ["mine.toml"]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_law_file_changes_nothing(state, own_law, case):
    part, says = BROKEN[case]
    if case == "no TOML":
        content = part.encode()
    elif case == "key missing":
        content = "\n".join(x for x in own_law.splitlines() if not x.startswith(part)).encode()
    elif case == "other form":
        content = own_law.replace(part, 'kind = "no-such-form"').encode()
    else:
        content = b"\xff\xfe\x00"
    state.set({"compute_budget": 1e22})
    before, answer, calls = state.scenario(), state.answer, []
    state.subscribe(lambda: calls.append(1))
    with pytest.raises(ValueError, match=r"mine\.toml") as raised:
        state.load_law(content, "mine.toml")
    for word in says:
        assert word in str(raised.value)
    assert state.scenario() == before
    assert state.answer is answer
    assert state.own is None
    assert calls == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("alpha = 0.35", "alpha = -0.35", "coefficient alpha is -0.35; it must be above 0"),
        ("beta = 0.36", "beta = 0.0", "coefficient beta is 0.0; it must be above 0"),
        ("A = 400.0", "A = 1e300", "no best size follows at 5.76e+23 FLOP"),
        ("alpha = 0.35", "alpha = 3.0", "no best size follows at 5.76e+23 FLOP"),
        ('slug = "my-law"', 'slug = "chinchilla-loss"', "is a built-in law"),
    ],
)
def test_a_law_from_which_no_answer_follows_changes_nothing(state, own_law, old, new, says):
    assert old in own_law
    before, answer = state.scenario(), state.answer
    with pytest.raises(ValueError, match=r"mine\.toml") as raised:
        state.load_law(own_law.replace(old, new).encode(), "mine.toml")
    assert says in str(raised.value)
    assert state.scenario() == before
    assert state.answer is answer
    state.set({"compute_budget": 1e22})
    assert state.answer is not answer


def test_accelerators_are_whole(state):
    state.set({"devices": 1.4})
    assert state.devices == 1
    assert state.hours == pytest.approx(state.training_flop / state.flop_per_device_hour)
    state.devices = 10**0.55  # as a slider does
    assert state.devices == 4
    assert state.load_query({"devices": "7.4"}) == []
    assert state.query()["devices"] == "7"


def test_what_is_typed_for_accelerators_is_shown_as_it_is_used(state):
    control = NumberControl(state, "devices", show=lambda v: f"{v:,.0f}")
    for typed, shown in (("3.5", "4"), ("4.2", "4"), ("12", "12")):
        control.field.value = typed
        assert control.field.value == shown
        assert state.devices == float(shown)


def test_a_law_without_a_loss_of_size_and_tokens_is_refused(state):
    from scalekit import laws

    path = laws.facts("kaplan-loss-tokens").path
    content = path.read_bytes().replace(b'slug = "kaplan-loss-tokens"', b'slug = "mine"')
    with pytest.raises(ValueError, match=r"law takes D .* allowed here: a loss from N \(param"):
        state.load_law(content, path.name)
    assert state.law == "besiroglu"


def test_ones_own_law_can_be_chosen_only_once_it_is_there(state):
    with pytest.raises(ValueError, match="only after a law file was loaded"):
        state.set({"law": "own", "compute_budget": 1e20})
    assert state.compute_budget == 5.76e23
    for name, label in (("law", "Law that answers"), ("compare", "Compare with")):
        (message,) = state.load_query({name: "own"})
        assert f"In the link, {label} is 'own'; allowed only after a law file was" in message
    assert len(state.load_query({"compare": "kaplan,own"})) == 1
    assert state.compare == ["kaplan"]
