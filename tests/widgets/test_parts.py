"""Parts that all apps share: number controls, pins, live texts, links, drawers, exports."""

import html
import io
import re
import types

import pandas as pd
import panel as pn
import param
import pytest
from bokeh.document import Document
from bokeh.plotting import figure

from scalekit_widgets.models.state import State
from scalekit_widgets.models.whole import Whole
from scalekit_widgets.notation import percent, significant, usd
from scalekit_widgets.parts import export, fields, live, wording
from scalekit_widgets.parts.link import ShareLink
from scalekit_widgets.parts.livetext import LiveTexts
from scalekit_widgets.parts.message import Message
from scalekit_widgets.parts.number import NumberControl
from scalekit_widgets.parts.pin import Pin
from scalekit_widgets.parts.snippet import Snippet
from scalekit_widgets.parts.spoken import Spoken
from scalekit_widgets.parts.typed import TypedFile


class Small(State):
    size = param.Number(1e9, bounds=(1e6, 1e12), label="Size", doc="parameters")
    part = param.Number(0.4, bounds=(0.01, 1.0), label="Part", doc="fraction")
    kind = param.Selector(default="red", objects=["red", "green"], label="Kind")
    several = param.ListSelector(default=["red"], objects=["red", "green"])
    yes = param.Boolean(False, label="Yes")
    shared = ("size", "part", "kind", "several", "yes")

    def compute(self):
        pass


@pytest.fixture
def small():
    return Small()


@pytest.fixture
def control(small):
    return NumberControl(small, "size")


def test_number_starts_as_the_state_is(control):
    assert control.field.value == "1.00 B"
    assert control.slider.value == 9.0
    assert (control.slider.start, control.slider.end) == (6.0, 12.0)
    assert "Size" in control.field.label
    assert "parameters" in control.field.label


def test_a_number_in_another_unit_is_refused(small, control):
    control.field.value = "5 FLOP"
    assert small.size == 1e9
    assert "is in FLOP; here it is parameters. Still using 1.00 B." in control.message.text
    assert control.field.value == "5 FLOP"


class Counted(State):
    things = Whole(1.0, bounds=(1.0, 1e5), label="Things", doc="things")
    shared = ("things",)

    def compute(self):
        pass


def test_every_step_of_a_slider_counts():
    """Where a step of the slider is less than one, it is one: no key is pressed in vain."""
    state = Counted()
    control = NumberControl(state, "things")
    for expected in (2, 3, 4):
        control.slider.value += 0.01
        assert state.things == expected
    control.slider.value -= 0.01
    assert state.things == 3
    control.slider.value = 4.0
    assert state.things == 1e4


def test_a_screen_reader_is_told_name_and_value(small, control):
    (spoken,) = control.__panel__().select(Spoken)
    assert spoken.named == "Size"
    assert control.field.placeholder == "1.00 B parameters"
    control.slider.value = 10.5
    assert control.field.placeholder == "31.6 B parameters"
    control.field.value = "2e9"
    assert control.field.placeholder == "2.00 B parameters"
    part = NumberControl(small, "part", log=False, show=percent, unit="%")
    assert part.field.placeholder == "40 %"


def test_typing_sets_state_and_slider_and_keeps_what_was_typed(small, control):
    for typed, value in (("70 B", 7e10), ("3 × 10^9", 3e9), ("1e12", 1e12), ("1,000,000", 1e6)):
        control.field.value = typed
        assert small.size == pytest.approx(value)
        assert control.slider.value == pytest.approx(control._to_slider(value))
        assert control.field.value == typed
        assert not control.message.text


def test_the_slider_sets_state_and_text(small, control):
    control.slider.value = 10.5
    assert small.size == pytest.approx(10**10.5)
    assert control.field.value == "31.6 B"
    for end in (6.0, 12.0):
        control.slider.value = end
        assert small.size == 10**end


def test_nonsense_stays_with_a_message_and_the_state_keeps_its_value(small, control):
    control.field.value = "lots"
    assert control.field.value == "lots"
    assert control.message.text
    assert "lots" in control.message.text
    assert "Still using 1.00 B" in control.message.text
    assert 'role="alert"' in control.message.text
    assert small.size == 1e9
    control.field.value = "2 B"
    assert not control.message.text
    assert small.size == 2e9


def test_a_message_goes_when_the_slider_moves(small, control):
    control.field.value = "lots"
    control.slider.value = 7.0
    assert not control.message.text
    assert control.field.value == "10.0 M"


@pytest.mark.parametrize("typed", ["5", "1e13", "0", "1e400"])
def test_out_of_range_names_the_range(small, control, typed):
    control.field.value = typed
    assert "1.00 M to 1.00 T" in control.message.text
    assert small.size == 1e9


def test_messages_are_text_not_markup(control):
    control.field.value = "<img src=x>"
    assert "<img" not in control.message.text


def test_the_state_sets_the_control(small, control):
    control.field.value = "lots"
    small.set({"size": "2e10"})
    assert control.field.value == "20.0 B"
    assert control.slider.value == pytest.approx(10.30103)
    assert not control.message.text


def test_linear_numbers_in_percent(small):
    control = NumberControl(
        small, "part", log=False, step=0.01, show=lambda v: f"{100 * v:.0f} %", unit="%"
    )
    assert control.field.value == "40 %"
    control.field.value = "55 %"
    assert small.part == pytest.approx(0.55)
    assert control.slider.value == pytest.approx(0.55)
    control.field.value = "45"
    assert small.part == pytest.approx(0.45)
    assert not control.message.text
    control.field.value = "1"
    assert small.part == pytest.approx(0.01)
    # In percent with or without the sign: nobody must guess where fractions begin.
    for typed in ("0.3", "0.3 %"):
        control.field.value = typed
        assert "0.3 % is outside 1 % to 100 %. Still using 1 %" in control.message.text
        assert small.part == pytest.approx(0.01)
    control.field.value = "150 %"
    assert "1 % to 100 %" in control.message.text
    control.field.value = "much"
    assert "write 45 or 45 %" in html.unescape(control.message.text)
    control.slider.value = 0.01
    assert small.part == 0.01


def test_less_than_a_percent_is_echoed():
    class Rare(Small):
        part = param.Number(0.4, bounds=(1e-6, 1.0), label="Part", doc="fraction")

    rare = Rare()
    control = NumberControl(rare, "part", show=percent, unit="%")
    control.field.value = "0.5"
    assert rare.part == pytest.approx(0.005)
    assert "Read as 0.5 %" in control.message.text
    assert "alert" not in control.message.text
    control.field.value = "0.5 %"
    assert not control.message.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [("-1", "-1 is outside 1.00 M to 1.00 T"), ("45%", "is a percentage; write a plain number")],
)
def test_what_is_a_number_but_no_use_here(small, control, typed, says):
    control.field.value = typed
    assert says in html.unescape(control.message.text)
    assert small.size == 1e9


def test_sliders_are_live(control):
    assert control.slider._debounce == live.EVENT_WAIT_MS < 50


def test_a_panel_without_the_debounce_is_refused():
    with pytest.raises(RuntimeError, match=r"no event debounce to lower; see pyproject"):
        live.make_live(types.SimpleNamespace())


def test_panel_still_reads_the_debounce():
    """The setting is private: it must exist on every widget, and be what delays events."""
    import inspect

    from panel.reactive import Syncable

    assert Syncable._debounce > live.EVENT_WAIT_MS
    assert "_debounce" in inspect.getsource(Syncable._schedule_change) + inspect.getsource(Syncable)


def test_fields_follow_both_ways(small):
    select = fields.select(small, "kind", {"Red": "red", "Green": "green"})
    group = fields.several(small, "several", {"Red": "red", "Green": "green"})
    buttons = fields.one_of(small, "kind", {"Red": "red", "Green": "green"})
    tick = fields.switch(small, "yes")
    small.set({"kind": "green", "several": [], "yes": True})
    assert (select.value, group.value, buttons.value, tick.value) == ("green", [], "green", [True])
    select.value = "red"
    group.value = ["green", "red"]
    tick.value = []
    assert small.scenario() | {"size": 0} == small.scenario() | {
        "size": 0, "kind": "red", "several": ["green", "red"], "yes": False,
    }  # fmt: skip
    assert buttons.value == "red"
    assert select.label == "Kind"
    assert list(tick.options) == ["Yes"]


def test_what_a_list_does_not_offer_stays_chosen(small):
    group = fields.several(small, "several", {"Red": "red", "Green": "green"})
    group.options = {"Green": "green"}
    assert group.value == []
    assert small.several == ["red"]
    group.value = ["green"]
    assert small.several == ["green", "red"]
    group.options = {"Red": "red", "Green": "green"}
    assert group.value == ["green", "red"]


def test_a_tick_that_the_state_takes_back_is_off(small):
    small.param.watch(lambda _: small.set({"yes": False}), "yes")
    tick = fields.switch(small, "yes")
    tick.value = [True]
    assert tick.value == []
    assert small.yes is False


def make_pin(small):
    calls = []
    rows = [("Size", "size", lambda v: significant(v)), ("Cost", "cost", usd)]
    pin = Pin(
        lambda: {"state": small.scenario(), "size": small.size, "cost": small.size / 1e9},
        small.set, rows, lambda: calls.append(1),
    )  # fmt: skip
    return pin, calls


def test_pin_compare_back_and_drop(small):
    pin, calls = make_pin(small)
    assert pin.comparison() == ""
    assert not pin.back_button.visible
    pin.pin()
    assert calls == [1]
    assert pin.back_button.visible
    assert pin.drop_button.visible
    assert pin.comparison().count("same") == 2
    small.set({"size": 1.5e9, "kind": "green"})
    for part in ("1,000,000,000", "1,500,000,000", "+50.0 %", "$1<", "$1.50"):
        assert part in pin.comparison()
    for size, change in ((6e8, "−40.0 %"), (5e8, "÷ 2"), (1.99e9, "+99.0 %"), (2e9, "× 2"),
                         (1e10, "× 10"), (1e7, "÷ 100"), (1e12, "× 1,000")):  # fmt: skip
        small.set({"size": size})
        assert pin.comparison().count(change) == 2, "one rule for all rows"
    pin.back()
    assert small.scenario() == Small().scenario()
    pin.drop()
    assert pin.comparison() == ""
    assert not pin.back_button.visible
    pin.back()


def test_a_pin_beside_what_has_no_answer(small):
    rows = [("Size", "size", lambda v: significant(v))]
    now = {"state": small.scenario(), "size": 2.0, "answered": True}
    pin = Pin(lambda: dict(now), small.set, rows, lambda: None)
    pin.pin()
    now.update(size=3.0, answered=False)
    assert "no answer" in pin.comparison()
    assert "3.00" not in pin.comparison()


def test_pin_buttons(small):
    pin, _ = make_pin(small)
    first = pin.pin_button.label
    pin.pin_button.clicks += 1
    assert pin.scenario is not None
    assert pin.pin_button.label != first
    small.size = 2e9
    pin.pin_button.clicks += 1
    assert pin.scenario["size"] == 2e9
    small.size = 3e9
    pin.back_button.clicks += 1
    assert small.size == 2e9
    pin.drop_button.clicks += 1
    assert pin.scenario is None
    assert pin.pin_button.label == first


def test_live_texts_replace_only_what_is_named():
    texts = LiveTexts("one", "two")
    texts.show(one="<b>1</b>", two="2")
    texts.show(two="3")
    assert texts["one"] == "<b>1</b>"
    assert texts["two"] == "3"
    with pytest.raises(KeyError):
        texts.show(three="?")


def test_live_texts_send_nothing_when_nothing_changed():
    texts = LiveTexts("one", "two")
    texts.show(one="1")
    before = texts.source.data
    texts.show(one="1")
    assert texts.source.data is before


def test_live_texts_travel_in_one_source_once_on_a_page():
    texts = LiveTexts("one", "two")
    texts.show(one="first")
    pane = texts.pane("one")
    doc = Document()
    doc.add_root(pn.Column(pane, texts.pane("two")).get_root(doc))
    assert texts.source.document is doc
    assert pane.object.text == "first"
    events = []
    doc.on_change(events.append)
    texts.show(one="second", two="2")
    assert len(events) == 1
    assert texts["one"] == "second"


def test_share_link(small):
    link = ShareLink(small, dict, True)
    assert link.query() == ""
    small.set({"size": 7e10, "several": ["green", "red"], "yes": True})
    assert link.query() == "?size=7e10&several=green,red&yes=true"
    assert link.holder.value == ""
    link.update()
    assert link.holder.value == link.query()
    dark = ShareLink(small, lambda: {"theme": "dark"}, True)
    assert dark.query().endswith("&theme=dark")


def test_snippet():
    snippet = Snippet()
    snippet.show("print(1 < 2)")
    assert snippet.code == "print(1 < 2)"
    assert "1 &lt; 2" in snippet._code.text


def test_figure_card_offers_three_formats():
    fig = figure(height=100)
    rows = pd.DataFrame({"a": [1.5], "b": ["x"], "ratio": [0.5]})
    units = {"a": "FLOP", "ratio": "1"}
    card = export.figure_card("How much? A β!", fig, lambda: rows, units)
    labels = [w.label for w in card.select(pn.widgets.Button)]
    labels += [w.label for w in card.select(pn.widgets.FileDownload)]
    assert {"PNG", "SVG", "CSV"} <= set(labels)
    (download,) = card.select(pn.widgets.FileDownload)
    assert download.filename == "scalekit-how-much-a-β.csv"
    table = pd.read_csv(io.StringIO(download.callback().getvalue()))
    assert table.to_dict("list") == {"a [FLOP]": [1.5], "b": ["x"], "ratio": [0.5]}


def test_no_line_ends_between_a_number_and_its_unit():
    text = "for 70.0 %, 5.76 × 10²³ FLOP, 10.8 ms, 40.4 B, 1,250 samples and 8 H100 a token"
    whole = re.findall(r'<span class="whole">(.*?)</span>', wording.unbroken(text))
    assert whole == ["70.0 %", "5.76 × 10²³ FLOP", "10.8 ms", "40.4 B"]
    assert re.sub("<.*?>", "", wording.unbroken(text)) == text


def test_wording_escapes():
    for text in (
        wording.tile("<i>", "<i>", "<i>"),
        wording.chips([("#000000", "<i>")]),
        wording.table(["<i>"], [["<i>"]]),
        wording.notice(["<i>"]),
    ):
        assert "<i>" not in text
        assert "&lt;i&gt;" in text
    assert wording.notice([]) == ""


def test_messages_come_and_go():
    message = Message()
    assert not message.pane.object.visible
    message.complain("a < b")
    assert message.pane.object.visible
    assert "a &lt; b" in message.text
    assert 'role="alert"' in message.text
    message.complain("")
    assert message.text == ""
    assert not message.pane.object.visible


def test_a_typed_file_is_taken_or_told_why_not():
    taken = []

    def take(content, name):
        if content == b"bad":
            raise ValueError(f"{name}: no good")
        taken.append((content, name))
        return "but mind this" if content == b"odd" else ""

    typed = TypedFile(take, "Your file", "file.json", "example")
    typed.use()
    assert taken == [(b"example", "file.json")]
    assert not typed.message.text
    typed.field.value = "bad"
    typed.use()
    assert "file.json: no good. Nothing was changed." in typed.message.text
    typed.field.value = "odd"
    typed.use()
    assert "but mind this" in typed.message.text
    assert len(taken) == 2
