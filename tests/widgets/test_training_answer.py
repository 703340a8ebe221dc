"""What the app shows is what `scalekit.allocation` answers; and sliders never compile anything."""

import numpy as np
import pytest

from scalekit import allocation, laws
from scalekit_widgets.models.choices import loss_choices
from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.models.training_compute import BUDGETS, RATIOS, TRACES
from scalekit_widgets.views.sensitivity import COEFFICIENTS

LAWS = [c.key for c in loss_choices()]
SETTINGS = {
    "plain": {},
    "small": {"compute_budget": 3e19},
    "large": {"compute_budget": 2e26},
    "hours": {"budget": "hours", "device_hours": 1344.0},
    "money": {"budget": "usd", "usd": 3e6, "price": 1.5, "mfu": 0.3},
    "limit": {"compute_budget": 1e22, "limit_tokens": True, "unique_tokens": 25e9},
    "hard limit": {"compute_budget": 1e24, "limit_tokens": True, "unique_tokens": 1e10},
    "loose limit": {"compute_budget": 1e22, "limit_tokens": True, "unique_tokens": 1e14},
    "serving": {"serve": True, "served_tokens": 5e12, "serving_mfu": 0.2},
    "both": {
        "compute_budget": 1e24, "limit_tokens": True, "unique_tokens": 3e11,
        "serve": True, "served_tokens": 3e12, "serving_mfu": 0.5,
    },
}  # fmt: skip


def asked_of_the_core(state):
    """Answer the same question with the core."""
    law = state.main.law
    return allocation.lifetime_optimal(
        state.C,
        state.demand,
        state.unique_tokens if state.limit_tokens else None,
        law=law.slug,
        variant=law.variant,
        serving_cost=state.serving_cost if state.serve else 1.0,
    )


@pytest.fixture(params=SETTINGS)
def setting(request):
    return SETTINGS[request.param]


@pytest.mark.parametrize("law", LAWS)
def test_answer(setting, law):
    state = TrainingState(**setting, law=law)
    best, slot = asked_of_the_core(state), state.slot
    for name in ("N", "D", "loss", "epochs"):
        assert getattr(state.answer, name)[slot] == pytest.approx(getattr(best, name), rel=1e-6)


@pytest.mark.parametrize("law", LAWS)
def test_answer_without_limits_is_the_compute_optimum(law):
    state = TrainingState(law=law, compute_budget=1e23)
    if law == "muennighoff":
        best = allocation.data_constrained(1e23, 1e30)
    else:
        best = allocation.compute_optimal(1e23, state.main.law.slug, state.main.law.variant)
    assert state.answer.N[state.slot] == pytest.approx(best.N, rel=1e-6)
    assert state.answer.D[state.slot] == pytest.approx(best.D, rel=1e-6)
    assert state.answer.loss[state.slot] == pytest.approx(best.loss, rel=1e-6)


def test_answer_over_a_limited_corpus_is_the_data_constrained_one():
    state = TrainingState(**SETTINGS["limit"], law="muennighoff")
    best = allocation.data_constrained(1e22, 25e9)
    slot = state.slot
    assert state.answer.N[slot] == pytest.approx(best.N, rel=1e-6)
    assert state.answer.epochs[slot] == pytest.approx(best.epochs, rel=1e-6)
    assert state.answer.epochs[slot] == pytest.approx(9.49, abs=5e-3)


def test_every_slot_has_its_own_answer(setting):
    state = TrainingState(**setting)
    for law in LAWS:
        other = TrainingState(**setting, law=law)
        assert state.answer.N[state.slot_of(law)] == pytest.approx(
            other.answer.N[other.slot], rel=1e-9
        )


@pytest.mark.parametrize("law", ["besiroglu", "hoffmann-precise", "muennighoff", "minicpm"])
def test_flat_region(setting, law):
    state = TrainingState(**setting, law=law)
    lower, upper = asked_of_the_core(state).flat_region(0.01)
    shown = state.answer.flat[state.slot]
    N = state.answer.N[state.slot]
    # The figure reaches three decades to both sides, the core four.
    assert shown[0] == pytest.approx(max(lower, N * RATIOS[0]), rel=5e-3)
    assert shown[1] == pytest.approx(min(upper, N * RATIOS[-1]), rel=5e-3)


def test_valley_is_the_penalty(setting):
    state = TrainingState(**setting)
    best, valley = asked_of_the_core(state), state.answer.valley[state.slot]
    near = (RATIOS > 0.05) & (RATIOS < 20)
    with np.errstate(invalid="ignore"):
        wanted = np.asarray(best.penalty(RATIOS[near]))
    assert valley[near] == pytest.approx(wanted, rel=1e-4, abs=1e-8)
    assert valley.min() == pytest.approx(0, abs=1e-9)


def test_band(setting):
    state = TrainingState(**setting)
    best = asked_of_the_core(state)
    for row, name in enumerate(("N", "D", "tokens_per_parameter", "loss")):
        band = best.band(name)
        assert state.answer.band[row] == pytest.approx(
            [band.lower, band.median, band.upper], rel=0.01
        )


def test_reference_band_is_that_of_the_default_law_alone():
    state = TrainingState(**SETTINGS["both"], law="de-vries")
    band = allocation.compute_optimal(1e24).band("tokens_per_parameter")
    assert state.answer.reference == pytest.approx([band.lower, band.median, band.upper], rel=0.01)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("name", ["plain", "limit", "serving", "both"])
def test_elasticities(name, law):
    state = TrainingState(**SETTINGS[name], law=law)
    best = asked_of_the_core(state)
    for row, of in enumerate(("N", "D", "loss")):
        wanted = best.elasticities(of)
        keys = ["C", "U", "D_inference", *COEFFICIENTS]
        assert state.answer.elasticities[row] == pytest.approx(
            [wanted.get(key, 0.0) for key in keys], rel=1e-6, abs=1e-6
        )


@pytest.mark.parametrize("name", ["plain", "limit", "serving"])
def test_frontier_and_surface(name):
    state = TrainingState(**SETTINGS[name])
    N, D = (f[state.slot] for f in state.frontier())
    for i in range(30, 80, 12):
        other = TrainingState(**{**SETTINGS[name], "compute_budget": BUDGETS[i]})
        if other.infeasible:
            continue
        assert N[i] == pytest.approx(other.answer.N[other.slot], rel=1e-6)
        assert D[i] == pytest.approx(other.answer.D[other.slot], rel=1e-6)
    assert np.all(np.isfinite(state.surface()))


def test_own_law_answers_as_loaded(state, own_law, tmp_path):
    path = tmp_path / "my-law.toml"
    path.write_text(own_law, encoding="utf-8")
    state.load_law(path.read_bytes(), path.name)
    laws.load(path)
    try:
        best = asked_of_the_core(state)
        assert state.answer.N[state.slot] == pytest.approx(best.N, rel=1e-6)
        assert state.answer.flat[state.slot] == pytest.approx(best.flat_region(0.01), rel=5e-3)
        slopes = best.elasticities("N")
        assert state.answer.elasticities[0, 0] == pytest.approx(slopes["C"], rel=1e-6)
    finally:
        laws.unload("my-law")


def test_a_new_law_of_ones_own_redraws_frontier_and_surface(state, own_law):
    state.load_law(own_law.encode(), "a.toml")
    first = state.frontier()[0][state.slot].copy(), state.surface().copy()
    state.load_law(own_law.replace("E = 1.8", "E = 1.2").encode(), "b.toml")
    assert not np.allclose(state.surface(), first[1])
    state.load_law(own_law.replace("A = 400.0", "A = 900.0").encode(), "c.toml")
    assert not np.allclose(state.frontier()[0][state.slot], first[0])


def test_no_move_compiles_anything(app, own_law):
    """After one warm-up, 30 moves over all parameters and laws add no trace."""
    app.screen()
    state = app.state
    before = dict(TRACES)
    assert set(before) == {"answer", "frontier", "surface"}
    moves = [
        {"compute_budget": 1e17}, {"compute_budget": 3e24}, {"budget": "hours"},
        {"device_hours": 12345.0}, {"budget": "usd"}, {"usd": 1e9}, {"price": 0.5},
        {"device": "A100 SXM 80GB"} if "A100 SXM 80GB" in state.param.device.objects
        else {"device": state.param.device.objects[0]},
        {"devices": 3}, {"mfu": 0.9}, {"limit_tokens": True}, {"unique_tokens": 1e9},
        {"unique_tokens": 1e15}, {"serve": True}, {"served_tokens": 1e9},
        {"served_tokens": 1e17}, {"served_tokens": 1e12}, {"serving_mfu": 0.05},
        {"compare": [o for o in state.param.compare.objects if o != "own"]}, {"compare": []},
        *({"law": key} for key in LAWS),
    ]  # fmt: skip
    for move in moves:
        state.set(move)
    for text in (own_law, own_law.replace("A = 400.0", "A = 301")):
        state.load_law(text.encode(), "mine.toml")
        state.set({"compute_budget": 1e21, "budget": "flop"})
    app.set_dark(True)
    assert len(moves) + 4 >= 30
    assert dict(TRACES) == before


def test_other_states_share_what_is_compiled(app):
    app.screen()
    before = dict(TRACES)
    TrainingState(law="minicpm", serve=True).frontier()
    assert dict(TRACES) == before
