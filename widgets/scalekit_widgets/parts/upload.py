"""A law file of a person's own, taken from their disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn

from scalekit_widgets import theme
from scalekit_widgets.parts.layout import stack
from scalekit_widgets.parts.message import Message

READ_AFTER_MS = 60
"""How long a file waits until the page says that it is being read."""


class LawUpload:
    """A file chooser, and beneath it what is wrong with the file.

    Parameters
    ----------
    take : callable
        Takes content and name of a file; raises ValueError where it cannot use them. Returns
        what a person should know of a law that it did take, nothing if all is well.
    """

    def __init__(self, take: Callable[[bytes, str], str]) -> None:
        self._take = take
        self.chooser = pn.widgets.FileInput(
            label="Your own law (a TOML file)", accept=".toml", multiple=False,
            stylesheets=[theme.INPUT], margin=0, sizing_mode="stretch_width",
        )  # fmt: skip
        self.message = Message()
        # Of an empty file only the name arrives.
        self.chooser.param.watch(self._chosen, ["value", "filename"])
        self.view = stack(self.chooser, self.message.pane)

    def _chosen(self, *events: Any) -> None:
        name, doc = self.chooser.filename, pn.state.curdoc
        if not name:
            return
        if doc is None or doc.session_context is None:  # nobody looks on meanwhile
            self._read()
            return
        # Work keeps messages back: this one is let through first.
        self.message.remark(f"Reading {name} …")
        doc.add_timeout_callback(self._read, READ_AFTER_MS)

    def _read(self) -> None:
        name = self.chooser.filename
        try:
            if not name.endswith(".toml"):
                raise ValueError(f"{name}: a law file ends in .toml")
            message = self._take(bytes(self.chooser.value or b""), name)
        except ValueError as error:
            message = f"{error}. Nothing was changed."
        self.message.complain(message)
