"""The served law explorer in Chromium: find a law, move its inputs, compare, bring one's own."""

import pytest

CURVES, MAP, SLOPES = "Curves of the law", "Map of the law", "What would change the result most"
N = "N: all parameters, embeddings included"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def laws(app):
    """Return the titles of the laws that the list shows."""
    return app.field("Laws").locator("option").all_inner_texts()


def curves(app):
    return len(app.sources(CURVES)[0]["xs"])


def choose(app, slug):
    """Choose a law and wait for its answer."""
    before = app.sentence()
    app.field("Laws").select_option(slug)
    return app.changes(before)


def test_everything_is_there(explorer):
    app = explorer()
    assert "Laws" in app.page.title()
    assert app.sentence().startswith("Chinchilla")
    assert "nats/token at N = " in app.sentence()
    app.until(lambda: app.drawn() >= 3, "three drawn figures")
    for name in (CURVES, MAP, SLOPES):
        assert app.sources(name), name
    assert app.root.locator(".formula math").count() == 2
    checked = app.tiles.last.inner_text().split(" of ")
    assert checked[0] == checked[1]
