"""Keeps the chosen line of a list in sight, also when a page opens on it.

A browser scrolls a list only for whoever moves in it. As for `Spoken`, a component without a
look of its own stands right after the widget.
"""

from __future__ import annotations

from typing import Any

from panel.custom import JSComponent

_SHOW = """
export function render({ view }) {
  const siblings = view.parent.child_views
  const list = siblings[siblings.indexOf(view) - 1]
  const show = () => {
    const lines = list.input_el
    if (lines.selectedIndex < 0) { return }
    // By hand: `scrollIntoView` would move the page as well.
    const line = lines.selectedOptions[0].getBoundingClientRect()
    const height = line.height  // a long one takes two lines of text
    const top = line.top - lines.getBoundingClientRect().top + lines.scrollTop
    if (top < lines.scrollTop || top + height > lines.scrollTop + lines.clientHeight) {
      lines.scrollTop = top - (lines.clientHeight - height) / 2
    }
  }
  const soon = () => requestAnimationFrame(show)
  const { value, options } = list.model.properties
  for (const property of [value, options]) { property.change.connect(soon) }
  soon()
  return () => {
    for (const property of [value, options]) { property.change.disconnect(soon) }
  }
}
"""


class ChosenInSight(JSComponent):
    """Scrolls the list that stands right before it in a layout to what is chosen."""

    _esm = _SHOW

    def __init__(self, **params: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **params)
