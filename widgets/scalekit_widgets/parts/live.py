"""Makes a widget live: its events reach Python at once instead of after Panel's debounce.

Panel collects widget events for 50 ms (`Syncable._debounce`, private, the reason for the
pin on one minor version) before it handles them. For a slider that recomputes in a few
milliseconds this wait is most of what a person feels.
"""

from __future__ import annotations

import panel as pn

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
