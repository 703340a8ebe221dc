"""Questions to start from, by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from scalekit_widgets.models.state import State
from scalekit_widgets.parts.fields import drop_down

NONE = "your own settings"
"""What the list shows while the question is none of the presets."""


class Presets:
    """A list that sets a whole question, and names it for as long as it is asked.

    Parameters
    ----------
    state : State
        What is set.
    questions : mapping
        Parameters by name of the preset; what one does not name is as at the start.
    kept : collection of str
        Shared parameters that are no part of a question, such as how the answer is shown.
    chosen : callable
        Called after a preset was set.
    label : str
        What the list is called.
    """

    def __init__(
        self,
        state: State,
        questions: Mapping[str, Mapping[str, Any]],
        kept: Collection[str],
        chosen: Callable[[], None],
        label: str = "Start from",
    ) -> None:
        start = {k: state.param[k].default for k in state.shared if k not in kept}
        self._questions = {name: {**start, **asked} for name, asked in questions.items()}
        self._state, self._chosen = state, chosen
        self.widget = drop_down(label, [NONE, *questions], value=self._asked())
        self.widget.param.watch(self._pick, "value")
        state.param.watch(self._name, list(start))

    def _asked(self) -> str:
        """Return the preset whose question the state asks."""
        for name, question in self._questions.items():
            if all(getattr(self._state, key) == value for key, value in question.items()):
                return name
        return NONE

    def _pick(self, event: Any) -> None:
        if event.new != NONE and event.new != self._asked():
            self._state.set(self._questions[event.new])
            self._chosen()

    def _name(self, *events: Any) -> None:
        self.widget.value = self._asked()
