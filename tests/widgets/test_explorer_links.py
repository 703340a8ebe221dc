"""Links to the law explorer, fractions of one whole, and inputs that may be left out."""

import math

import panel as pn
import pytest

from scalekit import laws
from scalekit_widgets import ExplorerApp
from scalekit_widgets.apps import explorer_words as words
from scalekit_widgets.models.explorer import MOST, ExplorerState

PARTS = laws.facts("data-mixing-loss").parts


@pytest.fixture
def state():
    return ExplorerState()


@pytest.mark.parametrize("slug", laws.names())
def test_a_link_opens_the_same(slug):
    state = ExplorerState(law=slug)
    assert set(state.query()) <= {"law"}
    plain = [n for n, q in state.main.inputs.items() if not q.coefficient]
    moved = {plain[0]: 0.9 * state.inputs[plain[0]]} if plain[0] in state.inputs else {}
    state.set({"variant": list(laws.facts(slug).variants)[-1], **moved, "across": plain[-1],
               "down": ""})  # fmt: skip
    state.set({"compare": [*state.other_variants(), *state.other_laws()][:3]})
    again = ExplorerState()
    assert again.load_query(state.query()) == []
    assert again.value == pytest.approx(state.value, rel=1e-4)
    assert again.query() == state.query()
    for name in ("law", "variant", "across", "family", "down", "compare"):
        assert getattr(again, name) == getattr(state, name)


# Links -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"law": "farseer-los"}, ["law is 'farseer-los' (did you mean 'farseer-loss'?)"]),
        ({"variant": "x"}, ["variant is 'x'"]),
        ({"N": "-3"}, ["N is -3; allowed"]),
        ({"N": "many"}, ["N: 'many' is not a number"]),
        ({"across": "U"}, ["across is 'U'"]),
        ({"Nn": "3"}, ["The link has 'Nn', which means nothing here"]),
        ({"acros": "N"}, ["did you mean 'across'?"]),
        (
            {"N": "-3", "family": "x", "zz": ""},
            ["family is 'x'; allowed: N, D", "N is", "has 'zz'"],
        ),
    ],
)
def test_broken_links_are_told_and_the_rest_is_taken(state, query, says):
    messages = state.load_query({**query, "D": "3e10", "theme": "dark"}, others=["theme"])
    assert len(messages) == len(says)
    for message, part in zip(messages, says, strict=True):
        assert part in message
        assert message.endswith(". Left out.")
    assert state.inputs["D"] == 3e10
    assert state.inputs["N"] == ExplorerState().inputs["N"]


def test_one_bad_law_of_several_is_left_out(state):
    keys = "kaplan-loss,nope/x,overtraining-loss/c5,chinchilla-loss/de-vries"
    first, second = state.load_query({"compare": keys})
    assert "law to compare is 'nope'" in first
    assert "variant to compare is 'c5'" in second
    # Without a variant it is the default one.
    assert state.compare == ["kaplan-loss/table-2", "chinchilla-loss/de-vries"]


def test_a_link_with_too_many_laws_keeps_the_rest(state):
    keys = [*state.other_variants(), *state.other_laws()]
    (message,) = state.load_query({"compare": ",".join(keys), "N": "2e9"})
    assert f"compare has {MOST + 1} laws; allowed: up to {MOST}" in message
    assert state.inputs["N"] == 2e9
    assert state.compare == keys[:MOST]


# Fractions of one whole, and inputs that may be left out -----------------------------------------


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"academic": 0.5}, {"academic": 0.5}),
        ({"academic": 0.3, "prose": 0.6}, {"academic": 0.3, "prose": 0.6}),
        (dict(zip(PARTS, (0.1, 0.2, 0.3, 0.2, 0.2), strict=True)), {"dialogue": 0.3}),
        ({"academic": 1.0}, {"academic": 1.0, "prose": 0.0}),
        (dict.fromkeys(PARTS, "0.2"), dict.fromkeys(PARTS, 0.2)),
    ],
)
def test_fractions_make_room(values, wanted):
    state = ExplorerState(law="data-mixing-loss")
    start = state.inputs
    assert sum(start.values()) == pytest.approx(1, abs=1e-12)
    state.set(values)
    assert sum(state.inputs.values()) == pytest.approx(1, abs=1e-12)
    assert {n: state.inputs[n] for n in wanted} == pytest.approx(wanted, abs=1e-12)
    rest = [n for n in PARTS if n not in values]
    shares = {n: state.inputs[n] / start[n] for n in rest}
    assert max(shares.values(), default=1) == pytest.approx(min(shares.values(), default=1))
    again = ExplorerState()
    assert again.load_query(state.query()) == []
    assert again.inputs == pytest.approx(state.inputs, abs=1e-5)
    # A slider moves one of them.
    state.point.symbolic = 0.25
    assert state.inputs["symbolic"] == 0.25
    assert sum(state.inputs.values()) == pytest.approx(1, abs=1e-12)


def test_fractions_that_are_more_than_the_whole_are_refused():
    state = ExplorerState(law="data-mixing-loss")
    value = state.value
    state.set(dict.fromkeys(PARTS, 0.3))
    assert "sum to 1.5; allowed: 1" in state.refused
    assert state.value == value
    assert "sum to 1.5" in words.answer(state)
    assert "<math" in words.numbers(state)
    state.set({"academic": 0.2})
    assert state.refused == ""


def test_an_optional_input_is_the_laws_until_it_is_given():
    state = ExplorerState(law="vocabulary-size")
    law = state.main
    assert state.axes() == ["N"]
    alone = state.value
    assert alone == law(N=state.inputs["N"])
    state.set({"C": 1e20})
    assert state.point.given == ["C"]
    assert state.value == law(N=state.inputs["N"], C=1e20) != alone
    assert state.axes() == ["N", "C"]
    state.set({"across": "C"})
    again = ExplorerState()
    assert again.load_query(state.query()) == []
    assert again.inputs == state.inputs
    assert again.across == "C"
    state.set({"given": []})
    assert (state.value, state.across) == (alone, "N")
    assert "computed" in words.inputs(state)


def test_moving_an_optional_input_gives_it():
    app = ExplorerApp(law="vocabulary-size")
    screen = app.screen()
    computed = app.state.value
    controls = list(screen.rail.inputs)
    sliders = screen.rail.inputs.select(pn.widgets.FloatSlider)
    next(slider for slider in sliders if slider.label.startswith("C:")).value = 20.0
    assert app.state.inputs["C"] == pytest.approx(1e20)
    assert app.state.value != computed
    assert list(screen.rail.inputs) == controls, "the slider that is moved must stay"
    assert "C" in screen.rail.choosers["across"].options.values()
    boxes = next(b for b in screen.root.select(pn.widgets.CheckBoxGroup) if "Give C" in b.options)
    assert boxes.value == ["C"]
    boxes.value = []
    assert app.state.value == computed
    assert math.isclose(app.state.point.C, 1e20)
