"""What a screen reader finds on the served pages: names, values, and what is down."""

from scalekit_widgets.notation import parse

COMPUTE = "Training compute (FLOP)"
CONTROLS = {"button", "checkbox", "combobox", "group", "slider", "textbox"}


def tree(app):
    """Return (role, name) of everything in the accessibility tree of the page."""
    session = app.page.context.new_cdp_session(app.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes if not node["ignored"]
    ]  # fmt: skip


def test_every_control_has_a_name(training):
    app = training()
    app.show_all_controls()
    app.until(lambda: app.handle("Unique tokens (tokens)").get_attribute("aria-label"), "names")
    found = [(role, name) for role, name in tree(app) if role in CONTROLS]
    assert {role for role, _ in found} == CONTROLS
    assert [role for role, name in found if not name.strip()] == []
    for expected in (
        ("group", "Budget in"), ("group", "Compare with"), ("slider", "Training compute"),
        ("slider", "Utilisation serving"), ("button", "Your own law (a TOML file)"),
    ):  # fmt: skip
        assert expected in found


def test_a_slider_tells_its_value_in_words(training):
    app = training()
    handle = app.handle(COMPUTE)
    app.until(lambda: handle.get_attribute("aria-valuetext") == "5.76 × 10²³ FLOP", "the start")
    sentence = app.sentence()
    handle.press("ArrowRight")
    app.changes(sentence)
    app.until(lambda: parse(handle.get_attribute("aria-valuetext")) > 5.8e23, "the move")
    app.enter(COMPUTE, "1e22")
    app.until(lambda: handle.get_attribute("aria-valuetext") == "10²² FLOP", "the typed value")


def test_a_row_of_buttons_tells_which_is_down(training):
    app = training()

    def pressed():
        return [app.button(name).get_attribute("aria-pressed") for name in ("FLOP", "USD")]

    app.until(lambda: pressed() == ["true", "false"], "FLOP down")
    app.button("USD").click()
    app.until(lambda: pressed() == ["false", "true"], "USD down")


def test_every_control_of_the_explorer_has_a_name(explorer):
    app = explorer("?law=vocabulary-size")
    for title in ("Compare with", "Your own law"):
        app.drawer(title).click()
    app.root.locator("input[type=file]").wait_for()
    app.until(lambda: ("group", "Change of the result with") in tree(app), "names")
    found = [(role, name) for role, name in tree(app) if role in {*CONTROLS, "listbox"}]
    assert [role for role, name in found if not name.strip()] == []
    for expected in (
        ("listbox", "Laws"), ("combobox", "Field"), ("textbox", "Search"),
        ("button", "Your own law (a TOML file)"), ("group", "Other coefficients of this law"),
    ):  # fmt: skip
        assert expected in found


def test_every_control_of_the_serving_app_has_a_name(serving):
    app = serving("?limit_step=true&limit_wait=true&load=demand")
    for title in ("A model of your own", "What is reached", "Power and carbon"):
        app.drawer(title).click()
    app.root.locator("input[type=file]").wait_for()
    app.until(lambda: ("slider", "Carbon") in tree(app), "names")
    found = [(role, name) for role, name in tree(app) if role in CONTROLS]
    assert [role for role, name in found if not name.strip()] == []
    for expected in (
        ("group", "Bits of a weight"), ("group", "Load in"), ("slider", "Longest time per token"),
        ("checkbox", "Limit the time per token"), ("textbox", "An architecture"),
        ("button", "Your own model (a Hugging Face config.json)"),
    ):  # fmt: skip
        assert expected in found
