"""All accelerators for a job: their price against what export control counts of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, Span

from scalekit.serving import thresholds
from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.models.serving_ranking import Ranked
from scalekit_widgets.notation import significant, usd
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.away import Away
from scalekit_widgets.views.figure import (
    COUNTS,
    DOLLARS,
    add,
    hover,
    labels,
    make_figure,
    on_new_view,
    one_two_five,
    plot_size,
    put,
    restyle,
    touches,
)
from scalekit_widgets.views.speed_price import CHOSEN

RULE = "US export control 3A090.a"
LETTER, LINE, GAP = 7.2, 13.0, 8.0
"""Pixels of a letter and of a line, and from a dot to its name."""


class ExportLine:
    """Persistent figure of the ranking; it follows when the sliders rest, by `show`."""

    name = "Accelerators and export control"

    def __init__(self) -> None:
        self._rows: Sequence[Ranked] = ()
        self._chosen, self._fitted = "", False
        self.fig = make_figure(
            self.name,
            ("Total processing performance (TOP/s × bits)", 1e3, 1e5),
            ("Price (USD per million output tokens)", 0.1, 10),
            height=380,
            says="Price of a million output tokens on every accelerator against its total "
            "processing performance, with the line of export control",
        )
        one_two_five(self.fig.xaxis[0], 1.0, 1e7, COUNTS)
        one_two_five(self.fig.yaxis[0], 1e-4, 1e5, DOLLARS)
        columns = ("x", "y", "text", "price", "group", "fill", "size")
        self.dots = ColumnDataSource({k: [] for k in columns})
        self.here = ColumnDataSource({k: [] for k in columns})
        self.names = ColumnDataSource({k: [] for k in ("x", "y", "text", "align", "dx")})
        self.line_name = ColumnDataSource({k: [] for k in ("x", "y", "text")})
        self.line = Span(location=thresholds()[RULE].value, dimension="height", line_width=1.5,
                         line_dash="6 4")  # fmt: skip
        self.fig.add_layout(self.line)
        self.points = self.fig.scatter("x", "y", source=self.dots, size=8, fill_alpha="fill",
                                       line_width=1.5)  # fmt: skip
        chosen = self.fig.scatter("x", "y", source=self.here, size=14, fill_color=CHOSEN,
                                  line_color="white", line_width=1.5)  # fmt: skip
        self.fig.add_layout(labels(self.names, "x", "y", text_align="align", x_offset="dx"))
        self.fig.add_layout(labels(self.line_name, "x", "y", x_offset=6, y_offset=4))
        self.away = Away(self.fig)
        hover(self.fig, [self.points, chosen],
              [("", "@text"), ("for one copy", "@group"), ("price", "@price"),
               ("TOP/s × bits", "@size")])  # fmt: skip
        on_new_view(self.fig, self._name_dots)

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self.line.line_color = p.quiet
        self.points.glyph.line_color = self.points.glyph.fill_color = p.accent

    def fit(self, state: ServingState) -> None:
        """Show all accelerators whose price is known; once more when the ranking has followed."""
        self._fitted = False
        self._fit()

    def _fit(self) -> None:
        place = [(r.processing, r.usd) for r in self._rows if r.fits and r.usd]
        if not place:
            return
        x, y = np.array(place, dtype=float).T
        line = self.line.location
        self.fig.x_range.update(start=min(x.min(), line) / 1.6, end=max(x.max(), line) * 2.2)
        self.fig.y_range.update(start=y.min() / 1.5, end=y.max() * 1.5)

    def update(self, state: ServingState, pinned: dict[str, Any] | None) -> None:
        """Leave the ranking as it is while a slider moves."""

    def show(self, rows: Sequence[Ranked], state: ServingState) -> None:
        """Show a ranking."""
        self._rows, self._chosen = rows, state.tried.plan.device.name
        if not self._fitted:
            self._fit()
            self._fitted = True
        dots: dict[str, list[Any]] = {k: [] for k in self.dots.data}
        here: dict[str, list[Any]] = {k: [] for k in self.dots.data}
        for r in rows:
            if r.fits and r.usd:
                row = {
                    "x": r.processing, "y": r.usd, "text": r.device.name, "price": usd(r.usd),
                    "group": f"{r.group}{'' if r.meets else ', misses a limit'}",
                    "fill": 1.0 if r.meets else 0.0, "size": significant(r.processing, 4),
                }  # fmt: skip
                add(here if r.device.name == self._chosen else dots, **row)
        put(self.dots, dots)
        put(self.here, here)
        places = [np.array(dots[k] + here[k], dtype=float) for k in "xy"]
        self.away.tell(*places, log=(True, True))
        self._name_dots()

    def _name_dots(self) -> None:
        """Name the chosen one, then the cheapest, where no name touches another or a dot."""
        across, up = self.fig.x_range, self.fig.y_range
        wide, high = plot_size(self.fig)
        names: dict[str, list[Any]] = {k: [] for k in self.names.data}
        shown = [r for r in self._rows if r.fits and r.usd]
        spots = {
            r.device.name: (
                wide * np.log(r.processing / across.start) / np.log(across.end / across.start),
                high * np.log((r.usd or 1.0) / up.start) / np.log(up.end / up.start),
            )
            for r in shown
        }
        taken = [(x - 4, x + 4, y - 4, y + 4) for x, y in spots.values()]
        rule = wide * np.log(self.line.location / across.start) / np.log(across.end / across.start)
        taken.append((rule - 1, rule + 1, 0.0, high))
        for r in sorted(shown, key=lambda r: r.device.name != self._chosen):
            text = r.device.name.split(" (")[0]
            x, y = spots[r.device.name]
            for align, dx in (("left", GAP), ("right", -GAP)):
                left = x + dx if align == "left" else x + dx - LETTER * len(text)
                box = (left, left + LETTER * len(text), y - LINE / 2, y + LINE / 2)
                if box[0] >= 0 and box[1] <= wide and not touches(box, np.array(taken)):
                    taken.append(box)
                    add(names, x=r.processing, y=r.usd, text=text, align=align, dx=dx)
                    break
        put(self.names, names)
        text = f"from {self.line.location:,.0f} on"
        put(self.line_name, {"x": [self.line.location], "y": [up.start], "text": [text]})
