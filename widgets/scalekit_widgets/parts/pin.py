"""Pin a scenario and compare it with what the sliders say now."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scalekit_widgets.notation import factor, significant
from scalekit_widgets.parts.layout import button, line
from scalekit_widgets.parts.wording import table


class Pin:
    """Holds one scenario: its parameters and its results.

    Parameters
    ----------
    capture : callable
        Returns the present scenario: ``state`` (parameters), any results, a ``title`` (HTML)
        if it has one, and ``answered``, False where the parameters have no answer.
    restore : callable
        Takes the ``state`` of a scenario back.
    rows : sequence of (name, key, show)
        What to compare, and how its numbers are written; a change of what is written in percent
        is told in points.
    changed : callable
        Called after pinning and unpinning.
    """

    def __init__(
        self,
        capture: Callable[[], dict[str, Any]],
        restore: Callable[[Mapping[str, Any]], None],
        rows: Sequence[tuple[str, str, Callable[[float], str]]],
        changed: Callable[[], None],
    ) -> None:
        self.scenario: dict[str, Any] | None = None
        self._capture, self._restore, self._rows, self._changed = capture, restore, rows, changed
        self.pin_button = button("Pin this scenario")
        self.back_button = button("Go back to it", visible=False)
        self.drop_button = button("Unpin", visible=False)
        self.pin_button.on_click(lambda _: self.pin())
        self.back_button.on_click(lambda _: self.back())
        self.drop_button.on_click(lambda _: self.drop())
        self.buttons = line(self.pin_button, self.back_button, self.drop_button)

    def pin(self) -> None:
        """Keep the present scenario."""
        self.scenario = self._capture()
        self._show()

    def back(self) -> None:
        """Set the state as it was when the scenario was pinned."""
        if self.scenario is not None:
            self._restore(self.scenario["state"])

    def drop(self) -> None:
        """Forget the pinned scenario."""
        self.scenario = None
        self._show()

    def _show(self) -> None:
        pinned = self.scenario is not None
        self.back_button.visible = self.drop_button.visible = pinned
        self.pin_button.label = "Pin this instead" if pinned else "Pin this scenario"
        self._changed()

    def comparison(self) -> str:
        """Return the pinned scenario beside the present one; nothing where none is pinned."""
        if self.scenario is None:
            return ""
        now = self._capture()
        rows = []
        for name, key, show in self._rows:
            before, after = float(self.scenario[key]), float(now[key])
            if not now.get("answered", True):
                rows.append((name, show(before), "–", "no answer"))
                continue
            of = _points if show(after).endswith("%") else _change
            rows.append((name, show(before), show(after), of(before, after)))
        head = ("", "Pinned", "Now", "Change")
        title = self.scenario.get("title", "")
        told = f'<p class="quiet">Pinned: {title}</p>' if title else ""
        return f'<div class="compared">{told}{table(head, rows, numeric=(1, 2, 3))}</div>'


def _points(before: float, after: float) -> str:
    """Return by how many percentage points a fraction differs."""
    points = 100 * (after - before)
    if abs(points) < 5e-4:
        return "same"
    return f"{'+' if points > 0 else '−'}{significant(abs(points), 2)} points"


def _change(before: float, after: float) -> str:
    """Return by how much a number differs: a factor from twice or half on, percent below."""
    if before == after:
        return "same"
    if not (0 < before < math.inf and 0 <= after < math.inf):
        return "–"
    ratio = after / before
    if abs(ratio - 1) < 5e-4:
        return "same"
    if ratio >= 2 * (1 - 1e-9):
        return f"× {factor(ratio)}"
    if 0 < ratio <= 0.5 * (1 + 1e-9):
        return f"÷ {factor(1 / ratio)}"
    return f"{'+' if ratio > 1 else '−'}{abs(ratio - 1):.1%}".replace("%", " %")
