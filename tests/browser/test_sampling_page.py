"""The served Sampling page: sentence, sliders, presets, counts good and bad, phone, dark."""

import xml.etree.ElementTree as ET
from pathlib import Path

SHARES, WORTH, MAP = (
    "Right, wrong and unanswered",
    "Net worth against samples",
    "Map of the best number of samples",
)
FIGURES = (SHARES, WORTH, MAP, "Cost of a solved problem", "Net worth of the strategies",
           "Map of the best strategy")  # fmt: skip
DARK = "rgb(20, 25, 30)"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ACCEPTED = "Wrong samples accepted (%)"
COUNTS = "attempts,successes,accepted,accepted_correct\n" + "20,4,5,4\n20,11,10,9\n20,0,1,0\n" * 40


def upload(app, content, name="mine.csv"):
    app.root.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def test_everything_is_there(sampling):
    app = sampling()
    assert "Samples and verifiers" in app.page.title()
    assert app.sentence().startswith("Stop at 6 samples: the next costs more than it earns.")
    assert "No number of samples reaches the strong model's 70 %" in app.sentence()
    assert app.tiles.first.inner_text() == "6"
    for name in FIGURES:
        assert app.sources(name), name
    app.until(lambda: app.drawn() >= 2, "drawn figures")


def test_keyboard_moves_sentence_figures_and_address(sampling):
    app = sampling()
    sentence, curves = app.sentence(), app.sources(WORTH)
    handle = app.handle(ACCEPTED)
    handle.focus()
    for _ in range(5):
        handle.press("ArrowRight")
    app.changes(sentence)
    app.until(lambda: app.sources(WORTH) != curves, "another curve")
    app.until(lambda: app.field(ACCEPTED).input_value() == "12.5 %", "the slider's value")
    app.until(lambda: "false_positive_rate=0.125" in app.address(), "the address bar")
    moved = app.sentence()
    again = sampling(app.address()[app.address().index("?") :])
    assert again.sentence() == moved


def test_a_preset_and_its_problems(sampling):
    app = sampling()
    app.field("Start from").select_option(label="Formal proofs, checked without fault")
    app.says("samples reach the strong model's 50 %")
    picked = app.field("Published model and task").evaluate("e => e.selectedOptions[0].text")
    assert "MiniF2F" in picked


def test_counts_good_and_bad(sampling):
    app = sampling()
    app.drawer("Your own counts").click()
    before = app.sentence()
    upload(app, COUNTS.encode())
    good = app.changes(before)
    told = app.root.get_by_text("From mine.csv")
    told.wait_for()
    assert app.field("Accuracy of one sample (%)").input_value() == "23.01 %"
    for name, content, reason in (
        ("columns.csv", COUNTS.replace("attempts", "tries").encode(), "no column 'attempts'"),
        ("more.csv", COUNTS.replace("20,0,", "20,21,").encode(), "line 4: successes is 21"),
        ("empty.csv", b"", "is empty"),
        ("large.csv", b"words and more words " * 500_000, "has 10.5 MB"),
        ("latin.csv", "attempts,successes\n1,ä\n".encode("latin-1"), "not UTF-8"),
    ):
        upload(app, content, name)
        message = app.alerts.filter(has_text=name)
        message.wait_for()
        assert reason in message.inner_text()
        assert "Nothing was changed" in message.inner_text()
        assert app.sentence() == good
    assert told.is_visible()
    upload(app, COUNTS.encode(), "again.csv")
    app.until(lambda: app.alerts.count() == 0, "no message")


def test_pictures_have_the_legend_of_their_figure(sampling):
    app = sampling()
    for title, has, lacks in (
        ("What do the problems end in?", "no answer: 2.75 %", "majority vote"),
        ("When does the next sample stop paying?", "samples and verifier: $0.336", "no answer:"),
        ("Best number of samples", "Stop at 6 samples", "no answer:"),
        ("Many cheap samples or one dear answer?", "one strong answer: $0.143", "no answer:"),
        ("Which strategy is worth most?", "best score of all: $0.0845 at 16", "no answer:"),
        ("Which strategy wins where?", "stop at the first accepted", "no answer:"),
    ):
        row = app.root.locator(".bk-Row", has=app.page.get_by_text(title, exact=True)).last
        with app.page.expect_download() as waiting:
            row.get_by_text("SVG", exact=True).last.click()
        root = ET.fromstring(Path(waiting.value.path()).read_text(encoding="utf-8"))
        said = " ".join(e.text for e in root if e.tag.endswith("text"))
        assert title in said
        assert has in said
        assert lacks not in said


def test_phone(sampling):
    app = sampling("?theme=dark", **PHONE)
    assert app.page.evaluate("document.documentElement.scrollWidth") <= 390
    answer, field = app.answer.bounding_box(), app.field(ACCEPTED).bounding_box()
    assert answer["y"] < field["y"]
    app.until(lambda: app.canvases()[0]["corner"] == DARK, "a dark figure")
