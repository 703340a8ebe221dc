"""A file that is typed instead of chosen: an example to change, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn

from scalekit_widgets import theme
from scalekit_widgets.parts.layout import button, stack
from scalekit_widgets.parts.message import Message

_CSS = """
textarea.bk-input { height: auto; padding: 8px; font: 12px/1.5 monospace; white-space: pre; }
"""


class TypedFile:
    """A text to change, a button that uses it, and beneath it what is wrong.

    Parameters
    ----------
    take : callable
        Takes content and name, as that of `FileUpload`.
    label : str
        What the field is called.
    name : str
        What the text is called in messages.
    example : str
        What stands there at first.
    """

    def __init__(
        self, take: Callable[[bytes, str], str], label: str, name: str, example: str
    ) -> None:
        self._take, self._name = take, name
        self.field = pn.widgets.TextAreaInput(
            label=label, value=example, rows=14, max_length=100_000,
            sizing_mode="stretch_width", stylesheets=[theme.INPUT, _CSS], margin=0,
        )  # fmt: skip
        self.use_button = button(f"Use this {name}")
        self.use_button.on_click(lambda _: self.use())
        self.message = Message()
        self.view = stack(self.field, self.use_button, self.message.pane)

    def use(self) -> None:
        """Take what is typed."""
        try:
            message = self._take(self.field.value.encode(), self._name)
        except ValueError as error:
            message = f"{error}. Nothing was changed."
        self.message.complain(message)
