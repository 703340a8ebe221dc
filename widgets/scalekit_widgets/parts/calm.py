"""Keeps Bokeh from restyling the page with every paint of a figure.

With every paint BokehJS writes the position of each axis, grid and annotation into a style sheet
of its own, also where it is what stands there already; and before every stroke it asks for
the CSS properties of that element, for which the browser must then work out all styles of the
page again: about forty times a move, half of the time that the six figures take to paint.

This leaves a style sheet alone that would get the text it has. It patches a private method
of BokehJS (the reason for the bound on its version) and does nothing where there is none.
"""

from __future__ import annotations

CALM = """
const sheet = Object.getPrototypeOf(cb_context.index.find_one(any)?.style ?? {})
if (sheet._update != null && !sheet.calm) {
  const update = sheet._update
  sheet._update = function (css) { if (this.el.textContent !== css) { update.call(this, css) } }
  sheet.calm = true
}
"""
"""Part of a callback; `any` is a model that has a view."""
