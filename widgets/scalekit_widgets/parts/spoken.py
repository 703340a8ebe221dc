"""What a screen reader says of a control that Bokeh draws without words.

The handle of a slider has no name and reads its position, which on a log axis is the decade;
groups of buttons or boxes have no name, and nothing tells which button is down. Bokeh has no
settings for these, so a component without a look of its own, placed right after the widget,
writes the attributes whenever the widget is drawn or moves.
"""

from __future__ import annotations

from typing import Any

import panel as pn
import param
from panel.custom import JSComponent

from scalekit_widgets.parts.layout import stack

_SAY = """
const put = (node, name, text) => {
  if (node.getAttribute(name) !== text) { node.setAttribute(name, text) }
}

export function render({ model, view }) {
  const siblings = view.parent.child_views
  const at = siblings.indexOf(view)
  const root = siblings[at - 1].shadow_el
  const handle = root.querySelector('.noUi-handle')
  const field = handle && siblings[at - 2].shadow_el.querySelector('input')
  const say = () => {
    put(handle ?? siblings[at - 1].el, 'aria-label', model.named)
    if (handle) { put(handle, 'aria-valuetext', field.placeholder) }
    else { put(siblings[at - 1].el, 'role', 'group') }
    for (const button of root.querySelectorAll('.bk-btn-group > .bk-btn')) {
      put(button, 'aria-pressed', String(button.classList.contains('bk-active')))
    }
  }
  // The slider writes its position again after every move, a group what is chosen.
  const watch = new MutationObserver(say)
  const attributeFilter = ['aria-valuetext', 'class', 'placeholder']
  watch.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter })
  if (field) { watch.observe(field, { attributes: true, attributeFilter }) }
  say()
  return () => watch.disconnect()
}
"""


class Spoken(JSComponent):
    """Names the widget that stands right before it in a layout.

    A slider tells its value by the placeholder of the field before it. A parameter of this
    component would do, but made every move some 40 ms slower when it was measured.

    Parameters
    ----------
    named : str
        What the control is called.
    """

    named = param.String("")

    _esm = _SAY

    def __init__(self, **params: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **params)


def named(widget: pn.widgets.Widget, name: str) -> pn.Column:
    """Return a group of buttons or boxes with a name for a screen reader."""
    return stack(widget, Spoken(named=name), css=":host { gap: 0; }")
