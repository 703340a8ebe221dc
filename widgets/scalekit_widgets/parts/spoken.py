"""What a screen reader says of a control that Bokeh draws without words.

The handle of a slider has no name and reads its position, which on a log axis is the decade;
groups of buttons or boxes have no name, and nothing tells which button is down. Bokeh has no
settings for these, so a component without a look of its own, placed right after the widget,
writes the attributes whenever the widget is drawn or moves.
"""

from __future__ import annotations

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
  const widget = siblings[siblings.indexOf(view) - 1]
  const say = () => {
    const handle = widget.shadow_el.querySelector('.noUi-handle')
    if (handle == null) {
      put(widget.el, 'role', 'group')
      put(widget.el, 'aria-label', model.named)
    } else {
      put(handle, 'aria-label', model.named)
      put(handle, 'aria-valuetext', model.text)
    }
    for (const button of widget.shadow_el.querySelectorAll('.bk-btn-group > .bk-btn')) {
      put(button, 'aria-pressed', String(button.classList.contains('bk-active')))
    }
  }
  // The slider writes its position again after every move, a group what is chosen.
  const watch = new MutationObserver(say)
  watch.observe(widget.shadow_el, {
    subtree: true, childList: true, attributes: true, attributeFilter: ['aria-valuetext', 'class'],
  })
  model.on(['named', 'text'], say)
  say()
  return () => watch.disconnect()
}
"""


class Spoken(JSComponent):
    """Names the widget that stands right before it in a layout.

    Parameters
    ----------
    named : str
        What the control is called.
    text : str
        The value of a slider in words.
    """

    named = param.String("")
    text = param.String("")

    _esm = _SAY


def named(widget: pn.widgets.Widget, name: str) -> pn.Column:
    """Return a group of buttons or boxes with a name for a screen reader."""
    return stack(widget, Spoken(named=name, width=0, height=0, margin=0), css=":host { gap: 0; }")
