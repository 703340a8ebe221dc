"""Names in figures: they have room at every width, cover nothing, and can be read."""

import numpy as np
import pytest
from bokeh.models import LogTicker

from scalekit_widgets import theme
from scalekit_widgets.models.choices import OWN_COLOUR, loss_choices, rule_choices
from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.models.training_compute import BUDGETS
from scalekit_widgets.views.figure import plot_size
from scalekit_widgets.views.frontier import Frontier
from scalekit_widgets.views.sensitivity import RESULTS, Sensitivity
from scalekit_widgets.views.surface import Surface
from scalekit_widgets.views.valley import Valley

LETTER = {"10px": 6.3, "11px": 6.8}
"""Pixels a letter of DejaVu Sans on average, in the widest of the names; others are narrower."""
HALF = {"10px": 5.0, "11px": 5.5}
EVERYONE = [key for key in TrainingState.param.compare.objects if key != "own"]


def drawn(view, state, width, height=300):
    """Bring a view up to date in a plot of so many pixels, as the browser tells it."""
    view.restyle(theme.LIGHT)
    view.fit(state)
    view.update(state, None)
    view.fig.set_from_json("inner_width", width)
    view.fig.set_from_json("inner_height", height)
    return view


def pixels(view, x, y, width, height):
    (left, right), (bottom, top) = (
        (r.start, r.end) for r in (view.fig.x_range, view.fig.y_range)
    )  # fmt: skip
    across = width * np.log(np.asarray(x) / left) / np.log(right / left)
    return across, height * np.log(np.asarray(y) / bottom) / np.log(top / bottom)


def name_boxes(view, width, height=300, size="10px"):
    """Return left, right, bottom, top of every name of a model."""
    data = view.models.names.data
    across, up = pixels(view, data["x"], data["y"], width, height)
    boxes = []
    for u, v, text, align, dx, dy in zip(
        across, up, *(data[k] for k in ("text", "align", "dx", "dy")), strict=True
    ):
        long = LETTER[size] * len(text)
        left = u + dx - {"left": 0, "center": long / 2, "right": long}[align]
        boxes.append((left, left + long, v + dy - HALF[size], v + dy + HALF[size]))
    return np.array(boxes)


def touch(a, b):
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


@pytest.mark.parametrize("of", ["N", "D"])
@pytest.mark.parametrize("width", [230, 300, 430, 700])
@pytest.mark.parametrize("setting", [
    {}, {"compute_budget": 1e17}, {"compute_budget": 1e28}, {"budget": "usd", "usd": 1e12},
    {"compare": EVERYONE},
])  # fmt: skip
def test_names_of_models_touch_neither_each_other_nor_a_dot_nor_the_end(of, width, setting):
    view = drawn(Frontier(of), TrainingState(**setting), width)
    boxes = name_boxes(view, width)
    assert len(boxes) >= 3
    assert np.all(boxes[:, 0] >= 0)
    assert np.all(boxes[:, 1] <= width)
    for i, a in enumerate(boxes):
        assert not any(touch(a, b) for b in boxes[i + 1 :])
    data = view.models.source.data
    for u, v in zip(*pixels(view, data["x"], data["y"], width, 300), strict=True):
        assert not any(touch(box, (u - 2.5, u + 2.5, v - 2.5, v + 2.5)) for box in boxes)


@pytest.mark.parametrize("of", ["N", "D"])
def test_wider_figures_have_more_names_and_a_zoom_brings_others(of, state):
    view = drawn(Frontier(of), state, 200)
    few = list(view.models.names.data["text"])
    view.fig.set_from_json("inner_width", 900)
    assert len(view.models.names.data["text"]) > len(few)
    view.fig.x_range.update(start=1e24, end=1e26)
    assert len(view.models.names.data["text"]) > 0
    assert all(1e24 <= x <= 1e26 for x in view.models.names.data["x"])


def test_names_stay_while_a_slider_moves(state):
    state.set({"limit_tokens": True})
    view = drawn(Frontier("N"), state, 430)
    before = list(view.models.names.data["text"])
    state.set({"unique_tokens": 1e9, "compute_budget": 1e22})
    view.update(state, None)
    assert list(view.models.names.data["text"]) == before


@pytest.mark.parametrize("of", ["N", "D"])
@pytest.mark.parametrize("setting", [
    {"budget": "usd", "usd": 10.0, "price": 1000.0}, {"compute_budget": 1e17},
    {"compute_budget": 1e28}, {"budget": "usd", "usd": 1e12},
    {"budget": "hours", "device_hours": 1e10},
])  # fmt: skip
def test_the_frontier_reaches_every_budget(of, setting):
    state = TrainingState(**setting)
    view = drawn(Frontier(of), state, 430)
    x, y = view.fig.x_range, view.fig.y_range
    assert BUDGETS[0] <= x.start < state.asked.C < x.end <= BUDGETS[-1]
    assert view.best.data["x"] == [state.asked.C] * len(view.best.data["x"])
    assert all(y.start < value < y.end for value in view.best.data["y"])
    assert x.start <= 1e19 < 1e27 <= x.end, "the models stay in view"


@pytest.mark.parametrize("width", [230, 300, 430, 1000])
@pytest.mark.parametrize("setting", [{}, {"compare": EVERYONE}, {"compute_budget": 1e17}])
def test_names_of_curves_lie_within_the_plot(width, setting):
    view = drawn(Valley(), TrainingState(**setting), width)
    x, tags = view.fig.x_range, view.tags.data
    assert tags["text"]
    for place, text, align, dx in zip(*(tags[k] for k in ("x", "text", "align", "dx")),
                                      strict=True):  # fmt: skip
        u = width * np.log(place / x.start) / np.log(x.end / x.start) + dx
        long = LETTER["11px"] * len(text)
        left = u - (long if align == "right" else 0)
        assert left >= 0
        assert left + long <= width


@pytest.mark.parametrize("width", [230, 430, 1000])
@pytest.mark.parametrize("setting", [{}, {"compare": EVERYONE}])
def test_names_of_curves_touch_no_other_curve(width, setting):
    view = drawn(Valley(), TrainingState(**setting), width)
    x, y, data = view.fig.x_range, view.fig.y_range, view.curves.data
    _, height = plot_size(view.fig)
    tags, found = view.tags.data, 0
    for i, name in enumerate(view._names):
        if name not in tags["text"]:
            continue
        at = tags["text"].index(name)
        place, dx, up = tags["x"][at], tags["dx"][at], tags["y"][at]
        long = np.sign(dx) * LETTER["11px"] * len(name)
        start = width * np.log(place / x.start) / np.log(x.end / x.start) + dx
        ends = [x.start * (x.end / x.start) ** (u / width) for u in (start, start + long)]
        for j, xs in enumerate(data["xs"]):
            curve = np.fmin(data["ys"][j], data["dash_ys"][j])
            there = np.interp(np.geomspace(*sorted(ends), 50), xs, curve)
            away = height * np.abs(there - up) / (y.end - y.start)
            crossing = np.any(np.diff(np.sign(there - up)) != 0)
            if j != i:
                assert away.min() > 3, f"{name} touches curve {j}"
                assert not crossing, f"curve {j} strikes through {name}"
                found += 1
    assert found


@pytest.mark.parametrize("make", [Surface, lambda: Frontier("N")])
def test_ticks_of_a_narrow_figure_are_two_decades_apart(make, state):
    view = drawn(make(), state, 1000)
    usual = view.fig.xaxis[0].ticker
    assert isinstance(usual, LogTicker)
    view.fig.set_from_json("inner_width", 230)
    ticks = np.log10(view.fig.xaxis[0].ticker.ticks)
    assert np.diff(ticks) == pytest.approx(2)
    view.fig.set_from_json("inner_width", 700)
    assert view.fig.xaxis[0].ticker is usual


def test_colour_bar_and_contours_name_the_same_levels(state):
    view = drawn(Surface(), state, 370, 350)
    assert set(view.level_tags.data["text"]) <= set(view.bar.model.major_label_overrides.values())
    assert len(view.bar.model.ticker.ticks) == len(set(view.levels.data["loss"]))


COLOURS = [*(c.colour for c in (*loss_choices(), *rule_choices())), OWN_COLOUR]


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("colour", COLOURS)
def test_names_of_curves_can_be_read(colour, palette):
    found = theme.text_colour(colour, palette)
    for behind in (palette.paper, theme.mix(palette.paper, palette.shade, theme.SHADING)):
        assert theme.contrast(found, behind) >= 4.5
    # A colour that can be read already stays; others keep their order of red, green and blue.
    if theme.contrast(colour, palette.paper) > 7:
        assert found == colour
    was, now = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (colour, found))
    assert all(now[i] <= now[j] for i in range(3) for j in range(3) if was[i] < was[j])


def test_contrast_is_that_of_the_standard():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert theme.contrast("#0072b2", "#0072b2") == 1


def test_names_of_curves_follow_the_theme(state):
    view = drawn(Valley(), state, 430)
    light = view.tags.data["colour"]
    view.restyle(theme.DARK)
    dark = view.tags.data["colour"]
    for found, palette in ((light, theme.LIGHT), (dark, theme.DARK)):
        assert found == [theme.text_colour(c.colour, palette) for c in state.losses()]


@pytest.mark.parametrize("C", np.geomspace(1e17, 1e28, 12))
def test_no_line_strikes_through_the_value_of_a_contour(C, state):
    state.set({"compute_budget": C})
    view = drawn(Surface(), state, 370, 350)
    tags = view.level_tags.data
    assert len(tags["text"]) >= 3
    x, y = np.log(tags["x"]), np.log(tags["y"])
    for line in (view.line.data, view.path.data):
        across, up = (np.log(np.asarray(line[key])[np.isfinite(line["y"])]) for key in "xy")
        at = np.interp(x, across, up, np.inf, np.inf)
        assert np.all(np.abs(at - y) > np.log(2))


@pytest.mark.parametrize("setting", [
    {}, {"budget": "usd", "usd": 1e12}, {"compute_budget": 1e17}, {"law": "minicpm"},
    {"compute_budget": 1e28, "law": "hoffmann-rounded"}, {"serve": True, "law": "de-vries"},
])  # fmt: skip
@pytest.mark.parametrize("of", RESULTS)
def test_numbers_of_bars_have_room(of, setting):
    width, view, state = 210, Sensitivity(), TrainingState(**setting)
    view.of = of
    view.fit(state)
    view.update(state, None)
    rows, reach = view.rows.data, view.fig.x_range.end
    for value, text, dx in zip(*(rows[k] for k in ("value", "text", "dx")), strict=True):
        from_the_middle = abs(value) / reach * width / 2 + abs(dx)
        assert from_the_middle + LETTER["11px"] * len(text) <= width / 2 + 8, text
