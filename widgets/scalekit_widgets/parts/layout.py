"""How things stand together, in the spacing and type of the theme; drawers and buttons."""

from __future__ import annotations

from typing import Any

import panel as pn

from scalekit_widgets import theme


def drawer(title: str, *content: Any, opened: bool = False) -> pn.Card:
    """Return a titled section, closed unless `opened`."""
    return pn.Card(
        *content,
        header=text(f"<h2>{title}</h2>", css=":host { text-align: left; }"),
        collapsed=not opened,
        sizing_mode="stretch_width",
        margin=0,
        stylesheets=[theme.DRAWER],
    )


def stack(*content: Any, css_classes: list[str] | None = None, css: str = "") -> pn.Column:
    """Return a column with the spacing of the theme."""
    return pn.Column(
        *content,
        sizing_mode="stretch_width",
        css_classes=css_classes or [],
        stylesheets=[theme.STACK, css] if css else [theme.STACK],
    )


def line(*content: Any) -> pn.Row:
    """Return a row that wraps."""
    return pn.Row(*content, sizing_mode="stretch_width", stylesheets=[theme.LINE])


def text(html: str = "", css: str = "", **params: Any) -> pn.pane.HTML:
    """Return text in the type of the theme."""
    return pn.pane.HTML(
        html, sizing_mode="stretch_width", stylesheets=[theme.TEXT, css] if css else [theme.TEXT],
        **params,
    )  # fmt: skip


def button(label: str, **params: Any) -> pn.widgets.Button:
    """Return a quiet button."""
    return pn.widgets.Button(label=label, stylesheets=[theme.BUTTON], margin=0, **params)
