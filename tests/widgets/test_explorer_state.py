"""The law explorer's state: every law can be asked, what is refused, links, files of one's own."""

import math

import numpy as np
import pytest

from scalekit import laws
from scalekit_widgets.apps import explorer_words as words
from scalekit_widgets.models import explorer_compute as maths
from scalekit_widgets.models.explorer import MOST, ExplorerState
from scalekit_widgets.models.point import TAKEN, Point
from scalekit_widgets.views.law_curves import LawCurves
from scalekit_widgets.views.law_map import LawMap

SLUGS = laws.names()
PARTS = laws.facts("data-mixing-loss").parts


@pytest.fixture
def state():
    return ExplorerState()


def kept(state):
    """Return all that must not change where something is refused."""
    return state.scenario(), state.value, state.query()


# Every law of the registry -----------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_every_variant_has_a_value_and_curves(slug):
    state = ExplorerState(law=slug)
    for variant in laws.facts(slug).variants:
        state.set({"variant": variant})
        law = laws.get(slug, variant)
        assert state.refused == ""
        assert state.value == law(**state.inputs)
        assert math.isfinite(state.value)
        (*_, (_, inputs, y)) = LawCurves(state).lines(state)
        assert inputs == state.inputs
        assert np.isfinite(y).mean() > 0.5
    if state.down:
        assert np.isfinite(LawMap(state).grid(state)).mean() > 0.4


@pytest.mark.parametrize("slug", SLUGS)
def test_elasticities_are_those_of_the_law(slug):
    state = ExplorerState(law=slug)
    for found, of in zip(state.slopes, ("inputs", "coefficients"), strict=True):
        wanted = state.main.elasticities(of, **state.inputs)
        if of == "inputs":
            coefficients = {n for n, q in state.main.inputs.items() if q.coefficient}
            wanted = {n: v for n, v in wanted.items() if n not in coefficients}
        assert {n: found[n] for n in wanted} == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("slug", SLUGS)
def test_no_input_has_a_name_that_is_taken(slug):
    assert not set(laws.facts(slug).inputs) & {*TAKEN, *dir(Point)}


def test_the_names_that_are_taken_are_all_of_the_states():
    assert {*ExplorerState.shared, "theme"} == set(TAKEN)


# Numbers by hand ---------------------------------------------------------------------------------


def test_numbers_by_hand(state):
    state.set({"N": 7e10, "D": 1.4e12})
    c = state.main.coefficients
    by_n, by_d = c["A"] / 7e10 ** c["alpha"], c["B"] / 1.4e12 ** c["beta"]
    assert state.value == pytest.approx(c["E"] + by_n + by_d, rel=1e-12)
    assert state.slopes[0]["N"] == pytest.approx(-c["alpha"] * by_n / state.value, rel=1e-9)
    assert state.slopes[1]["E"] == pytest.approx(c["E"] / state.value, rel=1e-9)
    state.set({"law": "translation-transfer-bleu", "D": 1e9, "A": 4, "alpha": 0.2, "beta": 1.5})
    assert state.value == pytest.approx(np.log(4 * 1e9**0.2) ** 1.5, rel=1e-12)
    slope = 1.5 * 0.2 / np.log(4 * 1e9**0.2)
    assert state.slopes[0]["D"] == pytest.approx(slope, rel=1e-9)
    state.set({"law": "biography-knowledge", "people": 1e5, "name_pool": 5e8,
               "attribute_combinations": 1e14})  # fmt: skip
    bits = 1e5 * np.log2(5e8 / 1e5) + 1e5 * np.log2(1e14)
    assert state.value == pytest.approx(bits, rel=1e-9)


# Setting -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"N": 1e9, "law": "kaplan-los"}, "did you mean 'kaplan-loss'"),
        ({"N": 1e9, "variant": "besiroglou"}, "did you mean 'besiroglu'"),
        ({"law": "farseer-loss", "variant": "besiroglu"}, "variant is 'besiroglu'"),
        ({"D": 1e9, "N": -3.0}, "N is -3"),
        ({"D": 1e9, "n": 3.0}, "parameter is 'n'"),
        ({"D": 1e9, "S": 3.0}, "parameter is 'S'"),
        ({"D": 1e9, "across": "U"}, "across is 'U'"),
        ({"D": 1e9, "across": ""}, "across is ''"),
        ({"D": 1e9, "compare": ["farseer-loss/printed"]}, "answers in bits/character"),
        ({"D": 1e9, "compare": ["kaplan-los/table-2"]}, "did you mean 'kaplan-loss'"),
        ({"D": 1e9, "compare": ["kaplan-loss/table-22"]}, "did you mean 'table-2'"),
    ],
)
def test_set_is_all_or_none(state, values, says):
    if "farseer-loss/printed" in values.get("compare", ()):
        values = values | {"compare": [f"farseer-loss/{laws.facts('farseer-loss').default}"]}
    before = kept(state)
    with pytest.raises(ValueError, match="allowed") as caught:
        state.set(values)
    assert says in str(caught.value)
    assert kept(state) == before


def test_no_more_laws_are_compared_than_can_be_told_apart(state):
    keys = [*state.other_variants(), *state.other_laws()]
    state.set({"compare": keys[:MOST]})
    with pytest.raises(ValueError, match=rf"compare has {MOST + 1} laws; allowed: up to {MOST}"):
        state.set({"compare": keys[: MOST + 1]})
    assert state.compare == keys[:MOST]


def test_law_variant_axes_and_inputs_at_once(state):
    asked = []
    state.subscribe(lambda: asked.append(state.value))
    other = next(v for v in laws.facts("precision-loss").variants
                 if v != laws.facts("precision-loss").default)  # fmt: skip
    state.set({"law": "precision-loss", "variant": other, "N": "1 B", "kv_bits": 4,
               "across": "weight_bits", "family": "kv_bits", "down": ""})  # fmt: skip
    assert len(asked) == 1
    assert (state.inputs["N"], state.inputs["kv_bits"]) == (1e9, 4.0)
    assert (state.across, state.family, state.down) == ("weight_bits", "kv_bits", "")
    assert state.value == laws.get("precision-loss", other)(**state.inputs)


def test_every_law_keeps_the_values_it_was_left_with(state):
    state.set({"N": 3e9, "D": 4e10})
    state.set({"law": "translation-loss", "N_e": 2e8, "alpha": 0.7})
    state.set({"law": "kaplan-loss"})
    state.set({"law": "translation-loss"})
    assert (state.inputs["N_e"], state.inputs["alpha"]) == (2e8, 0.7)
    state.set({"law": "chinchilla-loss"})
    assert state.inputs == {"N": 3e9, "D": 4e10}
    state.set({"variant": "hoffmann-precise"})
    assert state.inputs == {"N": 3e9, "D": 4e10}


def test_another_variant_brings_its_own_coefficients(state):
    first, second = list(laws.facts("learning-curve").variants)[:2]
    state.set({"law": "learning-curve", "variant": first, "D": 3e7})
    own = [laws.get("learning-curve", v).coefficients for v in (first, second)]
    name = next(n for n in own[0] if n in own[1] and own[0][n] != own[1][n])
    state.set({name: 1.1 * own[0][name]})
    state.set({"variant": second})
    assert state.inputs[name] == own[1][name]
    assert state.inputs["D"] == 3e7
    # Another law between them changes nothing about that.
    state.set({"law": "kaplan-loss"})
    state.set({"law": "learning-curve", "variant": first})
    assert state.inputs[name] == own[0][name]


def test_axes_of_another_law_are_its_own(state):
    assert (state.across, state.family, state.down) == ("N", "D", "D")
    state.set({"across": "D", "family": "", "down": ""})
    state.set({"law": "kaplan-loss-parameters"})
    assert (state.across, state.family, state.down) == ("N", "", "")
    state.set({"law": "qat-loss-penalty"})
    assert (state.across, state.family) == ("N", "weight_bits")


# Beside one another ------------------------------------------------------------------------------


def test_a_law_is_not_compared_with_itself(state):
    state.set({"compare": ["chinchilla-loss/besiroglu", "kaplan-loss/table-2"]})
    assert state.compare == ["kaplan-loss/table-2"]
    state.set({"law": "kaplan-loss"})
    assert state.compare == []


def test_what_is_compared_stands_at_the_same_inputs(state):
    state.set({"N": 3e9, "D": 4e10, "compare": ["kaplan-loss/table-2",
                                                "data-constrained-loss/c4"]})  # fmt: skip
    kaplan, repeated = state.compared()
    assert state.inputs_of(kaplan) == {"N": 3e9, "D": 4e10}
    own = state.inputs_of(repeated)
    assert (own["N"], own["D"]) == (3e9, 4e10)
    assert own["U"] == ExplorerState(law="data-constrained-loss", variant="c4").inputs["U"]
    (_, _, y), (_, _, z) = LawCurves(state).lines(state)[-2:]
    x = maths.spread(state.facts.inputs["N"], maths.STEPS)
    assert y == pytest.approx(kaplan(N=x, D=4e10))
    assert z == pytest.approx(repeated(N=x, D=4e10, U=own["U"]))


def test_fractions_of_another_law_stay_whole(state):
    mixing = laws.get("data-mixing-loss")
    assert sum(state.inputs_of(mixing).values()) == pytest.approx(1)
    state.set({"law": "data-mixing-loss", "academic": 0.6})
    other = mixing.with_variant(next(v for v in mixing.facts.variants if v != mixing.variant))
    assert state.inputs_of(other) == state.inputs


def test_compared_variants_that_a_link_brings_are_on_offer(state):
    other = next(v for v in laws.facts("henighan-loss-parameters").variants
                 if v != laws.facts("henighan-loss-parameters").default)  # fmt: skip
    key = f"henighan-loss-parameters/{other}"
    assert key not in state.other_laws()
    state.set({"compare": [key]})
    assert key in state.other_laws()


# Points that a law refuses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "values"),
    [
        ("translation-transfer-bleu", {"D": 1e3, "A": 0.1, "alpha": 0.1}),
        ("biography-knowledge", {"people": 1e9, "name_pool": 1e8}),
    ],
)
def test_a_refused_point_keeps_the_last_answer(slug, values):
    state = ExplorerState(law=slug)
    value, slopes = state.value, state.slopes
    state.set(values)
    assert state.refused
    assert (state.value, state.slopes) == (value, slopes)
    assert "keep the last one" in words.answer(state)
    assert "# refused" in words.code(state)
    curves = LawCurves(state)
    curves.fit(state)
    curves.update(state, None)
    assert curves.points.data["x"] == []
    # Opened from a link there is no last answer; that of another law is none.
    again = ExplorerState()
    assert again.load_query(state.query()) == []
    assert again.refused == state.refused
    assert math.isnan(again.value)
    assert "keep the last one" not in words.answer(again)
    assert "nan" not in words.numbers(again)
    again.set({"law": "chinchilla-loss"})
    assert again.value == ExplorerState().value


# Speed: what a slider asks is compiled once ------------------------------------------------------


@pytest.mark.parametrize("slug", ["chinchilla-loss", "qat-loss-penalty", "data-mixing-loss",
                                  "vocabulary-size"])  # fmt: skip
def test_a_slider_compiles_nothing(slug):
    state = ExplorerState(law=slug)
    traces = maths._gradients._cache_size()
    for name in state.inputs:
        for factor in (0.97, 0.93):
            state.point.param.update(**{name: factor * state.inputs[name]})
    assert state.refused == ""
    assert maths._gradients._cache_size() == traces
