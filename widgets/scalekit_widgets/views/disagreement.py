"""Why do the tools disagree? Tokens per parameter of every tool and law at this budget."""

from __future__ import annotations

from typing import Any

from bokeh.models import BoxAnnotation, ColumnDataSource, FactorRange, Span
from bokeh.transform import dodge

from scalekit import disagreement
from scalekit_widgets.models.choices import loss_choices, rule_choices
from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.notation import significant
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.figure import COUNTS, at_edge, fixed, hover, labels, make_figure
from scalekit_widgets.views.figure import restyle as dress

RANGE = (1.0, 5000.0)
FAR = 700.0
"""Answers beyond this are shown at it, with an arrow, past the last tick: their text needs room."""
ROW = 32
"""Pixels a row."""


class Disagreement:
    """Persistent figure of all answers; `update` patches its sources."""

    name = "Why do the tools disagree?"

    def __init__(self) -> None:
        tools = disagreement.tools()
        at_gopher = disagreement.answers(5.76e23)
        ordered = sorted(tools, key=lambda t: -at_gopher.tokens_per_parameter[t.name])
        self._tools = [*ordered, *disagreement.laws()]
        names = [t.label for t in self._tools]
        self.fig = make_figure(
            self.name, ("Tokens per parameter D/N", *RANGE), ("", 0, 1), y_type="auto",
            y_range=FactorRange(*reversed(names), range_padding=0.02), height=70 + ROW * len(names),
        )  # fmt: skip
        fixed(self.fig.xaxis[0], [1, 2, 5, 10, 20, 50, 100, 200, 500], COUNTS)
        # Names stand on their row, not beside the axis: that leaves a phone its width.
        self.fig.yaxis[0].visible = False
        self.fig.ygrid[0].visible = False
        self.names = ColumnDataSource({"x": [4.0] * len(names), "y": names, "text": names})
        self.name_tags = labels(self.names, "x", "y", x_units="screen", x_offset=0, y_offset=3,
                                tags=["keep"], text_font_size="12px")  # fmt: skip
        self.fig.add_layout(self.name_tags)
        self.band = BoxAnnotation(fill_alpha=0.13, line_color=None, level="underlay")
        self.middle = Span(location=20, dimension="height", line_width=1, line_dash="2 3")
        self.fig.add_layout(self.band)
        self.fig.add_layout(self.middle)
        colours = {c.label: c.colour for c in (*loss_choices(), *rule_choices())}
        colours |= {c.key: c.colour for c in loss_choices()}
        self._colours = [colours.get(t.name) or colours.get(t.label, "") for t in self._tools]
        # What never changes is sent once; `update` patches the rest.
        self.rows = ColumnDataSource({
            "y": names,
            "cause": [t.cause for t in self._tools],
            "reason": [t.reason for t in self._tools],
            "source": [t.source for t in self._tools],
            **{k: [v] * len(names) for k, v in
               {"x": FAR, "value": "", "text": "", "colour": "#000000"}.items()},
        })  # fmt: skip
        self.dots = self.fig.scatter(
            "x", dodge("y", -0.2, range=self.fig.y_range), source=self.rows, size=10,
            color="colour", line_color=None,
        )  # fmt: skip
        self.fig.add_layout(labels(self.rows, "x", "y", x_offset=10, y_offset=-13))
        hover(self.fig, [self.dots], [("", "@y"), ("tokens per parameter", "@value"),
                                      ("cause", "@cause"), ("", "@reason"),
                                      ("source", "@source")])  # fmt: skip

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        dress(self.fig, p)
        self.band.fill_color = p.shade
        self.middle.line_color = p.quiet
        self.name_tags.text_color = p.ink
        self.rows.patch({"colour": [(slice(None), [c or p.quiet for c in self._colours])]})

    def fit(self, state: TrainingState) -> None:
        """Keep the view: it holds every answer at every budget, or shows it at its edge."""

    def table(self, C: float) -> list[dict[str, Any]]:
        """Return all rows as plain values, tools first.

        Parameters
        ----------
        C : float
            Training compute in FLOP.
        """
        return [
            {
                "label": t.label,
                "value": t.tokens_per_parameter(C),
                "cause": t.cause,
                "reason": t.reason,
                "source": t.source,
            }
            for t in self._tools
        ]

    def update(self, state: TrainingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        rows = self.table(state.asked.C)
        new = {
            "x": [at_edge(r["value"], RANGE[0] * 1.02, FAR) for r in rows],
            "value": [significant(r["value"]) for r in rows],
            "text": [_caption(r) for r in rows],
        }
        self.rows.patch({name: [(slice(None), column)] for name, column in new.items()})
        lower, middle, upper = (float(v) for v in state.answer.reference)
        self.band.update(left=lower, right=upper)
        self.middle.location = middle


def _caption(row: dict[str, Any]) -> str:
    value = significant(row["value"])
    if row["value"] > FAR:
        value = f"{value} →"
    elif row["value"] < RANGE[0]:
        value = f"← {value}"
    return f"{value}  {row['cause']}"
