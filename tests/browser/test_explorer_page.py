"""The served law explorer: find a law, move its inputs, lay others beside it, bring one's own."""

import re

import pytest

CURVES, MAP, SLOPES = "Curves of the law", "Map of the law", "What would change the result most"
N, D = "N: all parameters, embeddings included", "D: training tokens, seen once"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DARK = "rgb(20, 25, 30)"
CHECK = """
[[variants.first.checks]]
inputs = { N = 1.0, D = 1.0 }
value = 2401.8
rtol = 1e-9
source = "by hand"
"""


def listed(app):
    """Return the titles of the laws that the list shows."""
    return app.field("Laws").locator("option").all_inner_texts()


def choose(app, title):
    """Choose a law from the list, and wait for its answer."""
    app.field("Laws").select_option(title)
    app.says(f"{title}: ")


def drawn(app):
    """Return how many curves there are."""
    return len(app.sources(CURVES)[0]["xs"])


def open_drawers(app):
    """Open whatever is closed."""
    for header in app.root.locator("button.card-header").all():
        card = header.locator("xpath=following-sibling::*").first
        if not (card.count() and card.is_visible()):
            header.click()


def upload(app, text, name="mine.toml"):
    app.root.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/toml", "buffer": text.encode()}
    )


def test_everything_is_there(explorer):
    app = explorer()
    assert "Laws" in app.page.title()
    assert app.sentence().startswith("Chinchilla parametric law: 2.659 nats/token at N = ")
    app.until(lambda: app.drawn() >= 3, "three drawn figures")
    for name in (CURVES, MAP, SLOPES):
        assert app.sources(name), name
    assert app.root.locator(".formula math").count() == 2
    assert app.tiles.last.inner_text() == "2 of 2"


def test_search_and_choice(explorer):
    app = explorer()
    everything = listed(app)
    app.field("Search").press_sequentially("granularity")
    app.until(lambda: 0 < len(listed(app)) < len(everything) / 5, "few laws")
    assert "Efficiency leverage of experts" in listed(app)
    choose(app, "Efficiency leverage of experts")
    assert not app.field(N).is_visible()
    app.field("C: training compute (M D, M being the FLOP per token)").wait_for()
    assert "C = " in app.sentence()
    app.field("Search").fill("nothing has these words")
    app.until(lambda: listed(app) == ["No law matches"], "no law in the list")
    assert app.sentence().startswith("Efficiency leverage of experts: ")


def test_the_list_shows_what_a_link_has_chosen(explorer):
    app = explorer("?law=translation-transfer-bleu")
    seen = """list => {
      const height = list.scrollHeight / list.options.length
      const top = list.selectedIndex * height - list.scrollTop
      return top >= 0 && top + height <= list.clientHeight + 1
    }"""
    app.until(lambda: app.field("Laws").evaluate(seen), "the chosen law in the list")
    assert app.page.evaluate("window.scrollY") == 0


def test_keyboard_moves_sentence_formula_and_address(explorer):
    app = explorer()
    sentence, formula = app.sentence(), app.root.locator(".formula").last
    before, slopes = formula.inner_text(), app.sources(SLOPES)
    handle = app.handle(N)
    handle.focus()
    handle.press("ArrowRight")
    moved = app.changes(sentence)
    assert app.field(N).input_value() in moved
    app.until(lambda: formula.inner_text() != before, "other numbers in the formula")
    assert app.sources(SLOPES) != slopes
    app.until(lambda: "N=" in app.address(), "the address bar")
    again = explorer(app.address()[app.address().index("?") :])
    assert again.sentence() == moved


def test_nonsense_stays_in_its_field_and_is_told(explorer):
    app = explorer()
    sentence = app.sentence()
    for typed, told in (("much", "'much' is not a number"), ("-3", "is not possible; allowed: ")):
        app.enter(D, typed)
        message = app.control(D).locator(".error").filter(has_text=told)
        message.wait_for()
        assert "Still using 8.8 B" in message.inner_text()
        assert app.field(D).input_value() == typed
        assert app.sentence() == sentence
    app.enter(D, "9 B")
    app.says("D = 9 B tokens")
    assert app.alerts.count() == 0


def test_a_point_that_the_law_refuses(explorer):
    app = explorer("?law=translation-transfer-bleu&A=2&D=1e9")
    app.enter("A: factor inside the logarithm", "1e-9")
    app.says("allowed: above 1")
    assert "has no value there" in app.sure.inner_text()
    app.enter("A: factor inside the logarithm", "3")
    app.says("Law of transfer, BLEU: ")


def test_comparing_draws_one_more_curve(explorer):
    app = explorer()
    before = drawn(app)
    app.drawer("Compare with").click()
    app.tick("Hoffmann 2022, as printed").check()
    app.until(lambda: drawn(app) == before + 1, "one more curve")
    assert "Hoffmann 2022, as printed" in app.root.locator(".chip").last.inner_text()
    app.until(lambda: "compare=" in app.address(), "the address bar")
    again = explorer(app.address()[app.address().index("?") :])
    assert drawn(again) == before + 1


def test_dark(explorer):
    app = explorer("?theme=dark&law=embedding-width")
    app.until(lambda: app.canvases()[0]["corner"] == DARK, "a dark figure")
    choose(app, "Chinchilla parametric law")  # its figures are new
    app.until(lambda: app.canvases()[0]["corner"] == DARK, "a dark figure")


def test_a_mark_is_as_wide_as_its_slider(explorer):
    app = explorer("?law=qat-loss-penalty")
    slider = app.handle("weight_bits: bits of a weight").locator("xpath=ancestor::*[2]")
    mark = app.root.locator(".track", has=app.page.locator("span")).nth(1)
    wide, marked = slider.bounding_box(), mark.bounding_box()
    assert marked["x"] == pytest.approx(wide["x"], abs=1)
    assert marked["width"] == pytest.approx(wide["width"], abs=1)


def test_phone(explorer):
    app = explorer(**PHONE)
    widths = "[document.scrollingElement.scrollWidth, window.innerWidth]"
    assert app.page.evaluate(widths) == [390, 390]
    open_drawers(app)
    for inside in (
        app.field("Search"),
        app.root.locator("input[type=file]"),
        app.root.locator("pre"),
    ):
        inside.wait_for()
    for title in (
        "Efficiency leverage of experts", "Law of the penalty of quantisation-aware training",
        "Law of data mixing",
    ):  # fmt: skip
        assert app.page.evaluate(widths) == [390, 390]
        choose(app, title)
    assert app.page.evaluate(widths) == [390, 390]


def test_a_law_of_ones_own(explorer, own_law):
    app = explorer()
    app.drawer("Your own law").click()
    app.root.locator("input[type=file]").wait_for()
    before = app.sentence()
    upload(app, own_law.replace("sum-of-powers", "sum-of-power"), "bad.toml")
    message = app.alerts.filter(has_text="bad.toml")
    message.wait_for()
    assert "sum-of-powers" in message.inner_text()
    assert app.sentence() == before
    upload(app, own_law + CHECK)
    app.says("My law: ", " nats/token at ")
    app.until(lambda: app.alerts.count() == 0, "no message")
    assert any("My law" in title for title in listed(app))
    app.until(lambda: app.tiles.last.inner_text() == "1 of 1", "its check value")
    label = "N: parameters"
    app.enter(label, "1e9")
    app.says("N = 1 B parameters")
    spoken = app.handle(label)
    app.until(lambda: spoken.get_attribute("aria-valuetext") == "1 B", "its slider")


def test_the_table_of_all_laws(visit, server, driver):
    page = visit(f"{server.address}table")
    page.get_by_role("heading", name="Laws", exact=True).wait_for()
    told = page.get_by_text(re.compile(r"^\d+ laws, \d+ variants")).inner_text()
    links = page.locator("a[href^='laws?law=']")
    assert links.count() == int(told.split()[0]) > 60
    page.get_by_role("link", name="farseer-loss", exact=True).click()
    app = driver(page, figure=CURVES)
    assert app.sentence().startswith("Farseer law: ")
