"""The loss over parameters and tokens, with lines of equal compute."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource
from contourpy import contour_generator

from scalekit_widgets.models import training_compute as maths
from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.notation import count, power_of_ten, significant
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.colour_bar import ColourBar
from scalekit_widgets.views.figure import (
    COUNTS,
    add,
    at_edge,
    decades,
    hover,
    labels,
    make_figure,
    put,
    restyle,
    sparse_when_narrow,
    split,
)

N_RANGE, D_RANGE = (1e7, 1e13), (1e8, 1e15)
N_EDGE, D_EDGE = ((low * 1.45, high / 1.45) for low, high in (N_RANGE, D_RANGE))
"""What has left the view is drawn here, whole."""
TAG_AWAY = 0.45
"""Decades of tokens between the value of a contour and any line."""
TAG_APART = 0.3
"""Decades of tokens between two of these values."""
THIN, THICK, DOTS = 1.25, 3.0, "1 4"
"""Lines of one budget, the line of the best sizes, and the dots of equal compute."""
ISOFLOP = tuple(10.0**k for k in range(18, 29, 2))


class Surface:
    """Persistent figure of the loss surface; `update` patches its sources."""

    name = "Loss surface"

    def __init__(self) -> None:
        self.fig = make_figure(
            self.name, ("Parameters N", *N_RANGE), ("Training tokens D", *D_RANGE), height=420,
            says="The loss over parameters and tokens as contours, with lines of equal compute, "
            "the best sizes of all budgets and that of this one",
        )  # fmt: skip
        decades(self.fig.xaxis[0], COUNTS, 7)
        sparse_when_narrow(self.fig)
        decades(self.fig.yaxis[0], COUNTS, 8)
        self.bar = ColourBar(self.fig)
        self.image = ColumnDataSource({"image": []})
        self.levels = ColumnDataSource({"xs": [], "ys": [], "loss": []})
        self.level_tags = ColumnDataSource({"x": [], "y": [], "text": []})
        self.line = ColumnDataSource({"x": [], "y": []})
        self.path = ColumnDataSource({"x": [], "y": [], "dash_y": []})
        self.best = ColumnDataSource({k: [] for k in ("x", "y", "N", "D", "loss")})
        self.pinned = ColumnDataSource({"x": [], "y": []})
        self.runs = ColumnDataSource({k: [] for k in ("x", "y", "loss", "N", "D")})
        self._tags: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
        self._shown: Any = None
        self._track_of: tuple[Any, int] = (None, 0)
        self.fig.image(
            "image", source=self.image, color_mapper=self.bar.mapper, x=N_RANGE[0], y=D_RANGE[0],
            dw=N_RANGE[1] - N_RANGE[0], dh=D_RANGE[1] - D_RANGE[0], level="image",
        )  # fmt: skip
        self.contours = self.fig.multi_line("xs", "ys", source=self.levels, line_width=1)
        self.iso = self.fig.multi_line(
            [list(N_RANGE)] * len(ISOFLOP),
            [[C / 6 / n for n in N_RANGE] for C in ISOFLOP],
            line_width=THIN, line_dash=DOTS,
        )  # fmt: skip
        self.budget = self.fig.line("x", "y", source=self.line, line_width=THIN)
        self.track = [
            self.fig.line("x", y, source=self.path, line_width=THICK, line_dash=dash)
            for y, dash in (("y", "solid"), ("dash_y", "6 4"))
        ]
        self.dots = self.fig.scatter("x", "y", source=self.runs, size=4, fill_alpha=0.75,
                                     line_color=None)  # fmt: skip
        self.point = self.fig.scatter("x", "y", source=self.best, size=13, line_color="white")
        self.ghost = self.fig.scatter(
            "x", "y", source=self.pinned, size=14, fill_alpha=0, line_width=2, marker="diamond"
        )
        self.fig.add_layout(
            labels(self.level_tags, "x", "y", text_font_size="10px", x_offset=0,
                   text_align="center", background_fill_alpha=0)
        )  # fmt: skip
        self.fig.add_layout(
            labels(ColumnDataSource(_iso_tags()), "x", "y", text_font_size="10px", x_offset=3,
                   y_offset=2, background_fill_alpha=0)
        )  # fmt: skip
        hover(self.fig, [self.point], [("", "this budget"), ("parameters", "@N"),
                                       ("tokens", "@D"), ("loss", "@loss")])  # fmt: skip
        hover(self.fig, [self.dots], [("", "published run (Hoffmann 2022, digitised)"),
                                      ("parameters", "@N"), ("tokens", "@D"),
                                      ("loss", "@loss{0.000}")])  # fmt: skip

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self.bar.restyle(p)
        self.contours.glyph.line_color = p.line
        self.iso.glyph.line_color = p.quiet
        self.budget.glyph.line_color = p.ink
        for part in self.track:
            part.glyph.line_color = p.ink
        self.ghost.glyph.line_color = p.ink
        self.dots.glyph.fill_color = p.ink

    def fit(self, state: TrainingState) -> None:
        """Show the whole surface again."""
        self.fig.x_range.update(start=N_RANGE[0], end=N_RANGE[1])
        self.fig.y_range.update(start=D_RANGE[0], end=D_RANGE[1])

    def update(self, state: TrainingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        loss = state.surface()
        if loss is not self._shown:
            self._shown = loss
            self._draw_surface(loss, state.main.unit)
        best, slot, C = state.answer, state.slot, state.asked.C
        n = np.geomspace(*N_RANGE, 60)
        tokens = maths.tokens_within(C, state.asked.served, n)
        tokens = np.where(tokens > D_RANGE[0] / 10, tokens, np.nan)
        # As lists: every array is two more frames of the message to the browser.
        self.line.data = {"x": n.tolist(), "y": tokens.tolist()}
        frontier = state.frontier()
        if self._track_of[0] is not frontier or self._track_of[1] != slot:
            self._track_of = (frontier, slot)
            N, D = (sizes[slot] for sizes in frontier)
            solid, dashed = split(D, np.asarray(state.main.law.in_domain(N=N, D=D)))
            self.path.data = {"x": N, "y": solid, "dash_y": dashed}
        N, D = float(best.N[slot]), float(best.D[slot])
        path = self.path.data
        whole = np.fmax(path["y"], path["dash_y"])
        self._name_levels(self.line.data, {"x": path["x"], "y": whole})
        self.best.data = {
            "x": [at_edge(N, *N_EDGE)], "y": [at_edge(D, *D_EDGE)], "N": [count(N)],
            "D": [count(D)],
            "loss": [f"{significant(float(best.loss[slot]), 4)} {state.main.unit}"],
        }  # fmt: skip
        self.point.glyph.fill_color = state.main.colour
        ghost: dict[str, list[Any]] = {"x": [], "y": []}
        if pinned:
            ghost = {"x": [at_edge(pinned["N"], *N_EDGE)], "y": [at_edge(pinned["D"], *D_EDGE)]}
        put(self.pinned, ghost)

    def _name_levels(self, *lines: Any) -> None:
        """Write the values of the contours, but those that a line would strike through."""
        x, y = (np.log10(self._tags[k]) for k in ("x", "y"))
        free = np.ones(x.size, dtype=bool)
        for line in lines:
            across, up = np.log10(np.stack([line["x"], line["y"]]))
            across, up = across[np.isfinite(up)], up[np.isfinite(up)]
            if across.size:
                free &= np.abs(np.interp(x, across, up, np.inf, np.inf) - y) > TAG_AWAY
        for i in range(1, x.size):  # and none in the way of another
            free[i] &= not np.any(free[:i] & (np.abs(y[:i] - y[i]) < TAG_APART))
        put(self.level_tags, {
            key: [v for v, keep in zip(column, free, strict=True) if keep]
            for key, column in self._tags.items()
        })  # fmt: skip

    def show_runs(self, table: Any) -> None:
        """Put runs on the surface; None takes them away.

        Parameters
        ----------
        table : pandas.DataFrame or None
            Columns N, D and loss.
        """
        if table is None:
            self.runs.data = {k: [] for k in self.runs.data}
            return
        self.runs.data = {
            "x": table["N"].to_numpy(), "y": table["D"].to_numpy(),
            "loss": table["loss"].to_numpy(), "N": [count(v) for v in table["N"]],
            "D": [count(v) for v in table["D"]],
        }  # fmt: skip

    def _draw_surface(self, loss: np.ndarray, unit: str) -> None:
        # Equal steps of the excess over the floor, not of the loss: else all is one colour.
        floor = float(loss.min())
        scale = np.log(loss - 0.995 * floor)
        low, high = float(scale.min()), float(np.quantile(scale, 0.97))
        self.image.data = {"image": [scale]}
        x, y = np.log(maths.SURFACE_N), np.log(maths.SURFACE_D)
        lines = contour_generator(x, y, loss)
        columns: dict[str, list[Any]] = {"xs": [], "ys": [], "loss": []}
        tags: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
        levels = _levels(floor, float(np.quantile(loss, 0.97)))
        for level in levels:
            for part in lines.lines(level):
                add(columns, xs=np.exp(part[:, 0]), ys=np.exp(part[:, 1]), loss=level)
                # On the diagonal that runs from top left to bottom right lies no IsoFLOP tag.
                middle = int(np.argmin(np.abs((part[:, 0] - x[0]) / np.ptp(x) - 0.86)))
                if abs((part[middle, 0] - x[0]) / np.ptp(x) - 0.86) < 0.03:
                    place = np.exp(part[middle])
                    add(tags, x=float(place[0]), y=float(place[1]), text=significant(level, 3))
        self.levels.data, self._tags = columns, tags
        marks = {float(np.log(v - 0.995 * floor)): significant(v, 3) for v in levels}
        self.bar.span(low, high, marks, f"Loss ({unit})")


def _levels(floor: float, top: float) -> list[float]:
    """Return round losses, denser near the floor."""
    steps = np.array([0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.35, 0.6, 1.0]) * (top - floor)
    return sorted({float(f"{floor + s:.3g}") for s in steps})


def _iso_tags() -> dict[str, list[Any]]:
    """Place the tags of equal compute on the left edge, or the top, where only the power fits."""
    tags: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
    for C in ISOFLOP:
        n = max(N_RANGE[0] * 1.2, C / 6 / (D_RANGE[1] / 2))
        text = power_of_ten(C) + (" FLOP" if n < 2 * N_RANGE[0] else "")
        add(tags, x=n, y=C / 6 / n, text=text)
    return tags
