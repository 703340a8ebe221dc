"""Files in and out of the served Training page: law files, PNG, SVG, CSV, published runs."""

import io
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

CARDS = {
    "How much worse are other sizes at this budget?": (
        "how-much-worse-are-other-sizes-at-this-budget",
        ["law", "N [parameters]", "D [tokens]", "loss"],
    ),
    "Best parameters for a budget": (
        "best-parameters-for-a-budget", ["law", "C [FLOP]", "N [parameters]"],
    ),
    "Best tokens for a budget": ("best-tokens-for-a-budget", ["law", "C [FLOP]", "D [tokens]"]),
    "Loss over parameters and tokens": (
        "loss-over-parameters-and-tokens", ["N [parameters]", "D [tokens]", "loss", "unit"],
    ),
    "What would change the answer most?": (
        "what-would-change-the-answer-most", ["input", "elasticity"],
    ),
    "Why do the tools disagree?": (
        "why-do-the-tools-disagree", ["label", "cause", "source"],
    ),
}  # fmt: skip


def upload(app, text, name="mine.toml"):
    app.root.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/toml", "buffer": text.encode()}
    )


def saved(app, title, button):
    row = app.root.locator(".bk-Row", has=app.page.get_by_text(title, exact=True)).last
    with app.page.expect_download() as waiting:
        row.get_by_text(button, exact=True).last.click()
    download = waiting.value
    with open(download.path(), "rb") as file:  # noqa: PTH123 (Playwright gives its own path)
        return download.suggested_filename, file.read()


def test_a_law_of_ones_own(training, own_law):
    app = training()
    before = app.sentence()
    upload(app, own_law)
    app.changes(before)
    assert "My law (yours)" in app.root.locator(".chip").first.inner_text()
    assert "no uncertainty is published" in app.sure.inner_text()
    assert app.alerts.count() == 0
    picked = app.field("Law that answers").evaluate("e => e.selectedOptions[0].text")
    assert picked == "My law (yours)"
    app.enter("Training compute (FLOP)", "1e22")
    app.says("10²² FLOP buys")
    app.field("Law that answers").select_option("Besiroglu 2024, as published")
    app.until(lambda: "(95 %)" in app.sure.inner_text(), "the built-in law")


def test_broken_law_files(training, own_law):
    app = training()
    before = app.sentence()
    for name, old, new, key in (
        ("first.toml", "answers = ", "questions = ", "answers"),
        ("second.toml", "A = 400.0, ", "", "coefficients"),
        ("third.toml", own_law, "", "says nothing"),
    ):
        upload(app, own_law.replace(old, new), name)
        message = app.alerts.filter(has_text=name)
        message.wait_for()
        assert key in message.inner_text()
        assert "Nothing was changed" in message.inner_text()
        assert app.sentence() == before
        assert "law=" not in app.address()
    upload(app, own_law)
    app.changes(before)
    app.until(lambda: app.alerts.count() == 0, "no message")


def test_pictures_stand_alone(training):
    app = training()
    legend = [chip.inner_text() for chip in app.root.locator(".sk-figure .chip:has(.dot)").all()]
    assert len(legend) == 3
    lines = ["best sizes of all budgets", "extrapolated", "this budget", "equal compute"]
    wide = app.root.locator(".sk-figure .bk-Figure").bounding_box()
    for title, (name, _) in list(CARDS.items())[:4]:
        file, content = saved(app, title, "PNG")
        assert file == f"scalekit-{name}.png"
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        assert len(content) > 5000
        if title.startswith("How much worse"):
            width, height = (int.from_bytes(content[i : i + 4], "big") for i in (16, 20))
            assert width == pytest.approx(2 * wide["width"], abs=2)
            assert height > 2 * wide["height"] + 100
        file, content = saved(app, title, "SVG")
        assert file == f"scalekit-{name}.svg"
        root = ET.fromstring(content)
        assert root.tag.endswith("svg")
        assert len(content) > 5000
        written = [element.text for element in root if element.tag.endswith("text")]
        said = " ".join(written)
        own = title.startswith("Loss over")  # shows one law, and what its lines are
        for part in (
            title,
            app.sentence(),
            *([legend[0].split(":")[0], *lines] if own else legend),
        ):
            assert part in said
        assert not own or legend[1].split(":")[0] not in said


def test_the_buttons_of_a_card_stay_on_one_line(training):
    app = training(viewport={"width": 1180, "height": 900})
    for width in (1180, 390):
        app.page.set_viewport_size({"width": width, "height": 900})
        app.page.wait_for_timeout(500)
        rows = [app.root.get_by_text(kind, exact=True).all() for kind in ("PNG", "SVG", "CSV")]
        assert len(rows[0]) == len(CARDS)
        for together in zip(*rows, strict=True):
            places = [button.bounding_box()["y"] for button in together]
            assert max(places) - min(places) < 5


def test_csv(training):
    app = training("?compute_budget=1e22")
    for title, (name, columns) in CARDS.items():
        file, content = saved(app, title, "CSV")
        assert file == f"scalekit-{name}.csv"
        table = pd.read_csv(io.BytesIO(content))
        assert set(columns) <= set(table.columns)
        assert len(table) > 5
    # The numbers are those of now, not of when the page was opened.
    app.enter("Training compute (FLOP)", "1e24")
    app.says("10²⁴ FLOP buys")
    _, content = saved(app, "How much worse are other sizes at this budget?", "CSV")
    table = pd.read_csv(io.BytesIO(content))
    assert (6 * table["N [parameters]"] * table["D [tokens]"]).median() == pytest.approx(1e24)


def test_published_runs(training, shared_data):
    app = training()

    def runs():
        return [len(d["loss"]) for d in app.sources("Loss surface") if set(d) >= {"N", "D", "loss"}]

    before = runs()
    app.tick("Show the 240 published runs").check()
    app.until(lambda: 240 in runs(), "the runs")
    assert app.alerts.count() == 0
    app.tick("Show the 240 published runs").uncheck()
    app.until(lambda: runs() == before, "no runs")
