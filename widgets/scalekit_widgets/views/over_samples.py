"""What all figures over the number of samples share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from bokeh.models import BoxAnnotation, ColumnDataSource, Span

from scalekit_widgets.models.sampling_compute import SAMPLES
from scalekit_widgets.theme import LIGHT, Palette, curve_colour, text_colour
from scalekit_widgets.views.away import Away
from scalekit_widgets.views.figure import (
    COUNTS,
    EXACT,
    add,
    along,
    at_edge,
    decades,
    hover,
    hover_curves,
    labels,
    make_figure,
    on_new_view,
    plot_size,
    put,
    restyle,
    split,
    ticks,
    touches,
)

FIRST, LAST = 0.9, 1.15e4
LINE, LETTER, GAP = 14.0, 6.2, 3.0
"""Pixels that the name of a curve is high, that each letter is wide, and to keep from curves."""


class Curve(NamedTuple):
    """A curve over `SAMPLES`: its name, colour and heights; dashed if it is no result here."""

    name: str
    colour: str
    y: np.ndarray
    dashed: bool = False


class Mark(NamedTuple):
    """A point of a figure with the words of its hover."""

    x: float
    y: float
    colour: str
    text: str


class OverSamples:
    """Persistent figure with samples across; `draw` patches its sources.

    Parameters
    ----------
    name, says : str
        What the figure is called, and shows.
    y : tuple of str, float, float
        Name of the vertical axis with its unit, and its range.
    written : str
        Code that writes the vertical ticks.
    hovered : str
        Code that writes heights on hover.
    y_type : {"linear", "log"}
        Kind of the vertical axis.
    """

    def __init__(
        self, name: str, says: str, y: tuple[str, float, float], written: str, hovered: str,
        y_type: str = "linear", height: int = 380,
    ) -> None:  # fmt: skip
        self.name, self._palette, self._curves = name, LIGHT, list[Curve]()
        self.fig = make_figure(name, ("Samples allowed for a problem", FIRST, LAST), y,
                               y_type=y_type, height=height, says=says)  # fmt: skip
        self.log = y_type == "log"
        decades(self.fig.xaxis[0], COUNTS, 6)
        if self.log:
            decades(self.fig.yaxis[0], written, 6, (1, 2, 5))
        else:
            self.fig.yaxis[0].formatter = ticks(written)
        self.curves = ColumnDataSource(
            {k: [] for k in ("xs", "ys", "dash_ys", "far_ys", "colour", "name")}
        )
        self.tags = ColumnDataSource({k: [] for k in ("x", "y", "text", "colour")})
        self.marks = ColumnDataSource({k: [] for k in ("x", "y", "colour", "text")})
        self.pinned = ColumnDataSource({"x": [], "y": []})
        self.near = BoxAnnotation(left=1, right=1, fill_alpha=0.10, line_color=None,
                                  level="underlay")  # fmt: skip
        self.now = Span(location=1, dimension="height", line_width=1, line_dash="2 3")
        self.zero = Span(location=0, dimension="width", line_width=1)
        for part in (self.near, self.now, *([] if self.log else [self.zero])):
            self.fig.add_layout(part)
        solid = self.fig.multi_line("xs", "ys", source=self.curves, line_color="colour",
                                    line_width=2.5)  # fmt: skip
        dashed = self.fig.multi_line("xs", "dash_ys", source=self.curves, line_color="colour",
                                     line_width=2, line_dash="6 4")  # fmt: skip
        far = self.fig.multi_line("xs", "far_ys", source=self.curves, line_color="colour",
                                  line_width=2.5, line_dash="3 4")  # fmt: skip
        points = self.fig.scatter("x", "y", source=self.marks, size=12, color="colour",
                                  line_color="white")  # fmt: skip
        self.ghost = self.fig.scatter("x", "y", source=self.pinned, size=14, fill_alpha=0,
                                      line_width=2, marker="diamond")  # fmt: skip
        self.fig.add_layout(labels(self.tags, "x", "y", text_color="colour", tags=["keep"],
                                   x_offset=0, y_offset=0, text_align="right",
                                   text_baseline="bottom", background_fill_alpha=0.0))  # fmt: skip
        hover_curves(self.fig, [solid, dashed, far], [("", "@name")], ("samples", EXACT, ""),
                     (y[0], hovered, ""))  # fmt: skip
        hover(self.fig, [points], [("", "@text")])
        self.away = Away(self.fig)
        on_new_view(self.fig, self._name_curves)

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self._palette = p
        self.near.fill_color = p.shade
        self.now.line_color, self.zero.line_color = p.quiet, p.line
        self.ghost.glyph.line_color = p.ink
        self._name_curves()

    def fit_heights(self, low: float, high: float) -> None:
        """Show all samples, and these heights."""
        self.fig.x_range.update(start=FIRST, end=LAST)
        self.fig.y_range.update(start=float(low), end=float(high))

    def draw(
        self,
        curves: Sequence[Curve],
        k: float,
        marks: Sequence[Mark] = (),
        near: tuple[float, float] | None = None,
        ghost: tuple[float, float] | None = None,
        measured: float = np.inf,
    ) -> None:
        """Show curves, the samples that are set, points, a region, and what was pinned.

        Curves are dotted beyond the samples that were `measured`.
        """
        data: dict[str, list[Any]] = {key: [] for key in self.curves.data}
        x, blank = SAMPLES.tolist(), [np.nan] * SAMPLES.size
        for c in curves:
            near_y, far_y = (part.tolist() for part in split(c.y, measured >= SAMPLES))
            add(data, xs=x, ys=blank if c.dashed else near_y,
                dash_ys=c.y.tolist() if c.dashed else blank, far_ys=blank if c.dashed else far_y,
                colour=curve_colour(c.colour, self._palette), name=c.name)  # fmt: skip
        self.curves.data, self._curves = data, list(curves)
        self.now.location = k
        left, right = near or (0.0, 0.0)
        self.near.visible = near is not None
        self.near.update(left=max(left, FIRST), right=min(right, LAST))
        shown: dict[str, list[Any]] = {key: [] for key in self.marks.data}
        for m in marks:
            at_x, at_y = self._inside(m.x, m.y)
            add(shown, x=at_x, y=at_y, colour=m.colour, text=m.text)
        self.marks.data = shown
        place = {"x": [], "y": []} if ghost is None else dict(
            zip("xy", ([v] for v in self._inside(*ghost)), strict=True))  # fmt: skip
        put(self.pinned, place)
        heights = [c.y for c in curves]
        self.away.tell(np.tile(SAMPLES, len(heights)), np.concatenate(heights),
                       log=(True, self.log))  # fmt: skip
        self._name_curves()

    def _inside(self, x: float, y: float) -> tuple[float, float]:
        view = self.fig.y_range
        return at_edge(x, 1.0, 1e4), at_edge(y, view.start, view.end)

    def _name_curves(self) -> None:
        """Write names above or below the ends of curves, or their middles, where there is room.

        A name that would touch a curve or another name is left to the legend.
        """
        wide, high = plot_size(self.fig)
        scale = np.log if self.log else (lambda v: v)
        low, top = (float(scale(v)) for v in (self.fig.y_range.start, self.fig.y_range.end))
        left, right = (float(np.log(v)) for v in (self.fig.x_range.start, self.fig.x_range.end))
        across = wide * (np.log(SAMPLES) - left) / (right - left)
        heights = [high * (scale(c.y) - low) / (top - low) for c in self._curves]
        taken = np.concatenate([along(across, v) for v in heights] or [np.zeros((0, 4))])
        tags: dict[str, list[Any]] = {key: [] for key in self.tags.data}
        for c, v in zip(self._curves, heights, strict=True):
            long = LETTER * len(c.name)
            for end in (across[-1] - 4.0, wide / 2 + long / 2):
                beneath = v[(across > end - long) & (across < end)]
                if not beneath.size or not np.isfinite(beneath).all():
                    continue
                bottoms = [y for y in (beneath.max() + GAP, beneath.min() - GAP - LINE)
                           if 0 <= y <= high - LINE]  # fmt: skip
                boxes = [(end - long, end, y, y + LINE) for y in bottoms]
                free = [box for box in boxes if not touches(box, taken)]
                if free:
                    taken = np.vstack([taken, free[0]])
                    height = low + (top - low) * free[0][2] / high
                    add(tags, x=float(np.exp(left + (right - left) * end / wide)), text=c.name,
                        y=float(np.exp(height)) if self.log else height,
                        colour=text_colour(c.colour, self._palette))  # fmt: skip
                    break
        put(self.tags, tags)
