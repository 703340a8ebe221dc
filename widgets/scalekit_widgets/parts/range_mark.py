"""A mark under a slider: which part of it the published range covers."""

from __future__ import annotations

import html
from typing import Any

from scalekit_widgets.parts.layout import text

_CSS = """
.track { position: relative; height: 3px; margin: 0 9px; }
.track span { position: absolute; height: 3px; border-radius: 2px; background: var(--sk-accent);
  opacity: .55; min-width: 3px; }
p { margin: 2px 0 0 !important; }
"""


def range_mark(start: float, end: float, words: str) -> Any:
    """Return the mark, with what it means beneath.

    Parameters
    ----------
    start, end : float
        Where the range begins and ends along the slider, from 0 to 1.
    words : str
        The range in words.
    """
    start, end = max(start, 0.0), min(end, 1.0)
    bar = ""
    if start < end:
        bar = f'<span style="left:{100 * start:.1f}%;width:{100 * (end - start):.1f}%"></span>'
    words = html.escape(words)
    # Without a margin of the whole it is as wide as the slider above it; the track leaves room for
    # half a handle at its ends.
    return text(f'<div class="track">{bar}</div><p class="quiet">{words}</p>', css=_CSS, margin=0)
