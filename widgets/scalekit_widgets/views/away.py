"""Tells that what a figure shows has left the view: the axes stay where they are."""

from __future__ import annotations

import numpy as np
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from scalekit_widgets.views.figure import labels, put

HINT = "All of it lies outside this view: Fit axes"


class Away:
    """A line in the middle of a figure, where nothing else is.

    Parameters
    ----------
    fig : figure
        With fixed ranges.
    """

    def __init__(self, fig: figure) -> None:
        self.fig = fig
        self.source = ColumnDataSource({"x": [], "y": [], "text": []})
        fig.add_layout(labels(self.source, "x", "y", text_font_size="14px", x_offset=0,
                              y_offset=0, text_align="center", text_baseline="middle"))  # fmt: skip

    def tell(self, x: np.ndarray, y: np.ndarray, *, log: tuple[bool, bool]) -> None:
        """Say so if there are points and none is in view; `log` are the kinds of both axes."""
        inside = np.isfinite(x) & np.isfinite(y)
        any_at_all = bool(inside.any())
        middle = []
        for values, view, by_log in zip(
            (x, y), (self.fig.x_range, self.fig.y_range), log, strict=True
        ):
            inside = inside & (view.start <= values) & (values <= view.end)
            ends = np.array([view.start, view.end])
            middle.append(float(np.exp(np.log(ends).mean()) if by_log else ends.mean()))
        away = any_at_all and not inside.any()
        put(self.source, {
            "x": [middle[0]] * away, "y": [middle[1]] * away, "text": [HINT] * away,
        })  # fmt: skip
