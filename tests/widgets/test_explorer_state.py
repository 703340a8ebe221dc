"""State of the explorer: any law, its inputs, its axes, comparisons, links and law files."""

import numpy as np
import pytest

from scalekit import laws
from scalekit_widgets.models import explorer_compute as maths
from scalekit_widgets.models.explorer import AXES, MOST, ExplorerState
from scalekit_widgets.models.point import TAKEN, Point

MADE_UP = """
slug = "made-up-loss"
title = "A made-up law"
answers = "loss from parameters alone"
field = "training"
formula = 'L(N) = L_\\infty + \\left(\\frac{N_0}{N}\\right)^{\\alpha}'
default = "mine"
pitfalls = ["It is made up."]

[form]
kind = "floored-power"
input = "N"

[papers.me]
title = "Nothing"
authors = "Nobody"
year = 2026
url = "https://example.org/nothing"

[inputs.N]
symbol = "N"
unit = "parameters"
meaning = "parameters"
slider = [1e6, 1e12]

[symbols]
scale = "N_0"

[output]
symbol = "L"
unit = "nats/token"
meaning = "validation loss"

[domain]
N = { lower = 1e7, upper = 1e9 }

[variants.mine]
label = "Nobody 2026"
status = "computed"
paper = "me"
source = "nowhere"

[variants.mine.coefficients]
L_inf = 1.5
scale = 1e8
alpha = 0.25

[[variants.mine.checks]]
inputs = { N = 1e8 }
value = 2.5
source = "one above the floor where N is N_0"
"""


@pytest.fixture
def state():
    return ExplorerState()


@pytest.mark.parametrize("slug", laws.names())
def test_every_law_and_variant_has_a_value_where_its_sliders_start(slug):
    state = ExplorerState()
    for variant in laws.facts(slug).variants:
        state.set({"law": slug, "variant": variant})
        assert np.isfinite(state.value), variant
        assert state.refused == ""
        assert state.value == laws.get(slug, variant)(**state.inputs)
        assert state.across in state.inputs
        assert state.failing() == []


@pytest.mark.parametrize("slug", laws.names())
def test_elasticities_are_those_of_the_law(slug):
    state = ExplorerState(law=slug)
    law = state.main
    of_inputs, of_coefficients = state.slopes
    plain = {n: v for n, v in law.elasticities(**state.inputs).items() if n in of_inputs}
    assert of_inputs == pytest.approx(plain, rel=1e-9, abs=1e-12)
    if of_coefficients:
        found = law.elasticities("coefficients", **state.inputs)
        assert of_coefficients == pytest.approx(found, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("slug", laws.names())
def test_a_link_gives_the_same_state(slug):
    first = ExplorerState(law=slug)
    name = next(iter(first.facts.inputs))
    first.set({name: getattr(first.point, name) * 1.25})
    others = list(first.other_variants())[:1] + list(first.other_laws())[:1]
    first.set({"compare": others, "variant": list(first.facts.variants)[-1]})
    second = ExplorerState()
    assert second.load_query(first.query()) == []
    assert second.query() == first.query()
    assert second.value == pytest.approx(first.value, rel=1e-4)


@pytest.mark.parametrize("slug", laws.names())
def test_names_of_inputs_do_not_meet_those_of_the_app(slug):
    inputs = set(laws.facts(slug).inputs)
    assert not inputs & {*ExplorerState().param, *TAKEN}
    assert {*ExplorerState.shared} <= TAKEN
    assert Point.at(laws.get(slug)).shared == (*laws.facts(slug).inputs, "given")


def test_a_move_compiles_nothing(state):
    traces = maths.elasticities.__globals__["_gradients"]._cache_size
    state.set({"law": "farseer-loss"})
    before = traces()
    for N in np.geomspace(1e8, 1e11, 20):
        state.point.param.update(N=float(N))
    assert traces() == before


def test_a_change_is_told_once(state):
    told = []
    state.subscribe(lambda: told.append(state.value))
    state.set({"law": "farseer-loss", "variant": "equation-15", "N": 1e9, "D": 2e10})
    assert told == [pytest.approx(0.527224, rel=2e-6)]
    state.point.param.update(N=2e9)
    state.set({"N": 3e9, "D": 1e11, "across": "D"})
    assert told[2:] == [pytest.approx(0.464695, rel=2e-6)]
    assert state.across == "D"


def test_set_is_all_or_none(state):
    before = state.scenario()
    for wrong, message in (
        ({"law": "farsear-loss"}, r"did you mean 'farseer-loss'"),
        ({"variant": "besirolgu"}, r"did you mean 'besiroglu'"),
        ({"N": 1e9, "D": -1}, r"D is -1; allowed: a number above 0"),
        ({"law": "farseer-loss", "U": 1e9}, r"parameter is 'U'"),
        ({"N": 1e9, "across": "U"}, r"across is 'U'.*allowed: N, D"),
        ({"compare": ["kaplan-loss/table-3"]}, r"did you mean 'table-2'"),
        ({"compare": ["farseer-loss/refit-404"]}, r"answers in bits/character"),
    ):
        with pytest.raises(ValueError, match=message):
            state.set(wrong)
        assert state.scenario() == before


def test_only_so_many_laws_can_be_told_apart(state):
    keys = list(state.other_laws())
    state.set({"compare": keys[:MOST]})
    with pytest.raises(ValueError, match=f"compare has {MOST + 1} laws; allowed: up to {MOST}"):
        state.set({"compare": keys[: MOST + 1]})
    assert len(state.compared()) == MOST


def test_a_law_keeps_the_values_it_was_left_with(state):
    state.set({"N": 3e9})
    state.set({"law": "kaplan-loss-parameters", "N": 5e8})
    state.set({"law": "chinchilla-loss"})
    assert state.inputs["N"] == 3e9
    state.set({"law": "kaplan-loss-parameters"})
    assert state.inputs["N"] == 5e8


def test_coefficients_follow_the_variant_and_inputs_stay(state):
    state.set({"law": "learning-curve", "D": 3e7})
    name = state.main.variant
    for variant in laws.facts("learning-curve").variants:
        state.set({"variant": variant})
        known = laws.get("learning-curve", variant).coefficients
        assert {n: state.inputs[n] for n in known} == pytest.approx(known)
        assert state.inputs["D"] == 3e7
    state.set({"variant": name, "alpha": 9.0})
    assert state.value == laws.get("learning-curve", name)(**state.inputs | {"alpha": 9.0})


def test_compared_laws_stand_where_the_chosen_one_stands(state):
    state.set({"N": 2e9, "D": 5e10, "compare": ["kaplan-loss/table-2", "routed-loss/s-base-refit"]})
    kaplan, routed = state.compared()
    assert state.inputs_of(kaplan) == {"N": 2e9, "D": 5e10}
    assert state.inputs_of(routed)["N"] == 2e9
    assert state.inputs_of(routed)["experts"] == Point.at(routed).experts
    state.set({"law": "farseer-loss"})
    assert state.compare == []


def test_fractions_make_room_for_each_other(state):
    state.set({"law": "data-mixing-loss"})
    parts = state.facts.parts

    def total():
        return sum(state.inputs[name] for name in parts)

    assert total() == pytest.approx(1.0, abs=1e-12)
    before = dict(state.inputs)
    state.point.param.update(prose=0.5)
    assert total() == pytest.approx(1.0, abs=1e-12)
    shrunk = {name: state.inputs[name] / before[name] for name in parts if name != "prose"}
    assert max(shrunk.values()) == pytest.approx(min(shrunk.values()))
    state.set({"academic": 0.2, "prose": 0.3})
    assert (state.inputs["academic"], state.inputs["prose"]) == (0.2, 0.3)
    assert total() == pytest.approx(1.0, abs=1e-12)
    state.set(dict(zip(parts, (0.2, 0.3, 0.1, 0.2, 0.3), strict=True)))
    assert "sum to 1.1; allowed: 1" in state.refused
    state.set({"academic": 1.0})
    assert total() == pytest.approx(1.0, abs=1e-12)
    assert state.refused == ""


def test_an_optional_input_is_computed_until_it_is_given(state):
    state.set({"law": "vocabulary-size"})
    assert state.axes() == ["N"]
    computed = state.value
    state.set({"C": 1e21})
    assert state.inputs["C"] == 1e21
    assert state.value != computed
    assert (state.family, state.down) == ("C", "C")
    state.set({"given": []})
    assert state.value == computed
    assert state.axes() == ["N"]
    assert "C" not in state.query()


def test_a_refused_point_keeps_the_last_value(state):
    state.set({"law": "translation-transfer-bleu"})
    last = state.value
    state.set({"D": 1e-9})
    assert "allowed: above 1" in state.refused
    assert state.value == last
    state.set({"D": 3e9})
    assert state.refused == ""
    assert state.value != last


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"law": "nope"}, "In the link, law is 'nope'"),
        ({"variant": "nope"}, "In the link, variant is 'nope'"),
        ({"N": "much"}, "In the link, N: 'much' is not a number"),
        ({"N": "-3"}, "In the link, N is -3; allowed: a number above 0"),
        ({"across": "U"}, "In the link, across is 'U'"),
        ({"acros": "D"}, "The link has 'acros', which means nothing for this law (did you mean"),
        ({"compare": "x/y"}, "In the link, law to compare is 'x'"),
    ],
)
def test_what_is_broken_in_a_link_is_told(state, query, message):
    messages = state.load_query({**query, "D": "2e10"}, others=["theme"])
    assert len(messages) == 1
    assert messages[0].startswith(message)
    assert state.inputs["D"] == 2e10


def test_what_is_good_in_a_list_of_a_link_is_kept(state):
    messages = state.load_query({"compare": "kaplan-loss/table-2,x/y", "theme": "dark"}, ["theme"])
    assert len(messages) == 1
    assert state.compare == ["kaplan-loss/table-2"]


def test_axes_are_the_inputs_of_the_law(state):
    for slug in ("kaplan-loss-parameters", "data-constrained-loss", "qat-loss-penalty"):
        state.set({"law": slug})
        names = [n for n, q in state.facts.inputs.items() if not q.coefficient]
        assert state.across == names[0]
        assert state.family == (names[1] if len(names) > 1 else "")
    assert all(getattr(state, axis) in (*state.facts.inputs, "") for axis in AXES)


def test_a_law_of_ones_own_is_one_of_all(state):
    law = state.load_law(MADE_UP.encode(), "mine.toml")
    assert (state.law, state.value) == (law.slug, law(**state.inputs))
    state.set({"N": 1e8})
    assert state.value == 2.5
    assert law.slug in [facts.slug for facts in state.matches()]
    state.set({"law": "chinchilla-loss", "compare": [f"{law.slug}/mine"]})
    assert [found.slug for found in state.compared()] == [law.slug]
    assert "mine.toml" in state.missing_from_link()
    assert law.slug not in laws.names()
    assert law.slug not in ExplorerState().library()


def test_a_loaded_law_is_there_without_another_word(tmp_path):
    path = tmp_path / "made-up.toml"
    path.write_text(MADE_UP)
    laws.load(path)
    try:
        state = ExplorerState(law="made-up-loss", N=1e8)
        assert state.value == 2.5
        assert state.failing() == []
        assert "made-up-loss" in [facts.slug for facts in state.matches()]
        assert "made-up-loss/mine" in ExplorerState().other_laws()
    finally:
        laws.unload("made-up-loss")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "mine.toml: the file says nothing"),
        (b"\xff\x00", "mine.toml: the file is not valid TOML"),
        (MADE_UP.replace("title", "titel", 1).encode(), "did you mean 'title'"),
        (MADE_UP.replace("made-up-loss", "kaplan-loss").encode(), "is a built-in law"),
        (MADE_UP.replace("inputs.N", "inputs.law").replace('input = "N"', 'input = "law"')
         .replace("\nN = {", "\nlaw = {").replace("{ N = 1e8 }", "{ law = 1e8 }").encode(),
         "calls an input 'law'; allowed"),
        (MADE_UP.replace("1e6, 1e12", "1e-300, 1e-290").replace("alpha = 0.25", "alpha = 9")
         .replace("[domain]\nN = { lower = 1e7, upper = 1e9 }", "")
         .encode(), "no finite value"),
    ],
)  # fmt: skip
def test_a_wrong_law_file_changes_nothing(state, content, message):
    before = state.scenario()
    with pytest.raises(ValueError, match=message):
        state.load_law(content, "mine.toml")
    assert state.scenario() == before
    assert state.own == {}
