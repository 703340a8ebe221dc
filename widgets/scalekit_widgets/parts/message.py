"""A text that comes and goes: what could not be used, beside where it was given."""

from __future__ import annotations

import html

import panel as pn
from bokeh.models import Div

from scalekit_widgets import theme
from scalekit_widgets.parts.live import one_message


class Message:
    """Holds a text of its own; hidden while there is none.

    A Bokeh model and not a Panel pane: a pane sends its style sheets along with every new
    text, and in a notebook with addresses on another machine.
    """

    def __init__(self) -> None:
        self._div = Div(
            text="", visible=False, stylesheets=[theme.TEXT], sizing_mode="stretch_width", margin=0
        )
        self.pane = pn.pane.Bokeh(self._div, sizing_mode="stretch_width", margin=0)

    @property
    def text(self) -> str:
        """The HTML that is shown."""
        return str(self._div.text)

    def show(self, content: str) -> None:
        """Show HTML; an empty text hides the message."""
        if content != self._div.text:
            # Some events of the page are handled without its lock, which Bokeh's models need.
            with one_message(self._div.document):
                self._div.update(text=content, visible=bool(content))

    def complain(self, message: str) -> None:
        """Show what is wrong, or nothing, in the colour of errors."""
        self.show(f'<p class="error" role="alert">{html.escape(message)}</p>' if message else "")

    def remark(self, text: str) -> None:
        """Show a quiet word, or nothing."""
        self.show(f'<p class="quiet">{html.escape(text)}</p>' if text else "")
