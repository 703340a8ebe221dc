"""Shares of the problems that end right, wrong and without an answer, over samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit_widgets.models.sampling import SamplingState
from scalekit_widgets.models.sampling_compute import SAMPLES
from scalekit_widgets.notation import many, percent
from scalekit_widgets.views.figure import PERCENT
from scalekit_widgets.views.over_samples import Curve, Mark, OverSamples

PART = "return String(Number(tick.toPrecision(3))) + ' %'"
RIGHT, WRONG, OPEN = "#0072b2", "#d55e00", "#84909b"
PERFECT, STRONG = "#56b4e9", "#cc79a7"


class Shares(OverSamples):
    """Figure of the three shares with their ceiling."""

    def __init__(self) -> None:
        super().__init__(
            "Right, wrong and unanswered",
            "Shares of the problems that end right, wrong and without an answer against the "
            "samples allowed, with the share of right ones that no number of samples passes",
            ("Share of the problems (%)", -2.0, 102.0), PERCENT, PART, height=400,
        )  # fmt: skip

    def fit(self, state: SamplingState) -> None:
        """Show everything."""
        self.fit_heights(-2.0, 102.0)

    def update(self, state: SamplingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        curves = shares(state)
        k, now = state.k, state.chosen
        marks = [
            Mark(k, 100 * share, colour, f"{name}: {percent(share, 3)} with {many(k)}")
            for name, share, colour in (("right", now.correct, RIGHT), ("wrong", now.wrong, WRONG),
                                        ("no answer", now.abstain, OPEN))
        ]  # fmt: skip
        ghost = (pinned["k"], 100 * pinned["right"]) if pinned else None
        self.draw(curves, k, marks, ghost=ghost, measured=state.measured)


def shares(state: SamplingState) -> list[Curve]:
    """Return the curves of the figure, in percent."""
    found, flat = state.verified, np.ones(SAMPLES.size)
    unanswered = np.clip(1.0 - found.right - found.wrong, 0.0, 1.0)
    return [
        Curve("right", RIGHT, 100 * found.right),
        Curve("wrong", WRONG, 100 * found.wrong),
        Curve("no answer", OPEN, 100 * unanswered),
        Curve("ceiling of right", RIGHT, 100 * state.ceiling.correct * flat, dashed=True),
        Curve("with a perfect verifier", PERFECT, 100 * state.coverage, dashed=True),
        Curve("one strong answer", STRONG, 100 * state.strong.right * flat, dashed=True),
    ]
