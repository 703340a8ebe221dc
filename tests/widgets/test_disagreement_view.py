"""Why do the tools disagree: the figure and its table against `scalekit.disagreement`."""

import numpy as np
import pytest

from scalekit import disagreement, laws
from scalekit_widgets.models.choices import loss_choices, rule_choices
from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.theme import DARK, LIGHT
from scalekit_widgets.views.disagreement import NARROW, RANGE, Disagreement


@pytest.fixture
def view(state):
    found = Disagreement()
    found.restyle(LIGHT)
    found.fit(state)
    found.update(state, None)
    found.fig.set_from_json("inner_width", 900)
    found.fig.set_from_json("inner_height", 800)
    return found


@pytest.mark.parametrize("C", [1e17, 3e21, 5.76e23, 1e28])
def test_tools_are_the_recorded_ones(view, C):
    wanted = disagreement.answers(C).set_index("label")
    rows = {row["label"]: row for row in view.table(C)}
    assert set(wanted.index) <= set(rows)
    for label, tool in wanted.iterrows():
        assert rows[label]["value"] == pytest.approx(tool["tokens_per_parameter"], rel=1e-9)
        for key in ("cause", "reason", "source"):
            assert rows[label][key] == tool[key]


@pytest.mark.parametrize("C", [1e19, 5.76e23])
def test_every_law_of_the_app_has_a_row_in_its_colour(view, C):
    rows = dict(zip(view.rows.data["colour"], view.table(C), strict=True))
    for choice in (*loss_choices(), *rule_choices()):
        assert choice.colour in rows, f"no row has the colour of {choice.label}"
        row = rows[choice.colour]
        assert row["reason"]
        assert row["source"]
        if choice in rule_choices():
            N = choice.law(C=C)
            D = laws.get("compute-optimal-tokens", choice.law.variant)(C=C)
        else:
            form = choice.law.form
            N, D = (form.fresh() if hasattr(form, "fresh") else form).optimum(C)
        assert row["value"] == pytest.approx(D / N, rel=1e-6)


def test_the_range_of_published_answers_at_gophers_budget(view):
    values = [row["value"] for row in view.table(5.76e23)[: len(disagreement.tools())]]
    assert len(values) == 10
    assert min(values) == pytest.approx(5.7, abs=0.05)
    assert max(values) == pytest.approx(92.6, abs=0.05)
    state = TrainingState()
    lower, _, upper = state.answer.reference
    assert sum(lower <= value <= upper for value in values) == 6


@pytest.mark.parametrize("C", [1e17, 5.76e23, 1e28])
def test_rows_lie_in_the_view_and_say_their_true_value(view, state, C):
    state.set({"compute_budget": C})
    view.update(state, None)
    table = view.table(C)
    assert view.rows.data["y"] == [row["label"] for row in table]
    assert set(view.rows.data["y"]) == set(view.fig.y_range.factors)
    for x, row, text in zip(view.rows.data["x"], table, view.rows.data["text"], strict=True):
        assert RANGE[0] <= x <= RANGE[1]
        assert np.isfinite(row["value"])
        assert row["cause"] in text
        if x != pytest.approx(row["value"]):
            assert "→" in text or "←" in text
    assert view.band.left < view.middle.location < view.band.right


def test_limits_and_laws_do_not_change_it(view, state):
    before = {k: list(v) for k, v in view.rows.data.items()}
    state.set({"law": "minicpm", "limit_tokens": True, "serve": True, "served_tokens": 1e9})
    view.update(state, None)
    assert {k: list(v) for k, v in view.rows.data.items()} == before


def test_restyling(view):
    view.restyle(DARK)
    assert view.fig.background_fill_color == DARK.paper
    assert view.fig.yaxis[0].major_label_text_color == DARK.ink


@pytest.mark.parametrize("C", [1e17, 5.76e23, 1e28])
@pytest.mark.parametrize("width", [190, 500, 900])
def test_captions_stay_within_the_plot(view, state, width, C):
    state.set({"compute_budget": C})
    view.update(state, None)
    view.fig.set_from_json("inner_width", width)
    rows = view.rows.data
    # The cause stands in the caption, or beneath the name.
    names = view.fig.yaxis[0].formatter.args["lines"]
    for label, cause, text in zip(rows["y"], rows["cause"], rows["text"], strict=True):
        assert cause in (text if width >= NARROW else names[label])
    for x, text, align, dx in zip(*(rows[k] for k in ("x", "text", "align", "dx")), strict=True):
        u = width * np.log(x / RANGE[0]) / np.log(RANGE[1] / RANGE[0]) + dx
        left = u - (6.3 * len(text) if align == "right" else 0)
        assert left >= 0
        assert left + 6.3 * len(text) <= width
