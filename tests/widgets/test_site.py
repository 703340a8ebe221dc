"""The served site: which apps there are, and that pages build whatever their address says."""

import logging
from types import SimpleNamespace

import panel as pn
import pytest
from tornado.websocket import WebSocketClosedError

from scalekit import laws
from scalekit_widgets import site


def html(layout):
    return " ".join(str(p.object) for p in layout.select(pn.pane.HTML))


def test_names():
    assert site.app_names() == ["training", "sampling", "serving", "laws"]
    assert set(site.app_names()) >= {site.EXPLORER}


def test_table_lists_every_law_and_opens_it_in_the_explorer():
    text = html(site.law_table(["laws"])())
    for slug in laws.names():
        assert f'href="laws?law={slug}"' in text
    assert f"{len(laws.names())} laws" in text


def test_table_links_only_to_what_is_served():
    text = html(site.law_table(["training"])())
    assert "<code>chinchilla-loss</code>" in text
    assert "laws?law=" not in text


def test_pages_link_to_each_other(monkeypatch):
    monkeypatch.setattr(type(pn.state), "session_args", property(lambda self: {}))
    text = html(site.page("training", ["training", "laws"])())
    for address, name in {"./": "All apps", "laws": "Laws", "table": "Table of laws"}.items():
        assert f'<a href="{address}">{name}</a>' in text
    assert ">Training</a>" not in text


def test_a_closed_tab_is_no_news_for_the_terminal(monkeypatch, caplog):
    monkeypatch.setattr(pn, "serve", lambda *args, **options: SimpleNamespace(
        start=lambda: None, io_loop=SimpleNamespace(start=lambda: None)))  # fmt: skip
    site.serve(["training"], 1, "localhost", 1, [])
    logger = logging.getLogger("asyncio")
    for problem in (WebSocketClosedError(), ValueError("a real one")):
        logger.error("Task exception was never retrieved", exc_info=problem)
    assert [record.exc_info[0] for record in caplog.records] == [ValueError]


@pytest.mark.parametrize(
    "arguments",
    [{}, {"law": [b"nope"], "N": [b"-1"], "compare": [b"x/y"]}, {"law": [b"kaplan-loss"]}],
)
def test_explorer_builds_whatever_its_address_says(monkeypatch, arguments):
    monkeypatch.setattr(type(pn.state), "session_args", property(lambda self: arguments))
    texts = [
        str(getattr(p.object, "text", ""))
        for p in site.page("laws", ["laws"])().select(pn.pane.Bokeh)
    ]
    assert any('class="notice"' in text for text in texts) == (b"nope" in arguments.get("law", []))
    assert any("nats/token" in text for text in texts)


def test_index_links_to_every_app_and_counts_the_laws():
    text = html(site.index(site.app_names())())
    assert f"{len(laws.names())} published laws" in text
    for name in site.app_names():
        assert f'href="{name}"' in text
        assert site.APPS[name].tagline in text


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"compute_budget": [b"abc"], "law": [b"nope"], "mfu": [b"7"], "x": [b"\xff"]},
        {"compute_budget": [b""], "compare": [b"\xff"], "theme": [b"purple"], "y": []},
    ],
)
def test_page_builds_whatever_its_address_says(monkeypatch, arguments):
    monkeypatch.setattr(type(pn.state), "session_args", property(lambda self: arguments))
    root = site.page("training", ["training", "laws"])()
    assert isinstance(root, pn.Column)
    texts = [str(getattr(p.object, "text", "")) for p in root.select(pn.pane.Bokeh)]
    assert any('class="notice"' in text for text in texts) == bool(arguments)
    assert any("72.4 B" in text for text in texts)


def test_each_visitor_has_a_state_of_their_own(monkeypatch):
    build = site.page("training", ["training", "laws"])
    assert build() is not build()


def test_unknown_app_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match=r"app is 'trainign' \(did you mean 'training'\?\)"):
        site.serve(["trainign"], 1, "localhost", 1, [])


def test_serving_hands_over_pages_and_origins(monkeypatch):
    calls = []
    order = []

    class Loop:
        def start(self):
            order.append("loop")

    class Server:
        io_loop = Loop()

        def start(self):
            order.append("server")

    def serve(pages, **options):
        calls.append((pages, options))
        order.append("processes")
        return Server()

    monkeypatch.setattr(pn, "serve", serve)
    monkeypatch.setattr(site, "warm", lambda names: order.append("warm"))
    site.serve([], 5055, "0.0.0.0", 2, ["hub.example"])
    ((pages, options),) = calls
    assert set(pages) == {"", "table", *site.APPS}
    assert options["port"] == 5055
    assert options["num_procs"] == 2
    assert order == ["processes", "warm", "server", "loop"]
    assert {"localhost:5055", "127.0.0.1:5055", "hub.example"} <= set(options["websocket_origin"])
