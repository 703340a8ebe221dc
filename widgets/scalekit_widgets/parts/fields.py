"""Choices and switches of a state as widgets that follow it both ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import panel as pn

from scalekit_widgets import theme
from scalekit_widgets.models.state import State
from scalekit_widgets.parts.live import make_live


def follow(widget: Any, state: State, name: str) -> Any:
    """Keep the value of a widget and a parameter of the state the same."""

    def to_state(event: Any) -> None:
        if event.new != getattr(state, name) and event.new is not None:
            state.set({name: event.new})

    # Not what the event says: a listener before this one may have set the state again.
    def to_widget(event: Any) -> None:
        if widget.value != getattr(state, name):
            widget.value = getattr(state, name)

    widget.value = getattr(state, name)
    widget.param.watch(to_state, "value")
    state.param.watch(to_widget, name)
    return widget


def select(state: State, name: str, options: Mapping[str, str]) -> pn.widgets.Select:
    """Return a drop-down list of captions for a choice of the state."""
    return follow(drop_down(state.param[name].label, dict(options)), state, name)


def drop_down(label: str, options: Any, **params: Any) -> pn.widgets.Select:
    """Return a drop-down list that whoever makes it binds; with `size` it stays open."""
    return make_live(
        pn.widgets.Select(
            label=label, options=options, sizing_mode="stretch_width",
            stylesheets=[theme.INPUT], margin=0, **params,
        )
    )  # fmt: skip


def switch(state: State, name: str) -> pn.widgets.CheckBoxGroup:
    """Return a checkbox for a yes or no of the state.

    A group of one: unlike a single checkbox its words belong to the box, for the mouse and
    for a screen reader.
    """
    widget = boxes({state.param[name].label: True})
    widget.value = [True] * getattr(state, name)

    def to_state(event: Any) -> None:
        if bool(event.new) != getattr(state, name):
            state.set({name: bool(event.new)})

    def to_widget(event: Any) -> None:
        widget.value = [True] * getattr(state, name)

    widget.param.watch(to_state, "value")
    state.param.watch(to_widget, name)
    return widget


def several(state: State, name: str, options: Mapping[str, str]) -> pn.widgets.CheckBoxGroup:
    """Return a list of checkboxes for a choice of several.

    The options of the widget may change; what the state has chosen and the widget does not
    offer stays chosen.
    """
    widget = boxes(options)

    def offered(chosen: list[Any]) -> list[Any]:
        return [item for item in chosen if item in widget.options.values()]

    def to_state(event: Any) -> None:
        chosen = getattr(state, name)
        if event.new != offered(chosen):
            kept = [item for item in chosen if item not in widget.options.values()]
            state.set({name: [*event.new, *kept]})

    def to_widget(*events: Any) -> None:
        widget.value = offered(getattr(state, name))

    to_widget()
    widget.param.watch(to_state, "value")
    widget.param.watch(to_widget, "options")
    state.param.watch(to_widget, name)
    return widget


def boxes(options: Mapping[str, Any]) -> pn.widgets.CheckBoxGroup:
    """Return a list of checkboxes that whoever makes it binds."""
    return make_live(
        pn.widgets.CheckBoxGroup(
            options=dict(options), stylesheets=[theme.INPUT], margin=0, sizing_mode="stretch_width"
        )
    )


def one_of(state: State, name: str, options: Mapping[str, str]) -> pn.widgets.RadioButtonGroup:
    """Return a row of buttons of which one is down."""
    return follow(buttons(dict(options), sizing_mode="stretch_width"), state, name)


def buttons(options: Any, **params: Any) -> pn.widgets.RadioButtonGroup:
    """Return a row of buttons of which one is down, that whoever makes it binds."""
    return make_live(
        pn.widgets.RadioButtonGroup(
            options=options, stylesheets=[theme.BUTTON], margin=0, variant="outline", **params
        )
    )
