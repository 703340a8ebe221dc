"""The link to what is on screen: read when a page opens, kept in the address bar, copied."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import panel as pn

from scalekit_widgets.models.state import State
from scalekit_widgets.parts.layout import button
from scalekit_widgets.parts.message import Message

_REPLACE = "window.history.replaceState({}, '', window.location.pathname + cb_obj.value)"
_COPY = """
const link = served ? window.location.origin + window.location.pathname + query.value
                    : query.value
const done = () => {
  const before = cb_obj.origin.label
  cb_obj.origin.label = 'Link copied'
  setTimeout(() => { cb_obj.origin.label = before }, 1500)
}
const fallback = () => {
  const area = document.createElement('textarea')
  area.value = link
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
  done()
}
if (navigator.clipboard) { navigator.clipboard.writeText(link).then(done, fallback) }
else { fallback() }
"""


class ShareLink:
    """Keeps the query of a state; in a served page also in the address bar.

    Who copies a link that cannot carry all of the state is told, in `note`.

    Parameters
    ----------
    state : State
        What the link describes.
    extra : callable
        Further parts of the query, such as the theme.
    served : bool
        Whether the app is a page of its own.
    """

    def __init__(self, state: State, extra: Any, served: bool) -> None:
        self.state, self._extra = state, extra
        # A hidden text model is all it takes to hand the query to the browser.
        self.holder = pn.widgets.TextInput(value=self.query(), visible=False)
        if served:
            self.holder.jscallback(value=_REPLACE)
        self.copy_button = button("Copy link")
        self.copy_button.js_on_click(args={"query": self.holder, "served": served}, code=_COPY)
        self.note = Message()
        self.copy_button.on_click(lambda _: self.note.remark(state.missing_from_link()))

    def query(self) -> str:
        """Return the query, with its question mark; empty where all is as by default."""
        parts = {**self.state.query(), **self._extra()}
        return f"?{urlencode(parts, safe=',')}" if parts else ""

    def update(self) -> None:
        """Follow the state."""
        self.holder.value = self.query()
        if not self.state.missing_from_link():
            self.note.remark("")
