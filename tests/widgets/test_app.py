"""The Training app without a browser: displays, themes, state from code, uploads, exports."""

import io

import ipywidgets
import pandas as pd
import panel as pn
import pytest
from bokeh.document import Document

from scalekit.datasets import describe
from scalekit_widgets import TrainingApp
from scalekit_widgets.apps.screen import SCREENS
from scalekit_widgets.apps.training import KEPT, PRESETS
from scalekit_widgets.models.priced_device import PRICE_ELSEWHERE
from scalekit_widgets.models.training import TrainingState, training_devices
from scalekit_widgets.notation import usd
from scalekit_widgets.theme import DARK, LIGHT

COLUMNS = {
    "how-much-worse-are-other-sizes-at-this-budget": [
        "law", "N [parameters]", "D [tokens]", "loss_increase [fraction]", "loss", "unit",
    ],
    "best-parameters-for-a-budget": ["law", "C [FLOP]", "N [parameters]", "D [tokens]"],
    "best-tokens-for-a-budget": ["law", "C [FLOP]", "N [parameters]", "D [tokens]"],
    "loss-over-parameters-and-tokens": ["D [tokens]", "N [parameters]", "loss", "unit"],
    "what-would-change-the-answer-most": ["input", "elasticity"],
    "why-do-the-tools-disagree": [
        "label", "tokens_per_parameter [tokens/parameter]", "cause", "reason", "source",
    ],
}  # fmt: skip


def upload(screen, content, name="mine.toml"):
    screen.upload.chooser.filename = name
    screen.upload.chooser.value = content


def test_unknown_setting_is_refused():
    with pytest.raises(ValueError, match="did you mean 'compute_budget'"):
        TrainingApp(compute_bugdet=1e24)
    with pytest.raises(ValueError, match="did you mean 'besiroglu'"):
        TrainingApp(law="besiroglou")


def test_the_newest_displays_stay_live(app):
    screens = [app.screen() for _ in range(SCREENS + 1)]
    assert app.screens == screens[1:]
    before = [s.texts["answer"] for s in screens]
    app.state.set({"compute_budget": 1e22})
    after = [s.texts["answer"] for s in screens]
    assert after[0] == before[0]
    assert all("10²² FLOP" in text for text in after[1:])


def test_state_read_and_set_from_code(app, screen):
    app.state.set(
        {
            "compute_budget": "1e24",
            "law": "hoffmann-precise",
            "limit_tokens": True,
            "unique_tokens": 1e15,
        }
    )
    assert "10²⁴ FLOP" in screen.texts["answer"]
    assert screen.amounts["flop"].field.value == "10²⁴"
    assert screen.amounts["flop"].slider.value == pytest.approx(24)
    assert screen.law.value == "hoffmann-precise"
    assert screen.limit.__panel__().visible
    assert f"{app.state.answer.N[app.state.slot]:.3g}" == "5.19e+10"
    app.state.budget = "usd"
    assert screen.amounts["usd"].__panel__().visible
    assert not screen.amounts["flop"].__panel__().visible
    assert "$1.00 M" in screen.texts["answer"]


def test_infeasible_demand_is_said_on_screen(app, screen):
    app.state.set({"serve": True, "served_tokens": 1e17, "compute_budget": 1e22})
    assert "Serving alone would use up this budget" in screen.texts["answer"]
    kept = 'keep the last budget that had an answer, <span class="whole">5.76 × 10²³ FLOP</span>'
    assert kept in screen.texts["answer"]
    assert screen.texts["numbers"] == ""
    app.state.set({"serve": False, "compute_budget": 5.76e23})
    assert "72.4 B" in screen.texts["answer"]


def test_money_at_the_ends_of_its_slider(app, screen):
    app.state.set({"budget": "usd", "limit_tokens": True, "serve": True, "law": "muennighoff"})
    for end in ("start", "end"):
        slider = screen.amounts["usd"].slider
        slider.value = getattr(slider, end)
        assert "nan" not in screen.texts["answer"]


def test_panel_and_widget(app):
    assert isinstance(app.panel(), pn.Column)
    widget = app.widget()
    assert isinstance(widget, ipywidgets.DOMWidget)
    slider = ipywidgets.FloatLogSlider(value=5.76e23, min=20, max=26)
    box = ipywidgets.VBox([slider, widget])
    assert box.children == (slider, widget)
    slider.observe(lambda change: app.state.set({"compute_budget": change.new}), "value")
    slider.value = 1e21
    assert all("10²¹ FLOP" in s.texts["answer"] for s in app.screens)


def test_dark_and_light(app, screen):
    other = app.screen()
    assert "sk-dark" not in screen.root.css_classes
    assert screen.valley.fig.background_fill_color == LIGHT.paper
    screen.dark_button.clicks += 1
    assert app.dark
    for s in (screen, other):
        assert "sk-dark" in s.root.css_classes
        assert s.dark_button.label == "Light"
        assert {v.fig.background_fill_color for v in s.views} == {DARK.paper}
    assert screen.link.query() == "?theme=dark"
    app.set_dark(False)
    assert {v.fig.background_fill_color for v in screen.views} == {LIGHT.paper}
    assert "sk-dark" not in other.root.css_classes


def test_displays_share_no_model(app):
    """Two displays in two documents: formatters and the like belong to one of them."""
    app.set_dark(True)
    docs = []
    for screen in (app.screen(), app.screen()):
        doc = Document()
        doc.add_root(screen.root.get_root(doc))
        docs.append(doc)
    ids = []
    for doc in docs:
        assert doc.to_json()
        ids.append({model.id for model in doc.models})
    assert not ids[0] & ids[1]
    app.state.set({"compute_budget": 1e22})


@pytest.mark.parametrize("name", PRESETS)
def test_presets(app, screen, name):
    start = app.state.scenario()
    app.state.set({"limit_tokens": True, "serve": True, "law": "minicpm", "devices": 3.0,
                   "mfu": 0.9, "price": 1.0, "device_hours": 5.0, "runs": False})  # fmt: skip
    presets = screen.presets.widget
    assert presets.value == "your own settings"
    presets.value = name
    assert app.state.scenario() == {**start, **PRESETS[name]}
    assert presets.value == name
    assert app.state.infeasible == ""
    N = app.state.answer.N[app.state.slot]
    assert screen.valley.fig.x_range.start < N < screen.valley.fig.x_range.end


def test_a_preset_is_named_only_while_it_is_asked(app, screen):
    name, other = list(PRESETS)[:2]
    presets = screen.presets.widget
    assert presets.value == name  # what the app starts with is one
    app.state.set({k: getattr(app.state, k) for k in KEPT} | {"compare": []})
    assert presets.value == name
    app.state.set({"compute_budget": 1e22})
    assert presets.value == "your own settings"
    assert app.state.compute_budget == 1e22
    app.state.set(PRESETS[other])
    assert presets.value == other
    presets.value = "your own settings"
    assert app.state.compute_budget == PRESETS[other]["compute_budget"]


def test_choosing_an_accelerator_sets_its_price(app, screen):
    devices = training_devices()
    priced = next(d for d in devices.values() if d.usd_per_hour and d.name != app.state.device)
    app.state.set({"device": priced.name})
    assert app.state.price == priced.usd_per_hour
    other = next((d for d in devices.values() if not d.usd_per_hour), None)
    if other is not None:
        app.state.set({"device": other.name})
        assert app.state.price == PRICE_ELSEWHERE


def test_a_price_of_ones_own_stays_with_another_accelerator(app, screen):
    first, other = (d for d in list(training_devices().values())
                    if d.usd_per_hour and d.name in ("A100 SXM 80GB", "H200 SXM"))  # fmt: skip
    assert screen.price_note.text == ""
    app.state.set({"price": 1.23, "device": first.name})
    app.state.set({"device": other.name})
    assert app.state.price == 1.23
    assert f"The list price of {other.name} is {usd(other.usd_per_hour)}" in screen.price_note.text
    app.state.set({"price": other.usd_per_hour})
    assert screen.price_note.text == ""
    app.state.set({"device": first.name})
    assert app.state.price == first.usd_per_hour
    unpriced = next(d.name for d in training_devices().values() if d.usd_per_hour is None)
    app.state.set({"device": unpriced, "price": 9.0})
    assert f"No list price of {unpriced} is known" in screen.price_note.text


def test_a_price_set_together_with_the_accelerator_stays(app, screen):
    name = next(n for n in training_devices() if n != app.state.device)
    app.state.set({"device": name, "price": 7.77})
    assert app.state.price == 7.77


def test_going_back_to_a_pinned_scenario_brings_all_of_it_back(app, screen):
    app.state.set({"price": 7.77, "compute_budget": 1e23, "serve": True, "compare": ["kaplan"]})
    before, sentence = app.state.scenario(), screen.texts["answer"]
    screen.pin.pin()
    name = next(n for n in training_devices() if n != app.state.device)
    app.state.set({"device": name, "compute_budget": 1e25, "serve": False, "law": "minicpm"})
    table = screen.texts["comparison"]
    assert "Pinned" in table
    assert "10²³" in table or "× 10²²" in table
    for view in (screen.valley, screen.best_n, screen.best_d, screen.surface):
        assert len(view.pinned.data["x"]) == 1
    screen.pin.back()
    assert app.state.scenario() == before
    assert screen.texts["answer"] == sentence
    screen.pin.drop()
    assert screen.texts["comparison"] == ""
    assert len(screen.valley.pinned.data["x"]) == 0


def test_upload_of_a_law(app, screen, own_law):
    upload(screen, own_law.encode())
    assert app.state.law == "own"
    assert screen.law.value == "own"
    assert "My law (yours)" in screen.texts["legend"]
    assert not screen.upload.message.text


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [("answers = ", "questions = ", "answers"), ('source = "my runs"', "", "source"),
     ("A = 400.0, ", "", "A"), ("[variants.first]", "[variants", "mine.toml")],
)  # fmt: skip
def test_a_broken_upload_changes_nothing(app, screen, own_law, old, new, says):
    before, sentence = app.state.scenario(), screen.texts["answer"]
    assert old in own_law
    upload(screen, own_law.replace(old, new).encode())
    message = screen.upload.message.text
    assert screen.upload.message.text
    assert "mine.toml" in message
    assert says in message
    assert "Nothing was changed" in message
    assert app.state.scenario() == before
    assert screen.texts["answer"] == sentence
    upload(screen, own_law.encode())
    assert not screen.upload.message.text


def test_an_empty_upload_is_told(app, screen, own_law):
    screen.upload.chooser.filename = "mine.toml"  # the browser sends no content where there is none
    assert "mine.toml: the file says nothing" in screen.upload.message.text
    assert app.state.own is None
    upload(screen, own_law.encode())
    assert not screen.upload.message.text
    upload(screen, b"")
    assert "mine.toml: the file says nothing" in screen.upload.message.text
    assert app.state.law == "own"


def test_an_upload_with_another_suffix_is_refused(app, screen, own_law):
    upload(screen, own_law.encode(), "mine.txt")
    assert "mine.txt: a law file ends in .toml" in screen.upload.message.text
    assert app.state.own is None


def test_an_upload_that_misses_its_own_check_value_is_told(app, screen, own_law):
    check = {"inputs": "{ N = 1e9, D = 2e10 }", "value": 1.5, "rtol": 1e-3, "source": '"hope"'}
    lines = [own_law, "[[variants.first.checks]]", *(f"{k} = {v}" for k, v in check.items())]
    upload(screen, "\n".join(lines).encode())
    assert app.state.law == "own"
    assert "misses 1 of its 1 check values: 1.5 is expected" in screen.upload.message.text


def test_a_law_loaded_on_one_display_or_from_code_is_on_offer_on_all(app, screen, own_law):
    other = app.screen()
    app.state.load_law(own_law.encode(), "mine.toml")
    for s in (screen, other):
        assert "own" in s.law.options.values()
        assert s.law.value == "own"
    app.state.set({"law": "besiroglu"})
    assert screen.law.value == other.law.value == "besiroglu"
    assert "own" in app.screen().law.options.values()


def test_a_law_is_compared_with_any_but_itself(app, screen, own_law):
    def offered():
        return list(screen.compare.options.values())

    assert "besiroglu" not in offered()
    assert "own" not in offered()
    app.state.set({"compare": ["de-vries", "kaplan"], "law": "de-vries"})
    assert "besiroglu" in offered()
    assert "de-vries" not in offered()
    screen.compare.value = ["besiroglu", "kaplan"]
    assert [c.key for c in app.state.compared] == ["besiroglu", "kaplan"]
    # Once another law answers, it is compared again.
    app.state.set({"law": "minicpm"})
    assert set(screen.compare.value) == {"besiroglu", "kaplan", "de-vries"}
    app.state.load_law(own_law.encode(), "mine.toml")
    assert "own" not in offered()
    app.state.set({"law": "minicpm"})
    screen.compare.value = ["own"]
    assert "My law (yours)" in screen.texts["legend"]
    # Another file takes its place in both lists.
    app.state.load_law(own_law.replace("My law", "Our law").encode(), "ours.toml")
    app.state.set({"law": "minicpm"})
    for widget in (screen.law, screen.compare):
        assert [k for k, v in widget.options.items() if v == "own"] == ["Our law (yours)"]


def test_who_copies_a_link_to_a_law_of_ones_own_is_told(app, screen, own_law):
    screen.link.copy_button.clicks += 1
    assert screen.link.note.text == ""
    app.state.load_law(own_law.encode(), "mine.toml")
    screen.link.copy_button.clicks += 1
    assert "has to load mine.toml as well" in screen.link.note.text
    assert "law=own" in screen.link.query()
    app.state.set({"law": "minicpm"})
    assert screen.link.note.text == ""
    app.state.set({"compare": ["own"]})
    screen.link.copy_button.clicks += 1
    assert "mine.toml" in screen.link.note.text


def test_a_pin_lies_on_the_dot_it_was_made_of(app, screen):
    app.state.set({"serve": True, "compute_budget": 4.75e22})
    screen.pin.pin()
    for view in (screen.best_n, screen.best_d):
        for axis in "xy":
            assert view.pinned.data[axis] == pytest.approx([view.best.data[axis][0]])


def test_downloads(app, screen):
    app.state.set({"serve": True, "compare": ["minicpm", "kaplan"]})
    found = {}
    for download in screen.root.select(pn.widgets.FileDownload):
        name = download.filename.removeprefix("scalekit-").removesuffix(".csv")
        found[name] = pd.read_csv(io.StringIO(download.callback().getvalue()))
    assert {name: list(table.columns) for name, table in found.items()} == COLUMNS
    for name, table in found.items():
        assert len(table) >= 6, name
        assert not table.isna().all().any(), name
    valley = found["how-much-worse-are-other-sizes-at-this-budget"]
    assert set(valley["unit"]) == {"nats/token", "nats/byte"}
    assert (valley["D [tokens]"] > 0).all()
    assert valley["loss_increase [fraction]"].min() == pytest.approx(0, abs=1e-6)
    for name in ("best-parameters-for-a-budget", "best-tokens-for-a-budget"):
        chosen = [app.state.main, *app.state.compared]
        assert set(found[name]["law"]) == {law.label for law in chosen}
    surface = found["loss-over-parameters-and-tokens"]
    row = surface.iloc[len(surface) // 2]
    law = app.state.main.law
    assert row["loss"] == pytest.approx(law(N=row["N [parameters]"], D=row["D [tokens]"]))


def test_published_runs(app, screen, shared_data):
    app.state.set({"runs": True})
    assert len(screen.surface.runs.data["x"]) == 240
    assert not screen.runs_message.text
    app.state.set({"runs": False})
    assert len(screen.surface.runs.data["x"]) == 0


def test_runs_that_cannot_be_had_give_a_message(app, screen, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("no network")

    monkeypatch.setenv("SCALEKIT_DATA", str(tmp_path))
    monkeypatch.setattr("pooch.retrieve", refuse)
    tick = next(w for w in screen.root.select(pn.widgets.CheckBoxGroup)
                if "Show the 240 published runs" in w.options)  # fmt: skip
    sentence = screen.texts["answer"]
    for _ in range(2):
        tick.value = [True]
        message = screen.runs_message.text
        for part in ("could not be downloaded", "SCALEKIT_DATA", "analyzing-chinchilla/"):
            assert part in message
        for part in ("no network", str(tmp_path), "Error"):
            assert part not in message
        assert (tick.value, app.state.runs) == ([], False)
        assert len(screen.surface.runs.data["x"]) == 0
        assert screen.texts["answer"] == sentence


def test_a_wrong_file_of_runs_gives_a_message(app, screen, tmp_path, monkeypatch):
    path = tmp_path / describe("analyzing-chinchilla").tables[0].files[0].path
    path.parent.mkdir()
    path.write_text("Model Size\n1\n", encoding="utf-8")
    monkeypatch.setenv("SCALEKIT_DATA", str(tmp_path))
    app.state.set({"runs": True})
    assert "not the one that was published" in screen.runs_message.text
    assert not app.state.runs


def test_a_display_that_starts_with_runs_shows_them(shared_data):
    screen = TrainingApp(runs=True).screen()
    assert len(screen.surface.runs.data["x"]) == 240


def test_page_takes_its_link(app):
    query = TrainingState(compute_budget=1e21, law="minicpm", mfu=0.3).query()
    app.page({**query, "theme": "dark"})
    screen = app.screens[-1]
    assert app.dark
    assert "10²¹ FLOP" in screen.texts["answer"]
    assert not screen.notice.text
    assert dict(p.split("=") for p in screen.link.query()[1:].split("&")) == {
        **query, "theme": "dark",
    }  # fmt: skip


def test_page_with_a_broken_link_tells(app):
    app.page({"compute_budget": "abc", "law": "nope", "mfu": "7", "x": "�", "price": "3"})
    screen = app.screens[-1]
    assert screen.notice.text
    assert screen.notice.text.count("<div>") == 4
    for name in ("Training compute", "Law that answers", "Model FLOP utilisation", "&#x27;x&#x27;"):
        assert name in screen.notice.text
    assert app.state.price == 3
    assert "72.4 B" in screen.texts["answer"]
