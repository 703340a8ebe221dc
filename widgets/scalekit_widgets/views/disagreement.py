"""Why do the tools disagree? Tokens per parameter of every tool and law at this budget."""

from __future__ import annotations

import textwrap
from typing import Any

from bokeh.models import BoxAnnotation, ColumnDataSource, FactorRange, Span

from scalekit import disagreement
from scalekit_widgets.models.choices import loss_choices, rule_choices
from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.notation import significant
from scalekit_widgets.theme import SHADING, Palette
from scalekit_widgets.views.figure import (
    COUNTS,
    at_edge,
    fixed,
    hover,
    labels,
    make_figure,
    on_new_view,
    plot_size,
    ticks,
)
from scalekit_widgets.views.figure import restyle as dress

RANGE = (0.75, 6500.0)
FIRST, LAST = 1.0, 5000.0
"""Where answers below and above are shown, with an arrow, whole."""
TURN = 70.0
"""Answers beyond this have their caption on the left, where there is room for it."""
NARROW = 480.0
"""Pixels of plot under which the cause stands beneath the name, and ticks are fewer."""
TICKS = {True: (1, 3, 10, 30, 100, 300, 1000, 3000), False: (1, 10, 100, 1000)}
LINE_HEIGHT, BETWEEN = 14, 8
"""Pixels of a line of a name, and between rows."""
LINE = 25
"""Letters a line of a name."""


class Disagreement:
    """Persistent figure of all answers; `update` patches its sources."""

    name = "Why do the tools disagree?"

    def __init__(self) -> None:
        tools = disagreement.tools()
        at_gopher = disagreement.answers(5.76e23)
        ordered = sorted(tools, key=lambda t: -at_gopher.tokens_per_parameter[t.name])
        self._tools = [*ordered, *disagreement.laws()]
        self._answers: list[dict[str, Any]] = []
        names = [t.label for t in self._tools]
        self.fig = make_figure(
            self.name, ("Tokens per parameter D/N", *RANGE), ("", 0, 1), y_type="auto",
            y_range=FactorRange(*reversed(names), range_padding=0.02),
            says="Tokens per parameter that every tool and law finds best at this budget, a row "
            "for each; a drawer below has them as a table, with reasons",
        )  # fmt: skip
        self._wide = True
        self._make_room()
        self.fig.yaxis[0].major_label_text_font_size = "11px"
        self.fig.yaxis[0].major_tick_out = 0
        self.band = BoxAnnotation(fill_alpha=SHADING, line_color=None, level="underlay")
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
               {"x": 1.0, "value": "", "text": "", "align": "left", "dx": 0.0,
                "colour": "#000000"}.items()},
        })  # fmt: skip
        self.dots = self.fig.scatter("x", "y", source=self.rows, size=10, color="colour",
                                     line_color=None)  # fmt: skip
        self.fig.add_layout(
            labels(self.rows, "x", "y", x_offset="dx", y_offset=0, text_align="align",
                   text_baseline="middle", background_fill_alpha=0)
        )  # fmt: skip
        hover(self.fig, [self.dots], [("", "@y"), ("tokens per parameter", "@value"),
                                      ("cause", "@cause"), ("reason", "@reason"),
                                      ("source", "@source")])  # fmt: skip
        on_new_view(self.fig, self._caption)

    def _make_room(self) -> None:
        """Write names, causes if need be, and ticks as there is room for them."""
        fixed(self.fig.xaxis[0], TICKS[self._wide], COUNTS)
        lines = {}
        for tool in self._tools:
            parts = textwrap.wrap(tool.label, LINE, break_on_hyphens=False)
            lines[tool.label] = "\n".join(parts if self._wide else [*parts, f"({tool.cause})"])
        most = 1 + max(text.count("\n") for text in lines.values())
        self.fig.height = 70 + (LINE_HEIGHT * most + BETWEEN) * len(self._tools)
        self.fig.yaxis[0].formatter = ticks("return lines[tick]", lines=lines)

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        dress(self.fig, p)
        self.fig.yaxis[0].major_label_text_color = p.ink
        self.band.fill_color = p.shade
        self.middle.line_color = p.quiet
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
        self._answers = self.table(state.asked.C)
        self._caption()
        lower, middle, upper = (float(v) for v in state.answer.reference)
        self.band.update(left=lower, right=upper)
        self.middle.location = middle

    def _caption(self) -> None:
        """Put dots and their captions, with the cause where there is room for it."""
        wide = plot_size(self.fig)[0] >= NARROW
        if wide != self._wide:
            self._wide = wide
            self._make_room()
        left = [r["value"] > TURN for r in self._answers]
        new = {
            "x": [at_edge(r["value"], FIRST, LAST) for r in self._answers],
            "value": [significant(r["value"]) for r in self._answers],
            "text": [_text(r, wide) for r in self._answers],
            "align": ["right" if side else "left" for side in left],
            "dx": [-10.0 if side else 10.0 for side in left],
        }
        if self._answers:
            self.rows.patch({name: [(slice(None), column)] for name, column in new.items()})


def _text(row: dict[str, Any], wide: bool) -> str:
    value = significant(row["value"])
    cause = row["cause"] if wide else ""
    if row["value"] > LAST:
        value = f"{value} →"
    elif row["value"] < FIRST:
        value = f"← {value}"
    return f"{cause}  {value}".strip() if row["value"] > TURN else f"{value}  {cause}".strip()
