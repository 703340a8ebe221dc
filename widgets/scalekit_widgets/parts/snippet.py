"""The Python that reproduces what is on screen."""

from __future__ import annotations

import html

import panel as pn

from scalekit_widgets.parts.layout import button, stack
from scalekit_widgets.parts.message import Message

_COPY = """
const done = () => {
  cb_obj.origin.label = 'Copied'
  setTimeout(() => { cb_obj.origin.label = 'Copy' }, 1500)
}
if (navigator.clipboard) { navigator.clipboard.writeText(source.value).then(done, () => {}) }
"""


class Snippet:
    """Shows code and copies it."""

    def __init__(self) -> None:
        self._code = Message()
        self._holder = pn.widgets.TextAreaInput(value="", visible=False, max_length=20_000)
        copy = button("Copy")
        copy.js_on_click(args={"source": self._holder}, code=_COPY)
        self.view = stack(self._code.pane, copy, self._holder)

    @property
    def code(self) -> str:
        """The code that is shown."""
        return str(self._holder.value)

    def show(self, code: str) -> None:
        """Show other code."""
        if code != self._holder.value:
            self._holder.value = code
            self._code.show(f"<pre>{html.escape(code)}</pre>")
