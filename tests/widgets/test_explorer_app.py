"""The law explorer without a browser: displays, figures, words, exports, the snippet, one's own."""

import contextlib
import io
import math
import re

import numpy as np
import pandas as pd
import panel as pn
import pytest
from bokeh.document import Document
from bokeh.models import ImportedStyleSheet

from scalekit import laws
from scalekit.cards import cards, on_law
from scalekit_widgets import ExplorerApp
from scalekit_widgets.apps import explorer_words as words
from scalekit_widgets.apps.screen import SCREENS
from scalekit_widgets.models.choices import loss_choices
from scalekit_widgets.models.explorer import MOST
from scalekit_widgets.theme import DARK, LIGHT, curve_colour


@pytest.fixture
def app():
    return ExplorerApp()


@pytest.fixture
def screen(app):
    return app.screen()


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def upload(screen, content, name="mine.toml"):
    screen.rail.upload.chooser.filename = name
    screen.rail.upload.chooser.value = content


def controls(screen):
    """Return the controls of the law's inputs, by what they are called."""
    found = screen.rail.inputs.select(pn.widgets.FloatSlider)
    return {slider.label.partition(":")[0]: slider for slider in found}


def downloads(screen):
    found = {}
    for download in screen.root.select(pn.widgets.FileDownload):
        name = download.filename.removeprefix("scalekit-").removesuffix(".csv")
        found[name] = pd.read_csv(io.StringIO(download.callback().getvalue()))
    return found


# What is rebuilt, and what is not ----------------------------------------------------------------


def test_another_law_brings_its_sliders_and_figures(app, screen):
    assert list(controls(screen)) == ["N", "D"]
    assert screen.map_place.visible
    app.state.set({"law": "kaplan-loss-parameters"})
    assert list(controls(screen)) == ["N"]
    assert (screen.map, screen.map_place.visible) == (None, False)
    assert screen.views[0].fig.xaxis[0].axis_label.startswith("N (parameters): non-embedding")
    app.state.set({"law": "qat-loss-penalty"})
    assert list(controls(screen)) == list(laws.facts("qat-loss-penalty").inputs)
    assert screen.map_place.visible
    assert "Law of the penalty" in screen.texts["answer"]
    assert "along N" in plain(screen.main.select(pn.pane.HTML)[0].object)


def test_a_slider_moves_the_display_and_rebuilds_nothing(app, screen):
    figures, sliders = [v.fig for v in screen.views], controls(screen)
    ranges = [(f.x_range.start, f.x_range.end) for f in figures]
    sentence, formula = screen.texts["answer"], screen.texts["numbers"]
    curves, dot = screen.curves.curves.data["ys"], dict(screen.curves.points.data)
    sliders["N"].value += 0.5
    assert screen.texts["answer"] != sentence
    assert screen.texts["numbers"] != formula
    assert screen.curves.points.data != dot
    # The family does not stand at N, which is the axis: its curves are the ones there were.
    assert np.array_equal(screen.curves.curves.data["ys"][0], curves[0], equal_nan=True)
    sliders["D"].value += 0.5
    assert not np.array_equal(screen.curves.curves.data["ys"][-1], curves[-1], equal_nan=True)
    assert [v.fig for v in screen.views] == figures
    assert [(f.x_range.start, f.x_range.end) for f in figures] == ranges
    assert controls(screen) == sliders


def test_other_axes_bring_other_figures_and_keep_the_sliders(app, screen):
    figure, sliders = screen.curves.fig, controls(screen)
    app.state.set({"across": "D", "family": "N"})
    assert screen.curves.fig is not figure
    assert screen.curves.fig.xaxis[0].axis_label.startswith("D (tokens): ")
    # The map had D already: it takes another.
    assert (app.state.down, screen.map.down) == ("N", "N")
    assert controls(screen) == sliders


def test_what_is_compared_is_drawn_and_fits(app, screen):
    before = len(screen.curves.curves.data["ys"])
    kaplan = next(k for k in app.state.other_laws() if k.startswith("kaplan-loss/"))
    screen.rail.others.value = [kaplan]
    assert app.state.compare == [kaplan]
    assert len(screen.curves.curves.data["ys"]) == before + 1
    y = np.concatenate([y for _, _, y in screen.curves.lines(app.state)])
    assert screen.curves.fig.y_range.start < np.nanmin(y)
    assert screen.curves.fig.y_range.end > np.nanmax(y)
    assert "Kaplan joint law: Kaplan 2020, Table 2" in screen.texts["legend"]
    app.state.set({"compare": ["data-constrained-loss/c4"]})
    U = app.state.inputs_of(app.state.compared()[0])["U"]
    assert f"(at U = {words.quantity(U, 'tokens')})" in plain(screen.texts["legend"])
    # Ticking another keeps what a link has brought.
    henighan = list(laws.facts("henighan-loss-parameters").variants)[3]
    app.state.set({"compare": [f"henighan-loss-parameters/{henighan}"]})
    screen.rail.variants.value = ["chinchilla-loss/de-vries"]
    assert app.state.compare == [f"henighan-loss-parameters/{henighan}", "chinchilla-loss/de-vries"]


def test_one_law_too_many_is_told_and_left_out(app, screen):
    keys = list(app.state.other_laws())
    screen.rail.others.value = keys[:MOST]
    assert screen.rail.too_many.text == ""
    screen.rail.others.value = keys[: MOST + 1]
    assert "allowed: up to 7. The last one was left out" in screen.rail.too_many.text
    assert app.state.compare == screen.rail.others.value == keys[:MOST]
    screen.rail.others.value = keys[:2]
    assert screen.rail.too_many.text == ""


def test_displays_stay_in_step_and_old_ones_freeze(app):
    screens = [app.screen() for _ in range(SCREENS + 1)]
    before = screens[0].texts["answer"]
    app.state.set({"law": "farseer-loss", "N": 1e9})
    assert screens[0].texts["answer"] == before
    for screen in screens[1:]:
        assert "bits/character" in screen.texts["answer"]
        assert screen.rail.law.value == "farseer-loss"
        assert list(controls(screen)) == list(laws.facts("farseer-loss").inputs)
    controls(screens[1])["N"].value += 0.1
    assert controls(screens[2])["N"].value == controls(screens[1])["N"].value
    assert screens[1].texts["answer"] == screens[2].texts["answer"]


def test_displays_share_no_model(app):
    ids = []
    for screen in (app.screen(), app.screen()):
        doc = Document()
        doc.add_root(screen.root.get_root(doc))
        ids.append({model.id for model in doc.models})
    assert not ids[0] & ids[1]
    app.state.set({"law": "kaplan-loss"})


def test_themes(app, screen):
    assert {v.fig.background_fill_color for v in screen.views} == {LIGHT.paper}
    screen.dark_button.clicks += 1
    assert {v.fig.background_fill_color for v in screen.views} == {DARK.paper}
    app.state.set({"law": "step-law-learning-rate"})
    assert {v.fig.background_fill_color for v in screen.views} == {DARK.paper}


@pytest.mark.parametrize("slug", laws.names())
def test_every_law_is_shown(slug):
    screen = ExplorerApp(law=slug).screen()
    facts = laws.facts(slug)
    assert list(controls(screen)) == sorted(
        facts.inputs, key=lambda name: facts.inputs[name].coefficient
    )
    shown = {name: screen.texts[name] for name in ("answer", "numbers", "legend")}
    shown |= {name: screen.slow_texts[name] for name in screen.slow}
    for name, text in shown.items():
        assert not re.search(r"\bnan\b|\binf\b|None", plain(text)), (name, plain(text))
    assert f"of {len(facts.variants[facts.default].checks)}" in plain(shown["numbers"])
    if facts.pitfalls:
        assert "<li>" in shown["pitfalls"]
    for view in (screen.curves, *([screen.map] if screen.map else [])):
        for axis in (view.fig.xaxis[0], view.fig.yaxis[0]):
            assert 0 < len(axis.axis_label) <= 46
    low, high = screen.curves.fig.y_range.start, screen.curves.fig.y_range.end
    assert low < screen.state.value < high


# Words -------------------------------------------------------------------------------------------


def test_the_answer_and_how_sure_it_is(app, screen):
    app.state.set({"N": 7e10, "D": 1.4e12})
    said = plain(screen.texts["answer"])
    assert "1.973 nats/token at N = 70 B parameters and D = 1.4 T tokens (validation loss)" in said
    assert "An extrapolation: N is above the fitted 16.2 B and D is above the fitted 318" in said
    app.state.set({"N": 1e9, "D": 1e10})
    assert "Inside the range that was fitted. Besiroglu 2024" in plain(screen.texts["answer"])
    app.state.set({"N": 1e7})
    assert "N is below the fitted 57 M" in plain(screen.texts["answer"])
    app.state.set({"law": "biography-knowledge"})
    assert "No fitted range is published." in screen.texts["answer"]
    app.state.set({"law": "moe-efficiency-leverage"})
    assert "activation_ratio = 0.089," in screen.texts["answer"]


def test_a_refused_point_on_screen(app, screen):
    app.state.set({"law": "biography-knowledge"})
    value = words.quantity(app.state.value, "bits")
    app.state.set({"people": 1e9, "name_pool": 1e8})
    assert "keep the last one that it had" in screen.texts["answer"]
    assert value in screen.texts["numbers"]
    for source in (screen.curves.points, screen.map.point):
        assert source.data["x"] == []
    app.state.set({"people": 1e5})
    assert "keep the last" not in screen.texts["answer"]
    assert len(screen.curves.points.data["x"]) == 1


def test_curves_without_a_fitted_range_are_solid(app, screen):
    app.state.set({"law": "biography-knowledge"})
    assert not np.isfinite(screen.curves.curves.data["dash_ys"][-1]).any()
    app.state.set({"law": "chinchilla-loss"})
    fitted = app.state.main.domain["N"]
    solid = np.isfinite(screen.curves.curves.data["ys"][-1])
    x = screen.curves.x
    assert (solid == ((x >= fitted.lower) & (x <= fitted.upper))).all()


def test_starting_from_a_known_point(app, screen):
    start = screen.rail.start
    own, name, *_ = start.options
    assert start.value == own
    start.value = name
    check = app.state.main.variant_facts.checks[0]
    assert app.state.inputs == check.inputs
    assert math.isclose(app.state.value, check.value, rel_tol=check.rtol)
    assert start.value == name
    app.state.set({"N": 1.234e9})
    assert start.value == own


def test_search_narrows_list_and_cards(app, screen):
    search, found = screen.rail.search, screen.rail.found
    assert f"{len(laws.names())} of {len(laws.names())} laws" in found.text
    search.value_input = "kaplan steps"
    assert set(screen.rail.law.options.values()) >= {"kaplan-optimal-steps", "kaplan-loss-steps"}
    assert "farseer-loss" not in screen.rail.law.options.values()
    # What is chosen stays in the list, whatever is searched.
    assert app.state.law == screen.rail.law.value == "chinchilla-loss"
    screen.rail.law.value = "kaplan-loss-steps"
    assert app.state.law == "kaplan-loss-steps"
    search.value_input = "zebra"
    assert f"0 of {len(laws.names())} laws, 0 published results" in found.text
    assert screen.rail.law.options == {"No law matches": app.state.law}
    assert "No published result has all words" in screen.slow_texts["cards"]
    search.value_input = "WRAP"
    assert f"0 of {len(laws.names())} laws, 1 published result" in found.text
    assert "WRAP" in screen.slow_texts["cards"]
    search.value_input = ""
    screen.rail.field.value = "precision"
    (first, chosen), *others = screen.rail.law.options.items()
    assert (first, chosen) == ("Kaplan law of steps (shown, not found)", app.state.law)
    titles = [title for title, _ in others]
    assert titles == sorted(titles, key=str.casefold)
    assert {slug for _, slug in others} == set(laws.names("precision"))


def test_savings_are_laid_where_they_reach_the_present_loss(app, screen):
    assert screen.rail.savings.visible
    app.state.set({"N": 1e9, "D": 2e10, "across": "D", "savings": True})
    (factors,) = {tuple(sorted(c.saving.factor for c in cards() if c.saving is not None))}
    shown = screen.curves.cards.data
    assert sorted(2e10 / np.array(shown["x"])) == pytest.approx(factors, rel=1e-12)
    assert list(shown["y"]) == [app.state.value] * len(factors)
    assert len(set(shown["dy"])) == len(factors), "their names stand one above the other"
    assert "with 2 times less training compute" in screen.slow_texts["cards"]
    assert app.state.query()["savings"] == "true"
    assert type(app)(**{"savings": "true"}).state.savings
    app.state.set({"across": "N"})
    assert len(screen.curves.cards.data["x"]) == 0
    app.state.set({"law": "moe-efficiency-leverage"})
    assert not screen.rail.savings.visible
    assert all(marker.law == "moe-efficiency-leverage" for _, marker in app.state.cards())


# Figures and files -------------------------------------------------------------------------------


def test_cards_lie_on_the_curves(app, screen):
    app.state.set({"law": "moe-efficiency-leverage", "across": "C"})
    placed = on_law("moe-efficiency-leverage")
    assert placed
    assert screen.curves.cards.data["x"] == [c.marker.x for c in placed if c.marker.input == "C"]
    assert screen.curves.cards.data["y"] == [c.marker.y for c in placed if c.marker.input == "C"]
    assert len(screen.curves.cards.data["x"]) > 0
    y = screen.curves.fig.y_range
    assert all(y.start < v < y.end for v in screen.curves.cards.data["y"])
    assert screen.slow_texts["cards"].count("on the curves") == len(placed)
    app.state.set({"across": "G"})
    assert len(screen.curves.cards.data["x"]) == 0


def test_pins_are_compared_in_one_unit_only(app, screen):
    app.state.set({"N": 1e9, "compare": ["kaplan-loss/table-2"]})
    before = app.state.scenario()
    screen.pin.pin()
    assert len(screen.curves.pinned.data["x"]) == 1
    app.state.set({"N": 1e10})
    assert "Pinned" in screen.texts["comparison"]
    app.state.set({"law": "kaplan-loss"})
    assert "Pinned" in screen.texts["comparison"]
    app.state.set({"law": "farseer-loss"})
    assert "answers in nats/token, this one in bits/character" in screen.texts["comparison"]
    assert len(screen.curves.pinned.data["x"]) == 0
    screen.pin.back()
    assert app.state.scenario() == before


def test_downloads(app, screen):
    app.state.set({"compare": ["kaplan-loss/table-2"]})
    found = downloads(screen)
    N, D, L = "N [parameters]", "D [tokens]", "L [nats/token]"
    assert {name: list(table.columns) for name, table in found.items()} == {
        "chinchilla-parametric-law-along-n": ["law", "variant", N, D, L],
        "chinchilla-parametric-law-over-n-and-d": [N, D, L],
        "what-would-change-the-result-most": ["name", "elasticity"],
    }
    curves = found["chinchilla-parametric-law-along-n"]
    assert set(curves["law"]) == {"chinchilla-loss", "kaplan-loss"}
    row = curves[curves["law"] == "kaplan-loss"].iloc[50]
    assert row[L] == pytest.approx(laws.get("kaplan-loss", "table-2")(N=row[N], D=row[D]))
    row = found["chinchilla-parametric-law-over-n-and-d"].iloc[1234]
    assert row[L] == pytest.approx(app.state.main(N=row[N], D=row[D]))
    slopes = dict(found["what-would-change-the-result-most"].to_numpy())
    assert slopes == pytest.approx(app.state.main.elasticities(**app.state.inputs))
    screen.of.value = "Coefficients"
    slopes = downloads(screen)["what-would-change-the-result-most"]
    assert set(slopes["name"]) == {"A", "B", "E", "alpha", "beta"}


# The snippet -------------------------------------------------------------------------------------


def run(code):
    """Run a snippet; return the value of the line that says what it gives, and what it says."""
    values = {}
    for line in code.splitlines():
        with contextlib.suppress(SyntaxError):
            values[line] = eval(line, values)
            continue
        exec(line, values)
    (said,) = [line for line in values if isinstance(line, str) and line.startswith("law(")]
    return values[said], said.partition("# ")[2]


@pytest.mark.parametrize("slug", ["chinchilla-loss", "vocabulary-size", "data-mixing-loss",
                                  "qat-loss-penalty", "precision-loss"])  # fmt: skip
def test_the_snippet_gives_the_number_shown(slug):
    app = ExplorerApp(law=slug)
    app.state.set({"compare": [*app.state.other_variants(), *app.state.other_laws()][:2]})
    value, said = run(words.code(app.state))
    assert value == pytest.approx(app.state.value, rel=1e-6)
    number = words.short_quantity(app.state.value)
    assert said == f"{number} {app.state.facts.output.unit}"
    assert number in screen_text(app)


def screen_text(app):
    return plain(app.screen().texts["answer"])


def test_the_snippet_of_ones_own_law(app, screen, own_law, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(own_law, encoding="utf-8")
    upload(screen, own_law.encode())
    try:
        for change in ({}, {"law": "chinchilla-loss", "compare": ["my-law/first"]}):
            app.state.set(change)
            code = words.code(app.state)
            assert 'laws.load("mine.toml")' in code
            assert run(code)[0] == pytest.approx(app.state.value, rel=1e-6)
    finally:
        laws.unload("my-law")


def test_a_notebook_takes_the_styles_of_another_law_along():
    app = ExplorerApp()
    app.widget()
    model = app.screens[-1].model
    assert list(model.select({"type": ImportedStyleSheet})) == []
    app.state.set({"law": "farseer-loss", "compare": ["farseer-loss/equation-15"]})
    assert "Farseer" in app.screens[-1].texts["answer"]
    assert list(model.select({"type": ImportedStyleSheet})) == []


def test_a_slider_move_goes_through_no_list_of_laws(app, screen, monkeypatch):
    asked = []
    monkeypatch.setattr(type(app.state), "matches", lambda state: asked.append("matches"))
    monkeypatch.setattr(type(app.state), "_follow_law", lambda state: asked.append("law"))
    before = screen.texts["answer"]
    app.state.point.param.update(N=2e9)
    assert screen.texts["answer"] != before
    assert asked == []


def test_a_law_keeps_the_colour_it_has_in_every_app(app, screen):
    known = {(c.law.slug, c.law.variant): c.colour for c in loss_choices()}
    app.state.set({"variant": "de-vries", "compare": [
        "chinchilla-loss/besiroglu", "kaplan-loss/table-2", "data-constrained-loss/c4",
    ]})  # fmt: skip
    shown = screen.curves.curves.data["colour"][-4:]
    for place, key in (
        (0, ("chinchilla-loss", "de-vries")), (1, ("chinchilla-loss", "besiroglu")),
        (3, ("data-constrained-loss", "c4")),
    ):  # fmt: skip
        assert shown[place] == curve_colour(known[key], LIGHT)
        assert known[key] in screen.texts["legend"]
    assert len(set(shown)) == 4
