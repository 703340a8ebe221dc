"""What a solved problem costs: many cheap samples against one dear answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit_widgets.models.sampling import SamplingState
from scalekit_widgets.models.sampling_compute import SAMPLES
from scalekit_widgets.notation import many, usd
from scalekit_widgets.views.net_worth import DOLLARS, EXACT_DOLLARS
from scalekit_widgets.views.over_samples import Curve, Mark, OverSamples
from scalekit_widgets.views.shares import RIGHT, STRONG


class CostPerSolved(OverSamples):
    """Figure of the cost of a solved problem, with the break-even."""

    def __init__(self) -> None:
        super().__init__(
            "Cost of a solved problem",
            "What samples and verifications cost for each problem that ends right, against the "
            "samples allowed, and what one answer of the strong model costs for each",
            ("Cost of a solved problem (USD)", 0.01, 1.0), DOLLARS, EXACT_DOLLARS, y_type="log",
        )  # fmt: skip

    def fit(self, state: SamplingState) -> None:
        """Show both."""
        found = [*state.cost_per_solved, state.strong.cost_per_solved]
        found = [v for v in found if np.isfinite(v)]
        self.fit_heights(min(found) / 2, max(found) * 2)

    def update(self, state: SamplingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        cost, one = state.cost_per_solved, state.strong.cost_per_solved
        curves = [
            Curve("samples and verifier", RIGHT, cost),
            Curve("one strong answer", STRONG, np.full(SAMPLES.size, one), dashed=True),
        ]
        last, marks = state.cheaper_up_to, []
        if 0 < last < SAMPLES[-1]:
            text = f"a solved problem costs less than {usd(one)} up to {many(last)}"
            marks.append(Mark(last, one, RIGHT, f"break-even: {text}"))
        self.draw(curves, state.k, marks, measured=state.measured)
