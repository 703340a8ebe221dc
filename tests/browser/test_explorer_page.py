"""The served law explorer and the table of laws, in a real Chromium."""

import re

import pytest

from scalekit import laws

CURVES, MAP, SLOPES = "Curves of the law", "Map of the law", "What would change the result most"
N = "N: all parameters, embeddings included"
D = "D: training tokens, seen once"
DARK, LIGHT = "rgb(20, 25, 30)", "rgb(255, 255, 255)"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CLOSED = (
    "Compare with", "Your own law", "Coefficients and their source", "Check values, evaluated now",
    "Published results without a law", "Python that gives this result",
)  # fmt: skip
CONTROLS = {"button", "checkbox", "combobox", "group", "listbox", "slider", "textbox"}


def listed(app):
    return app.field("Laws").locator("option").all_inner_texts()


def curves(app):
    """Return how many curves there are; the first source with columns of lines has them."""
    return next(len(d["xs"]) for d in app.sources(CURVES) if "dash_xs" in d)


def formula(app):
    return app.root.locator(".formula").all_inner_texts()


def open_all_drawers(app):
    for title in CLOSED:
        app.drawer(title).click()
    app.root.locator("pre").wait_for()


def upload(app, text, name="mine.toml"):
    app.root.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/toml", "buffer": text.encode()}
    )


def test_everything_is_there(explorer):
    app = explorer()
    assert "Laws" in app.page.title()
    assert "Chinchilla parametric law: validation loss of" in app.sentence()
    app.until(lambda: app.drawn() >= 3, "three drawn figures")
    for name in (CURVES, MAP, SLOPES):
        assert app.sources(name), name
    assert len(formula(app)) == 2
    assert len(listed(app)) == len(laws.names())
    assert app.field("Laws").evaluate("e => e.value") == "chinchilla-loss"


def test_search_choose_and_move(explorer):
    app = explorer()
    app.field("Search").press_sequentially("kaplan steps")
    app.until(lambda: len(listed(app)) < 6, "a shorter list")
    sentence = app.sentence()
    app.field("Laws").select_option(laws.facts("kaplan-loss-steps").title)
    sentence = app.changes(sentence)
    assert app.field("Start from").evaluate("e => e.value") == "your own settings"
    app.until(lambda: "law=kaplan-loss-steps" in app.address(), "the address bar")
    app.field("Search").fill("")
    app.until(lambda: len(listed(app)) == len(laws.names()), "the whole list")
    label = f"N: {laws.facts('kaplan-loss-steps').inputs['N'].meaning}"
    before = formula(app), app.sources(SLOPES)
    handle = app.handle(label)
    handle.focus()
    handle.press("ArrowRight")
    sentence = app.changes(sentence)
    app.until(lambda: formula(app)[1] != before[0][1], "other numbers in the formula")
    assert formula(app)[0] == before[0][0]
    app.until(lambda: app.sources(SLOPES) != before[1], "other slopes")
    app.until(lambda: "N=" in app.address(), "the address bar")
    again = explorer(app.address()[app.address().index("?") :])
    assert again.sentence() == app.sentence()


def test_nonsense_in_a_field(explorer):
    app = explorer()
    sentence = app.sentence()
    for typed, says in (("a lot", "'a lot' is not a number"), ("-3", "-3 is not possible")):
        app.enter(N, typed)
        message = app.control(N).locator(".error")
        app.until(lambda says=says, m=message: m.count() and says in m.inner_text(), says)
        assert "Still using" in message.inner_text()
        assert app.field(N).input_value() == typed
        assert app.sentence() == sentence
    app.enter(N, "70 B")
    app.says("N = 70 B parameters")
    assert app.alerts.count() == 0


def test_a_broken_link_is_told(explorer):
    app = explorer("?law=farseer-los&N=1e9")
    notice = app.root.locator(".notice")
    notice.wait_for()
    assert "did you mean 'farseer-loss'?" in notice.inner_text()
    app.says("Chinchilla", "N = 1 B parameters")


def test_comparing_a_law_draws_one_more_curve(explorer):
    app = explorer()
    before = curves(app)
    app.drawer("Compare with").click()
    app.tick("Kaplan joint law").check()
    app.until(lambda: curves(app) == before + 1, "one more curve")
    app.until(lambda: app.root.locator(".chip").count() == 2, "a legend")
    assert "Kaplan joint law" in app.root.locator(".chip").last.inner_text()
    app.tick("Kaplan joint law").uncheck()
    app.until(lambda: curves(app) == before, "the curves of before")


def test_the_chosen_law_is_in_view(explorer):
    app = explorer("?law=visual-token-error")
    places = """list => {
      const box = list.getBoundingClientRect()
      const row = list.selectedOptions[0].getBoundingClientRect()
      return [box.top, row.top, row.bottom, box.bottom] }"""

    def seen():
        found = app.field("Laws").evaluate(places)
        return found == sorted(found)

    app.until(seen, "the chosen law in the list")


def test_dark_mode(explorer):
    app = explorer()
    app.until(lambda: app.canvases()[0]["corner"] == LIGHT, "a light figure")
    app.button("Dark").click()
    app.until(lambda: app.canvases()[0]["corner"] == DARK, "a dark figure")
    sentence = app.sentence()
    app.field("Laws").select_option("farseer-loss")
    app.changes(sentence)
    app.until(lambda: app.canvases()[0]["corner"] == DARK, "a dark figure")


@pytest.mark.parametrize("slug", ["chinchilla-loss", "moe-efficiency-leverage", "qat-loss-penalty",
                                  "data-mixing-loss"])  # fmt: skip
def test_phone(explorer, slug):
    app = explorer(f"?law={slug}", **PHONE)

    def width():
        return app.page.evaluate("document.scrollingElement.scrollWidth")

    app.until(lambda: app.drawn() >= 1, "a drawn figure")
    assert width() == 390
    open_all_drawers(app)
    assert width() == 390
    for canvas in app.root.locator("canvas").all():
        assert canvas.bounding_box()["width"] <= 390


def test_a_law_of_ones_own(explorer, own_law):
    app = explorer()
    app.drawer("Your own law").click()
    sentence = app.sentence()
    upload(app, own_law.replace("answers = ", "questions = "), "bad.toml")
    app.alerts.filter(has_text="bad.toml").wait_for()
    assert "Nothing was changed" in app.alerts.inner_text()
    assert app.sentence() == sentence
    upload(app, own_law)
    app.says("My law: loss of")
    app.until(lambda: app.alerts.count() == 0, "no message")
    assert "My law (my-law, yours)" in listed(app)
    app.enter("N: parameters", "1e9")
    app.says("N = 1 B parameters")


def test_the_table_lists_all_laws_and_opens_them(visit, server):
    page = visit(f"{server.address}table")
    links = page.locator("a[href*='laws?law=']")
    links.first.wait_for()
    found = [link.get_attribute("href").partition("=")[2] for link in links.all()]
    assert sorted(found) == sorted(laws.names())
    links.nth(found.index("farseer-loss")).click()
    page.wait_for_url("**/laws?law=farseer-loss*")
    page.locator("p.answer", has_text="bits/character").wait_for()


def test_every_control_has_a_name(explorer):
    app = explorer("?law=vocabulary-size")
    open_all_drawers(app)
    label = f"N: {laws.facts('vocabulary-size').inputs['N'].meaning}"
    handle = app.root.get_by_role("slider", name=re.compile(f"^{re.escape(label)}"))
    app.until(lambda: handle.count() > 0, "names")
    session = app.page.context.new_cdp_session(app.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    found = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes if not node["ignored"] and node["role"]["value"] in CONTROLS
    ]  # fmt: skip
    assert [role for role, name in found if not name.strip()] == []
    for expected in (("textbox", "Search"), ("listbox", "Laws"), ("combobox", "Variant"),
                     ("checkbox", "Give C"), ("group", "Change of the result with")):  # fmt: skip
        assert expected in found
