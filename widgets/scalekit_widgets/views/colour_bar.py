"""The scale of a map: which colour is which value."""

from __future__ import annotations

from collections.abc import Mapping

from bokeh.models import ColorBar, FixedTicker, LinearColorMapper
from bokeh.plotting import figure

from scalekit_widgets.theme import FONT, Palette, ramp


class ColourBar:
    """A colour mapper with its scale at the right of a figure.

    Parameters
    ----------
    fig : figure
        Where it stands; images are drawn with its ``mapper``.
    """

    def __init__(self, fig: figure) -> None:
        self.mapper = LinearColorMapper(palette=["#ffffff"], low=0, high=1)
        self.ticker = FixedTicker(ticks=[])  # stays: the browser does not take another one
        small = {"font": FONT, "font_size": "11px"}
        self.model = ColorBar(
            color_mapper=self.mapper, ticker=self.ticker, title_standoff=8, width=8, padding=4,
            border_line_color=None, bar_line_color=None, major_tick_line_color=None,
            title_text_font_style="normal",
            **{f"title_text_{k}": v for k, v in small.items()},
            **{f"major_label_text_{k}": v for k, v in small.items()},
        )  # fmt: skip
        fig.add_layout(self.model, "right")

    def restyle(self, p: Palette) -> None:
        """Dress it in a theme; what has no value is paper."""
        self.mapper.palette = ramp(p.ramp)
        self.mapper.nan_color = p.paper
        self.model.background_fill_color = p.paper
        self.model.major_label_text_color = self.model.title_text_color = p.quiet

    def span(self, low: float, high: float, marks: Mapping[float, str], title: str) -> None:
        """Map another range, mark values of it, and say what is mapped."""
        self.mapper.update(low=low, high=high)
        self.model.title = title
        self.model.major_label_overrides = dict(marks)
        self.ticker.ticks = list(marks)
