"""Makes a widget live: its events reach Python at once instead of after Panel's debounce.

Panel collects widget events for 50 ms (`Syncable._debounce`, private, the reason for the
pin on one minor version) before it handles them. For a slider that recomputes in a few
milliseconds this wait is most of what a person feels. All controls of an app wait equally long:
else a busy server would take a slider's move before the choice that a person made first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import panel as pn
from bokeh.document import Document

EVENT_WAIT_MS = 4


def make_live(widget: pn.widgets.Widget) -> pn.widgets.Widget:
    """Let `widget` deliver its events after `EVENT_WAIT_MS`.

    Raises
    ------
    RuntimeError
        If this version of Panel has no such setting: then the pin was loosened unseen.
    """
    if not hasattr(widget, "_debounce"):
        raise RuntimeError(f"Panel {pn.__version__} has no event debounce to lower; see pyproject")
    widget._debounce = EVENT_WAIT_MS
    return widget


@contextmanager
def one_message(doc: Document | None = None) -> Iterator[None]:
    """Send everything that changes inside as one message.

    Bokeh's own hold combines changes of one property, but lets every change go as a message
    of at least three frames: a slider move was a hundred frames, and the browser drew between
    them. Panel's hold sends all changes together; it works only while an event of the page
    is being handled, so that elsewhere Bokeh's has to do.

    Parameters
    ----------
    doc : Document, optional
        What is changed; by default the document whose event is being handled.
    """
    if doc is None:
        doc = pn.state.curdoc
    if doc is None or doc.callbacks.hold_value:
        yield
    elif doc is pn.state.curdoc and pn.state.loaded:  # before that Panel's drops what it holds
        with pn.io.hold(doc):
            yield
    else:
        doc.hold("combine")
        try:
            yield
        finally:
            doc.unhold()
