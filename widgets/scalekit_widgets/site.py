"""The served site: an index and one page an app."""

from __future__ import annotations

import html
import logging
from collections.abc import Callable, Sequence
from functools import cache

import panel as pn
from tornado.websocket import WebSocketClosedError

from scalekit import laws
from scalekit.checks import choice
from scalekit.laws import table
from scalekit_widgets import theme
from scalekit_widgets.apps.explorer import ExplorerApp
from scalekit_widgets.apps.sampling import SamplingApp
from scalekit_widgets.apps.screen import App
from scalekit_widgets.apps.serving import ServingApp
from scalekit_widgets.apps.training import TrainingApp
from scalekit_widgets.parts.layout import text

APPS: dict[str, type[App]] = {
    "training": TrainingApp,
    "sampling": SamplingApp,
    "serving": ServingApp,
    "laws": ExplorerApp,
}
EXPLORER, TABLE = "laws", "table"
"""Addresses of the explorer, and of the table of all laws."""

_INDEX_CSS = """
:host { max-width: 720px; margin: 48px auto !important; padding: 0 16px; box-sizing: border-box; }
ul { list-style: none; padding: 0; margin: 24px 0; } li { padding: 12px 0; }
li a { font-size: 20px; font-weight: 650; text-decoration: none; }
"""
_TABLE_CSS = """
:host { max-width: 1560px; margin: 24px auto !important; padding: 0 24px; box-sizing: border-box;
  overflow-x: auto; }
h1 { margin-bottom: 8px; } h2 { margin: 24px 0 8px; } th code { font-size: 12px; }
table { table-layout: fixed; min-width: 1180px; } th, td { overflow-wrap: anywhere; }
tr:has(+ .more) > td:not([rowspan]) { border: none; }
th:nth-child(1) { width: 17%; } th:nth-child(2) { width: 20%; } th:nth-child(6) { width: 12%; }
"""


# Without this a phone lays the page out as for a desktop and shrinks it.
_HEAD = """{% block postamble %}
<meta name="viewport" content="width=device-width, initial-scale=1">
{% endblock %}"""


def _fit_phones() -> None:
    if pn.state.curdoc is not None:
        pn.state.curdoc.template = _HEAD


def app_names() -> list[str]:
    """Return the names of all apps, as in their addresses."""
    return list(APPS)


def page(name: str, names: Sequence[str]) -> Callable[[], pn.Column]:
    """Return what builds the page of an app for one visitor, with links to the others."""
    links = {"All apps": "./", **{n.capitalize(): n for n in names if n != name}}
    links["Table of laws"] = TABLE

    def build() -> pn.Column:
        _fit_phones()
        query = {k: v[0].decode("utf-8", "replace") for k, v in pn.state.session_args.items() if v}
        return APPS[name]().page(query, links)

    return build


def index(names: Sequence[str]) -> Callable[[], pn.Column]:
    """Return what builds the page that lists the apps."""

    def build() -> pn.Column:
        _fit_phones()
        items = "".join(
            f'<li><a href="{name}">{html.escape(APPS[name].title)}</a>'
            f'<p class="quiet">{html.escape(APPS[name].tagline)}</p></li>'
            for name in names
        )
        count = sum(len(laws.facts(s).variants) for s in laws.names())
        more = f' <a href="{TABLE}">See them in a table.</a>'
        body = text(
            f"<h1>scalekit</h1><p>{len(laws.names())} published laws in {count} variants, each "
            "with its source, its own check values and, where one is published, its fitted range."
            f"{more}</p><ul>{items}</ul>",
            css=_INDEX_CSS,
        )
        return _page(body)

    return build


def _page(body: pn.pane.HTML) -> pn.Column:
    """Return a page of text in the theme that the visitor's system has."""
    classes = ["sk-root", "sk-page", "sk-auto"]
    return pn.Column(body, sizing_mode="stretch_width", margin=0,
                     css_classes=classes, stylesheets=[theme.ROOT])  # fmt: skip


def law_table(names: Sequence[str]) -> Callable[[], pn.Column]:
    """Return what builds the page that lists all laws; where it is served, in the explorer."""
    address = f"{EXPLORER}?law=" if EXPLORER in names else ""

    def build() -> pn.Column:
        _fit_phones()
        return _page(text(_law_table(tuple(laws.names()), address), css=_TABLE_CSS))

    return build


@cache
def _law_table(slugs: tuple[str, ...], address: str) -> str:
    rows = table.rows(slugs)
    return (
        f"<h1>Laws</h1><p>{html.escape(table.summary(rows))}. "
        'A range marked * is that of a slider. <a href="./">All apps</a></p>'
        f"{table.as_html(rows, address=address)}"
    )


def warm(names: Sequence[str]) -> None:
    """Compile everything that pages need, so that the first visitor does not wait."""
    for name in names:
        APPS[name]().screen(served=True)
    law_table(names)()


def _not_a_closed_tab(record: logging.LogRecord) -> bool:
    """Say whether a log record is about more than a visitor who has gone."""
    problem = record.exc_info[1] if record.exc_info else None
    return not isinstance(problem, WebSocketClosedError)


def serve(
    apps: Sequence[str], port: int, address: str, num_procs: int, websocket_origins: Sequence[str]
) -> None:
    """Serve apps until stopped.

    Parameters
    ----------
    apps : sequence of str
        Names of apps; all if empty.
    port : int
        Port to listen on.
    address : str
        Address to listen on.
    num_procs : int
        Server processes; 0 for one a core.
    websocket_origins : sequence of str
        Further hosts whose pages may connect, such as those of a proxy.
    """
    names = [choice("app", name, APPS) for name in apps] or app_names()
    pages = {name: page(name, names) for name in names}
    origins = [f"{host}:{port}" for host in {address, "localhost", "127.0.0.1"}]
    server = pn.serve(
        {"": index(names), TABLE: law_table(names), **pages},
        title={"": "scalekit", TABLE: "Laws", **{n: APPS[n].title for n in names}},
        port=port,
        address=address,
        num_procs=num_procs,
        websocket_origin=[*origins, *websocket_origins],
        show=False,
        verbose=False,
        admin=False,
        start=False,
    )
    # A tab that is closed while a slider moves is no news for whoever reads the terminal: Bokeh
    # warns of it, and asyncio of every message of Panel's that had not gone yet.
    logging.getLogger("asyncio").addFilter(_not_a_closed_tab)
    logging.getLogger("bokeh.server.views.ws").setLevel(logging.ERROR)
    # Here there are already as many processes as asked for: JAX must not compile before a fork.
    warm(names)
    server.start()
    try:
        server.io_loop.start()
    except KeyboardInterrupt:
        server.stop()
