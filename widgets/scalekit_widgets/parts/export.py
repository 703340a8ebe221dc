"""A figure with its title and its exports: PNG, SVG and CSV."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import panel as pn

from scalekit_widgets import theme
from scalekit_widgets.parts.layout import button, line, stack, text

# The browser draws the figure again at the asked format; nothing is sent to a server.
_SAVE = """
const view = cb_context.index.find_one(fig)
if (view == null) { return }
view.export(kind).to_blob().then((blob) => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name + '.' + kind
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
})
"""


def slug(title: str) -> str:
    """Return a title as part of a file name."""
    kept = "".join(c.lower() if c.isalnum() else "-" for c in title)
    return "-".join(part for part in kept.split("-") if part)


def figure_card(
    title: str,
    figure: Any,
    rows: Callable[[], pd.DataFrame],
    *,
    above: Sequence[Any] = (),
    below: Sequence[Any] = (),
    css_classes: Sequence[str] = (),
) -> pn.Column:
    """Return a figure under its title, with buttons that save it.

    Parameters
    ----------
    title : str
        What the figure shows.
    figure : bokeh figure
        The figure.
    rows : callable
        Returns the numbers behind it, for the CSV.
    above, below : sequence
        What stands between title and figure, and under it.
    css_classes : sequence of str
        Where it goes in the layout.
    """
    buttons: list[Any] = []
    for kind in ("png", "svg"):
        save = button(kind.upper())
        args = {"fig": figure, "kind": kind, "name": f"scalekit-{slug(title)}"}
        save.js_on_click(args=args, code=_SAVE)
        buttons.append(save)

    def content() -> io.StringIO:
        return io.StringIO(rows().to_csv(index=False))

    buttons.append(
        pn.widgets.FileDownload(
            callback=content, filename=f"scalekit-{slug(title)}.csv", label="CSV", icon=None,
            embed=False, margin=0, stylesheets=[theme.BUTTON],
        )
    )  # fmt: skip
    head = line(text(f"<h2>{title}</h2>", css=":host { flex: 1 1 240px; width: auto; }"), *buttons)
    pane = pn.pane.Bokeh(figure, sizing_mode="stretch_width", margin=0)
    return stack(head, *above, pane, *below, css_classes=list(css_classes))
