"""The Serving app without a browser: figures, messages beside controls, uploads, pins, exports."""

import io

import ipywidgets
import numpy as np
import pandas as pd
import panel as pn
import pytest

from scalekit_widgets import ServingApp
from scalekit_widgets.apps import serving_words as words
from scalekit_widgets.apps.serving_rail import EXAMPLE, PRESETS
from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.models.serving_ranking import ranking
from scalekit_widgets.notation import short_time, usd
from scalekit_widgets.theme import DARK, LIGHT
from scalekit_widgets.views.bits_quality import BitsQuality
from scalekit_widgets.views.memory_bar import MemoryBar, size
from scalekit_widgets.views.price_batch import PriceBatch
from scalekit_widgets.views.serving_roof import ServingRoof
from scalekit_widgets.views.speed_price import SpeedPrice

VIEWS = (SpeedPrice, MemoryBar, ServingRoof, PriceBatch, BitsQuality)
STATES = {
    "default": {},
    "limits": {"limit_wait": True, "limit_step": True},
    "nothing meets them": {"limit_step": True, "longest_step": 0.001},
    "does not fit": {"devices": 1.0},
    "alone": {"model": "Qwen3-0.6B", "device": "Trainium2", "devices": 1.0},
    "experts": {"model": "DeepSeek-V3", "device": "H200 SXM", "devices": 16.0, "batch": 4096.0},
    "windows": {"model": "gpt-oss-20b", "devices": 1.0, "weight_bits": "4"},
}


@pytest.fixture
def app():
    return ServingApp()


@pytest.fixture
def screen(app):
    return app.screen()


def drawn(view, state, pinned=None):
    view.restyle(LIGHT)
    view.fit(state)
    view.update(state, pinned)
    return view


@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize("name", STATES)
def test_every_figure_draws_every_state(kind, name):
    state = ServingState(**STATES[name])
    view = drawn(kind(), state)
    before = [r.data_source for r in view.fig.renderers]
    view.restyle(DARK)
    state.set({"batch": 2})
    view.update(state, None)
    for renderer, source in zip(view.fig.renderers, before, strict=True):
        assert renderer.data_source is source
        assert len({len(column) for column in source.data.values()}) == 1
    assert view.fig.xaxis[0].axis_label
    assert len(view.fig.html_attributes["aria-label"]) > len(view.fig.name)


def test_axes_move_only_on_fit():
    state = ServingState()
    for kind in VIEWS:
        view = drawn(kind(), state)
        before = view.fig.x_range.start, view.fig.x_range.end
        state.set({"model": "Llama-3.1-8B", "batch": 1})
        view.update(state, None)
        assert (view.fig.x_range.start, view.fig.x_range.end) == before
        state.set({"model": "Llama-3.1-70B", "batch": 32})


def test_what_left_the_view_is_told():
    state = ServingState()
    view = drawn(SpeedPrice(), state)
    assert not view.away.data["text"]
    state.set({"model": "Qwen3-0.6B", "devices": 1, "batch": 1})
    view.update(state, None)
    assert "Fit axes" in view.away.data["text"][0]
    assert view.fig.x_range.start <= view.here.data["x"][0] <= view.fig.x_range.end


def test_limits_shade_what_is_too_slow_and_hollow_what_misses_them():
    state = ServingState(limit_step=True, longest_step=0.02)
    view = drawn(SpeedPrice(), state)
    assert view.slow.visible
    assert view.slow.right == pytest.approx(50)
    assert min(view.met.data["x"]) >= 50 > max(view.missed.data["x"])
    assert set(view.best.data["x"]) <= set(view.met.data["x"])


def test_memory_bar_adds_up_and_shows_what_does_not_fit():
    state = ServingState()
    view = drawn(MemoryBar(), state)
    memory = state.answer.found.memory
    used = 100 * (memory.weights + memory.kv_cache + memory.working) / 80e9
    assert max(view.parts.data["right"]) == pytest.approx(used)
    state.set({"devices": 1})
    view.update(state, None)
    assert max(view.parts.data["right"]) > 100
    state.set({"model": "Llama-3.1-405B"})
    view.update(state, None)
    memory = state.tried.memory
    used = 100 * (memory.weights + memory.kv_cache + memory.working) / 80e9
    assert used > 500
    assert max(view.parts.data["right"]) == pytest.approx(used)
    assert view.fig.x_range.end > used, "nothing of it is cut"


def test_sizes_as_people_write_them():
    assert [size(n) for n in (17.6e9, 0.229e6, 2e8, 0)] == [
        "17.6 GB", "0.229 MB", "0.200 GB", "0 GB",
    ]  # fmt: skip


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_fills_the_whole_screen(app, screen, name):
    """Also the slow texts and the link, and the axes of the figure that follows them."""
    app.state.set({"prompt_tokens": 1e5, "batch": 4})
    screen.rail.presets.widget.value = name
    found = app.state.answer.found
    assert short_time(found.seconds_per_token) in screen.slow_texts["tools"]
    assert usd(found.usd_per_mtok_output) in screen.slow_texts["energy"]
    at = "one user" if found.batch == 1 else f"{found.batch:,} users at once"
    assert f"at {at} and list prices" in screen.slow_texts["accelerators"]
    figure = screen.chips
    heights = figure.dots.data["y"]
    assert figure.fig.y_range.start < min(heights) <= max(heights) < figure.fig.y_range.end


def test_the_ranking_is_drawn_when_the_sliders_rest(app, screen):
    figure, rows = screen.chips, [r for r in ranking(app.state) if r.fits and r.usd]
    shown = [*figure.dots.data["text"], *figure.here.data["text"]]
    assert sorted(shown) == sorted(r.device.name for r in rows)
    assert figure.here.data["text"] == ["H100 SXM5"]
    assert figure.line.location == 4800
    assert "H100 SXM5" in figure.names.data["text"], "the chosen one is named"
    for view, key in ((figure.fig.x_range, "x"), (figure.fig.y_range, "y")):
        assert all(view.start < v < view.end for v in figure.dots.data[key])
    assert figure.fig.x_range.start < 4800
    app.state.set({"device": "A100 SXM 80GB", "limit_step": True, "longest_step": 0.02})
    assert figure.here.data["text"] == ["A100 SXM 80GB"]
    late = {r.device.name for r in ranking(app.state) if r.fits and r.usd and not r.meets}
    hollow = zip(figure.dots.data["text"], figure.dots.data["fill"], strict=True)
    assert {name for name, fill in hollow if fill == 0} == late - {"A100 SXM 80GB"}
    assert late
    assert len(screen._chip_rows()) == len(ranking(app.state))


def test_one_user_is_said_as_one():
    state = ServingState(batch=1)
    text = words.answer(state) + words.numbers(state) + words.legend(state) + words.fits(state)
    assert "for one user" in text
    assert "one prompt" in text
    assert "1 users" not in text


def test_where_a_price_is_from_stands_beside_it(app, screen):
    assert "RunPod" in screen.rail.price_note.text
    app.state.set({"paid": "bought"})
    text = screen.rail.price_note.text
    # 31,250 x 1.64 x 0.14 ln(10)/8766 of value, and 0.7 kW x 0.75 x 1.8 x 1.25 at $0.0771
    assert "$1.98 an hour: $1.88 of lost value with its server, $0.0911 of electricity." in text
    assert "Price: $31,250, 2025-03-03 (Epoch" in text
    app.state.set({"device": "L4"})
    assert "No price of a bought one is known" in screen.rail.price_note.text


def test_phases_lie_under_the_roof():
    for values in STATES.values():
        state = ServingState(**values)
        roof = state.answer.roof
        for phase in roof.phases:
            most = min(roof.peak, roof.bandwidth * phase.intensity)
            assert 0 < phase.rate <= most * (1 + 1e-9)


def test_messages_stand_beside_what_was_refused(app, screen):
    refusals = screen.rail.refusals
    app.state.set({"devices": 1})
    assert "what would fit" in refusals["devices"].text
    app.state.set({"devices": 4})
    assert not refusals["devices"].text
    app.state.set({"prompt_tokens": 1e6})
    assert "the context of" in refusals["prompt_tokens"].text
    app.state.set({"prompt_tokens": 100, "load": "demand", "demand": 1e4})
    assert "devices in groups of" in refusals["demand"].text
    screen.rail.numbers["devices"].field.value = "0"
    assert "outside 1 to 256" in screen.rail.numbers["devices"].message.text


def test_an_upload_answers_and_a_broken_one_changes_nothing(app, screen):
    chooser, message = screen.rail.upload.chooser, screen.rail.upload.message
    chooser.filename, chooser.value = "config.json", b"[1]"
    assert "Nothing was changed" in message.text
    assert app.state.model == "Llama-3.1-70B"
    chooser.value = b"x" * 10_000_000
    assert "10.0 MB" in message.text
    chooser.value = EXAMPLE.encode()
    assert not message.text
    assert app.state.model == "own"
    assert "(yours)" in next(iter(screen.rail.model.options))
    assert "8.03 B parameters" in screen.rail.own_note.text
    chooser.filename = "config.toml"
    assert "a config.json ends in .json" in message.text


def test_a_typed_architecture_answers(app, screen):
    screen.rail.typed.use()
    assert app.state.model == "own"
    screen.rail.typed.field.value = EXAMPLE.replace('"llama"', '"lama"')
    screen.rail.typed.use()
    assert "did you mean" in screen.rail.typed.message.text
    assert app.state.model == "own"


def test_controls_that_do_not_matter_are_hidden(app, screen):
    numbers = screen.rail.numbers
    assert numbers["batch"].__panel__().visible
    assert not numbers["longest_step"].__panel__().visible
    assert screen.rail.limits.collapsed
    app.state.set({"load": "demand", "limit_step": True})
    assert not screen.rail.limits.collapsed
    assert not numbers["batch"].__panel__().visible
    assert numbers["demand"].__panel__().visible
    assert numbers["longest_step"].__panel__().visible


def test_presets_are_named_while_they_are_asked(app, screen):
    assert screen.rail.presets.widget.value == next(iter(PRESETS))
    screen.rail.presets.widget.value = "A small model on one gaming card"
    assert app.state.device == "RTX 4090"
    app.state.set({"batch": 5})
    assert screen.rail.presets.widget.value == "your own settings"


def test_pin_compares(app, screen):
    screen.pin.pin()
    app.state.set({"weight_bits": 4})
    text = screen.texts["comparison"]
    assert "10.8 ms" in text
    assert "Pinned: Llama-3.1-70B in 8 bits on 4 H100 SXM5" in screen.texts["comparison"]
    assert screen.bar.rows.factors == ["pinned", "now"]
    assert len(screen.cloud.pinned.data["x"]) == 1
    app.state.set({"devices": 1, "weight_bits": 16})
    assert "no answer" in screen.texts["comparison"]
    screen.pin.back()
    assert app.state.weight_bits == "8"


def test_every_figure_gives_its_numbers(screen):
    downloads = list(screen.root.select(pn.widgets.FileDownload))
    assert len(downloads) == len(VIEWS) + 1
    for download in downloads:
        rows = pd.read_csv(io.StringIO(download.callback().getvalue()))
        assert len(rows) >= 2
        assert np.isfinite(rows.select_dtypes("number").to_numpy()).any()


def test_why_the_tools_differ_lists_every_tool_with_its_reason(screen):
    text = screen.slow_texts["tools"]
    for part in ("mlsysim", "GenZ", "LLM-Viewer", "kv reads: 2", "bandwidth unit: binary"):
        assert part in text
    assert "4,800" in screen.slow_texts["accelerators"]
    assert "EU AI Act" in screen.slow_texts["thresholds"]


def test_two_displays_follow_one_state(app):
    one, other = app.screen(), app.screen()
    app.state.set({"batch": 64})
    assert one.texts["answer"] == other.texts["answer"]
    app.set_dark(True)
    assert "sk-dark" in other.root.css_classes


def test_in_a_notebook_it_is_one_widget_that_follows_the_state():
    app = ServingApp(batch=8)
    assert isinstance(app.widget(), ipywidgets.DOMWidget)
    app.state.set({"batch": 1})
    assert "for one user" in app.screens[0].texts["answer"]
