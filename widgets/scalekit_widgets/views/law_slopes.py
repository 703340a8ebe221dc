"""What a law depends on most: its elasticities."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit_widgets.models.explorer import ExplorerState
from scalekit_widgets.notation import round_up
from scalekit_widgets.views.bars import LONGEST, Bars

OF = {"Inputs": 0, "Coefficients": 1}
MOST = 12
"""Bars shown: the longest, where a law has forty coefficients."""


class LawSlopes(Bars):
    """Bar chart of d ln(output)/d ln(x)."""

    name = "What would change the result most"

    def __init__(self) -> None:
        self.of, self.reach = "Inputs", 1.0
        super().__init__(
            self.name,
            "By how many percent the law's result changes for one percent more of each input or "
            "coefficient, a bar for each",
        )

    def fit(self, state: ExplorerState) -> None:
        """Choose a range that holds all bars."""
        sizes = [abs(v) for _, v in self.table(state) if np.isfinite(v)]
        self.reach = round_up(max(sizes, default=1.0) / LONGEST)
        self.fig.x_range.update(start=-self.reach, end=self.reach)

    def table(self, state: ExplorerState) -> list[tuple[str, float]]:
        """Return (name, elasticity), the largest ones where there are many."""
        rows = list(state.slopes[OF[self.of]].items())
        if len(rows) > MOST:
            rows = sorted(rows, key=lambda row: -abs(row[1]))[:MOST]
        return rows

    def update(self, state: ExplorerState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        self.draw(self.table(state), self.reach)
