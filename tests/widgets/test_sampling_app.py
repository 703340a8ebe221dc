"""The Sampling app without a browser: displays, presets, uploads, exports, figures."""

import io

import numpy as np
import pandas as pd
import panel as pn
import pytest

from scalekit_widgets import SamplingApp
from scalekit_widgets.apps.sampling import UNITS, presets
from scalekit_widgets.models.published_tasks import tasks
from scalekit_widgets.models.sampling_compute import SAMPLES
from scalekit_widgets.views.best_samples import ENDLESS, NONE, levels
from scalekit_widgets.views.figure import plot_size
from scalekit_widgets.views.over_samples import FIRST, LAST, LETTER, LINE

COLUMNS = {
    "what-do-the-problems-end-in": [
        "samples", "right", "wrong", "unanswered", "attempts", "coverage", "net_worth",
    ],
    "when-does-the-next-sample-stop-paying": [
        "samples", "right", "wrong", "unanswered", "attempts", "coverage", "net_worth",
    ],
    "best-number-of-samples": ["false_positive_rate", "wrong_cost", "best_samples"],
    "many-cheap-samples-or-one-dear-answer": [
        "samples", "cost", "strong_cost",
    ],
    "which-strategy-is-worth-most": ["samples", "strategy", "net_worth"],
    "which-strategy-wins-where": ["wrong_cost", "sample_cost", "strategy"],
}  # fmt: skip
COUNTS = (
    b"attempts,successes,accepted,accepted_correct\n20,3,4,3\n20,11,10,9\n20,0,1,0\n20,19,18,18\n"
)


@pytest.fixture
def app():
    return SamplingApp()


@pytest.fixture
def screen(app):
    return app.screen()


def upload(screen, content, name="mine.csv"):
    screen.upload.chooser.param.update(filename=name, value=content)


def test_presets_are_named_and_undone(screen):
    assert screen.presets.widget.value == "Mathematics with a good verifier"
    for name, question in presets().items():
        screen.presets.widget.value = name
        for key, value in question.items():
            assert getattr(screen.state, key) == value
    screen.state.set({"samples": 77.0})
    assert screen.presets.widget.value == "your own settings"


def test_a_published_task_sets_the_problems_and_nothing_else(screen):
    task = next(iter(tasks().values()))
    screen.state.set({"wrong_price": 3.0})
    screen.task.widget.value = task.label
    assert (screen.state.accuracy, screen.state.spread) == (task.accuracy, task.spread)
    assert screen.state.wrong_price == 3.0
    assert task.label in screen.slow_texts["ledger"]
    screen.state.set({"accuracy": 0.5})
    assert screen.task.widget.value == "your own settings"


def test_good_and_bad_counts(screen):
    upload(screen, COUNTS)
    assert screen.upload.message.text == ""
    assert "From mine.csv" in screen.counted.text
    before, told = screen.state.scenario(), screen.counted.text
    upload(screen, COUNTS.replace(b"20,19,", b"20,21,"), "other.csv")
    assert "other.csv, line 5: successes is 21" in screen.upload.message.text
    assert "Nothing was changed" in screen.upload.message.text
    upload(screen, COUNTS, "other.txt")
    assert "other.txt: a table of counts ends in .csv" in screen.upload.message.text
    assert screen.state.scenario() == before
    assert screen.counted.text == told
    upload(screen, COUNTS, "mine.csv")
    assert screen.upload.message.text == ""


def test_a_second_display_shows_the_counts(app, screen):
    upload(screen, COUNTS)
    assert "From mine.csv" in app.screen().counted.text


def test_tables_behind_the_figures(screen):
    downloads = {d.filename: d for d in screen.root.select(pn.widgets.FileDownload)}
    for name, columns in COLUMNS.items():
        table = pd.read_csv(io.StringIO(downloads[f"scalekit-{name}.csv"].callback().getvalue()))
        assert [c.partition(" [")[0] for c in table.columns] == columns
        assert len(table) > 50
        units = {c.partition(" [")[0]: c.partition(" [")[2][:-1] for c in table.columns}
        assert units == {c: UNITS.get(c, "") for c in columns}


def test_a_slider_move_keeps_figures_and_axes(screen):
    figures = [view.fig for view in screen.views]
    ranges = [(f.x_range.start, f.x_range.end, f.y_range.start, f.y_range.end) for f in figures]
    image = screen.best.image.data["image"][0]
    screen.state.set({"false_positive_rate": 0.5, "wrong_price": 3.0})
    assert [view.fig for view in screen.views] == figures
    assert ranges == [
        (f.x_range.start, f.x_range.end, f.y_range.start, f.y_range.end) for f in figures
    ]
    assert screen.best.image.data["image"][0] is image  # hangs on neither
    screen.state.set({"accuracy": 0.5})
    assert screen.best.image.data["image"][0] is not image
    assert screen.best.point.data["y"] == [0.5]


def test_figures_stay_finite_at_the_ends(screen):
    for values in ({"accuracy": 1e-5, "spread": 0.0}, {"worth": 1e6}, {"wrong_price": 1e7},
                   {"true_positive_rate": 0.0}, {"strong_price": 1e5}):  # fmt: skip
        screen.state.set(values)
        screen.fit()
        for view in screen.views:
            ends = [view.fig.y_range.start, view.fig.y_range.end]
            assert np.isfinite(ends).all()
            assert ends[0] < ends[1]


def test_the_best_is_in_sight_where_all_lose(screen):
    screen.state.set({"wrong_price": 1e4, "accuracy": 0.9})
    screen.fit()
    for view, best in (
        (screen.worth, screen.state.net_worth.max()),
        (screen.strategies, max(top for _, top in screen.state.strategy_best().values())),
    ):
        assert best < -10
        assert view.fig.y_range.start < best < 0 < view.fig.y_range.end


def test_levels_of_the_map():
    found = levels(np.array([0.0, 1.0, 10.0, 1e4, 1e9, np.inf]))
    assert found.dtype == np.uint8
    assert found.tolist() == [NONE, 1, 64, 254, 254, ENDLESS]


def test_pin_compares_endless_with_none(screen):
    screen.state.set({"true_positive_rate": 1e-6, "false_positive_rate": 1e-6,
                      "sample_price": 1e-7, "check_price": 1e-7, "wrong_price": 1e-6})  # fmt: skip
    screen.pin.pin()
    assert "the more the better" in screen.texts["comparison"]
    screen.state.set({"wrong_price": 1000.0})
    text = screen.texts["comparison"]
    assert "not even one" in text
    assert "nan" not in text
    screen.pin.back()
    assert screen.state.wrong_price == 1e-6


def test_curves_are_dotted_beyond_what_was_measured(screen):
    task = tasks()["deepseek-coder-v2-instruct-swe-bench-lite"]
    far = np.array(screen.shares.curves.data["far_ys"], float)
    assert np.isnan(far).all()
    screen.state.set({"accuracy": task.accuracy, "spread": task.spread})
    curves = screen.shares.curves.data
    right = curves["name"].index("right")
    solid, far = (np.array(curves[key][right], float) for key in ("ys", "far_ys"))
    assert np.isfinite(solid[SAMPLES <= 250]).all()
    assert np.isnan(solid[SAMPLES > 250]).all()
    assert np.isfinite(far[SAMPLES > 250]).all()


@pytest.mark.parametrize(
    "values", [{}, {"strong_accuracy": 0.68}, {"spread": 0.0}, {"false_positive_rate": 0.0}]
)
def test_names_of_curves_touch_nothing(screen, values):
    screen.state.set(values)
    for view in (screen.shares, screen.worth, screen.strategies):
        wide, high = plot_size(view.fig)
        per = high / (view.fig.y_range.end - view.fig.y_range.start)
        across = wide * np.log(SAMPLES / FIRST) / np.log(LAST / FIRST)
        tags = view.tags.data
        assert len(tags["text"]) == len(set(tags["text"]))
        boxes = [
            (wide * np.log(x / FIRST) / np.log(LAST / FIRST), (y - view.fig.y_range.start) * per,
             LETTER * len(text))
            for x, y, text in zip(tags["x"], tags["y"], tags["text"], strict=True)
        ]  # fmt: skip
        for i, (end, bottom, long) in enumerate(boxes):
            assert 0 <= bottom <= high - LINE + 1e-6
            for other, height, length in boxes[:i]:
                apart = abs(bottom - height) >= LINE - 1e-6
                assert apart or end <= other - length or other <= end - long
            for curve in view._curves:
                under = curve.y[(across > end - long) & (across < end)]
                at = (under - view.fig.y_range.start) * per
                assert not np.any((at > bottom) & (at < bottom + LINE))


def test_a_region_at_the_edge_of_the_map_has_no_name(app, screen):
    """Where it lies in the topmost rows alone: the figure follows all the same."""
    app.state.set({"accuracy": 0.5, "spread": 0.8})
    for rate in (0.95, 0.74, 0.71, 0.6):
        app.state.set({"true_positive_rate": rate})
        assert len(screen.best.tags.data["x"]) == len(screen.best.tags.data["text"])
    assert "the more the better" in screen.best.tags.data["text"]
