"""Real models as dots, with as many of their names as have room."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from scalekit.models import Model, models
from scalekit_widgets.notation import count, power_of_ten
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.figure import (
    add,
    along,
    hover,
    labels,
    on_new_view,
    plot_size,
    put,
    touches,
)

FIRST = (
    "Chinchilla-70B", "Gopher-280B", "GPT-3-175B", "PaLM-540B", "Llama-3.1-405B", "DeepSeek-V3",
    "Llama-2-70B", "Llama-3.1-8B", "Qwen3-0.6B", "Pythia-70m", "OPT-175b", "Kimi-K2",
    "Llama-2-7B", "Gemma-2-27B", "Qwen2.5-72B",
)  # fmt: skip
"""The best known, and the extremes: they are named before the others."""
# Pixels: half a line of text, half a dot; from a dot to a name beside and above it.
HALF_LINE, HALF_DOT, GAP, RISE = 6.5, 3.5, 6.0, 11.0
LETTER = 6.4
"""Pixels a letter, on the wide side: a name that is set narrower does no harm."""

Place = tuple[str, float, float]
"""How a name is aligned, and how far right of and above its dot."""
NAME_COLUMNS = ("x", "y", "text", "align", "dx", "dy")


def known_models() -> list[Model]:
    """Return the models whose training tokens are published."""
    return [m for m in models().values() if m.training_flop is not None]


class KnownModels:
    """Dots at training compute and one of the sizes; names follow the view of the figure.

    Parameters
    ----------
    fig : figure
        Where they are drawn, with ranges that are positive: its axes are logarithmic.
    of : {"N", "D"}
        Parameters or tokens.
    """

    def __init__(self, fig: figure, of: str) -> None:
        self._fig = fig
        self.source = ColumnDataSource(_columns(of))
        self.names = ColumnDataSource({k: [] for k in NAME_COLUMNS})
        self._curves: list[tuple[Any, Any]] = []
        # Rings, for a rule's dot is as grey.
        self.dots = fig.scatter("x", "y", source=self.source, size=5.5, line_width=1.25)
        # Beneath curves and dots, none of which a name may hide.
        fig.add_layout(
            labels(self.names, "x", "y", text_font_size="10px", x_offset="dx", y_offset="dy",
                   text_align="align", text_baseline="middle", level="underlay")
        )  # fmt: skip
        hover(
            fig, [self.dots],
            [("", "@model"), ("parameters at work", "@N"), ("tokens", "@D"), ("6ND", "@C"),
             ("source", "@source")],
        )  # fmt: skip
        on_new_view(fig, self.place)
        self.place()

    def restyle(self, p: Palette) -> None:
        """Dress the dots in a theme; their names are dressed with the figure."""
        self.dots.glyph.update(line_color=p.quiet, fill_color=p.paper)

    def avoid(self, curves: list[tuple[Any, Any]]) -> None:
        """Keep names off curves, given as their x and y."""
        self._curves = curves
        self.place()

    def place(self) -> None:
        """Name the models that have room for it in the present view."""
        width, height = plot_size(self._fig)

        def pixels(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
            return width * _part(x, self._fig.x_range), height * _part(y, self._fig.y_range)

        across, up = pixels(self.source.data["x"], self.source.data["y"])
        dots = [across - HALF_DOT, across + HALF_DOT, up - HALF_DOT, up + HALF_DOT]
        taken = [np.stack(dots, axis=1), *(along(*pixels(*curve)) for curve in self._curves)]
        found = _room(list(self.source.data["model"]), across, up, np.vstack(taken), width, height)
        columns: dict[str, list[Any]] = {k: [] for k in NAME_COLUMNS}
        for i, (align, dx, dy) in found.items():
            dot = {key: self.source.data[key][i] for key in ("x", "y")}
            add(columns, **dot, text=self.source.data["model"][i], align=align, dx=dx, dy=dy)
        put(self.names, columns)


def _part(values: Any, view: Any) -> np.ndarray:
    """Return how far along a logarithmic range values lie, 0 to 1 within it."""
    low, high = np.log(view.start), np.log(view.end)
    return np.asarray((np.log(np.asarray(values)) - low) / (high - low))


def _room(
    names: list[str], across: np.ndarray, up: np.ndarray, taken: np.ndarray, width: float,
    height: float,
) -> dict[int, Place]:  # fmt: skip
    """Choose the names that touch nothing, neither another one nor the end of the plot.

    Parameters
    ----------
    names : list of str
        Names of all dots.
    across, up : array
        Where the dots are, in pixels from the lower left corner.
    taken : array, shape (n, 4)
        Left, right, bottom and top of everything that no name may touch.
    width, height : float
        Size of the plot in pixels.
    """
    order = [names.index(n) for n in FIRST if n in names]
    order += [i for i in range(len(names)) if i not in order]
    found: dict[int, Place] = {}
    for i in order:
        u, v, long = float(across[i]), float(up[i]), LETTER * len(names[i])
        for place, left, middle in (
            (("left", GAP, 0.0), u + GAP, v),
            (("right", -GAP, 0.0), u - GAP - long, v),
            (("center", 0.0, RISE), u - long / 2, v + RISE),
            (("center", 0.0, -RISE), u - long / 2, v - RISE),
        ):
            right, bottom, top = left + long, middle - HALF_LINE, middle + HALF_LINE
            inside = left >= 0 and right <= width and bottom >= 0 and top <= height
            if inside and not touches((left, right, bottom, top), taken):
                taken = np.vstack([taken, [left, right, bottom, top]])
                found[i] = place
                break
    return found


def _columns(of: str) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {k: [] for k in ("x", "y", "model", "N", "D", "C", "source")}
    for m in known_models():
        flop, active, tokens = m.training_flop, m.active_parameters, m.training_tokens
        if flop is None or active is None or tokens is None:
            continue
        add(columns, x=float(flop), y=float(active if of == "N" else tokens), model=m.name,
            N=count(active), D=count(tokens), C=f"{power_of_ten(flop)} FLOP",
            source=m.training_tokens_source)  # fmt: skip
    return columns
