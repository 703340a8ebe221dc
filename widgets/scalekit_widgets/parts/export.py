"""A figure with its title and its exports: PNG, SVG and CSV."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import panel as pn

from scalekit_widgets import theme
from scalekit_widgets.parts.layout import line, stack, text
from scalekit_widgets.parts.livetext import LiveTexts
from scalekit_widgets.parts.picture import save_button


def slug(title: str) -> str:
    """Return a title as part of a file name."""
    kept = "".join(c.lower() if c.isalnum() else "-" for c in title)
    return "-".join(part for part in kept.split("-") if part)


def figure_card(
    title: str,
    figure: Any,
    rows: Callable[[], pd.DataFrame],
    units: Mapping[str, str],
    *,
    above: Sequence[Any] = (),
    below: Sequence[Any] = (),
    css_classes: Sequence[str] = (),
    texts: LiveTexts | None = None,
    legend: str = "legend",
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
    units : mapping of str to str
        Units of its columns, which the CSV's first line gives: ``N [parameters]``.
    above, below : sequence
        What stands between title and figure, and under it.
    css_classes : sequence of str
        Where it goes in the layout.
    texts : LiveTexts, optional
        The app's, with ``answer`` and a legend: pictures say what was asked and who answers.
    legend : str
        Which of the texts is the legend of this figure; empty if it needs none.
    """
    name = f"scalekit-{slug(title)}"
    buttons = [save_button(kind, figure, title, name, texts, legend) for kind in ("png", "svg")]

    def content() -> io.StringIO:
        table = rows()
        named = {c: f"{c} [{units[c]}]" for c in table.columns if units.get(c, "1") != "1"}
        return io.StringIO(table.rename(columns=named).to_csv(index=False))

    buttons.append(
        pn.widgets.FileDownload(
            callback=content, filename=f"{name}.csv", label="CSV", icon=None,
            embed=False, margin=0, stylesheets=[theme.BUTTON],
        )
    )  # fmt: skip
    together = line(*buttons)  # a narrow card breaks the title, not the row of buttons
    together.sizing_mode = None
    together.stylesheets = [*together.stylesheets, ":host { flex: 0 0 auto; flex-wrap: nowrap; }"]
    head = line(
        text(f"<h2>{html.escape(title)}</h2>", css=":host { flex: 1 1 140px; width: auto; }"),
        together,
    )
    pane = pn.pane.Bokeh(figure, sizing_mode="stretch_width", margin=0)
    return stack(head, *above, pane, *below, css_classes=list(css_classes))
