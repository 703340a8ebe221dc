"""A file of a person's own, such as a law, taken from their disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn

from scalekit_widgets import theme
from scalekit_widgets.parts.layout import stack
from scalekit_widgets.parts.message import Message

READ_AFTER_MS = 60
"""How long a file waits until the page says that it is being read."""


class FileUpload:
    """A file chooser, and beneath it what is wrong with the file.

    Parameters
    ----------
    take : callable
        Takes content and name of a file; raises ValueError where it cannot use them. Returns
        what a person should know of a file that it did take, nothing if all is well.
    label : str
        What the chooser is called.
    ending : str
        How the names of such files end.
    called : str
        What such a file is called.
    """

    def __init__(
        self, take: Callable[[bytes, str], str], label: str, ending: str, called: str
    ) -> None:
        self._take, self._ending, self._called = take, ending, called
        self.chooser = pn.widgets.FileInput(
            label=label, accept=ending, multiple=False,
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
            if not name.lower().endswith(self._ending):
                raise ValueError(f"{name}: {self._called} ends in {self._ending}")
            message = self._take(bytes(self.chooser.value or b""), name)
        except ValueError as error:
            message = f"{error}. Nothing was changed."
        self.message.complain(message)


def law_upload(take: Callable[[bytes, str], str]) -> FileUpload:
    """Return a chooser of law files; see `FileUpload` for `take`."""
    return FileUpload(take, "Your own law (a TOML file)", ".toml", "a law file")
