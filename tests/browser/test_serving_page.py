"""The served Serving page: keyboard, what does not fit, a config.json, limits, links, a phone."""

from scalekit_widgets.apps.serving_rail import EXAMPLE

FIGURES = (
    "Speed against price", "Memory of one accelerator", "Roofline",
    "Price against users at once", "Bits, quality and price", "Accelerators and export control",
)  # fmt: skip
BATCH = "Users at once (sequences)"
DEVICES = "Accelerators that share one copy (devices)"
PROMPT = "Prompt (tokens)"


def upload(app, content, name="config.json"):
    if not app.root.locator("input[type=file]").is_visible():
        app.drawer("A model of your own").click()
        app.root.locator("input[type=file]").wait_for()
    app.root.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": content}
    )


def test_everything_is_there_and_the_keyboard_moves_it(serving):
    app = serving()
    assert app.page.title() == "Serving and bits"
    app.says("Llama-3.1-70B in 8 bits on 4 H100 SXM5 writes", "memory bandwidth binds")
    assert len(app.tiles.all_inner_texts()) == 3
    for name in FIGURES:
        assert app.sources(name), name
    before, cloud = app.sentence(), app.sources(FIGURES[0])
    handle = app.handle(BATCH)
    handle.focus()
    handle.press("ArrowRight")
    app.changes(before)
    app.until(lambda: app.sources(FIGURES[0]) != cloud, "another chosen point")
    app.until(lambda: "batch=" in app.address(), "the address bar")
    before = app.sentence()
    app.button("4").first.click()
    app.changes(before)
    app.says("in 4 bits")
    app.until(lambda: "weight_bits=4" in app.address(), "the address bar")
    again = serving(app.address()[app.address().index("?") :])
    assert again.sentence() == app.sentence()


def test_what_does_not_fit_says_what_would_beside_the_control(serving):
    app = serving()
    app.enter(DEVICES, "1")
    app.says("No answer: Llama-3.1-70B takes", "what would fit: weights of 4")
    message = app.alerts.filter(has_text="what would fit")
    message.wait_for()
    place, field = message.bounding_box(), app.field(DEVICES).bounding_box()
    assert 0 < place["y"] - field["y"] < 120
    assert "keep the last answer" in app.sure.inner_text()
    app.enter(DEVICES, "0")
    app.alerts.filter(has_text="outside 1 to 256").wait_for()
    app.enter(DEVICES, "8")
    app.says("8 H100 SXM5 writes")
    app.enter(PROMPT, "1e6")
    app.says("No answer: Prompt and answer have", "131,072")
    app.enter(PROMPT, "1e15")
    app.alerts.filter(has_text="Still using").wait_for()
    app.enter(PROMPT, "4000")
    app.says("writes a token every")
    app.until(lambda: app.alerts.count() == 0, "no message")


def test_a_config_of_ones_own_and_broken_ones(serving):
    app = serving()
    before = app.sentence()
    for content, says in (
        (b"= = =", "no JSON"),
        (b'{"model_type": "lama"}', "did you mean"),
        (b" " * 10_000_000, "10.0 MB"),
    ):
        upload(app, content)
        app.alerts.filter(has_text=says).wait_for()
        assert app.sentence() == before
    upload(app, EXAMPLE.encode())
    app.says("llama 8.03 B in 8 bits on 4 H100 SXM5 writes")
    app.until(lambda: app.alerts.count() == 0, "no message")
    app.root.get_by_text("8.03 B parameters").wait_for()


def test_limits_and_dark(serving):
    app = serving("?limit_step=true&longest_step=0.005&theme=dark")
    app.says("It misses the limit: a token within 5.00 ms")
    app.until(lambda: app.canvases()[0]["corner"] == "rgb(20, 25, 30)", "a dark figure")
    app.button("Fit axes").click()
    app.button("Pin this scenario").click()
    app.field("Accelerator").select_option("B200 SXM (HGX)")
    app.says("B200 SXM (HGX)")
    app.root.get_by_role("columnheader", name="Pinned").wait_for()


def test_phone(serving):
    app = serving(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    width = app.page.evaluate("[document.scrollingElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1] == 390
    for found in (app.answer, app.tiles, app.root.locator(".sk-figure canvas"), app.field(BATCH)):
        place = found.first.bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 390
    app.enter(BATCH, "8")
    app.says("for each of 8 users at once")
