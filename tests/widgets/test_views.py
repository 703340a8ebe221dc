"""Figures of the Training app: what they draw for a state, where it goes, and what stays put."""

import numpy as np
import pytest
from bokeh.models import HoverTool

from scalekit import allocation
from scalekit_widgets.apps.training import TrainingApp
from scalekit_widgets.models.choices import rule_choices
from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.models.training_compute import BUDGETS
from scalekit_widgets.notation import count
from scalekit_widgets.theme import DARK, LIGHT, contrast, curve_colour
from scalekit_widgets.views.away import HINT, Away
from scalekit_widgets.views.figure import calm_row, make_figure
from scalekit_widgets.views.frontier import RANGES, Frontier
from scalekit_widgets.views.known_models import known_models
from scalekit_widgets.views.sensitivity import RESULTS, Sensitivity
from scalekit_widgets.views.surface import D_RANGE, N_RANGE, Surface
from scalekit_widgets.views.valley import Valley

EVERYONE = [key for key in TrainingState.param.compare.objects if key != "own"]
STATES = {
    "default": {},
    "low end": {"compute_budget": 1e17},
    "high end": {"compute_budget": 1e28},
    "limit": {"compute_budget": 1e22, "limit_tokens": True, "unique_tokens": 25e9},
    "saturated": {"budget": "usd", "usd": 1e12, "limit_tokens": True, "law": "muennighoff"},
    "used up": {"compute_budget": 1e27, "limit_tokens": True, "unique_tokens": 1e8},
    "all money": {"budget": "usd", "usd": 1e12},
    "no money": {"budget": "usd", "usd": 10.0, "price": 1000.0},
    "serving": {"serve": True, "served_tokens": 5e12, "law": "de-vries"},
    "every law": {"compare": EVERYONE, "law": "minicpm"},
    "no comparison": {"compare": [], "law": "muennighoff"},
}
VIEWS = {
    "valley": Valley,
    "best N": lambda: Frontier("N"),
    "best D": lambda: Frontier("D"),
    "surface": Surface,
    "slopes": Sensitivity,
}


def drawn(view, state, pinned=None):
    """Bring a view up to date as a display does."""
    view.restyle(LIGHT)
    view.fit(state)
    view.update(state, pinned)
    return view


def ranges(fig):
    found = []
    for axis in (fig.x_range, fig.y_range):
        found.append((axis.start, axis.end) if hasattr(axis, "start") else tuple(axis.factors))
    return found


@pytest.fixture(params=STATES)
def case(request):
    return TrainingState(**STATES[request.param])


@pytest.fixture(params=VIEWS)
def view(request):
    return VIEWS[request.param]()


def test_every_view_draws_every_state(view, case):
    drawn(view, case)
    for renderer in view.fig.renderers:
        data = renderer.data_source.data
        lengths = {len(column) for column in data.values()}
        assert len(lengths) == 1, data.keys()


def test_axes_have_a_name_and_a_unit_or_are_counts(view):
    for axis in (*view.fig.xaxis, *view.fig.yaxis):
        if axis.axis_label:
            assert axis.axis_label[0].isupper()
    assert view.fig.xaxis[0].axis_label
    assert view.fig.name
    assert view.fig.html_attributes["role"] == "img"
    assert len(view.fig.html_attributes["aria-label"]) > len(view.fig.name)


def test_axes_move_only_on_fit(view, state):
    drawn(view, state)
    before = ranges(view.fig)
    for values in ({"compute_budget": 1e19}, {"law": "muennighoff"}, {"compute_budget": 1e28}):
        state.set(values)
        view.update(state, None)
        assert ranges(view.fig) == before
    view.fit(state)
    if isinstance(view, Valley):
        middle = np.sqrt(view.fig.x_range.start * view.fig.x_range.end)
        assert middle == pytest.approx(state.answer.N[state.slot])
    if isinstance(view, Frontier):
        assert view.fig.x_range.start < 1e28 < view.fig.x_range.end


def test_a_persons_zoom_stays(view, state):
    drawn(view, state)
    view.fig.x_range.update(start=2.0, end=3.0)
    state.set({"compute_budget": 1e20})
    view.update(state, None)
    assert (view.fig.x_range.start, view.fig.x_range.end) == (2.0, 3.0)


def test_sources_stay_the_same_objects(view, case):
    drawn(view, case)
    before = [r.data_source for r in view.fig.renderers]
    case.set({"compute_budget": 3e21})
    view.update(case, None)
    assert all(a is b.data_source for a, b in zip(before, view.fig.renderers, strict=True))


def test_optimum_lies_on_the_valley(case):
    view = drawn(Valley(), case)
    chosen = case.losses()
    assert list(view.curves.data["law"]) == [c.label for c in chosen]
    assert list(view.best.data["colour"]) == [c.colour for c in chosen]
    for xs, ys, dash, N, law in zip(
        *(view.curves.data[k] for k in ("xs", "ys", "dash_ys")), view.best.data["N"], chosen,
        strict=True,
    ):  # fmt: skip
        assert np.all(np.isfinite(xs))
        assert np.all(np.isfinite(ys) | np.isfinite(dash))
        both = np.fmin(ys, dash)
        assert np.nanmin(both) == pytest.approx(0, abs=1e-6)
        best = case.answer.N[case.slot_of(law.key)]
        assert np.interp(np.log(best), np.log(xs), both) == pytest.approx(0, abs=1e-3)
        assert count(best) == N
    lower, upper = case.answer.flat[case.slot]
    assert (view.flat.left, view.flat.right) == (lower, upper)
    has_band = case.law == "besiroglu" and not case.saturated
    assert len(view.band.data["left"]) == (1 if has_band else 0)


def check_split(inside, solid, dashed, y):
    """Solid exactly where the law was fitted; dashed elsewhere, touching at the seam."""
    inside = np.broadcast_to(inside, np.shape(y))
    known = np.isfinite(y)
    assert np.array_equal(np.isfinite(solid), inside & known)
    shown = np.isfinite(dashed)
    assert np.all(shown[~inside & known])
    neighbour = np.zeros_like(inside)
    neighbour[1:] |= ~inside[:-1]
    neighbour[:-1] |= ~inside[1:]
    assert np.all(~(shown & inside) | neighbour)
    # The two parts touch: no gap in the curve where it changes style.
    change = np.flatnonzero((inside[1:] != inside[:-1]) & known[1:] & known[:-1])
    assert np.all(shown[change] & shown[change + 1])


@pytest.mark.parametrize("setting", ["default", "low end", "every law", "limit"])
def test_solid_inside_the_fitted_range_in_the_valley(setting):
    state = TrainingState(**{"compute_budget": 1e21, **STATES[setting]})
    view, data = drawn(Valley(), state), None
    data = view.curves.data
    for i, law in enumerate(state.losses()):
        x = np.asarray(data["xs"][i])
        D = state.asked.C / 6 / x - state.asked.served / 3
        inside = law.law.in_domain(N=x, D=D)
        check_split(inside, data["ys"][i], data["dash_ys"][i], np.ones_like(x))


@pytest.mark.parametrize("of", ["N", "D"])
@pytest.mark.parametrize("setting", ["default", "every law", "limit", "serving"])
def test_solid_inside_the_fitted_range_along_the_frontier(of, setting):
    state = TrainingState(**STATES[setting])
    view = drawn(Frontier(of), state)
    data = view.curves.data
    for i, law in enumerate([state.main, *state.compared]):
        if law in rule_choices():
            inside = law.law.in_domain(C=BUDGETS)
        else:
            N, D = (f[state.slot_of(law.key)] for f in state.frontier())
            inside = law.law.in_domain(N=N, D=D)
        check_split(inside, data["ys"][i], data["dash_ys"][i], view.curve(state, law))


@pytest.mark.parametrize("of", ["N", "D"])
def test_frontier_passes_through_the_answer(of, state):
    view = drawn(Frontier(of), state)
    curve = np.fmax(view.curves.data["ys"][0], view.curves.data["dash_ys"][0])
    known = np.isfinite(curve)
    at_budget = np.exp(np.interp(np.log(state.C), np.log(BUDGETS[known]), np.log(curve[known])))
    answer = state.answer.N if of == "N" else state.answer.D
    assert at_budget == pytest.approx(answer[0], rel=1e-3)
    assert view.best.data["y"][0] == pytest.approx(answer[0])
    assert view.budget.location == state.C
    names = view.models.source.data["model"]
    assert len(names) == len(known_models()) > 30
    assert np.all(np.isfinite(view.models.source.data["x"]))


@pytest.mark.parametrize(("setting", "low", "high"), [
    ({}, 1e17, 1e28),
    ({"budget": "hours", "mfu": 0.01}, 3.56e16, 3.57e26),
    ({"limit_tokens": True, "unique_tokens": 1e8}, 1e17, 1e23),
])  # fmt: skip
def test_the_frontier_ends_where_no_optimum_can_be_asked_for(setting, low, high):
    screen = TrainingApp(compare=["hoffmann-precise"], **setting).screen()
    rows = screen._frontier_rows()
    assert np.isfinite(rows[["C", "N", "D"]]).all(axis=None)
    assert low <= rows["C"].min() < 10 * low
    assert high / 10 < rows["C"].max() <= high
    assert rows[["N", "D"]].min(axis=None) > 1.1e6
    if not setting:
        own = rows[rows["law"] == screen.state.main.label]
        assert np.allclose(own["N"], allocation.compute_optimal(own["C"].to_numpy()).N, rtol=1e-5)


@pytest.mark.parametrize("C", [1e17, 1e28])
def test_what_leaves_the_view_is_drawn_at_its_edge(C, state):
    pinned = {
        "N": state.answer.N[0], "D": state.answer.D[0], "C": state.C,
        "budget": state.C,
        "loss": state.answer.loss[0], "state": state.scenario(),
    }  # fmt: skip
    views = [drawn(make(), state, pinned) for make in VIEWS.values()]
    valley, best_n, best_d, surface, _ = views
    valley.fig.x_range.update(start=1e9, end=1e10)
    state.set({"compute_budget": C})
    for view in views:
        view.update(state, pinned)
    for x in (*valley.best.data["x"], *valley.pinned.data["x"]):
        assert 1e9 < x < 1e10
    for view in (best_n, best_d):
        low, high = view.fig.x_range.start, view.fig.x_range.end
        assert all(low <= x <= high for x in view.best.data["x"])
        assert all(RANGES[view.of][0] <= y <= RANGES[view.of][1] for y in view.best.data["y"])
    assert N_RANGE[0] <= surface.best.data["x"][0] <= N_RANGE[1]
    assert D_RANGE[0] <= surface.best.data["y"][0] <= D_RANGE[1]


@pytest.mark.parametrize("C", [1e17, 1e28])
@pytest.mark.parametrize("of", ["N", "D"])
def test_a_pinned_scenario_that_leaves_the_view_is_drawn_at_its_edge(C, of, state):
    state.set({"compute_budget": C})
    pinned = {"N": state.answer.N[0], "D": state.answer.D[0], "C": C, "budget": C}
    state.set({"compute_budget": 5.76e23})
    view = drawn(Frontier(of), state, pinned)
    assert view.fig.x_range.start <= view.pinned.data["x"][0] <= view.fig.x_range.end
    assert RANGES[of][0] <= view.pinned.data["y"][0] <= RANGES[of][1]
    surface = drawn(Surface(), state, {**pinned, "N": 1e14, "D": 1e7})
    assert N_RANGE[0] <= surface.pinned.data["x"][0] <= N_RANGE[1]
    assert D_RANGE[0] <= surface.pinned.data["y"][0] <= D_RANGE[1]


def test_surface(state):
    view = drawn(Surface(), state)
    assert view.best.data["x"] == [state.answer.N[0]]
    assert np.all(np.isfinite(view.image.data["image"][0]))
    assert len(view.levels.data["xs"]) >= 6
    low, high = view.bar.mapper.low, view.bar.mapper.high
    assert low < high
    # Another budget changes neither the surface nor its contours; another law does.
    image = view.image.data["image"][0]
    state.set({"compute_budget": 1e21})
    view.update(state, None)
    assert view.image.data["image"][0] is image
    state.set({"law": "hoffmann-precise"})
    view.update(state, None)
    assert view.image.data["image"][0] is not image
    assert view.bar.model.title == "Loss (nats/token)"
    # The budget's line of equal compute.
    n, d = (np.asarray(view.line.data[k]) for k in "xy")
    good = np.isfinite(d)
    assert 6 * n[good] * d[good] == pytest.approx(1e21)


def test_runs_on_the_surface(state, shared_data):
    from scalekit.datasets import chinchilla_runs

    view = drawn(Surface(), state)
    view.show_runs(chinchilla_runs())
    assert len(view.runs.data["x"]) == 240
    assert view.runs.data["loss"].min() > 1.5
    view.show_runs(None)
    assert view.runs.data["x"] == []


def test_slopes(case):
    view = drawn(Sensitivity(), case)
    for of, row in RESULTS.items():
        view.of = of
        view.fit(case)
        view.update(case, None)
        assert np.all(np.isfinite(view.rows.data["value"]))
        reach = view.fig.x_range.end
        assert np.all(np.abs(view.rows.data["value"]) <= reach)
        assert view.fig.xaxis[0].axis_label.startswith(of)
        table = dict(view.table(case))
        assert list(reversed(view.names.factors)) == list(table)
        assert ("Unique tokens" in table) == case.limit_tokens
        assert ("Tokens served" in table) == case.serve
        for value, side, dx in zip(*(view.rows.data[k] for k in ("value", "align", "dx")),
                                   strict=True):  # fmt: skip
            assert (side, np.sign(dx)) == (("right", -1) if value < 0 else ("left", 1))
        if case.budget == "flop":
            assert table["Budget (FLOP)"] == case.answer.elasticities[row, 0]


def test_slopes_are_what_happens(state):
    state.set({"budget": "usd", "serve": True, "serving_mfu": 0.3})
    for of, row in (("Parameters", "N"), ("Tokens", "D"), ("Loss", "loss")):
        view = Sensitivity()
        view.of = of
        table = dict(view.table(state))
        for name, parameter in (
            ("Money", "usd"), ("Price per device-hour", "price"), ("Utilisation (MFU)", "mfu"),
            ("Tokens served", "served_tokens"),
        ):  # fmt: skip
            change, value = 1e-4, getattr(state, parameter)
            logs = []
            for sign in (1, -1):
                state.set({parameter: value * np.exp(sign * change)})
                logs.append(np.log(getattr(state.answer, row)[0]))
            state.set({parameter: value})
            assert table[name] == pytest.approx((logs[0] - logs[1]) / 2 / change, abs=1e-4)


def test_restyling_changes_the_figure(view, state):
    drawn(view, state)
    assert view.fig.background_fill_color == LIGHT.paper
    view.restyle(DARK)
    assert view.fig.background_fill_color == view.fig.border_fill_color == DARK.paper
    assert view.fig.xaxis[0].major_label_text_color == DARK.quiet
    assert view.fig.xgrid[0].grid_line_color == DARK.grid
    for tool in view.fig.select({"type": HoverTool}):
        assert DARK.raised in tool.tooltips
        for name, value in tool.tags:
            assert name in tool.tooltips
            assert value in tool.tooltips


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_law_colours_are_of_one_hue_and_seen_in_both_themes(state, palette):
    for view in (Valley(), Frontier("N")):
        drawn(view, state)
        view.restyle(palette)
        view.update(state, None)
        shown = view.curves.data["colour"]
        chosen = state.losses() if isinstance(view, Valley) else [state.main, *state.compared]
        assert shown == [curve_colour(law.colour, palette) for law in chosen]
        assert all(contrast(colour, palette.paper) >= 3 for colour in shown)


def test_valley_tells_where_an_answer_is_that_has_left_the_view():
    state = TrainingState()
    view = Valley()
    view.fit(state)
    view.update(state, None)
    assert list(view.away.data["text"]) == []
    state.set({"compute_budget": 1e17})
    view.update(state, None)
    (text,) = view.away.data["text"]
    assert text == f"← {count(float(state.answer.N[state.slot]))}: Fit axes"
    view.fit(state)
    view.update(state, None)
    assert list(view.away.data["text"]) == []


def test_what_has_left_the_view_is_told():
    """Where a figure would be empty it says what to do, and nothing where it is not."""
    fig = make_figure("f", ("x", 1.0, 100.0), ("y", 0.0, 1.0), y_type="linear")
    away, x = Away(fig), np.array([2.0, 50.0])
    for y, told in (([0.5, 9.0], []), ([8.0, 9.0], [HINT]), ([np.nan, np.nan], []),
                    ([8.0, np.nan], [HINT]), ([0.1, 0.2], [])):  # fmt: skip
        away.tell(x, np.array(y), log=(True, False))
        assert away.source.data["text"] == told
    away.tell(x * 1e6, np.array([0.1, 0.2]), log=(True, False))
    assert (away.source.data["x"], away.source.data["y"]) == ([pytest.approx(10)], [0.5])


def test_a_row_for_the_name_of_a_region():
    """Where the region is, off the row to avoid; none where it is at an edge alone."""
    cells = np.zeros((200, 50), bool)
    assert calm_row(cells, 100) is None
    cells[:8] = True
    assert calm_row(cells, 100) is None
    cells[90:121] = True
    row = calm_row(cells, 105)
    assert cells[row].all()
    assert abs(row - 105) > 10
    cells[:] = False
    cells[104:107] = True
    assert calm_row(cells, 105) in (104, 105, 106), "better beside the dot than not at all"
