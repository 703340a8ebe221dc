"""The served Training page: what is on it, the keyboard, typing, links, themes, a phone."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from scalekit_widgets.notation import parse

FIGURES = (
    "IsoFLOP valley", "Best parameters against compute", "Best tokens against compute",
    "Loss surface", "Why do the tools disagree?", "What would change the answer most",
)  # fmt: skip
COMPUTE = "Training compute (FLOP)"
FIELDS = {
    "Training compute (FLOP)": ("flop", "1e16"),
    "Device-hours (h)": ("hours", "1e11"),
    "Money (USD)": ("usd", "1"),
    "Accelerators (devices)": ("flop", "0.1"),
    "Model FLOP utilisation (%)": ("flop", "101 %"),
    "Price (USD per device-hour)": ("flop", "5000"),
    "Unique tokens (tokens)": ("flop", "3"),
    "Tokens served (tokens)": ("flop", "1e18"),
    "Utilisation serving (%)": ("flop", "0.1 %"),
}
KINDS = {"flop": "FLOP", "hours": "Device-hours", "usd": "USD"}
DARK, LIGHT = "rgb(20, 25, 30)", "rgb(255, 255, 255)"


def page_background(app):
    return app.page.evaluate(
        "() => { const e = document.querySelector('.sk-page') ?? document.body;"
        " return getComputedStyle(e).backgroundColor }"
    )


def figure_background(app):
    return app.canvases()[0]["corner"]


def show(app, label):
    """Bring a field on screen, whatever it takes."""
    if not app.field(label).is_visible():
        app.button(KINDS[FIELDS[label][0]]).click()
        app.field(label).wait_for()


def test_everything_is_there(training):
    app = training()
    assert "Training" in app.page.title()
    assert "5.76 × 10²³ FLOP buys a model of 72.4 B parameters" in app.sentence()
    assert app.sure.inner_text().startswith("How sure: ")
    assert app.tiles.all_inner_texts() == ["72.4 B", "1.33 T", "1.974"]
    app.until(lambda: app.drawn() >= len(FIGURES), "six drawn figures")
    for name in FIGURES:
        assert app.sources(name), name


def test_index_links_to_the_app(visit, server):
    page = visit(server.address)
    link = page.get_by_role("link", name=re.compile("^Training"))
    link.click()
    page.wait_for_url("**/training*")
    page.locator("p.answer").wait_for()


def test_keyboard_moves_answer_curves_and_address(training):
    app = training()
    sentence, valley = app.sentence(), app.sources(FIGURES[0])
    surface = app.sources("Loss surface")
    handle = app.handle(COMPUTE)
    handle.focus()
    handle.press("ArrowRight")
    moved = app.changes(sentence)
    app.until(lambda: app.sources(FIGURES[0]) != valley, "another valley")
    assert app.sources("Loss surface") != surface
    app.until(lambda: "compute_budget=" in app.address(), "the address bar")
    for _ in range(3):
        handle.press("ArrowRight")
    moved = app.changes(moved)
    app.until(lambda: app.field(COMPUTE).input_value() in app.sentence(), "field and sentence")
    app.until(lambda: float(parse_qs(urlsplit(app.address()).query)["compute_budget"][0])
              == pytest.approx(parse(handle.get_attribute("aria-valuetext")), rel=0.02),
              "the address bar")  # fmt: skip
    # The address follows the sentence: only now have all four moves arrived.
    moved = app.sentence()
    again = training(app.address()[app.address().index("?") :])
    assert again.sentence() == moved


def test_typed_numbers(training):
    app = training()
    for typed, shown in (("1e24", "10²⁴"), ("5.76 × 10²²", "5.76 × 10²²"), ("10^23", "10²³")):
        app.enter(COMPUTE, typed)
        app.says(f"{shown} FLOP buys")
        assert app.field(COMPUTE).input_value() == typed
        assert app.alerts.count() == 0
    # Leaving the field counts as well as Enter does.
    app.field(COMPUTE).fill("70 P")
    app.page.keyboard.press("Tab")
    app.alerts.wait_for()
    app.field(COMPUTE).fill("2e21")
    app.page.wait_for_timeout(300)
    app.page.keyboard.press("Tab")
    app.says("2.00 × 10²¹ FLOP buys")


def test_nonsense_in_every_field(training):
    app = training()
    app.show_all_controls()
    sentence = app.sentence()
    for i, label in enumerate(FIELDS):
        show(app, label)
        app.until(lambda: app.answer.count() == 1, "an answer")
        sentence = app.sentence()
        app.enter(label, f"nonsense {i}")
        message = app.control(label).locator(".error")
        message.wait_for()
        assert f"'nonsense {i}' is not a number" in message.inner_text()
        assert "Still using" in message.inner_text()
        assert app.field(label).input_value() == f"nonsense {i}"
        assert app.sentence() == sentence


def test_out_of_range_names_the_range(training):
    app = training()
    app.show_all_controls()
    for label, (_, typed) in FIELDS.items():
        show(app, label)
        sentence = app.sentence()
        app.enter(label, typed)
        message = app.control(label).locator(".error")
        message.wait_for()
        assert re.search(r"is outside \S.* to \S.*\. Still using", message.inner_text()), label
        assert app.field(label).input_value() == typed
        assert app.sentence() == sentence


def test_both_ends_of_every_slider(training):
    app = training()
    app.show_all_controls()
    for label in FIELDS:
        show(app, label)
        handle = app.handle(label)
        start = handle.get_attribute("aria-valuetext")
        for key in ("Home", "End"):
            handle.focus()
            handle.press(key)
            app.until(
                lambda key=key, handle=handle: (
                    float(handle.get_attribute("aria-valuenow"))
                    == float(handle.get_attribute(f"aria-value{'min' if key == 'Home' else 'max'}"))
                ),
                f"{label} at {key}",
            )
            app.page.wait_for_timeout(250)
            sentence = app.sentence()
            assert not re.search(r"nan|inf\b|undefined", sentence.lower()), (label, key, sentence)
            assert re.search(r"\d( [kMBT])? parameters|use up this budget|too small", sentence)
        assert start
        back = {"flop": "5.76e23", "hours": "366 k", "usd": "1 M"}
        kind = FIELDS[label][0]
        if label in (COMPUTE, "Device-hours (h)", "Money (USD)"):
            app.enter(label, back[kind])
    app.button("FLOP").click()
    app.enter("Tokens served (tokens)", "2 T")
    app.enter("Unique tokens (tokens)", "1 T")
    app.says("5.76 × 10²³ FLOP buys")


def test_broken_link(training):
    app = training("?compute_budget=abc&law=nope&mfu=7&x=%ff")
    notice = app.root.locator(".notice")
    notice.wait_for()
    assert notice.locator("div").count() == 4
    for part in (
        "Training compute: 'abc' is not a number",
        "Law that answers is 'nope'",
        "Model FLOP utilisation is 7; allowed: 0.01 to 1",
        "has 'x'",
    ):
        assert part in notice.inner_text()
    app.says("5.76 × 10²³ FLOP buys")
    app.enter(COMPUTE, "1e22")
    app.says("10²² FLOP buys")


def test_a_link_sets_everything(training):
    app = training("?compute_budget=1e22&limit_tokens=true&unique_tokens=2.5e10&law=muennighoff"
                   "&compare=")  # fmt: skip
    app.says("10²² FLOP", "9.5 passes over 25.0 B unique ones")
    assert app.tick("Limited unique tokens").is_checked()
    assert app.root.locator(".notice").count() == 0
    assert app.root.locator(".sk-figure .chip .dot").count() == 1


def test_presets(training):
    app = training()
    for name, parts in (
        ("10²² FLOP, but only 25 B unique tokens", ["9.5 passes over 25.0 B unique ones"]),
        ("A million dollars of H100 time", ["$1.00 M (", "FLOP) buys"]),
        ("One node of 8 H100 for a week", ["1.34 k device-hours", "7.00 days on 8"]),
        ("Budget of Chinchilla: 5.76 × 10²³ FLOP", ["5.76 × 10²³ FLOP", "72.4 B"]),
    ):
        app.field("Start from").select_option(name)
        app.says(*parts)


def test_pin_compare_back_unpin(training):
    app = training()
    before = app.sentence()
    app.button("Pin this scenario").click()
    table = app.root.locator(".sk-numbers table")
    table.wait_for()
    app.enter(COMPUTE, "1e25")
    app.says("10²⁵ FLOP")
    app.until(lambda: "72.4 B" in table.inner_text(), "the pinned size")
    assert "× " in table.inner_text() or "+" in table.inner_text()
    app.until(lambda: any(d.get("text") == ["pinned"] for d in app.sources(FIGURES[0])), "a mark")
    app.button("Go back to it").click()
    app.until(lambda: app.sentence() == before, "the pinned scenario")
    app.button("Unpin").click()
    app.until(lambda: table.count() == 0, "no comparison")


def test_copy_link(training, server):
    app = training(permissions=["clipboard-read", "clipboard-write"])
    app.field("Law that answers").select_option("Hoffmann 2022, unrounded")
    app.says("40.4 B parameters")
    app.until(lambda: "law=hoffmann-precise" in app.address(), "the address bar")
    app.button("Copy link").click()
    app.button("Link copied").wait_for()
    copied = app.page.evaluate("navigator.clipboard.readText()")
    assert copied == app.address()
    assert training(copied[copied.index("?") :]).sentence() == app.sentence()


def test_dark_and_light(training):
    app = training()
    app.until(lambda: figure_background(app) == LIGHT, "a light figure")
    assert page_background(app) == LIGHT
    app.button("Dark").click()
    app.until(lambda: page_background(app) == DARK, "a dark page")
    app.until(lambda: figure_background(app) == DARK, "a dark figure")
    app.until(lambda: "theme=dark" in app.address(), "the address bar")
    again = training("?theme=dark")
    again.until(lambda: page_background(again) == DARK, "a dark page")
    again.until(lambda: figure_background(again) == DARK, "a dark figure")
    again.button("Light").click()
    again.until(lambda: figure_background(again) == LIGHT, "a light figure")


def test_the_systems_dark_mode(training):
    app = training(color_scheme="dark")
    app.until(lambda: page_background(app) == DARK, "a dark page")
    app.until(lambda: figure_background(app) == DARK, "a dark figure")
    app.enter(COMPUTE, "1e22")
    app.says("10²² FLOP buys")


def test_phone(training):
    app = training(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    app.until(lambda: app.drawn() >= len(FIGURES), "six drawn figures")
    width = app.page.evaluate("[document.scrollingElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1] == 390
    places = [
        found.first.bounding_box()
        for found in (app.answer, app.tiles, app.root.locator(".sk-figure canvas"),
                      app.field(COMPUTE))
    ]  # fmt: skip
    assert [p["y"] for p in places] == sorted(p["y"] for p in places)
    for place in places:
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 390
    for canvas in app.root.locator("canvas").all():
        assert canvas.bounding_box()["width"] <= 390
    app.enter(COMPUTE, "1e22")
    app.says("10²² FLOP buys")


def test_drawers_by_keyboard(training):
    app = training()
    ledger = app.root.get_by_text("Loss law", exact=True)
    assert not ledger.is_visible()
    # From the control before it, Tab reaches the drawer and Enter opens it.
    app.drawer("Budget").focus()
    reached = app.drawer("Machines and price")
    for _ in range(12):
        app.page.keyboard.press("Tab")
        if reached.evaluate("e => e.getRootNode().activeElement === e"):
            break
    app.page.keyboard.press("Enter")
    app.field("Price (USD per device-hour)").wait_for()
    app.page.keyboard.press("Enter")
    app.field("Price (USD per device-hour)").wait_for(state="hidden")
    app.drawer("Assumptions").press("Enter")
    ledger.wait_for()
    table = app.root.locator("table", has=app.page.get_by_text("Loss law", exact=True)).inner_text()
    for part in ("Besiroglu", "epoch-research/analyzing-chinchilla@9225883", "H100 SXM5", "6 N D"):
        assert part in table
    app.drawer("Python that gives this answer").press("Enter")
    code = app.root.locator("pre")
    code.wait_for()
    assert "allocation.lifetime_optimal(" in code.inner_text()
    assert "C=5.76e23" in code.inner_text()
    app.enter(COMPUTE, "1e22")
    app.until(lambda: "C=1e22" in code.inner_text(), "other code")


def test_choosing_what_is_compared(training):
    app = training()
    chips = app.root.locator(".sk-figure .chip:has(.dot)")
    assert chips.count() == 3
    app.field("Kaplan 2020").check()
    app.until(lambda: chips.count() == 4, "a fourth law")
    assert any(text.startswith("Kaplan 2020: ") for text in chips.all_inner_texts())
    before = app.sources("What would change the answer most")
    app.root.get_by_role("button", name="Loss", exact=True).click()
    app.until(lambda: app.sources("What would change the answer most") != before, "other slopes")
