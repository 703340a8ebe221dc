"""What a problem is worth after its costs: of samples and verifier, and of every strategy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from scalekit_widgets.models.sampling import SamplingState
from scalekit_widgets.notation import many, usd
from scalekit_widgets.views.over_samples import Curve, Mark, OverSamples
from scalekit_widgets.views.shares import RIGHT, STRONG

VOTE, SCORE = "#009e73", "#e69f00"
NAMES = {
    "verifier": ("stop at the first accepted", RIGHT),
    "vote": ("majority vote", VOTE),
    "score": ("best score of all", SCORE),
    "strong": ("one strong answer", STRONG),
}
NOTHING = 1e-12
"""USD below which there are none."""
DOLLARS = """
const size = Math.abs(tick)
const text = size >= 1000 ? String(Number((size / 1000).toPrecision(3))) + ' k'
  : size >= 0.0995 && size < 10 ? size.toFixed(2) : String(Number(size.toPrecision(3)))
return (tick < 0 ? '−$' : '$') + text
"""
EXACT_DOLLARS = DOLLARS.replace("toFixed(2)", "toPrecision(3)")


class NetWorth(OverSamples):
    """Figure of the net worth of a problem, with the best number of samples."""

    def __init__(self) -> None:
        super().__init__(
            "Net worth against samples",
            "What a problem is worth after wrong answers and costs against the samples allowed, "
            "with the best number and the region within 1 % of it",
            ("Net worth of a problem (USD)", -1.0, 1.0), DOLLARS, EXACT_DOLLARS,
        )  # fmt: skip

    def fit(self, state: SamplingState) -> None:
        """Show the best and what is near it."""
        self.fit_heights(*_heights([state.net_worth], state.worth))

    def update(self, state: SamplingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        best, marks, near = state.best, [], None
        if best > 0:
            worth = state.worth * state.advice.utility
            near = (state.advice.lower, state.advice.upper)
            text = f"best{' if extrapolated' * state.beyond}: {many(best)}, {signed_usd(worth)}"
            if math.isfinite(best):
                marks = [Mark(best, worth, RIGHT, text)]
        ghost = (pinned["k"], pinned["worth"]) if pinned else None
        curve = Curve("samples and verifier", RIGHT, state.net_worth)
        self.draw([curve], state.k, marks, near, ghost, state.measured)


class Strategies(OverSamples):
    """Figure of the net worth of every strategy, each with its best number of samples."""

    def __init__(self) -> None:
        super().__init__(
            "Net worth of the strategies",
            "What a problem is worth after wrong answers and costs against the samples, for a "
            "verifier, a majority vote, the best score and one answer of the strong model",
            ("Net worth of a problem (USD)", -1.0, 1.0), DOLLARS, EXACT_DOLLARS,
        )  # fmt: skip

    def fit(self, state: SamplingState) -> None:
        """Show the best of each and what is near."""
        self.fit_heights(*_heights(list(state.strategy_worth().values()), state.worth))

    def update(self, state: SamplingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        curves, marks, best = [], [], state.strategy_best()
        for key, worth in state.strategy_worth().items():
            name, colour = NAMES[key]
            curves.append(Curve(name, colour, worth, dashed=key == "strong"))
            if key != "strong":
                k, top = best[key]
                text = f"{name}, best: {many(k)}, {signed_usd(top)}"
                marks.append(Mark(k, top, colour, text))
        self.draw(curves, state.k, marks, measured=state.measured)


def signed_usd(value: float) -> str:
    """Return an amount of money that may be a loss."""
    if abs(value) < NOTHING:  # what is left of a sum that cancels
        return "$0"
    return f"−{usd(-value)}" if value < 0 else usd(value)


def _heights(curves: Sequence[np.ndarray], worth: float) -> tuple[float, float]:
    """Return a range that shows the tops of curves, and not how far they fall."""
    tops = [float(y.max()) for y in curves]
    best = max(tops)
    if best <= 0:  # all lose: nothing, and how much less than it the best is
        unit = max(-best, 0.05 * worth)
        return -2.5 * unit, 0.25 * unit
    top = max(best, 0.05 * worth)
    lowest = min(min(float(y.min()) for y in curves), 0.0)
    return max(lowest, min(*tops, -top), -3 * top) - 0.05 * top, 1.15 * top
