"""What would change the answer most: elasticities of the answering law."""

from __future__ import annotations

from typing import Any

from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.views.bars import Bars

RESULTS = {"Parameters": 0, "Tokens": 1, "Loss": 2}
COEFFICIENTS = ("A", "B", "E", "alpha", "beta", "R_D", "R_N")
MEANINGS = {
    "A": "A, size term", "B": "B, data term", "E": "E, floor of the loss",
    "alpha": "α, size exponent", "beta": "β, data exponent",
    "R_D": "R_D, worth of repeats", "R_N": "R_N, worth of excess size",
}  # fmt: skip
REACH = {"Parameters": 30.0, "Tokens": 30.0, "Loss": 2.0}


class Sensitivity(Bars):
    """Persistent bar chart; `update` patches its source."""

    name = "What would change the answer most"

    def __init__(self) -> None:
        self.of = "Parameters"
        super().__init__(
            self.name,
            "By how many percent the answer changes for one percent more of each input and "
            "coefficient, a bar for each",
        )

    def fit(self, state: TrainingState) -> None:
        """Choose the view that suits the result that is shown."""
        reach = REACH[self.of]
        self.fig.x_range.update(start=-reach, end=reach)
        self.fig.xaxis[0].axis_label = f"{self.of}: change for 1 % more (%)"

    def table(self, state: TrainingState) -> list[tuple[str, float]]:
        """Return (name, elasticity) of everything that the answer depends on."""
        slopes = [float(v) for v in state.answer.elasticities[RESULTS[self.of]]]
        C, U, served = slopes[:3]
        if state.budget == "flop":
            rows = [("Budget (FLOP)", C)]
        else:
            money = [("Money", C), ("Price per device-hour", -C)]
            rows = money if state.budget == "usd" else [("Device-hours", C)]
            rows.append(("Utilisation (MFU)", C + (served if state.serve else 0.0)))
        if state.limit_tokens:
            rows.append(("Unique tokens", U))
        if state.serve:
            rows.append(("Tokens served", served))
        for name, value in zip(COEFFICIENTS, slopes[3:], strict=True):
            if name in ("R_D", "R_N") and not state.limit_tokens:
                continue
            rows.append((MEANINGS[name], value))
        return rows

    def update(self, state: TrainingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        self.draw(self.table(state), REACH[self.of])
